"""What a command needs to run jobs: the instance and the definitions, for the data folder of the command.

Here: opening both. Not here: running (orchestration/). Dagster is loaded when a command opens a shell.
"""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    import dagster as dg

    from pls_pipeline.orchestration.pipeline import Pipeline
    from pls_pipeline.orchestration.progress import ProgressListener


@dataclass(frozen=True)
class Shell:
    """The instance that the UI shares, and the definitions, bound to one data folder."""

    instance: "dg.DagsterInstance"
    definitions: "dg.Definitions"


@contextlib.contextmanager
def open_shell(pipeline: "Pipeline", progress: "ProgressListener | None" = None) -> Iterator[Shell]:
    """Open the shell; runs whose process is gone are released first, so that nothing waits for them."""
    from pls_pipeline.definitions import build_defs
    from pls_pipeline.orchestration.instance import BrokenInstanceError, open_instance
    from pls_pipeline.orchestration.pools import make_pools
    from pls_pipeline.orchestration.resources import PipelineResource
    from pls_pipeline.orchestration.run_locks import release_abandoned_runs

    resources: dict[str, object] = {"pipeline": PipelineResource(data_dir=str(pipeline.settings.data_dir))}
    if progress:
        resources["progress"] = progress
    with contextlib.ExitStack() as stack:
        try:
            instance = stack.enter_context(open_instance(pipeline.settings))
        except BrokenInstanceError as error:
            raise click.ClickException(str(error)) from error
        make_pools(instance, pipeline.settings.lock_database)
        release_abandoned_runs(instance, pipeline.settings.lock_database)
        yield Shell(instance, build_defs(resources))

"""The resource `pipeline`: where a step finds settings, lake and registry.

Here: configuration that Dagster shows and may override, and the run's lock. Not here: what is opened (pipeline.py).
"""

import contextlib
from collections.abc import Iterator

import dagster as dg

from pls_pipeline.orchestration.pipeline import Pipeline
from pls_pipeline.orchestration.run_locks import hold_run_lock


class PipelineResource(dg.ConfigurableResource):  # type: ignore[type-arg]  # dagster's own annotation for "no resource value"
    """Settings of the environment (`PLS_…`, `.env`), with the fields given here in their place."""

    data_dir: str = ""
    extractor: str = ""
    conversation_limit: int = 0

    def open(self) -> Pipeline:
        """Read the settings and return the pipeline; raises pydantic.ValidationError where one is wrong."""
        from pls_pipeline.settings import Settings

        given = {name: value for name in type(self).model_fields if (value := getattr(self, name))}
        return Pipeline(Settings(**given))

    @contextlib.contextmanager
    def yield_for_execution(self, context: dg.InitResourceContext) -> Iterator["PipelineResource"]:
        """Hold the run's lock while its steps run, so that a run whose process died can be told from one that works."""
        locks_url = self.open().settings.lock_database
        with hold_run_lock(context.instance, context.run.run_id if context.run else None, locks_url):
            yield self

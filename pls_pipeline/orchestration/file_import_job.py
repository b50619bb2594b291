"""The job `import_file`: imports a file of the inbox at once, or an import that is there once more.

Here: the job's configuration and its one op. Not here: which file a name means (choosing_files.py), how the import's
run starts (asking_runs.py).
"""

from pathlib import Path
from typing import TYPE_CHECKING

import dagster as dg
from pydantic import Field

from pls_pipeline.orchestration.asking_runs import ASKING_TAGS, ask_for_runs
from pls_pipeline.orchestration.choosing_files import UnknownFileError, find_file
from pls_pipeline.orchestration.launchpad import show_fields
from pls_pipeline.orchestration.names import FILE_IMPORT_JOB
from pls_pipeline.orchestration.resources import PipelineResource
from pls_pipeline.orchestration.unreadable import describe_unreadable

if TYPE_CHECKING:
    from pls_pipeline.orchestration.pipeline import Pipeline


class FileImportConfig(dg.Config):
    """Which file to import."""

    file_name: str = Field(
        default="",
        description="Name of a file in the inbox, without folders (march.csv); or the import key of a file that was "
        "imported before (march-1a2b3c4d), which then runs again.",
    )


@dg.op(description="Lands one file, or finds the import that is named, and asks for its run.")
def land_named_file(context: dg.OpExecutionContext, config: FileImportConfig, pipeline: PipelineResource) -> None:
    """Fail with a sentence where the name is that of no file, or the file is no export."""
    opened = pipeline.open()
    try:
        found = find_file(opened, config.file_name.strip())
    except UnknownFileError as error:
        raise dg.Failure(str(error), allow_retries=False) from None
    if isinstance(found, Path):
        land_and_ask(context, opened, found)
    else:
        ask_for_runs(context, [found])


def land_and_ask(context: dg.OpExecutionContext, pipeline: "Pipeline", path: Path) -> None:
    """Land a file and ask for its run; one whose content is known runs again, which takes what it left."""
    from pls_pipeline.imports import AlreadyImportedError
    from pls_pipeline.sources import UnreadableExportError

    try:
        manifest = pipeline.registry.land(path)
    except AlreadyImportedError as known:
        context.log.info("The content of this file is known, as %s: that import runs again", known.manifest.import_key)
        ask_for_runs(context, [known.manifest])
    except UnreadableExportError as error:
        raise dg.Failure(str(error), allow_retries=False) from None
    except OSError as error:
        raise dg.Failure(describe_unreadable(path, error), allow_retries=False) from None
    else:
        ask_for_runs(context, [manifest], landed=True)


@dg.job(
    name=FILE_IMPORT_JOB,
    executor_def=dg.in_process_executor,
    config=show_fields("land_named_file", FileImportConfig()),
    tags=ASKING_TAGS,
    description="Import one file: write its name into file_name. It is looked for in the inbox, then among the files "
    "that were imported before; a path is refused. The run of import_job follows within seconds, in the queue.",
)
def file_import_job() -> None:
    """One file."""
    land_named_file()

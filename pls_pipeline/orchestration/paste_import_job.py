"""The job `import_pasted_csv`: imports text that a person pastes into the launchpad.

Here: the job's configuration and its one op. Not here: how the text leaves Dagster's storage (run_config_erasing.py),
how the import's run starts (asking_runs.py). See docs/adr/0021-jobs-ask-for-runs.md.
"""

import tempfile
from pathlib import Path

import dagster as dg
from pydantic import Field

from pls_pipeline.orchestration.asking_runs import ASKING_TAGS
from pls_pipeline.orchestration.choosing_files import UnknownFileError, check_plain_name
from pls_pipeline.orchestration.file_import_job import land_and_ask
from pls_pipeline.orchestration.launchpad import show_fields
from pls_pipeline.orchestration.names import PASTE_IMPORT_JOB
from pls_pipeline.orchestration.resources import PipelineResource
from pls_pipeline.orchestration.run_config_erasing import erase_run_config


class PasteConfig(dg.Config):
    """The text of an export."""

    csv_text: str = Field(
        default="",
        description="The whole text of an export, header line first. Write | in place of the quotes, press Enter and "
        "paste. Then select the pasted lines, press Shift+Tab until all begin at the left edge, and Tab until all "
        "begin to the right of csv_text.",
    )
    file_name: str = Field(
        default="pasted.csv", description="What the import is called in the history; a name without folders."
    )


@dg.op(description="Erases the text from this run's configuration, lands it as a file, and asks for its run.")
def land_pasted_text(context: dg.OpExecutionContext, config: PasteConfig, pipeline: PipelineResource) -> None:
    """Fail with a sentence where nothing was pasted, or what was pasted is no export."""
    erase_run_config(context.instance, context.run_id)
    try:
        name = check_plain_name(config.file_name)
    except UnknownFileError as error:
        raise dg.Failure(str(error), allow_retries=False) from None
    if not config.csv_text.strip():
        raise dg.Failure(
            "No text is pasted: open the launchpad and write the export's text into csv_text. The configuration of "
            "an earlier run cannot be used again, since its text was erased.",
            allow_retries=False,
        )
    with tempfile.TemporaryDirectory(prefix="pls-pasted-") as folder:
        path = Path(folder) / (name if Path(name).suffix else f"{name}.csv")
        path.write_text(config.csv_text, encoding="utf-8", newline="")
        land_and_ask(context, pipeline.open(), path)


@dg.job(
    name=PASTE_IMPORT_JOB,
    executor_def=dg.in_process_executor,
    config=show_fields("land_pasted_text", PasteConfig()),
    tags=ASKING_TAGS,
    description="Import an export that is pasted as text; a file is better copied into the inbox. The text is erased "
    "from the run's configuration when the run begins; until then it waits in Dagster's database, and this browser may "
    "keep it in the launchpad's tab: close that tab afterwards. The run of import_job follows within seconds.",
)
def paste_import_job() -> None:
    """One pasted text."""
    land_pasted_text()

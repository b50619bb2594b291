"""The job `inspect_file`: what importing a file of the inbox would do, shown in Dagster.

Here: the job's configuration and its metadata. Not here: the inspection (inspecting.py, inspection/). Metadata holds
counts, names of files and columns, and line numbers; texts and phone numbers of messages never leave the process.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING

import dagster as dg
from pydantic import Field

from pls_pipeline.orchestration.inspecting import UnknownInboxFileError, find_in_inbox, inspect_path
from pls_pipeline.orchestration.launchpad import show_fields
from pls_pipeline.orchestration.markdown import draw_table, escape_text
from pls_pipeline.orchestration.names import INSPECTED_FILES, INSPECTION_JOB, OPERATIONS_GROUP, OWNERS
from pls_pipeline.orchestration.resources import PipelineResource
from pls_pipeline.orchestration.unreadable import describe_unreadable

if TYPE_CHECKING:
    from pls_pipeline.inspection import FileInspection
    from pls_pipeline.inspection.sections import Section

inspected_files = dg.AssetSpec(
    INSPECTED_FILES,
    group_name=OPERATIONS_GROUP,
    owners=OWNERS,
    description="What the job inspect_file found of files in the inbox. Each inspection is an observation; no file is "
    "registered and no table is written.",
)


class InspectionConfig(dg.Config):
    """Which file to look at."""

    file_name: str = Field(default="", description="Name of a file in the inbox, without folders: march.csv")


@dg.op(description="Reads one file of the inbox as an import would, and keeps nothing.")
def inspect_inbox_file(context: dg.OpExecutionContext, config: InspectionConfig, pipeline: PipelineResource) -> None:
    """Observe `inspected_files` with what was found; fails with a sentence where the name is not that of a file."""
    opened = pipeline.open()
    try:
        path = find_in_inbox(opened.settings.inbox_path, config.file_name)
        inspection = inspect_path(opened, path)
    except UnknownInboxFileError as error:
        raise dg.Failure(str(error), allow_retries=False) from None
    except OSError as error:
        raise dg.Failure(describe_unreadable(path, error), allow_retries=False) from None
    context.log_event(dg.AssetObservation(INSPECTED_FILES, metadata=describe_inspection(inspection)))


@dg.job(
    name=INSPECTION_JOB,
    executor_def=dg.in_process_executor,
    config=show_fields("inspect_inbox_file", InspectionConfig()),
    description="Look at a file of the inbox before it is imported: how it is read, what would be rejected or is known "
    "already, how many conversations would be analysed and what that would cost. Nothing is registered.",
)
def inspection_job() -> None:
    """One file of the inbox."""
    inspect_inbox_file()


def describe_inspection(inspection: "FileInspection") -> Mapping[str, dg.MetadataValue | str | int | bool]:
    """The metadata of an observation: verdict and sentences as text, each section as a table in Markdown."""
    from pls_pipeline.inspection.sections import describe_verdict, list_sections

    sentences = "\n".join(f"- {escape_text(finding.sentence)}" for finding in inspection.findings)
    return {
        "file": inspection.file_name,
        "result": describe_verdict(inspection),
        "can_be_imported": inspection.can_import,
        "nothing_rejected_or_lost": inspection.is_clean,
        **({"what_to_know": dg.MetadataValue.md(sentences)} if sentences else {}),
        **{
            section.title.lower().replace(" ", "_"): dg.MetadataValue.md(_draw_section(section))
            for section in list_sections(inspection)
        },
    }


def _draw_section(section: "Section") -> str:
    return draw_table(section.columns, section.rows)

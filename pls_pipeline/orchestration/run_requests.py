"""What Dagster is told about the run of an import or of a review sheet, whoever starts it.

Here: run key, tags and configuration. Not here: starting a run in this process (runs.py), looking for files
(sensors.py).
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING

import dagster as dg

from pls_pipeline.orchestration.inbox import FileState
from pls_pipeline.orchestration.names import BATCH_SENSOR, FILE_TAG, IMPORT_JOB, INBOX_SENSOR, ORIGIN_TAG, REVIEW_JOB

if TYPE_CHECKING:
    from pls_pipeline.imports import Manifest


def tag_run(manifest: "Manifest", origin: str) -> dict[str, str]:
    """Tags that tell runs apart in the UI: the file, and who started it."""
    return {FILE_TAG: manifest.file_name, ORIGIN_TAG: origin}


def request_import(manifest: "Manifest") -> dg.RunRequest:
    """Ask for the run of a landed file.

    Dagster remembers a run key for ever: it holds the content, so that one landing is run once, and the time of
    landing, so that a file which was removed can be imported anew.
    """
    return dg.RunRequest(
        run_key=f"{manifest.sha256}@{manifest.received_at.isoformat()}",
        job_name=IMPORT_JOB,
        partition_key=manifest.import_key,
        tags=tag_run(manifest, INBOX_SENSOR),
    )


def request_collection(manifest: "Manifest", mark: str) -> dg.RunRequest:
    """Ask for the run that makes results of batches that have ended; `mark` is another one when others have."""
    return dg.RunRequest(
        run_key=f"batch:{manifest.import_key}@{mark}",
        job_name=IMPORT_JOB,
        partition_key=manifest.import_key,
        tags=tag_run(manifest, BATCH_SENSOR),
    )


def takes_only_awaited(tags: Mapping[str, str]) -> bool:
    """Whether nobody started a run but the end of a batch, so that it submits nothing that was not asked for before."""
    return tags.get(ORIGIN_TAG) == BATCH_SENSOR


def request_review(file: FileState, sha256: str) -> dg.RunRequest:
    """Ask for the run that applies a review sheet of the inbox.

    A sheet that is copied there again is applied again: what it decides is so already, or is a conflict.
    """
    return dg.RunRequest(
        run_key=f"review:{sha256}@{file.modified_ns}",
        job_name=REVIEW_JOB,
        run_config={"ops": {"review_decisions": {"config": {"sheet": file.name, "sheet_sha256": sha256}}}},
        tags={FILE_TAG: file.name, ORIGIN_TAG: INBOX_SENSOR},
    )

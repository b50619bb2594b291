"""What Dagster is told about the run of an import, whoever starts it.

Here: run key and tags. Not here: starting a run in this process (runs.py) or looking for files (sensors.py).
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING

import dagster as dg

from pls_pipeline.orchestration.names import BATCH_SENSOR, FILE_TAG, IMPORT_JOB, INBOX_SENSOR, ORIGIN_TAG

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

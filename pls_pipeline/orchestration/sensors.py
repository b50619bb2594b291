"""The sensor that turns a file in the inbox into an import: registers it and asks for its run.

Here: the shell between Dagster and inbox.py / arrivals.py, and what a tick says. Not here: any of their decisions.
A tick lists, compares, hashes and copies; it parses no file. What it says names files and holds no contents.
"""

from collections.abc import Sequence

import dagster as dg

from pls_pipeline.orchestration.arrivals import Arrival, limit_bytes, take_files
from pls_pipeline.orchestration.inbox import (
    InboxChange,
    InboxListing,
    compare_inbox,
    list_inbox,
    read_cursor,
    remember,
    write_cursor,
)
from pls_pipeline.orchestration.jobs import import_job, review_job
from pls_pipeline.orchestration.names import INBOX_SENSOR, PARTITIONS
from pls_pipeline.orchestration.partitions import IMPORT_FILES
from pls_pipeline.orchestration.resources import PipelineResource
from pls_pipeline.orchestration.review_arrivals import part_sheets
from pls_pipeline.orchestration.run_locks import release_abandoned_runs
from pls_pipeline.orchestration.run_requests import request_import, request_review

_NAMES_SHOWN = 5


@dg.sensor(
    name=INBOX_SENSOR,
    jobs=[import_job, review_job],
    minimum_interval_seconds=5,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Imports every export that is copied into the inbox once its size and time stand still, and applies "
    "every review sheet. "
    "A file whose content is known, or that is no export, is skipped; the tick says which and why.",
)
def inbox_sensor(context: dg.SensorEvaluationContext, pipeline: PipelineResource) -> dg.SensorResult:
    """One look at the inbox."""
    opened = pipeline.open()
    release_abandoned_runs(context.instance, opened.settings.lock_database)
    inbox = opened.settings.inbox_path
    listing = list_inbox(inbox)
    change = compare_inbox(listing.files, read_cursor(context.cursor))
    registered = frozenset(context.instance.get_dynamic_partitions(PARTITIONS))
    sheets, exports = part_sheets(inbox, change.settled)
    arrivals = take_files(opened.registry, inbox, limit_bytes(exports), registered)
    landed = [arrival for arrival in arrivals if arrival.manifest]
    # A tick either asks for runs or gives a reason: files that are refused beside landed ones wait for the next tick.
    told = arrivals if not (landed or sheets) else landed
    names = [*(arrival.file_name for arrival in told), *(file.name for file, _ in sheets)]
    cursor = write_cursor(remember(change, names))
    if not (landed or sheets):
        reason = describe_look(str(inbox), listing, change, arrivals)
        return dg.SensorResult(skip_reason=reason, cursor=cursor)
    manifests = [arrival.manifest for arrival in landed if arrival.manifest]
    return dg.SensorResult(
        run_requests=[
            *(request_import(manifest) for manifest in manifests),
            *(request_review(file, sha256) for file, sha256 in sheets),
        ],
        dynamic_partitions_requests=[IMPORT_FILES.build_add_request([manifest.import_key for manifest in manifests])],
        cursor=cursor,
    )


def describe_look(inbox: str, listing: InboxListing, change: InboxChange, refused: Sequence[Arrival]) -> str:
    """What a tick that asks for no run says: the files it skipped and why."""
    parts = [f"Skipped: {arrival.refusal}" for arrival in refused]
    if change.waiting:
        parts.append(f"Waiting until they stand still: {_names([file.name for file in change.waiting])}")
    if not parts:
        parts.append(f"Nothing new in {inbox} ({len(change.handled)} files dealt with)")
    if listing.ignored:
        parts.append(f"Ignored (folders, hidden and temporary files): {_names(listing.ignored)}")
    return ". ".join(parts) + "."


def _names(names: Sequence[str]) -> str:
    shown = ", ".join(names[:_NAMES_SHOWN])
    return shown if len(names) <= _NAMES_SHOWN else f"{shown} and {len(names) - _NAMES_SHOWN} more"

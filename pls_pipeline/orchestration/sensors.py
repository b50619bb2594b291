"""The sensor that turns a file in the inbox into an import: registers it and asks for its run.

Here: the shell between Dagster and inbox.py / arrivals.py, and what a tick says. Not here: any of their decisions.
A tick lists, compares, hashes and copies; it parses no file. What it says names files and holds no contents.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

import dagster as dg

from pls_pipeline.orchestration.arrivals import FILES_A_LOOK, Arrival, limit_bytes, take_files
from pls_pipeline.orchestration.inbox import (
    InboxChange,
    InboxListing,
    compare_inbox,
    list_inbox,
    name_refused,
    read_cursor,
    remember,
    write_cursor,
)
from pls_pipeline.orchestration.jobs import import_job, review_job
from pls_pipeline.orchestration.landed_files import describe_landing
from pls_pipeline.orchestration.missed_retries import repeat_missed_retries
from pls_pipeline.orchestration.names import INBOX_SENSOR, PARTITIONS
from pls_pipeline.orchestration.partitions import IMPORT_FILES
from pls_pipeline.orchestration.pools import make_pools
from pls_pipeline.orchestration.quarantine import REFUSED_FILES, list_refused, observe_refused
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
    "A file whose content is known is skipped. One that is no export is refused until it changes: its ticks and "
    "refused_files.csv beside the published files say why.",
)
def inbox_sensor(context: dg.SensorEvaluationContext, pipeline: PipelineResource) -> dg.SensorResult:
    """One look at the inbox."""
    opened = pipeline.open()
    make_pools(context.instance, opened.settings.lock_database)
    release_abandoned_runs(context.instance, opened.settings.lock_database)
    repeat_missed_retries(context.instance, datetime.now(UTC))
    inbox = opened.settings.inbox_path
    listing = list_inbox(inbox)
    seen = read_cursor(context.cursor)
    change = compare_inbox(listing.files, seen)
    registered = frozenset(context.instance.get_dynamic_partitions(PARTITIONS))
    sheets, exports = part_sheets(inbox, change.settled[:FILES_A_LOOK])
    arrivals = take_files(opened.registry, inbox, limit_bytes(exports), registered)
    landed = [arrival.manifest for arrival in arrivals if arrival.manifest]
    asks = bool(landed or sheets)
    # A tick either asks for runs or gives a reason: copies that are found beside landed files wait for the next one.
    dealt_with = [arrival for arrival in arrivals if not (arrival.is_tried_again or (asks and arrival.is_known))]
    refused = {arrival.file_name: arrival.refusal for arrival in arrivals if _is_refused(arrival)}
    remembered = remember(
        change, [*(item.file_name for item in dealt_with), *(file.name for file, _ in sheets)], refused
    )
    quarantined = name_refused(remembered)
    events = []
    if quarantined != name_refused(seen):
        list_refused(quarantined, opened.settings.exports_path / REFUSED_FILES)
        events.append(observe_refused(quarantined))
    cursor = write_cursor(remembered)
    if not asks:
        reason = describe_look(str(inbox), listing, change, arrivals, quarantined)
        return dg.SensorResult(skip_reason=reason, cursor=cursor, asset_events=events)
    return dg.SensorResult(
        run_requests=[
            *(request_import(manifest) for manifest in landed),
            *(request_review(file, sha256) for file, sha256 in sheets),
        ],
        dynamic_partitions_requests=[IMPORT_FILES.build_add_request([manifest.import_key for manifest in landed])],
        asset_events=[*(describe_landing(manifest) for manifest in landed), *events],
        cursor=cursor,
    )


def _is_refused(arrival: Arrival) -> bool:
    return bool(arrival.refusal) and not arrival.is_known


def describe_look(
    inbox: str,
    listing: InboxListing,
    change: InboxChange,
    arrivals: Sequence[Arrival],
    quarantined: Mapping[str, str],
) -> str:
    """What a tick that asks for no run says: files that are known, refused, waited for, ignored."""
    parts = [f"Skipped: {arrival.refusal}" for arrival in arrivals if arrival.is_known][:_NAMES_SHOWN]
    if quarantined:
        parts.append(f"Refused, until they change: {_some(list(quarantined.values()), '; ')}")
    if change.waiting:
        parts.append(f"Waiting until they stand still: {_some([file.name for file in change.waiting])}")
    if not parts:
        parts.append(f"Nothing new in {inbox} ({len(change.handled)} files dealt with)")
    if listing.ignored:
        parts.append(f"Ignored (folders, hidden and temporary files): {_some(listing.ignored)}")
    return ". ".join(part.rstrip(".") for part in parts) + "."


def _some(names: Sequence[str], separator: str = ", ") -> str:
    shown = separator.join(names[:_NAMES_SHOWN])
    return shown if len(names) <= _NAMES_SHOWN else f"{shown} and {len(names) - _NAMES_SHOWN} more"

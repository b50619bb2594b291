"""Undoing an import: what depends on it, and the steps that take it out.

Here: which imports an import touches, the order of removal, and the line that is left of it (removed_imports). Not
here: what the patterns become (removal_forecast.py), questions to the user (cli/).
The order makes a removal that was cut off repeatable: the registry forgets the import last, and which other imports are
touched is read from their own tables, which name the removed import until they have run again.
"""

from collections.abc import Callable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import dagster as dg

from pls_pipeline import tables
from pls_pipeline.orchestration import runs
from pls_pipeline.orchestration.batch_withdrawal import withdraw_batches
from pls_pipeline.orchestration.jobs import IMPORT_STAGES
from pls_pipeline.orchestration.ledger import read_positions
from pls_pipeline.orchestration.names import LEDGER_POOL, LIBRARY_POOL, PARTITIONS
from pls_pipeline.orchestration.publication import publish
from pls_pipeline.orchestration.removal_forecast import Forecast, compare_states, forecast_removal
from pls_pipeline.orchestration.run_locks import find_runs_under_way
from pls_pipeline.orchestration.soundness import unanswered_conversations
from pls_pipeline.tables import (
    DEDUPLICATED_MESSAGES,
    DUPLICATE_ROWS,
    EXTRACTION_OUTCOMES,
    GROUPED_CONVERSATIONS,
    PATTERN_LIBRARY,
    REMOVED_IMPORTS,
)

if TYPE_CHECKING:
    from pls_pipeline.imports import Manifest
    from pls_pipeline.orchestration.pipeline import Pipeline

_RERUN_STAGES = IMPORT_STAGES[1:]
_ORIGIN = "pls remove"


class RunUnderWayError(RuntimeError):
    """A run is at work or queued; the sentence names it."""


class RemovalStoppedError(RuntimeError):
    """A run that the removal needs failed; the sentence says which, and that the removal can be repeated."""


@dataclass(frozen=True)
class RemovalPlan:
    """What goes with an import.

    heirs: imports that run again, since they repeat its messages or go on with its conversations; forecast: what the
    patterns become.
    """

    manifest: "Manifest"
    heirs: tuple["Manifest", ...]
    forecast: Forecast


def plan_removal(pipeline: "Pipeline", import_key: str) -> RemovalPlan:
    """Look up what a removal would do; raises UnknownImportError."""
    manifest = pipeline.registry.get(import_key)
    return RemovalPlan(manifest, find_heirs(pipeline, import_key), forecast_removal(pipeline, import_key))


def find_heirs(pipeline: "Pipeline", import_key: str) -> "tuple[Manifest, ...]":
    """The imports that run again when this one is removed, those first that took possession of their messages first."""
    with pipeline.session() as session:
        repeating = session.load(DUPLICATE_ROWS).project("import_key, first_import_key AS other")
        continuing = session.load(GROUPED_CONVERSATIONS).project("import_key, unnest(messages).import_key AS other")
        pairs = repeating.union(continuing).distinct().fetchall()
        touched = {key for key, other in pairs if other == import_key}
        # An heir of a removal that was cut off names this import no longer, but has conversations without an outcome.
        touched |= set(unanswered_conversations(session, pipeline.lake.partitions(EXTRACTION_OUTCOMES)))
    return _in_order_of_ledger(pipeline, touched - {import_key})


def _in_order_of_ledger(pipeline: "Pipeline", imports: AbstractSet[str]) -> "tuple[Manifest, ...]":
    """Their manifests, those first that took possession of their messages first: what the others lean on."""
    positions = read_positions(pipeline.lake)
    manifests = [manifest for manifest in pipeline.registry.manifests() if manifest.import_key in imports]
    return tuple(sorted(manifests, key=lambda manifest: positions.get(manifest.import_key, manifest.sequence)))


def refuse_while_running(instance: dg.DagsterInstance, own_run: str | None = None) -> None:
    """Raise RunUnderWayError where a run could write what a removal deletes; `own_run`: the run that removes."""
    under_way = [run for run in find_runs_under_way(instance) if run.run_id != own_run]
    if under_way:
        raise RunUnderWayError(
            f"A run is under way ({runs.describe_run(under_way[0])}); wait until it ends, or end it in the UI."
        )


def remove_import(
    pipeline: "Pipeline",
    instance: dg.DagsterInstance,
    definitions: dg.Definitions,
    plan: RemovalPlan,
    on_step: Callable[[str], None],
    own_run: str | None = None,
) -> Forecast:
    """Take the import out of the lake, let its heirs run again, rebuild the library, forget the import, publish.

    Returns what became of the patterns. `own_run`: where a run does it, its id. Raises RunUnderWayError before anything
    is deleted, RemovalStoppedError where a run fails.
    """
    manifest = plan.manifest
    key = manifest.import_key
    before = pipeline.lake.read(PATTERN_LIBRARY)
    with pipeline.lake.serialised(LEDGER_POOL), pipeline.lake.serialised(LIBRARY_POOL):
        refuse_while_running(instance, own_run)
        # Looked up anew: while the user thought, another import may have left messages to this one.
        heirs = find_heirs(pipeline, key)
        messages = pipeline.lake.count(DEDUPLICATED_MESSAGES, key)
        for table in reversed(tables.ALL):
            if table.partitioned:
                pipeline.lake.remove(table, key)
    # Outside of the locks: the provider may be slow to answer.
    for told in withdraw_batches(pipeline, key):
        on_step(told)
    for heir in heirs:
        on_step(f"running {heir.import_key} again")
        _require(runs.run_import(instance, definitions, heir, _ORIGIN, _RERUN_STAGES), key)
    on_step("rebuilding the library")
    _require(runs.run_library(instance, definitions, _ORIGIN), key)
    if any(table.partitioned and pipeline.lake.exists(table, key) for table in tables.ALL):
        raise RemovalStoppedError(f"{key} was imported again while it was removed; run the command once more.")
    became = compare_states(before, pipeline.lake.read(PATTERN_LIBRARY))
    instance.delete_dynamic_partition(PARTITIONS, key)
    note_removal(pipeline, manifest, messages, became)
    pipeline.registry.remove(key)
    publish(pipeline)
    return became


def note_removal(pipeline: "Pipeline", manifest: "Manifest", messages: int, became: Forecast) -> None:
    """Write the import into removed_imports, once, however often its removal was repeated."""
    note = {
        "import_key": manifest.import_key,
        "file_name": manifest.file_name,
        "sha256": manifest.sha256,
        "received_at": manifest.received_at,
        "removed_at": datetime.now(UTC).replace(tzinfo=None),
        "messages": messages,
        "patterns_changed": len(became.changing),
        "patterns_vanished": len(became.vanishing),
        "approvals_lost": len(became.losing_approval),
    }
    with pipeline.lake.serialised(LIBRARY_POOL):
        noted = pipeline.lake.read(REMOVED_IMPORTS)
        arrival = (manifest.import_key, manifest.received_at)
        if arrival not in {(row["import_key"], row["received_at"]) for row in noted}:
            pipeline.lake.write_records([*noted, note], REMOVED_IMPORTS)


def _require(report: runs.RunReport, import_key: str) -> None:
    if not report.succeeded:
        raise RemovalStoppedError(
            f"The removal of {import_key} stopped: {'; '.join(report.faults)} (run {report.run_id}). "
            "Once this is mended, run the command again."
        )

"""Undoing an import: what depends on it, and the steps that take it out.

Here: which imports and patterns an import touches, and the order of removal. Not here: questions to the user (cli/).
The order makes a removal that was cut off repeatable: the registry forgets the import last, and which other imports are
touched is read from their own tables, which name the removed import until they have run again.
"""

from collections.abc import Callable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import TYPE_CHECKING

import dagster as dg

from pls_pipeline import tables
from pls_pipeline.orchestration import runs
from pls_pipeline.orchestration.jobs import IMPORT_STAGES
from pls_pipeline.orchestration.ledger import read_positions
from pls_pipeline.orchestration.names import LEDGER_POOL, LIBRARY_POOL, PARTITIONS
from pls_pipeline.orchestration.publication import publish
from pls_pipeline.orchestration.run_locks import find_runs_under_way
from pls_pipeline.orchestration.soundness import unanswered_conversations
from pls_pipeline.tables import (
    DUPLICATE_ROWS,
    EXTRACTED_PATTERNS,
    EXTRACTION_OUTCOMES,
    GROUPED_CONVERSATIONS,
    PATTERN_LIBRARY,
    PATTERN_PROVENANCE,
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

    heirs: imports that run again, since they repeat its messages or go on with its conversations; changing: pattern ids
    that keep other evidence; vanishing: those without, unless an heir brings the same messages.
    """

    manifest: "Manifest"
    heirs: tuple["Manifest", ...]
    changing: tuple[str, ...]
    vanishing: tuple[str, ...]


def plan_removal(pipeline: "Pipeline", import_key: str) -> RemovalPlan:
    """Look up what a removal would do; raises UnknownImportError."""
    manifest = pipeline.registry.get(import_key)
    with pipeline.session() as session:
        repeating = session.load(DUPLICATE_ROWS).project("import_key, first_import_key AS other")
        continuing = session.load(GROUPED_CONVERSATIONS).project("import_key, unnest(messages).import_key AS other")
        pairs = repeating.union(continuing).distinct().fetchall()
        touched = {key for key, other in pairs if other == import_key}
        # An heir of a removal that was cut off names this import no longer, but has conversations without an outcome.
        touched |= set(unanswered_conversations(session, pipeline.lake.partitions(EXTRACTION_OUTCOMES)))
        candidates = {
            row[0] for row in session.load(EXTRACTED_PATTERNS, [import_key]).project("candidate_id").fetchall()
        }
        rows = session.load(PATTERN_PROVENANCE).project("pattern_id, candidate_id, import_key").distinct().fetchall()
        living = {row[0] for row in session.load(PATTERN_LIBRARY).project("pattern_id").fetchall()}
    lost = {pattern for pattern, candidate, owner in rows if candidate in candidates or owner == import_key}
    kept = {pattern for pattern, candidate, owner in rows if candidate not in candidates and owner != import_key}
    return RemovalPlan(
        manifest=manifest,
        heirs=_in_order_of_ledger(pipeline, touched - {import_key}),
        changing=tuple(sorted(lost & kept & living)),
        vanishing=tuple(sorted((lost - kept) & living)),
    )


def _in_order_of_ledger(pipeline: "Pipeline", imports: AbstractSet[str]) -> "tuple[Manifest, ...]":
    """Their manifests, those first that took possession of their messages first: what the others lean on."""
    positions = read_positions(pipeline.lake)
    manifests = [manifest for manifest in pipeline.registry.manifests() if manifest.import_key in imports]
    return tuple(sorted(manifests, key=lambda manifest: positions.get(manifest.import_key, manifest.sequence)))


def refuse_while_running(instance: dg.DagsterInstance) -> None:
    """Raise RunUnderWayError where a run could write what a removal deletes."""
    under_way = find_runs_under_way(instance)
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
) -> None:
    """Take the import out of the lake, let its heirs run again, rebuild the library, forget the import, publish.

    Raises RunUnderWayError before anything is deleted, RemovalStoppedError where a run fails.
    """
    key = plan.manifest.import_key
    with pipeline.lake.serialised(LEDGER_POOL), pipeline.lake.serialised(LIBRARY_POOL):
        refuse_while_running(instance)
        # Planned anew: while the user thought, another import may have left messages to this one.
        plan = plan_removal(pipeline, key)
        for table in reversed(tables.ALL):
            if table.partitioned:
                pipeline.lake.remove(table, key)
    for heir in plan.heirs:
        on_step(f"running {heir.import_key} again")
        _require(runs.run_import(instance, definitions, heir, _ORIGIN, _RERUN_STAGES), key)
    on_step("rebuilding the library")
    _require(runs.run_library(instance, definitions, _ORIGIN), key)
    if any(table.partitioned and pipeline.lake.exists(table, key) for table in tables.ALL):
        raise RemovalStoppedError(f"{key} was imported again while it was removed; run the command once more.")
    instance.delete_dynamic_partition(PARTITIONS, key)
    pipeline.registry.remove(key)
    publish(pipeline)


def _require(report: runs.RunReport, import_key: str) -> None:
    if not report.succeeded:
        raise RemovalStoppedError(
            f"The removal of {import_key} stopped: {'; '.join(report.faults)} (run {report.run_id}). "
            "Once this is mended, run the command again."
        )

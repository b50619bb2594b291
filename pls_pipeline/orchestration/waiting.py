"""Imports that have conversations left for another run: which, how many, why, and when to go on by itself.

Here: what is read of extraction_outcomes, and the decisions on it. Not here: asking for runs (continue_job.py,
continuation_sensor.py), the reasons themselves (extraction/).
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from pls_pipeline.orchestration.pipeline import Session
from pls_pipeline.tables import EXTRACTION_OUTCOMES

if TYPE_CHECKING:
    from pls_pipeline.imports import Manifest

_DAY_BUDGET = "PLS_BUDGET_DAY_USD"
_BATCH = "waiting for a batch"


@dataclass(frozen=True)
class WaitingImport:
    """An import with conversations left.

    deferred, failed: how many; reasons: of those that are deferred; mark: another one when something else waits.
    `begun`: False where no run has come as far as analysing.
    """

    import_key: str
    deferred: int
    failed: int
    reasons: frozenset[str]
    mark: str
    begun: bool = True


def find_waiting(session: Session, manifests: "Iterable[Manifest]") -> list[WaitingImport]:
    """The registered imports that have conversations left, in the order of their arrival."""
    rows = (
        session.load(EXTRACTION_OUTCOMES)
        .filter("status IN ('deferred', 'failed')")
        .aggregate(
            "import_key, count(*) FILTER (status = 'deferred') AS deferred, count(*) FILTER (status = 'failed') AS "
            "failed, list(DISTINCT reason ORDER BY reason) FILTER (status = 'deferred') AS reasons, "
            "string_agg(conversation_key || fingerprint || status, ' ' ORDER BY conversation_key) AS content",
            "import_key",
        )
        .fetchall()
    )
    waiting = {
        key: WaitingImport(key, deferred, failed, _kinds(reasons or ()), _mark(content))
        for key, deferred, failed, reasons, content in rows
    }
    analysed = frozenset(session.lake.partitions(EXTRACTION_OUTCOMES))
    found = (
        waiting.get(key) or (None if key in analysed else WaitingImport(key, 0, 0, frozenset(), "", begun=False))
        for key in (manifest.import_key for manifest in manifests)
    )
    return [item for item in found if item]


def choose_continuations(
    waiting: Iterable[WaitingImport], under_way: AbstractSet[str], today: date
) -> Mapping[str, str]:
    """{import key: mark} of the imports to go on with by themselves.

    Only what is deferred counts, since a failure costs again. What waits for a batch is collected by batch_sensor; what
    waits for a day's budget gets another mark each day, UTC.
    """
    return {
        item.import_key: f"{item.mark}@{today}" if item.reasons == {_DAY_BUDGET} else item.mark
        for item in waiting
        if item.deferred and item.reasons != {_BATCH} and item.import_key not in under_way
    }


def choose_of_the_day(waiting: Iterable[WaitingImport], under_way: AbstractSet[str], today: date) -> Mapping[str, str]:
    """{import key: mark} of the imports that wait for a new day's budget."""
    budgeted = [item for item in waiting if _DAY_BUDGET in item.reasons]
    return {key: f"{mark}@{today}" for key, mark in choose_continuations(budgeted, under_way, today).items()}


def describe_waiting(waiting: Sequence[WaitingImport]) -> str:
    """One sentence: how many imports wait, with how many conversations."""
    if not waiting:
        return "No import has conversations left."
    deferred, failed = sum(item.deferred for item in waiting), sum(item.failed for item in waiting)
    unbegun = sum(not item.begun for item in waiting)
    parts = [f"{deferred:,} conversations deferred", f"{failed:,} failed"]
    if unbegun:
        parts.append(f"{unbegun} imports not analysed yet")
    return f"Imports with work left: {len(waiting)} ({', '.join(parts)})."


def _kinds(reasons: Iterable[str]) -> frozenset[str]:
    """What stands before the first ": " of each reason; a day's or a run's budget by the name of its setting."""
    kinds = {(reason or "").split(": ", 1)[0] for reason in reasons}
    return frozenset(_DAY_BUDGET if _DAY_BUDGET in kind else kind for kind in kinds)


def _mark(content: str) -> str:
    return hashlib.sha256(content.encode()).hexdigest()[:16]

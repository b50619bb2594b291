"""What a run of extraction came to, as numbers and sentences for people.

Here: metadata of a finished run, and why conversations of an import wait for another one. Not here: progress while it
runs (progress.py), counts over all runs (publishing/history.py).
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pls_pipeline.extraction.runner import ExtractionSummary


def describe_summary(summary: "ExtractionSummary") -> dict[str, int | float | str | None]:
    """The counts of a run, with its cost for each conversation analysed and each candidate; None where it has none.

    What was masked is counted by type: `masked_person`, `masked_phone`.
    """
    cost = summary.cost_usd or None
    counts = asdict(summary)
    masked = counts.pop("masked")
    return {
        **counts,
        **{f"masked_{kind}": count for kind, count in masked.items()},
        "cost_per_conversation_usd": _divide(cost, summary.analysed),
        "cost_per_pattern_usd": _divide(cost, summary.candidates),
    }


def describe_deferred(outcomes: Iterable[Mapping[str, Any]]) -> list[str]:
    """A sentence for each reason why conversations wait, the most frequent first: how many, why, what to do.

    `outcomes`: rows of extraction_outcomes of one import. A reason is known by what stands before its first ": ", since
    the numbers behind it change from one conversation to the next.
    """
    reasons = [row["reason"] or "" for row in outcomes if row["status"] == "deferred"]
    counts = Counter(reason.split(": ", 1)[0] for reason in reasons)
    latest = {reason.split(": ", 1)[0]: reason for reason in reasons}
    return [f"{count:,} deferred: {latest[kind]}{_advise(kind)}" for kind, count in counts.most_common()]


def _advise(kind: str) -> str:
    """What to do, beside importing the file again."""
    if "PLS_BUDGET_RUN_USD" in kind:
        return "; import the file again to spend as much once more, or raise PLS_BUDGET_RUN_USD"
    if "PLS_BUDGET_DAY_USD" in kind:
        return "; import the file again after midnight UTC, or raise PLS_BUDGET_DAY_USD"
    if kind == "waiting for a batch":
        return (
            "; answers come within 24 hours: import the file again then, or leave `pls dev` running: it collects them"
        )
    if kind.startswith("over the limit"):
        return "; import the file again, or raise PLS_CONVERSATION_LIMIT"
    return ""


def _divide(cost: float | None, count: int) -> float | None:
    return round(cost / count, 6) if cost is not None and count else None

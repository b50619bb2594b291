"""What the report shows, as values: totals, the imports, what was set aside.

Here: selection and counting for the index and the single file. Not here: the patterns (library.py), how it looks
(page/), how the page is written (rendering.py). Texts are passed through `name_unseen`, so that no mark in one can
reorder or hide what stands beside it.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pyarrow as pa

from pls_pipeline.publishing.cells import name_unseen
from pls_pipeline.publishing.published_tables import PublishedTables
from pls_pipeline.publishing.report.library import describe_library

# Places listed under a reason; rejected_rows.csv lists all.
PLACES_SHOWN = 12

SUMMED = (
    "rows", "rejected", "repaired", "duplicates_within", "duplicates_across", "new_messages", "conversations",
    "automated", "one_sided", "empty", "eligible", "analysed", "deferred", "failed", "patterns_created",
)  # fmt: skip

MEANINGS = {
    "automated": "Automated thread",
    "one_sided": "Only one side speaks",
    "empty": "No words",
    "nothing": "Analysed; no reply pattern found",
    "failed": "Analysis failed; the next run tries again",
    "deferred": "Over the limit of the run; the next run takes them",
    "waiting": "Seen in one conversation; becomes a pattern when another shows it",
}


@dataclass(frozen=True)
class Reason:
    """A reason for which something is in no pattern: how often, and the first places ("line 45") by file name."""

    label: str
    count: int
    places: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class ReportFacts:
    """All that the page shows.

    imports: rows of import_history; `totals`: their sums (SUMMED) and cost_usd, None where one is unknown
    library: the data that the page's script reads; see library.describe_library
    rows, conversations, candidates: what was set aside at each stage, by reason, most frequent first
    first_seen_at, last_seen_at: earliest and latest reply of a pattern, None without patterns
    """

    imports: tuple[dict[str, Any], ...]
    totals: dict[str, Any]
    library: dict[str, Any]
    rows: tuple[Reason, ...]
    conversations: tuple[Reason, ...]
    candidates: tuple[Reason, ...]
    first_seen_at: datetime | None
    last_seen_at: datetime | None


def gather_facts(tables: PublishedTables, library: dict[str, Any] | None = None) -> ReportFacts:
    """Select and count what the page shows; `library`: the data of its script, that of the single file unless given."""
    imports = tables.history.to_pylist()
    totals: dict[str, Any] = {name: sum(row[name] for row in imports) for name in SUMMED}
    costs = [row["cost_usd"] for row in imports]
    totals["cost_usd"] = None if None in costs else sum(costs)
    patterns, set_aside = tables.patterns.to_pylist(), tables.set_aside.to_pylist()
    return ReportFacts(
        imports=tuple({**row, "file_name": name_unseen(row["file_name"])} for row in imports),
        totals=totals,
        library=library or describe_library(patterns, tables.provenance, imports, tables.decisions.to_pylist()),
        rows=_rejected_rows(tables.rejected),
        conversations=count_reasons(set_aside, "conversation"),
        candidates=count_reasons(set_aside, "candidate"),
        first_seen_at=min((row["first_seen_at"] for row in patterns if row["first_seen_at"]), default=None),
        last_seen_at=max((row["last_seen_at"] for row in patterns if row["last_seen_at"]), default=None),
    )


def _rejected_rows(rejected: pa.Table) -> tuple[Reason, ...]:
    places: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for batch in rejected.select(["file_name", "line_number", "reason"]).to_batches():
        for row in batch.to_pylist():
            places[row["reason"]].append((name_unseen(row["file_name"]), str(row["line_number"])))
    reasons = (Reason(_label(reason), len(found), tuple(found[:PLACES_SHOWN])) for reason, found in places.items())
    return tuple(sorted(reasons, key=lambda reason: (-reason.count, reason.label)))


def count_reasons(set_aside: Iterable[Mapping[str, Any]], stage: str) -> tuple[Reason, ...]:
    """Rows of PublishedTables.set_aside of a stage, by reason, most frequent first."""
    counts: dict[str, int] = defaultdict(int)
    for row in set_aside:
        if row["stage"] == stage:
            label = MEANINGS.get(row["status"]) or _label(row["reason"] or row["status"])
            if row["status"] == "failed" and row["reason"]:
                label = f"{label}: {name_unseen(row['reason'])}"
            counts[label] += row["count"]
    return tuple(Reason(label, count) for label, count in sorted(counts.items(), key=lambda item: (-item[1], item[0])))


def _label(code: str) -> str:
    return name_unseen(code).replace("_", " ").capitalize()

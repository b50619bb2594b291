"""What the index of the folder shows.

Here: the charts over all imports, the categories, and the data that the list of patterns reads. Not here: totals and
what was set aside (facts.py), markup (page/index.html). Texts are passed through `name_unseen`.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pls_pipeline.publishing.published_tables import PublishedTables
from pls_pipeline.publishing.report.charts import WIDTH, ColumnChart, Whole, stack_columns
from pls_pipeline.publishing.report.facts import ReportFacts, gather_facts
from pls_pipeline.publishing.report.import_page import divide_conversations, divide_rows
from pls_pipeline.publishing.report.links import ImportLink, Links
from pls_pipeline.publishing.report.pattern_page import PatternPage

# Columns of a chart over imports; of more imports, neighbours share one.
COLUMNS = 40
STATUSES: Mapping[str, str] = {"approved": "main", "proposed": "second", "rejected": "softer", "retired": "softest"}


@dataclass(frozen=True)
class CategoryBar:
    """A category: its patterns, and a rectangle (kind, x, width) for each status; `statuses`: (status, patterns)."""

    category: str
    patterns: int
    statuses: tuple[tuple[str, int], ...]
    bars: tuple[tuple[str, float, float], ...]


@dataclass(frozen=True)
class ImportStep:
    """One import, or several neighbours: label of the column, what it stands for, the figures."""

    label: str
    name: str
    created: int
    enhanced: int
    cost_usd: float | None


@dataclass(frozen=True)
class IndexPage:
    """All that the page shows beside facts.ReportFacts, which is in `facts`.

    rows, conversations: what became of them, over all imports
    statuses: (status, number of patterns), as in STATUSES
    steps: the figures of `growth` (created, enhanced) and `cost`, which are None where all is nothing
    links: of the imports, in the order of facts.imports; has_texts: whether pages of patterns show messages
    """

    facts: ReportFacts
    rows: Whole
    conversations: Whole
    statuses: tuple[tuple[str, int], ...]
    categories: tuple[CategoryBar, ...]
    steps: tuple[ImportStep, ...]
    growth: ColumnChart | None
    cost: ColumnChart | None
    links: tuple[ImportLink, ...]
    has_texts: bool


def describe_index(tables: PublishedTables, pages: Sequence[PatternPage], links: Links) -> IndexPage:
    """The index over the pages of all patterns, in the order of the library."""
    facts = gather_facts(tables, list_patterns(tables, pages))
    steps = tuple(_steps(facts.imports))
    counts = Counter(page.row["status"] for page in pages)
    return IndexPage(
        facts=facts,
        rows=divide_rows(facts.totals),
        conversations=divide_conversations(facts.totals),
        statuses=tuple((status, counts[status]) for status in sorted(counts, key=_status_order)),
        categories=tuple(_categories(pages)),
        steps=steps,
        growth=stack_columns(("main", "second"), [(step.label, (step.created, step.enhanced)) for step in steps]),
        cost=stack_columns(("main",), [(step.label, (step.cost_usd,)) for step in steps]),
        links=tuple(links.to_import(row["import_key"]) for row in facts.imports),
        has_texts=any(page.evidence.has_texts for page in pages),
    )


def list_patterns(tables: PublishedTables, pages: Sequence[PatternPage]) -> dict[str, Any]:
    """The data of the page's script, ready for JSON; patterns.js says which.

    imports: keys of the registered imports, then of others that a pattern rests on; categories, statuses: those in use
    """
    keys = {row["import_key"]: place for place, row in enumerate(tables.history.select(["import_key"]).to_pylist())}
    for page in pages:
        for found in page.evidence.by_import:
            keys.setdefault(found.source.key, len(keys))
    return {
        "imports": list(keys),
        "categories": sorted({page.row["category"] for page in pages}),
        "statuses": sorted({page.row["status"] for page in pages}, key=_status_order),
        "patterns": [
            {
                "id": page.row["pattern_id"],
                "status": page.row["status"],
                "category": page.row["category"],
                "situation": page.row["situation"],
                "examples": page.examples,
                "wordings": [{"segments": wording.segments} for wording in page.wordings],
                "confidence": page.row["confidence"],
                "conversations": page.row["conversation_count"],
                "last": page.row["last_seen_at"].date().isoformat() if page.row["last_seen_at"] else None,
                "conflicts": [other.pattern_id for other in page.conflicts],
                "former": page.former,
                "files": [keys[found.source.key] for found in page.evidence.by_import],
            }
            for page in pages
        ],
    }


def _status_order(status: str) -> tuple[int, str]:
    return (list(STATUSES).index(status) if status in STATUSES else len(STATUSES), status)


def _categories(pages: Sequence[PatternPage]) -> list[CategoryBar]:
    """Those with most patterns first; the widest bar takes the whole width."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for page in pages:
        counts[page.row["category"]][page.row["status"]] += 1
    widest = max((found.total() for found in counts.values()), default=1)
    made = []
    for category, found in sorted(counts.items(), key=lambda item: (-item[1].total(), item[0])):
        bars, x = [], 0.0
        statuses = sorted(found, key=_status_order)
        for status in statuses:
            width = WIDTH * found[status] / widest
            bars.append((STATUSES.get(status, "softest"), round(x, 2), round(width, 2)))
            x += width
        made.append(
            CategoryBar(category, found.total(), tuple((status, found[status]) for status in statuses), tuple(bars))
        )
    return made


def _steps(imports: Sequence[Mapping[str, Any]]) -> list[ImportStep]:
    size = math.ceil(len(imports) / COLUMNS) or 1
    steps = []
    for start in range(0, len(imports), size):
        rows = imports[start : start + size]
        costs = [row["cost_usd"] for row in rows]
        first, last = rows[0], rows[-1]
        steps.append(
            ImportStep(
                label=str(start + 1) if size == 1 else f"{start + 1}\N{EN DASH}{start + len(rows)}",
                name=first["file_name"] if len(rows) == 1 else f"{first['file_name']} to {last['file_name']}",
                created=sum(row["patterns_created"] for row in rows),
                enhanced=sum(row["patterns_enhanced"] for row in rows),
                cost_usd=None if None in costs else math.fsum(costs),
            )
        )
    return steps

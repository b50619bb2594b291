"""What the page of an import shows.

Here: how its file was read, what became of its rows and conversations, what was put aside and why, the patterns that it
created and enhanced, what it cost, as values. Not here: markup (page/import.html), how the page is written (site.py).
Texts are passed through `name_unseen`; the text of a rejected row is not read.
"""

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from pls_pipeline.lake import open_connection
from pls_pipeline.publishing.cells import name_unseen
from pls_pipeline.publishing.published_tables import PublishedTables
from pls_pipeline.publishing.report.charts import Whole, divide
from pls_pipeline.publishing.report.facts import Reason, count_reasons
from pls_pipeline.publishing.report.links import ImportLink, Links, PatternLink
from pls_pipeline.publishing.report.tables import ReportTables

# Rejected rows and patterns listed on the page of an import; rejected_rows.csv and the index list all.
LINES_LISTED = 200
PATTERNS_LISTED = 500


@dataclass(frozen=True)
class RejectedLine:
    """A row that could not be read: its file in the archive or "", physical line, reason, and what was found."""

    member: str
    line_number: int
    reason: str
    detail: str


@dataclass(frozen=True)
class ArchiveMember:
    """A file of an archive: its name, its kind, and how many records it holds, None where they were not counted."""

    name: str
    kind: str
    records: int | None


@dataclass(frozen=True)
class BroughtPattern:
    """A pattern and the number of its conversations that the import brought."""

    pattern: PatternLink
    conversations: int


@dataclass(frozen=True)
class ImportPage:
    """All that the page shows.

    row: the columns of IMPORT_HISTORY; file: those of ReportTables.files; members: files of the archive
    effort: rows of ReportTables.effort
    rows, conversations: what became of the file's rows and of its conversations
    lines: the first LINES_LISTED rejected rows
    reasons, set_aside, refused: how many rows, conversations and candidates were put aside for which reason
    created, enhanced: patterns that the import brought first, and those of others that it brought replies to; those
        with most of its conversations first, PATTERNS_LISTED at most; created_count and enhanced_count tell all
    before, after: the imports that arrived before and after it
    """

    row: Mapping[str, Any]
    file: Mapping[str, Any]
    members: tuple[ArchiveMember, ...]
    effort: tuple[Mapping[str, Any], ...]
    rows: Whole
    conversations: Whole
    lines: tuple[RejectedLine, ...]
    reasons: tuple[Reason, ...]
    set_aside: tuple[Reason, ...]
    refused: tuple[Reason, ...]
    created: tuple[BroughtPattern, ...]
    enhanced: tuple[BroughtPattern, ...]
    created_count: int
    enhanced_count: int
    before: ImportLink | None
    after: ImportLink | None

    @property
    def has_members(self) -> bool:
        """Whether the import is an archive."""
        return any(line.member for line in self.lines)


def describe_imports(tables: PublishedTables, more: ReportTables, links: Links) -> Iterator[ImportPage]:
    """Yield the page of each registered import, in the order of arrival."""
    history = tables.history.to_pylist()
    files = {row["import_key"]: row for row in more.files.to_pylist()}
    effort, lines = _by_import(more.effort.to_pylist()), _by_import(_first_lines(tables.rejected))
    aside = _by_import(tables.set_aside.to_pylist())
    begun = {row["pattern_id"]: row["first_import_key"] for row in _columns(tables.patterns)}
    brought = _brought(more.evidence)
    keys = [row["import_key"] for row in history]
    for place, row in enumerate(history):
        key = row["import_key"]
        patterns = [
            BroughtPattern(links.patterns[pattern_id], count)
            for pattern_id, count in brought.get(key, ())
            if pattern_id in links.patterns
        ]
        created = [item for item in patterns if begun.get(item.pattern.pattern_id) == key]
        enhanced = [item for item in patterns if begun.get(item.pattern.pattern_id) != key]
        yield ImportPage(
            row=_shown(row),
            file=_shown(files.get(key, {})),
            members=_members(files.get(key, {}).get("members")),
            effort=tuple(_shown(item) for item in effort.get(key, ())),
            rows=divide_rows(row),
            conversations=divide_conversations(row),
            lines=tuple(_line(item) for item in lines.get(key, ())),
            reasons=count_reasons(aside.get(key, ()), "row"),
            set_aside=count_reasons(aside.get(key, ()), "conversation"),
            refused=count_reasons(aside.get(key, ()), "candidate"),
            created=tuple(created[:PATTERNS_LISTED]),
            enhanced=tuple(enhanced[:PATTERNS_LISTED]),
            created_count=len(created),
            enhanced_count=len(enhanced),
            before=links.to_import(keys[place - 1]) if place else None,
            after=links.to_import(keys[place + 1]) if place + 1 < len(keys) else None,
        )


def divide_rows(row: Mapping[str, Any]) -> Whole:
    """What became of the rows of import_history's `row`, or of sums of it."""
    return divide(
        "Rows",
        [
            ("new messages", "main", row["new_messages"]),
            ("repeated in their file", "soft", row["duplicates_within"]),
            ("known from another import", "softer", row["duplicates_across"]),
            ("rejected", "warn", row["rejected"]),
        ],
    )


def divide_conversations(row: Mapping[str, Any]) -> Whole:
    """What became of the conversations of import_history's `row`, or of sums of it."""
    waiting = row["eligible"] - row["analysed"] - row["deferred"] - row["failed"]
    return divide(
        "Conversations",
        [
            ("analysed", "main", row["analysed"]),
            ("deferred to the next run", "second", row["deferred"]),
            ("not analysed yet", "second", waiting),
            ("failed", "warn", row["failed"]),
            ("automated", "soft", row["automated"]),
            ("one-sided", "softer", row["one_sided"]),
            ("without words", "softest", row["empty"]),
        ],
    )


def _columns(patterns: pa.Table) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = patterns.select(["pattern_id", "first_import_key"]).to_pylist()
    return rows


def _first_lines(rejected: pa.Table) -> list[dict[str, Any]]:
    with open_connection() as connection:
        rows: list[dict[str, Any]] = (
            connection.from_arrow(rejected.select(["import_key", "member", "line_number", "reason", "detail"]))
            .project(
                "*, row_number() OVER (PARTITION BY import_key "
                "ORDER BY member NULLS FIRST, line_number, reason, detail) AS place"
            )
            .filter(f"place <= {LINES_LISTED}")
            .order("import_key, place")
            .to_arrow_table()
            .to_pylist()
        )
        return rows


def _brought(evidence: pa.Table) -> dict[str, list[tuple[str, int]]]:
    """(pattern, conversations that the import brought a reply of), most first, by import."""
    with open_connection() as connection:
        counts = (
            connection.from_arrow(evidence.select(["pattern_id", "import_key", "conversation_key", "replied"]))
            .filter("replied IS NOT NULL")
            .aggregate("import_key, pattern_id, count(DISTINCT conversation_key) AS n", "import_key, pattern_id")
            .order("import_key, n DESC, pattern_id")
        )
        grouped: dict[str, list[tuple[str, int]]] = defaultdict(list)
        for key, pattern_id, count in counts.fetchall():
            grouped[key].append((pattern_id, count))
        return grouped


def _members(text: str | None) -> tuple[ArchiveMember, ...]:
    return tuple(
        ArchiveMember(name_unseen(member["name"]), name_unseen(member["kind"]), member.get("record_count"))
        for member in json.loads(text or "[]")
    )


def _line(row: Mapping[str, Any]) -> RejectedLine:
    member, detail = name_unseen(row["member"] or ""), name_unseen(row["detail"] or "")
    return RejectedLine(member, row["line_number"], name_unseen(row["reason"]).replace("_", " "), detail)


def _shown(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: name_unseen(value) if isinstance(value, str) else value for name, value in row.items()}


def _by_import(rows: Sequence[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    grouped: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        grouped[row["import_key"]].append(row)
    return grouped

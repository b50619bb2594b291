"""The inspection: the steps of an import on one file, with nothing stored.

Here: which functions of the pipeline are called on which relations, and what is counted of what they return. Not here:
any rule of theirs, or where the tables of other imports lie.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import duckdb

from pls_pipeline.conversations import Conversation, GroupingOptions, group_conversations
from pls_pipeline.extraction.estimate import estimate_cost
from pls_pipeline.extraction.pricing import Prices
from pls_pipeline.inspection.advice import advise
from pls_pipeline.inspection.records import (
    ConversationCounts,
    FileContent,
    FileInspection,
    KnownFile,
    MessageCounts,
    RejectedReason,
    ShownRow,
)
from pls_pipeline.messages import Deduplication, deduplicate
from pls_pipeline.settings import Settings
from pls_pipeline.sources import ExportReading, ReadingOptions, UnreadableExportError, read_export

# No import is called so: every message that the lake holds counts as another import's.
_KEY = "this file"
_LINES_SHOWN = 5
_CUT_REASONS = ("too_few_fields", "bad_quotes")


@dataclass(frozen=True)
class KnownImports:
    """What the lake holds, as relations of the connection that inspects.

    `messages`: DEDUPLICATED_MESSAGES, `duplicates`: DUPLICATE_ROWS of all imports; `arrival`: their keys in the order
    in which they took possession of their messages.
    """

    messages: duckdb.DuckDBPyRelation
    duplicates: duckdb.DuckDBPyRelation
    arrival: Sequence[str] = ()


@dataclass(frozen=True)
class InspectionOptions:
    """`rows`: how many messages are shown, which hold texts and numbers of people."""

    settings: Settings
    rows: int = 0
    prices: Prices | None = None


def inspect_export(
    connection: duckdb.DuckDBPyConnection,
    path: Path,
    file_name: str,
    known: KnownImports,
    options: InspectionOptions,
    known_as: KnownFile | None = None,
) -> FileInspection:
    """Find what importing the file would do. Raises OSError where it cannot be read.

    A file that is no export has a `refusal`. `known_as` is the import that brought the same content.
    The steps leave temporary tables on the connection, which is to be closed.
    """
    settings = options.settings
    inspection = FileInspection(file_name, path.stat().st_size, known_as=known_as)
    try:
        reading = read_export(
            connection, path, _KEY, file_name, ReadingOptions(settings.default_region, settings.naive_timezone)
        )
    except UnreadableExportError as error:
        return replace(inspection, refusal=str(error))
    raw = _keep(connection, "inspected_messages", reading.messages)
    divided = deduplicate(connection, raw, _KEY, known.messages)
    divided = Deduplication(
        _keep(connection, "inspected_new_messages", divided.messages),
        _keep(connection, "inspected_duplicates", divided.duplicates),
    )
    grouping = GroupingOptions(settings.grouping_window_hours, settings.automated_conversation_prefixes)
    conversations = _keep(
        connection,
        "inspected_conversations",
        group_conversations(
            connection,
            divided.messages,
            known.messages,
            _KEY,
            grouping,
            duplicates=known.duplicates.union(divided.duplicates),
            arrival=[*known.arrival, _KEY],
        ),
    )
    planned = _load_planned(conversations, settings.conversation_limit)
    content = FileContent(
        facts=reading.facts,
        rejected=_count_rejected(raw, reading),
        is_cut_off=_ends_in_a_broken_record(reading),
        messages=_count_messages(raw, divided),
        conversations=_count_conversations(conversations, settings.conversation_limit),
        cost=estimate_cost(planned, settings, options.prices),
    )
    return replace(
        inspection,
        content=content,
        findings=advise(file_name, content, known_as),
        rows=_take_rows(raw, options.rows),
    )


def _keep(connection: duckdb.DuckDBPyConnection, name: str, rows: duckdb.DuckDBPyRelation) -> duckdb.DuckDBPyRelation:
    """The rows, computed once."""
    unique = f"{name}_{uuid.uuid4().hex}"
    rows.create(unique)
    return connection.table(unique)


def _count_rejected(raw: duckdb.DuckDBPyRelation, reading: ExportReading) -> tuple[RejectedReason, ...]:
    """The reasons, those with most records first.

    A spreadsheet's row is a record and not a line; it is told by counting the records before it, which needs a header
    in the first line and nothing but records below it.
    """
    records = raw.project("line_number, NULL AS reason").union(reading.rejected.project("line_number, reason"))
    numbered = records.project("line_number, reason, row_number() OVER (ORDER BY line_number) + 1 AS row")
    ((first_line,),) = records.aggregate("min(line_number)").fetchall()
    only_records = first_line == 2 and reading.facts.blank_lines == reading.facts.repeated_headers == 0
    reasons = numbered.filter("reason IS NOT NULL").aggregate(
        f"reason, count(*) AS n, list_sort(list(line_number))[:{_LINES_SHOWN}] AS first_lines, "
        f"list_sort(list(row))[:{_LINES_SHOWN}] AS first_rows",
        "reason",
    )
    return tuple(
        RejectedReason(reason, n, tuple(lines), tuple(rows) if only_records and reason != "bad_quotes" else ())
        for reason, n, lines, rows in reasons.order("n DESC, reason").fetchall()
    )


def _ends_in_a_broken_record(reading: ExportReading) -> bool:
    """Whether the last record of the file lacks its end."""
    ((last_message,),) = reading.messages.aggregate("max(line_number)").fetchall()
    last = reading.rejected.aggregate("max(line_number) AS line, max_by(reason, line_number) AS reason").fetchall()
    line, reason = last[0]
    return line is not None and reason in _CUT_REASONS and line > (last_message or 0)


def _count_messages(raw: duckdb.DuckDBPyRelation, divided: Deduplication) -> MessageCounts:
    first_at, last_at = raw.aggregate("min(occurred_at), max(occurred_at)").fetchall()[0]
    ((new,),) = divided.messages.aggregate("count(*)").fetchall()
    repeated = dict(divided.duplicates.aggregate("first_import_key, count(*) AS n", "first_import_key").fetchall())
    within = repeated.pop(_KEY, 0)
    return MessageCounts(new, within, sum(repeated.values()), dict(sorted(repeated.items())), first_at, last_at)


def _count_conversations(conversations: duckdb.DuckDBPyRelation, limit: int) -> ConversationCounts:
    counts = dict(conversations.aggregate("status, count(*) AS n", "status").fetchall())
    eligible = counts.get("eligible", 0)
    return ConversationCounts(
        total=sum(counts.values()),
        eligible=eligible,
        automated=counts.get("automated", 0),
        one_sided=counts.get("one_sided", 0),
        empty=counts.get("empty", 0),
        to_analyse=min(eligible, limit),
        deferred=max(eligible - limit, 0),
        limit=limit,
    )


def _load_planned(conversations: duckdb.DuckDBPyRelation, limit: int) -> list[Conversation]:
    """The conversations that the first run would analyse, in its order."""
    eligible = conversations.filter("status = 'eligible'").order("started_at, conversation_key").limit(limit)
    return [Conversation.from_row(row) for row in eligible.to_arrow_table().to_pylist()]


def _take_rows(raw: duckdb.DuckDBPyRelation, count: int) -> tuple[ShownRow, ...]:
    if count < 1:
        return ()
    first = raw.order("row_number").limit(count)
    columns = "row_number, line_number, occurred_at, direction, sender, recipients, body"
    return tuple(
        ShownRow(row_number, line_number, occurred_at, direction, sender, tuple(recipients), body)
        for row_number, line_number, occurred_at, direction, sender, recipients, body in first.project(
            columns
        ).fetchall()
    )

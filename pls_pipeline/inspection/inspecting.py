"""The inspection: the steps of an import on one file, with nothing stored.

Here: which functions of the pipeline are called on which relations, and what is counted of what they return. Not here:
any rule of theirs, or where the tables of other imports lie.
"""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import duckdb

from pls_pipeline.conversations import Conversation, GroupingOptions, group_conversations
from pls_pipeline.extraction.estimate import estimate_cost
from pls_pipeline.extraction.knowledge import Knowledge
from pls_pipeline.extraction.known_patterns import choose_offerable
from pls_pipeline.extraction.people import People
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
from pls_pipeline.sources import ExportFacts, ExportReading, ReadingOptions, UnreadableExportError, read_export

# No import is called so: every message that the lake holds counts as another import's.
_KEY = "this file"
_LINES_SHOWN = 5
_CUT_REASONS = ("too_few_fields", "bad_quotes")


@dataclass(frozen=True)
class KnownImports:
    """What the lake holds, as relations of the connection that inspects.

    `messages`: DEDUPLICATED_MESSAGES, `duplicates`: DUPLICATE_ROWS, `contacts`: CONTACTS, `line_numbers`: LINE_NUMBERS
    of all imports; `arrival`: their keys in the order in which they took possession of their messages; `approved`: rows
    of PATTERN_LIBRARY that a model would be offered.
    """

    messages: duckdb.DuckDBPyRelation
    duplicates: duckdb.DuckDBPyRelation
    contacts: duckdb.DuckDBPyRelation
    line_numbers: duckdb.DuckDBPyRelation
    arrival: Sequence[str] = ()
    approved: Sequence[Mapping[str, Any]] = ()


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
    people = load_people(known, reading, settings)
    conversations = _keep(
        connection,
        "inspected_conversations",
        group_conversations(
            connection,
            divided.messages,
            known.messages,
            _KEY,
            GroupingOptions.from_settings(settings),
            duplicates=known.duplicates.union(divided.duplicates),
            arrival=[*known.arrival, _KEY],
            own_numbers=sorted(people.lines),
        ),
    )
    records = _list_records(raw, reading)
    planned = _load_planned(conversations, settings.conversation_limit)
    content = FileContent(
        facts=reading.facts,
        rejected=_count_rejected(records, reading.facts),
        cut_off=_find_cut_off(records, file_name),
        messages=_count_messages(raw, divided),
        conversations=_count_conversations(conversations, settings.conversation_limit),
        cost=estimate_cost(
            planned, settings, options.prices, Knowledge(people, choose_offerable(known.approved, people))
        ),
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


def load_people(known: KnownImports, reading: ExportReading, settings: Settings) -> People:
    """Who is known from the archives of all imports and from this file."""
    columns = "kind, first_name, last_name, phones"
    contacts = known.contacts.project(columns).union(reading.contacts.project(columns)).distinct()
    lines = known.line_numbers.project("phone").union(reading.line_numbers.project("phone")).distinct()
    phones = [phone for (phone,) in lines.fetchall() if phone]
    return People.from_rows(contacts.to_arrow_table().to_pylist(), phones, settings.public_values, settings.recogniser)


def _list_records(raw: duckdb.DuckDBPyRelation, reading: ExportReading) -> duckdb.DuckDBPyRelation:
    """All records: member, line_number, reason (NULL for a message), row (of a spreadsheet), header_line.

    A spreadsheet's row is a record and not a line; it is told by counting the records before it.
    """
    records = raw.project("member, line_number, NULL AS reason").union(
        reading.rejected.project("member, line_number, reason")
    )
    return records.project(
        "*, row_number() OVER (PARTITION BY member ORDER BY line_number) + 1 AS row, "
        "min(line_number) OVER (PARTITION BY member) - 1 AS header_line"
    )


def _count_rejected(records: duckdb.DuckDBPyRelation, facts: ExportFacts) -> tuple[RejectedReason, ...]:
    """The reasons, those with most records first; rows only where the header is the first, and no line is left out."""
    only_records = facts.blank_lines == facts.repeated_headers == 0
    reasons = records.filter("reason IS NOT NULL").aggregate(
        f"reason, member, count(*) AS n, list_sort(list(line_number))[:{_LINES_SHOWN}] AS first_lines, "
        f"list_sort(list(row))[:{_LINES_SHOWN}] AS first_rows, any_value(header_line) = 1 AS header_is_first",
        "reason, member",
    )
    return tuple(
        RejectedReason(
            reason,
            n,
            tuple(lines),
            tuple(rows) if only_records and header_is_first and reason != "bad_quotes" else (),
            member,
        )
        for reason, member, n, lines, rows, header_is_first in reasons.order("n DESC, reason, member").fetchall()
    )


def _find_cut_off(records: duckdb.DuckDBPyRelation, file_name: str) -> tuple[str, ...]:
    """Files whose last record lacks its end."""
    last = records.aggregate("member, max_by(coalesce(reason, ''), line_number) AS reason", "member")
    return tuple(member or file_name for member, reason in last.order("member").fetchall() if reason in _CUT_REASONS)


def _count_messages(raw: duckdb.DuckDBPyRelation, divided: Deduplication) -> MessageCounts:
    first_at, last_at = raw.aggregate("min(occurred_at), max(occurred_at)").fetchall()[0]
    ((new,),) = divided.messages.aggregate("count(*)").fetchall()
    repeated = dict(divided.duplicates.aggregate("first_import_key, count(*) AS n", "first_import_key").fetchall())
    within = repeated.pop(_KEY, 0)
    return MessageCounts(new, within, sum(repeated.values()), dict(sorted(repeated.items())), first_at, last_at)


def _count_conversations(conversations: duckdb.DuckDBPyRelation, limit: int) -> ConversationCounts:
    counts = dict(conversations.aggregate("status, count(*) AS n", "status").fetchall())
    eligible = counts.get("eligible", 0)
    reasons = conversations.project("unnest(automated_reasons) AS reason").aggregate("reason, count(*) AS n", "reason")
    return ConversationCounts(
        total=sum(counts.values()),
        eligible=eligible,
        automated=counts.get("automated", 0),
        one_sided=counts.get("one_sided", 0),
        empty=counts.get("empty", 0),
        automated_messages=dict(sorted(reasons.fetchall())),
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

"""A text to messages and rejected rows.

Here: the order of the steps, and the relations and facts that they end in. Not here: any of the steps; files that hold
several texts (gathering.py).
"""

from collections.abc import Mapping
from pathlib import Path

import duckdb

from pls_pipeline.sources.careful import read_carefully
from pls_pipeline.sources.dialect import Dialect
from pls_pipeline.sources.encoding import TextFormat, read_text
from pls_pipeline.sources.numbers import map_numbers
from pls_pipeline.sources.openphone import SOURCE
from pls_pipeline.sources.raw_text import read_raw_texts
from pls_pipeline.sources.reading import ExportFacts, MessageReading, ReadingOptions
from pls_pipeline.sources.record_table import RecordTable, create_table, new_table_name
from pls_pipeline.sources.strict import read_strictly
from pls_pipeline.tables import RAW_MESSAGES, REJECTED_ROWS


def read_messages(
    connection: duckdb.DuckDBPyConnection,
    path: Path,
    dialect: Dialect,
    options: ReadingOptions,
    common: Mapping[str, str | int | None],
) -> MessageReading:
    """Read every record of a text.

    `common` has import_key, member, and rows_before: the records of the import that come before those of this text. The
    relations live in temporary tables of the connection. Raises ValueError where the zone in the options is none.
    """
    records = read_strictly(connection, path, dialect, options.naive_timezone) or read_carefully(
        connection, path, dialect, options.naive_timezone
    )
    values = connection.sql(
        "SELECT $import_key AS import_key, $member::VARCHAR AS member, $rows_before::BIGINT AS rows_before",
        params=dict(common),
    )
    mapping = map_numbers(connection, _number_cells(records.rows), options.default_region)
    messages = _with_numbers(records.rows.filter("reason IS NULL"), mapping).cross(values)
    numbered = messages.project("* REPLACE (row_number + rows_before AS row_number)")
    rejected = _with_raw_text(connection, records.rows.filter("reason IS NOT NULL"), path, records.text_format).cross(
        values
    )
    return MessageReading(
        numbered.project(", ".join(RAW_MESSAGES.column_names)),
        rejected.project(", ".join(REJECTED_ROWS.column_names)),
        _count_facts(records, mapping, dialect),
        records.folder,
    )


def _number_cells(rows: duckdb.DuckDBPyRelation) -> duckdb.DuckDBPyRelation:
    return rows.project("from_text").distinct().union(rows.project("to_text").distinct()).distinct()


def _with_numbers(rows: duckdb.DuckDBPyRelation, mapping: duckdb.DuckDBPyRelation | None) -> duckdb.DuckDBPyRelation:
    """The columns of RAW_MESSAGES but import_key: numbers as they stand where `mapping` does not know better."""
    sender, recipients = "nullif(from_text, '')", "CASE WHEN to_text = '' THEN [] ELSE [to_text] END"
    if mapping is not None:
        senders = mapping.project("cell AS sender_cell, number AS sender_number")
        lists = mapping.project("cell AS recipients_cell, numbers AS recipient_numbers")
        rows = rows.join(senders, "from_text = sender_cell", how="left")
        rows = rows.join(lists, "to_text = recipients_cell", how="left")
        sender = f"CASE WHEN sender_cell IS NULL THEN {sender} ELSE sender_number END"
        recipients = f"CASE WHEN recipients_cell IS NULL THEN {recipients} ELSE recipient_numbers END"
    return rows.project(f"""
        row_number, first_line AS line_number, message_id, conversation_id, body, {sender} AS sender,
        {recipients} AS recipients, direction, coalesce(created_at, sent_at) AS occurred_at, sent_at, created_at,
        repaired, extra
    """)


def _with_raw_text(
    connection: duckdb.DuckDBPyConnection, rejected: duckdb.DuckDBPyRelation, path: Path, text_format: TextFormat
) -> duckdb.DuckDBPyRelation:
    spans = rejected.project("first_line, last_line").order("first_line").to_arrow_table()
    if not spans.num_rows:
        return rejected.project("*, first_line AS line_number, CAST(NULL AS VARCHAR) AS raw_text")
    texts = new_table_name("raw_texts")
    create_table(connection, texts, read_raw_texts(read_text(path, text_format), spans))
    return rejected.join(connection.table(texts), "first_line = line_number", how="left")


def _count_facts(records: RecordTable, mapping: duckdb.DuckDBPyRelation | None, dialect: Dialect) -> ExportFacts:
    messages, rejected, repaired, lost_times, rows_with_lost_times = records.rows.aggregate(
        "count(*) FILTER (reason IS NULL), count(*) FILTER (reason IS NOT NULL), "
        "count(*) FILTER (reason IS NULL AND repaired), coalesce(sum(lost_times), 0), count(*) FILTER (lost_times > 0)"
    ).fetchall()[0]
    lost_numbers, rows_with_lost_numbers = _count_lost_numbers(records.rows, mapping)
    return ExportFacts(
        source=SOURCE,
        encoding=records.text_format.encoding,
        delimiter=dialect.delimiter,
        columns=dialect.columns.meanings,
        record_count=records.record_count,
        message_count=messages,
        rejected_count=rejected,
        repaired_count=repaired,
        blank_lines=records.blank_lines,
        repeated_headers=records.repeated_headers,
        reader=records.reader,
        lost_times=int(lost_times),
        lost_numbers=lost_numbers,
        rows_with_lost_times=rows_with_lost_times,
        rows_with_lost_numbers=rows_with_lost_numbers,
        line_end=dialect.line_end,
    )


def _count_lost_numbers(rows: duckdb.DuckDBPyRelation, mapping: duckdb.DuckDBPyRelation | None) -> tuple[int, int]:
    """Numbers that a spreadsheet rounded, and the records that hold one."""
    if mapping is None:
        return 0, 0
    lost = mapping.filter("lost > 0").project("cell, lost")
    both = rows.project("row_number, from_text AS text").union(rows.project("row_number, to_text AS text"))
    numbers, records = (
        both.join(lost, "text = cell").aggregate("coalesce(sum(lost), 0), count(DISTINCT row_number)").fetchall()[0]
    )
    return int(numbers), records

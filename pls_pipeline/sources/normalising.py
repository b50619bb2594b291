"""Text cells to messages and rejected rows, in SQL.

Here: which column means what, the clock, and the reasons for which a record is rejected. Not here: how one time or
number is written (times.py, numbers.py), or how records are found.
"""

from dataclasses import dataclass

import duckdb

from pls_pipeline.sources.cells import CellTable, cell_name, create_table, new_table_name
from pls_pipeline.sources.numbers import E164, map_numbers
from pls_pipeline.sources.openphone import CALL_TYPES, DIRECTIONS
from pls_pipeline.sources.reading import ReadingOptions
from pls_pipeline.sources.times import add_time, lost_expression, with_time_options

_TRIM = "trim(coalesce({0}, ''), e' \\t\\r\\n\u00a0')"
_DIRECTION = (
    "CASE lower(direction_text) "
    + " ".join(f"WHEN '{word}' THEN '{meaning}'" for word, meaning in DIRECTIONS.items())
    + " END"
)
_REASON = f"""
CASE
    WHEN fault IS NOT NULL THEN fault
    WHEN lower(type_text) IN {CALL_TYPES} THEN 'not_a_message'
    WHEN coalesce(created_at, sent_at) IS NULL THEN 'bad_timestamp'
    WHEN direction IS NULL THEN 'bad_direction'
END"""
_DETAIL = """
CASE reason
    WHEN 'not_a_message' THEN 'a call or voicemail'
    WHEN 'bad_timestamp' THEN 'no time of the row can be read'
    WHEN 'bad_direction' THEN 'the direction is neither incoming nor outgoing'
    ELSE detail
END"""


@dataclass(frozen=True)
class NormalisedTable:
    """Messages and rejected records in one temporary table.

    Columns: those of RAW_MESSAGES but import_key and line_number, and first_line, last_line, reason (NULL for a
    message), detail, lost_times, lost_numbers (cells that a spreadsheet rounded).
    """

    name: str

    def relation(self, connection: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyRelation:
        """The table as a relation."""
        return connection.table(self.name)


def normalise(connection: duckdb.DuckDBPyConnection, cells: CellTable, options: ReadingOptions) -> NormalisedTable:
    """Read the meaning of every record into a new temporary table."""
    named = cells.relation(connection).project(_named_cells(cells))
    zoned = with_time_options(connection, named, ("created_text", "sent_text"), options.naive_timezone)
    timed = add_time(add_time(zoned, "created_text", "created_at"), "sent_text", "sent_at")
    judged = timed.project(f"*, {_DIRECTION} AS direction").project(f"*, {_REASON} AS reason")
    mapping = map_numbers(
        connection, named.project("from_text").union(named.project("to_text")), options.default_region
    )
    joined = judged.set_alias("r").join(mapping.set_alias("s"), "r.from_text = s.cell", how="left")
    joined = joined.project("r.*, s.number AS sender_number, s.lost AS sender_lost").set_alias("r")
    joined = joined.join(mapping.set_alias("t"), "r.to_text = t.cell", how="left")
    rows = joined.project(f"""
        row_number, first_line, last_line, message_id, conversation_id, body,
        CASE WHEN regexp_full_match(from_text, '{E164}') THEN from_text ELSE sender_number END AS sender,
        CASE WHEN regexp_full_match(to_text, '{E164}') THEN [to_text] ELSE coalesce(t.numbers, []) END AS recipients,
        direction, coalesce(created_at, sent_at) AS occurred_at, sent_at, created_at, repaired, extra,
        reason, {_DETAIL} AS detail,
        CAST({lost_expression("created_text")} AND created_at IS NULL AS BIGINT)
            + CAST({lost_expression("sent_text")} AND sent_at IS NULL AS BIGINT) AS lost_times,
        coalesce(CASE WHEN sender_number IS NULL THEN sender_lost END, 0) + coalesce(t.lost, 0) AS lost_numbers
    """)
    name = new_table_name("normalised")
    create_table(connection, name, rows)
    return NormalisedTable(name)


def _named_cells(cells: CellTable) -> str:
    positions = cells.columns.positions

    def cell(column: str) -> str:
        return cell_name(positions[column]) if column in positions else "CAST(NULL AS VARCHAR)"

    extra = ", ".join(
        f"{_identifier(cells.columns.header[index])} := coalesce({cell_name(index)}, '')"
        for index in cells.columns.extra
    )
    return f"""
        row_number, first_line, last_line, repaired, fault, detail,
        nullif({_TRIM.format(cell("message_id"))}, '') AS message_id,
        nullif({_TRIM.format(cell("conversation_id"))}, '') AS conversation_id,
        replace(coalesce({cell("body")}, ''), e'\\r\\n', e'\\n') AS body,
        {_TRIM.format(cell("created_at"))} AS created_text, {_TRIM.format(cell("sent_at"))} AS sent_text,
        {_TRIM.format(cell("sender"))} AS from_text, {_TRIM.format(cell("recipients"))} AS to_text,
        {_TRIM.format(cell("direction"))} AS direction_text, {_TRIM.format(cell("type"))} AS type_text,
        {f"to_json(struct_pack({extra}))" if extra else "CAST(NULL AS VARCHAR)"} AS extra
    """


def _identifier(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'

"""Text cells to times, directions and reasons, in SQL.

Here: which column means what, the clock, and the reasons for which a record is rejected. Not here: how one time is
written (times.py), phone numbers (numbers.py), or how records are found.
"""

import duckdb

from pls_pipeline.sources.openphone import CALL_TYPES, DIRECTIONS, Columns
from pls_pipeline.sources.record_table import StoredRows, cell_name, store_rows
from pls_pipeline.sources.times import add_time, lost_expression, with_time_options
from pls_pipeline.temporary import SpillFolder

_NO_BREAK_SPACE = "\u00a0"
_WORDS = " ".join(f"WHEN '{word}' THEN '{meaning}'" for word, meaning in DIRECTIONS.items())
# The two words of our own first: nearly all rows have them, and need no more.
_DIRECTION = (
    "CASE direction_text WHEN 'incoming' THEN 'incoming' WHEN 'outgoing' THEN 'outgoing' "
    f"ELSE CASE lower(direction_text) {_WORDS} END END"
)
# An IN list would become a join, which does not keep the order of rows.
_IS_CALL = "CASE lower(type_text) " + " ".join(f"WHEN '{word}' THEN TRUE" for word in CALL_TYPES) + " ELSE FALSE END"
_REASON = f"""
CASE
    WHEN fault IS NOT NULL THEN fault
    WHEN {_IS_CALL} THEN 'not_a_message'
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
_WORK_COLUMNS = (
    "zone, day_first, created_text, sent_text, type_text, "
    "created_at_part_1, created_at_part_2, sent_at_part_1, sent_at_part_2"
)


def normalise(
    connection: duckdb.DuckDBPyConnection,
    cells: duckdb.DuckDBPyRelation,
    columns: Columns,
    zone: str,
    folder: SpillFolder | None = None,
) -> StoredRows:
    """Read the meaning of every record; the rows are stored in `folder` if there is one.

    `cells` has cell_0, cell_1, … (text), repaired, fault, detail, and columns that pass through. The rows have, for the
    cells: message_id, conversation_id, body, from_text, to_text (trimmed, not normalised), direction_text, direction,
    created_at, sent_at, extra, reason (NULL for a message), detail, lost_times.
    A file writes the day first where a date such as 25/12/2025 shows it and none shows the contrary.
    Raises ValueError for a zone that is not known.
    """
    stored = store_rows(connection, _meanings(connection, cells, columns, zone, day_first=False), folder)
    first, second = stored.rows.aggregate("max(first_part), max(second_part)").fetchall()[0]
    if (first or 0) > 12 >= (second or 0):
        return store_rows(connection, _meanings(connection, cells, columns, zone, day_first=True), folder)
    return stored


def _meanings(
    connection: duckdb.DuckDBPyConnection,
    cells: duckdb.DuckDBPyRelation,
    columns: Columns,
    zone: str,
    *,
    day_first: bool,
) -> duckdb.DuckDBPyRelation:
    # In two steps, so that an expression which names a cell twice does not trim it twice.
    named = cells.project(_named_cells(columns)).project(
        f"* REPLACE ({_IDENTITY} AS message_id, nullif(conversation_id, '') AS conversation_id)"
    )
    zoned = with_time_options(connection, named, zone, day_first=day_first)
    timed = add_time(add_time(zoned, "created_text", "created_at"), "sent_text", "sent_at")
    judged = timed.project(f"*, {_DIRECTION} AS direction").project(f"*, {_REASON} AS reason")
    first, second = (f"greatest(created_at_part_{part}, sent_at_part_{part})" for part in (1, 2))
    lost = f"{lost_expression('created_text', 'created_at')} + {lost_expression('sent_text', 'sent_at')}"
    return judged.project(
        f"* EXCLUDE ({_WORK_COLUMNS}) REPLACE ({_DETAIL} AS detail), "
        f"{lost} AS lost_times, {first} AS first_part, {second} AS second_part"
    )


# What stands where an id is missing, or was one before a spreadsheet made it a number. Taken for an id, it would make
# one message of all rows that have it.
_NO_IDENTITY = r"(?i)(null|none|nil|nan|n/?a|undefined|unknown|[-–—0]*|#[a-z/0!?]+|\d+([.,]\d+)?e\+?\d+)"
_LONGEST_WITHOUT_IDENTITY = 16
_IDENTITY = (
    f"CASE WHEN length(message_id) <= {_LONGEST_WITHOUT_IDENTITY} "
    f"AND regexp_full_match(message_id, '{_NO_IDENTITY}') THEN NULL ELSE message_id END"
)


def _named_cells(columns: Columns) -> str:
    def cell(column: str) -> str:
        return cell_name(columns.positions[column]) if column in columns.positions else "CAST(NULL AS VARCHAR)"

    cells = ", ".join(cell_name(index) for index in range(len(columns.header)))
    extra = ", ".join(
        f"{_identifier(columns.header[index])} := coalesce({cell_name(index)}, '')" for index in columns.extra
    )
    body = f"coalesce({cell('body')}, '')"
    return f"""
        * EXCLUDE ({cells}),
        {_trimmed(cell("message_id"))} AS message_id,
        {_trimmed(cell("conversation_id"))} AS conversation_id,
        CASE WHEN contains({body}, e'\\r\\n') THEN replace({body}, e'\\r\\n', e'\\n') ELSE {body} END AS body,
        {_trimmed(cell("created_at"))} AS created_text, {_trimmed(cell("sent_at"))} AS sent_text,
        {_trimmed(cell("sender"))} AS from_text, {_trimmed(cell("recipients"))} AS to_text,
        {_trimmed(cell("direction"))} AS direction_text, {_trimmed(cell("type"))} AS type_text,
        {f"to_json(struct_pack({extra}))" if extra else "CAST(NULL AS VARCHAR)"} AS extra
    """


def _identifier(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _trimmed(cell: str) -> str:
    """SQL that trims white space; the tests in front of it cost a tenth of the trim, and less than one for each end."""
    if cell.startswith("CAST"):
        return "''"
    return (
        f"CASE WHEN {cell} >= '!' AND {cell} < chr(160) AND reverse({cell}) >= '!' AND NOT suffix({cell}, chr(160)) "
        f"THEN {cell} ELSE trim(coalesce({cell}, ''), e' \\t\\r\\n{_NO_BREAK_SPACE}') END"
    )

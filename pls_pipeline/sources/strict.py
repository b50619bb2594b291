"""The fast way: DuckDB reads the file, and what it read is checked against the bytes.

Here: when a file is clean enough, and the proof that nothing was skipped or altered. Not here: files that are not clean
(careful.py), what cells mean (normalising.py).

DuckDB's strict reader refuses most damage. What it lets pass (blank lines, spaces around quotes) shows in two sums that
must agree with the file: line ends = records + line ends inside cells, and bytes = cells + delimiters + line ends +
quotes.
"""

import contextlib
import re
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb

from pls_pipeline.sources.dialect import Dialect
from pls_pipeline.sources.encoding import CHUNK_BYTES, read_text
from pls_pipeline.sources.normalising import normalise
from pls_pipeline.sources.openphone import simplify_name
from pls_pipeline.sources.record_table import RecordTable, cell_name, create_table, drop_table, new_table_name
from pls_pipeline.sources.records import LONGEST_RECORD

_GLOB_CHARACTERS = frozenset("*?[]")
_NUL = b"\0"
# DuckDB takes `"x" "y"` for one cell, in which both sums still agree.
_JOINED_QUOTES = re.compile(rb'" +"')


@dataclass(frozen=True)
class _Bytes:
    """Counts over the records of a file, the header line not counted."""

    size: int
    line_ends: int
    quotes: int
    line_end_size: int
    ends_with_line_end: bool


def read_strictly(connection: duckdb.DuckDBPyConnection, path: Path, dialect: Dialect, zone: str) -> RecordTable | None:
    """Read a clean file; None where it is not, or where it cannot be proved. `zone` is that of times without one."""
    header_is_a_line = dialect.first_line == 2 and not any("\n" in name for name in dialect.columns.header)
    in_order = connection.sql("SELECT current_setting('preserve_insertion_order')").fetchall()[0][0]
    if not header_is_a_line or not in_order:
        return None
    with _utf8_file(path, dialect) as plain:
        counted = _count_bytes(plain)
        if counted is None:
            return None
        try:
            cells = _read_cells(connection, plain, dialect)
            name = normalise(connection, cells, dialect.columns, zone)
        except (duckdb.InvalidInputException, duckdb.ConversionException):
            return None
    record_count = _check_records(connection, name, dialect, counted)
    if record_count is None:
        drop_table(connection, name)
        return None
    rows = _number_lines(connection, name)
    return RecordTable(rows, dialect.text_format, "strict", record_count, blank_lines=0, repeated_headers=0)


@contextlib.contextmanager
def _utf8_file(path: Path, dialect: Dialect) -> Iterator[Path]:
    """The file, or a copy in UTF-8, under a path that DuckDB does not take for a pattern."""
    in_utf8 = dialect.text_format.encoding.startswith("utf-8") and dialect.text_format.newline == "\n"
    if in_utf8 and _GLOB_CHARACTERS.isdisjoint(str(path)):
        yield path
        return
    with tempfile.TemporaryDirectory() as folder:
        plain = Path(folder) / "export.csv"
        if in_utf8:
            plain.symlink_to(path.resolve())
        else:
            with plain.open("w", encoding="utf-8", newline="") as file:
                file.writelines(read_text(path, dialect.text_format))
        yield plain


def _count_bytes(path: Path) -> _Bytes | None:
    """Counts of what the proof needs; None where the file holds what DuckDB reads otherwise than we do."""
    size = line_ends = quotes = 0
    chunk = b""
    with path.open("rb") as file:
        header = file.readline()
        while lines := file.read(CHUNK_BYTES) + file.readline(CHUNK_BYTES):
            chunk = lines
            if _NUL in chunk or _JOINED_QUOTES.search(chunk):
                return None
            size += len(chunk)
            line_ends += chunk.count(b"\n")
            quotes += chunk.count(b'"')
    return _Bytes(size, line_ends, quotes, 2 if header.endswith(b"\r\n") else 1, chunk.endswith(b"\n"))


def _read_cells(connection: duckdb.DuckDBPyConnection, path: Path, dialect: Dialect) -> duckdb.DuckDBPyRelation:
    names = [cell_name(index) for index in range(len(dialect.columns.header))]
    cells = connection.read_csv(
        str(path),
        header=False,
        skiprows=1,
        columns=dict.fromkeys(names, "VARCHAR"),
        auto_detect=False,
        delimiter=dialect.delimiter,
        quotechar='"',
        escapechar='"',
        strict_mode=True,
        compression="none",
        max_line_size=LONGEST_RECORD,
    )
    texts = [names[index] for index in (dialect.columns.positions["body"], *dialect.columns.extra)]
    sizes = " + ".join(f"coalesce(strlen({name}), 0)" for name in names)
    newlines, quotes = (" + ".join(_count(text, character) for text in texts) for character in ("chr(10)", "chr(34)"))
    return cells.project(
        f"*, {sizes} AS cell_bytes, {newlines} AS newlines, {quotes} AS quotes, "
        "FALSE AS repaired, CAST(NULL AS VARCHAR) AS fault, CAST(NULL AS VARCHAR) AS detail"
    )


def _count(text: str, character: str) -> str:
    """SQL: how often the cell holds the character. Only texts are counted: elsewhere, the sums disagree."""
    return (
        f"CASE WHEN contains({text}, {character}) "
        f"THEN strlen({text}) - strlen(replace({text}, {character}, '')) ELSE 0 END"
    )


def _check_records(connection: duckdb.DuckDBPyConnection, name: str, dialect: Dialect, counted: _Bytes) -> int | None:
    """The number of records, or None where the sums disagree or a record needs the careful reader."""
    header = dialect.columns.header
    direction = simplify_name(header[dialect.columns.positions["direction"]])
    repeated = rf"regexp_replace(lower(direction_text), '[^a-z]', '', 'g') = '{direction}'"
    table = connection.table(name)
    records, newlines, size, quotes, odd = table.aggregate(f"""
        count(*), coalesce(sum(newlines), 0), coalesce(sum(cell_bytes), 0), coalesce(sum(quotes), 0),
        count(*) FILTER (reason IS NOT NULL AND (newlines > 0 OR direction_text = '' OR {repeated}))
    """).fetchall()[0]
    open_end = 0 if counted.ends_with_line_end or records == 0 else 1
    row_ends = records - open_end
    delimiters = records * (len(header) - 1)
    expected = size + delimiters + row_ends * counted.line_end_size + counted.quotes - quotes
    proved = counted.line_ends == row_ends + newlines and counted.size == expected
    return int(records) if proved and odd == 0 else None


def _number_lines(connection: duckdb.DuckDBPyConnection, name: str) -> duckdb.DuckDBPyRelation:
    """The rows with their numbers: a record begins after the header and the lines of all records before it."""
    numbered = connection.table(name).project("rowid + 1 AS row_number, *")
    lines_before = connection.table(name).project(
        "rowid + 1 AS line_row, CAST(sum(newlines) OVER (ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS BIGINT)"
        " + rowid + 2 AS last_line"
    )
    lines = new_table_name("lines")
    create_table(connection, lines, lines_before)
    joined = numbered.join(connection.table(lines), "row_number = line_row")
    return joined.project("* EXCLUDE (line_row), last_line - newlines AS first_line")

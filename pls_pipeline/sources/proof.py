"""What the bytes of a file say about its records, and whether records that were read agree.

Here: two sums and samples. Not here: reading (strict.py). The sums are: line ends = records + line ends inside cells,
and bytes = cells + delimiters + line ends + quotes. They show what a reader skipped or altered. The samples (the record
at the beginning of each chunk) show whether the rows stand in the order of the file, on which their numbers rest.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from pls_pipeline.sources.dialect import Dialect
from pls_pipeline.sources.encoding import CHUNK_BYTES
from pls_pipeline.sources.openphone import simplify_name
from pls_pipeline.sources.scanning import Status, scan_record

_SAMPLE_BYTES = 8192
# DuckDB takes `"x" "y"` for one cell, in which both sums still agree.
_JOINED_QUOTES = re.compile(rb'" +"')


@dataclass(frozen=True)
class Evidence:
    """Counts over the records of a file, the header line not counted.

    `samples`: the number of a line and the text that begins there.
    """

    size: int
    line_ends: int
    quotes: int
    line_end_size: int
    ends_with_line_end: bool
    samples: tuple[tuple[int, str], ...]


def collect_evidence(path: Path) -> Evidence | None:
    """Count what the proof needs; None where a UTF-8 file holds what DuckDB reads otherwise than we do."""
    size = line_ends = quotes = 0
    samples: list[tuple[int, str]] = []
    chunk = b""
    with path.open("rb") as file:
        header = file.readline(CHUNK_BYTES)
        while lines := file.read(CHUNK_BYTES) + file.readline(CHUNK_BYTES):
            chunk = lines
            if b"\0" in chunk or _JOINED_QUOTES.search(chunk):
                return None
            samples.append((2 + line_ends, chunk[:_SAMPLE_BYTES].decode("utf-8", errors="ignore")))
            size += len(chunk)
            line_ends += chunk.count(b"\n")
            quotes += chunk.count(b'"')
    line_end_size = 2 if header.endswith(b"\r\n") else 1
    return Evidence(size, line_ends, quotes, line_end_size, chunk.endswith(b"\n"), tuple(samples))


def count_proved_records(rows: duckdb.DuckDBPyRelation, dialect: Dialect, evidence: Evidence) -> int | None:
    """The number of records, or None where the sums disagree or a record needs the careful reader.

    `rows`: cell_bytes, newlines, quotes (counts over the texts of a record), reason, direction_text.
    """
    header = dialect.columns.header
    direction = simplify_name(header[dialect.columns.positions["direction"]])
    repeated = rf"regexp_replace(lower(direction_text), '[^a-z]', '', 'g') = '{direction}'"
    records, newlines, size, quotes, odd = rows.aggregate(f"""
        count(*), coalesce(sum(newlines), 0), coalesce(sum(cell_bytes), 0), coalesce(sum(quotes), 0),
        count(CASE WHEN reason IS NULL THEN NULL WHEN newlines > 0 OR direction_text = '' OR {repeated} THEN 1 END)
    """).fetchall()[0]
    row_ends = records - (0 if evidence.ends_with_line_end or records == 0 else 1)
    delimiters = records * (len(header) - 1)
    expected = size + delimiters + row_ends * evidence.line_end_size + evidence.quotes - quotes
    proved = evidence.line_ends == row_ends + newlines and evidence.size == expected
    return int(records) if proved and odd == 0 else None


def are_in_order(
    connection: duckdb.DuckDBPyConnection, rows: duckdb.DuckDBPyRelation, dialect: Dialect, evidence: Evidence
) -> bool:
    """Whether the record that `rows` give for each sampled line is the one that stands there.

    `rows`: first_line, message_id, body. A sample that begins inside a record, or does not hold it whole, says nothing.
    """
    texts = dict(evidence.samples)
    lines = connection.sql("SELECT unnest(CAST($lines AS BIGINT[])) AS sampled_line", params={"lines": list(texts)})
    found = rows.join(lines, "first_line = sampled_line").project("first_line, message_id, body").fetchall()
    return all(_is_the_record(texts[line], dialect, message_id or "", body) for line, message_id, body in found)


def _is_the_record(text: str, dialect: Dialect, message_id: str, body: str) -> bool:
    scanned = scan_record(text, 0, dialect.delimiter, at_end=False)
    if scanned.status is not Status.COMPLETE:
        return True
    return _cell(scanned.fields, dialect, "message_id").strip() == message_id and (
        _cell(scanned.fields, dialect, "body").replace("\r\n", "\n") == body
    )


def _cell(fields: Sequence[str], dialect: Dialect, column: str) -> str:
    return fields[dialect.columns.positions[column]] if column in dialect.columns.positions else ""

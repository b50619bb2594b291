"""The fast way: DuckDB reads the file, and what it read is proved against the bytes.

Here: the reader for files that are clean, and the numbers of rows and lines. Not here: the proof (proof.py), files that
are not clean (careful.py), what cells mean (normalising.py).

Row numbers rest on DuckDB keeping the order of the file: nothing in normalising.py may join (an IN list of more than a
few values is a join, too), and proof.py looks whether it held.
"""

import contextlib
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa

from pls_pipeline.sources.dialect import Dialect
from pls_pipeline.sources.encoding import read_text
from pls_pipeline.sources.normalising import normalise
from pls_pipeline.sources.proof import are_in_order, collect_evidence, count_proved_records
from pls_pipeline.sources.record_table import RecordTable, cell_name, choose_folder
from pls_pipeline.sources.records import LONGEST_RECORD

_GLOB_CHARACTERS = frozenset("*?[]")


def read_strictly(connection: duckdb.DuckDBPyConnection, path: Path, dialect: Dialect, zone: str) -> RecordTable | None:
    """Read a clean file; None where it is not, or where it cannot be proved. `zone` is that of times without one."""
    if dialect.first_line != 2 or any("\n" in name for name in dialect.columns.header):
        return None
    folder = choose_folder(path)
    with _utf8_file(path, dialect) as plain, ThreadPoolExecutor(max_workers=1) as beside:
        collecting = beside.submit(collect_evidence, plain)
        try:
            stored = normalise(connection, _read_cells(connection, plain, dialect), dialect.columns, zone, folder)
        except (duckdb.InvalidInputException, duckdb.ConversionException):
            return None
        evidence = collecting.result()
    if evidence is None:
        return None
    record_count = count_proved_records(stored.rows, dialect, evidence)
    if record_count is None:
        return None
    rows = stored.with_columns(connection, _number_lines(stored.rows))
    if not are_in_order(connection, rows, dialect, evidence):
        return None
    return RecordTable(
        rows, dialect.text_format, "strict", record_count, blank_lines=0, repeated_headers=0, folder=folder
    )


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


def _number_lines(rows: duckdb.DuckDBPyRelation) -> pa.Table:
    """Columns row_number, first_line, last_line: a record begins after the header and the lines of all before it."""
    newlines = rows.project("newlines").to_arrow_table()["newlines"].to_numpy()
    row_numbers = np.arange(1, len(newlines) + 1)
    last_lines = np.cumsum(newlines) + row_numbers + 1
    return pa.table({"row_number": row_numbers, "first_line": last_lines - newlines, "last_line": last_lines})

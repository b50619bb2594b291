"""The export files: JSON lines, CSV and Parquet of the library, its provenance, its history and the rejected rows.

Here: names, formats and columns of the files. Not here: which rows there are (published_tables.py), what a cell of a
spreadsheet may hold (cells.py), the report (report.py).

JSON lines: UTF-8; times are ISO 8601 in UTC with Z; lists and JSON columns are JSON, not text that holds JSON.
CSV: UTF-8 with a byte order mark, so that Excel shows accents; commas, CRLF, quotes where needed (RFC 4180); times are
`YYYY-MM-DD HH:MM:SS` in UTC; a list has an item a line, JSON columns hold JSON, an absent value is an empty cell; text
is escaped as cells.py says. Parquet: the types of the lake.
The same tables give the same bytes, and each file is replaced whole: a reader sees the old one or the new one.
"""

import csv
import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet

from pls_pipeline.lake import replacing
from pls_pipeline.publishing.cells import escape_cell, escape_list, fit_cell
from pls_pipeline.publishing.published_tables import PublishedTables

JSON_COLUMNS = frozenset({"variables", "values"})
_BATCH_ROWS = 10_000


def publish_files(tables: PublishedTables, out: Path) -> list[Path]:
    """Write the export files into the folder `out`, which is made where it is missing; return their paths.

    pattern_library.jsonl, .csv, .parquet; pattern_provenance.jsonl, .parquet; import_history.csv; rejected_rows.csv.
    rejected_rows.csv holds the text of the rows where PublishedTables has it, for whoever repairs them.
    Raises OSError where a file cannot be written; the files before it in that order are then new, the others old.
    """
    out.mkdir(parents=True, exist_ok=True)
    return [
        _write_json_lines(tables.patterns, out / "pattern_library.jsonl"),
        _write_csv(tables.patterns, out / "pattern_library.csv"),
        _write_parquet(tables.patterns, out / "pattern_library.parquet"),
        _write_json_lines(tables.provenance, out / "pattern_provenance.jsonl"),
        _write_parquet(tables.provenance, out / "pattern_provenance.parquet"),
        _write_csv(tables.history, out / "import_history.csv"),
        _write_csv(tables.rejected, out / "rejected_rows.csv"),
    ]


def _records(rows: pa.Table) -> Iterator[dict[str, Any]]:
    for batch in rows.to_batches(max_chunksize=_BATCH_ROWS):
        yield from batch.to_pylist()


def _write_json_lines(rows: pa.Table, target: Path) -> Path:
    with replacing(target) as temporary, temporary.open("w", encoding="utf-8", newline="\n") as file:
        for record in _records(rows):
            values = {name: _json_value(name, value) for name, value in record.items()}
            file.write(json.dumps(values, ensure_ascii=False, allow_nan=False) + "\n")
    return target


def _json_value(name: str, value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat(timespec="milliseconds") + "Z"
    if name in JSON_COLUMNS:
        return json.loads(value) if isinstance(value, str) else []
    return value


def _write_csv(rows: pa.Table, target: Path) -> Path:
    with replacing(target) as temporary, temporary.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(rows.column_names)
        writer.writerows([_cell(value) for value in record.values()] for record in _records(rows))
    return target


def _cell(value: object) -> object:
    """Leave a number as it is, write a time as a spreadsheet reads it, escape text."""
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M:%S")
    if isinstance(value, str):
        return fit_cell(escape_cell(value))
    if isinstance(value, list):
        return fit_cell(escape_list(value))
    return value


def _write_parquet(rows: pa.Table, target: Path) -> Path:
    with replacing(target) as temporary:
        pyarrow.parquet.write_table(rows, temporary, compression="zstd")
    return target

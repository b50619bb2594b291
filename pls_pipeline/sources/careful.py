"""The careful way: every record of a file in whatever state, at the speed of Python.

Here: batches of records into a temporary table of DuckDB, in bounded memory. Not here: how records are found
(records.py).
"""

from collections.abc import Iterator, Sequence
from pathlib import Path

import duckdb
import pyarrow as pa

from pls_pipeline.sources.dialect import Dialect
from pls_pipeline.sources.encoding import read_text, settle_format
from pls_pipeline.sources.normalising import normalise
from pls_pipeline.sources.record_table import (
    RecordTable,
    cell_name,
    choose_folder,
    create_table,
    drop_table,
    new_table_name,
)
from pls_pipeline.sources.records import Record, RecordReader

_ROWS_A_BATCH = 16384
_CHARACTERS_A_BATCH = 1 << 24
_FIXED_COLUMNS = (
    ("row_number", pa.int64()),
    ("first_line", pa.int64()),
    ("last_line", pa.int64()),
    ("repaired", pa.bool_()),
    ("fault", pa.string()),
    ("detail", pa.string()),
)


def read_carefully(connection: duckdb.DuckDBPyConnection, path: Path, dialect: Dialect, zone: str) -> RecordTable:
    """Read every record of the file, the broken ones with their fault; `zone` is that of times without one."""
    text_format = settle_format(path, dialect.text_format)
    reader = RecordReader(read_text(path, text_format), dialect)
    schema = pa.schema([*_FIXED_COLUMNS, *((cell_name(i), pa.string()) for i in range(len(dialect.columns.header)))])
    cells = new_table_name("cells")
    create_table(connection, cells, pa.RecordBatchReader.from_batches(schema, _batches(reader, schema)))
    stored = normalise(connection, connection.table(cells), dialect.columns, zone, choose_folder(path))
    drop_table(connection, cells)
    return RecordTable(
        stored.rows,
        text_format,
        "careful",
        reader.record_count,
        reader.blank_lines,
        reader.repeated_headers,
        stored.folder,
    )


def _batches(reader: RecordReader, schema: pa.Schema) -> Iterator[pa.RecordBatch]:
    records: list[Record] = []
    first_row = 1
    limit = _CHARACTERS_A_BATCH
    for record in reader:
        records.append(record)
        if len(records) == _ROWS_A_BATCH or reader.characters_read > limit:
            yield _batch(records, first_row, schema)
            first_row += len(records)
            limit = reader.characters_read + _CHARACTERS_A_BATCH
            records = []
    if records:
        yield _batch(records, first_row, schema)


def _batch(records: Sequence[Record], first_row: int, schema: pa.Schema) -> pa.RecordBatch:
    nothing = [None] * (len(schema) - len(_FIXED_COLUMNS))
    first_lines, last_lines, fields, repaired, faults, details = zip(*records, strict=True)
    cells = zip(*(row or nothing for row in fields), strict=True)
    columns = [range(first_row, first_row + len(records)), first_lines, last_lines, repaired, faults, details, *cells]
    arrays = [pa.array(values, type=field.type) for values, field in zip(columns, schema, strict=True)]
    return pa.record_batch(arrays, schema=schema)

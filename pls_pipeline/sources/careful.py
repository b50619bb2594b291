"""The careful reader's records as a table of text cells.

Here: batches of records into a temporary table of DuckDB, in bounded memory. Not here: how records are found
(records.py).
"""

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pyarrow as pa

from pls_pipeline.sources.cells import CellTable, cell_name, create_table, new_table_name
from pls_pipeline.sources.dialect import Dialect
from pls_pipeline.sources.encoding import read_text
from pls_pipeline.sources.records import Record, RecordReader

_ROWS_A_BATCH = 16384
_CHARACTERS_A_LARGE_RECORD = 4096
_LARGE_RECORDS_A_BATCH = 64


def read_carefully(connection: duckdb.DuckDBPyConnection, path: Path, dialect: Dialect) -> CellTable:
    """Read every record of the file, the broken ones with their fault, into a new temporary table."""
    reader = RecordReader(read_text(path, dialect.text_format), dialect)
    schema = _schema(len(dialect.columns.header))
    counter = _Counter()
    batches = pa.RecordBatchReader.from_batches(schema, _batches(reader, schema, counter))
    name = new_table_name("cells")
    create_table(connection, name, batches)
    return CellTable(name, dialect.columns, "careful", counter.records, reader.blank_lines, reader.repeated_headers)


class _Counter:
    records = 0


def _schema(columns: int) -> pa.Schema:
    fixed = [
        ("row_number", pa.int64()),
        ("first_line", pa.int64()),
        ("last_line", pa.int64()),
        ("repaired", pa.bool_()),
        ("fault", pa.string()),
        ("detail", pa.string()),
    ]
    return pa.schema(fixed + [(cell_name(index), pa.string()) for index in range(columns)])


def _batches(reader: RecordReader, schema: pa.Schema, counter: _Counter) -> Iterator[pa.RecordBatch]:
    records: list[Record] = []
    large = 0
    for record in reader:
        records.append(record)
        if (
            record.last_line - record.first_line > 16
            or max(map(len, record.fields), default=0) > _CHARACTERS_A_LARGE_RECORD
        ):
            large += 1
        if len(records) == _ROWS_A_BATCH or large == _LARGE_RECORDS_A_BATCH:
            yield _batch(records, schema, counter)
            records, large = [], 0
    if records:
        yield _batch(records, schema, counter)


def _batch(records: list[Record], schema: pa.Schema, counter: _Counter) -> pa.RecordBatch:
    size = len(schema) - 6
    nothing = [None] * size
    first_lines, last_lines, fields, repaired, faults, details = zip(*records, strict=True)
    row_numbers = range(counter.records + 1, counter.records + 1 + len(records))
    cells = zip(*(row or nothing for row in fields), strict=True)
    counter.records += len(records)
    columns = [row_numbers, first_lines, last_lines, repaired, faults, details, *cells]
    return pa.record_batch(
        [pa.array(values, type=field.type) for values, field in zip(columns, schema, strict=True)], schema=schema
    )

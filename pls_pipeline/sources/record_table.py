"""The records of a file in a temporary table, as both readers hand them over.

Here: what such a table holds and how it is made. Not here: reading (careful.py, strict.py) or meaning (normalising.py).
"""

import uuid
from dataclasses import dataclass

import duckdb
import pyarrow as pa

from pls_pipeline.sources.encoding import TextFormat


@dataclass(frozen=True)
class RecordTable:
    """Records of a file, read and judged, with what the reader counted.

    Columns of `rows`: row_number, first_line, last_line (BIGINT, from 1) and those of `normalising.normalise`.
    """

    rows: duckdb.DuckDBPyRelation
    text_format: TextFormat
    reader: str
    record_count: int
    blank_lines: int
    repeated_headers: int


def cell_name(index: int) -> str:
    """The column that holds the cells of a header's column, as text."""
    return f"cell_{index}"


def new_table_name(stem: str) -> str:
    """A name for a temporary table that no other reading on the connection has."""
    return f"{stem}_{uuid.uuid4().hex}"


def create_table(
    connection: duckdb.DuckDBPyConnection,
    name: str,
    rows: duckdb.DuckDBPyRelation | pa.RecordBatchReader,  # noqa: ARG001 - DuckDB finds it by its name
) -> None:
    """Fill a temporary table from a relation or an Arrow reader."""
    connection.execute(f"CREATE TEMPORARY TABLE {name} AS FROM rows")


def drop_table(connection: duckdb.DuckDBPyConnection, name: str) -> None:
    """Free a temporary table."""
    connection.execute(f"DROP TABLE IF EXISTS {name}")

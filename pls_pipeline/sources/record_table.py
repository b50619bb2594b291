"""The records of a file in a temporary table, as both readers hand them over.

Here: what such a table holds and how it is made, in memory or as a file. Not here: reading (careful.py, strict.py) or
meaning (normalising.py).
"""

import uuid
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow as pa

from pls_pipeline.sources.encoding import TextFormat
from pls_pipeline.temporary import SPILL_FORMAT, SpillFolder

# Small enough that two threads share the rows evenly.
_ROWS_A_BATCH = 61_440
# Its records take twice as much, and DuckDB keeps to 2 GB (lake.open_connection).
_BYTES_IN_MEMORY = 600_000_000


@dataclass(frozen=True)
class RecordTable:
    """Records of a file, read and judged, with what the reader counted.

    Columns of `rows`: row_number, first_line, last_line (BIGINT, from 1) and those of `normalising.normalise`.
    `folder` holds them where they are many; they can be read while something refers to it.
    """

    rows: duckdb.DuckDBPyRelation
    text_format: TextFormat
    reader: str
    record_count: int
    blank_lines: int
    repeated_headers: int
    folder: SpillFolder | None = None


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


@dataclass(frozen=True)
class StoredRows:
    """Rows that were computed once, in their order: in memory (`table`), or in a file of `folder`."""

    rows: duckdb.DuckDBPyRelation
    table: pa.Table | None = None
    folder: SpillFolder | None = None

    def with_columns(self, connection: duckdb.DuckDBPyConnection, columns: pa.Table) -> duckdb.DuckDBPyRelation:
        """The rows and further columns, which stand in the same order; one of them is row_number, from 1."""
        if self.table is not None:
            return connection.from_arrow(pa.table({**_by_name(self.table), **_by_name(columns)}))
        numbered = self.rows.project("* REPLACE (file_row_number + 1 AS file_row_number)")
        joined = numbered.join(connection.from_arrow(columns), "file_row_number = row_number")
        return joined.project("* EXCLUDE (file_row_number)")


def choose_folder(path: Path) -> SpillFolder | None:
    """Where the records of a file go that is too large to be held in memory."""
    return SpillFolder() if path.stat().st_size > _BYTES_IN_MEMORY else None


def store_rows(
    connection: duckdb.DuckDBPyConnection, rows: duckdb.DuckDBPyRelation, folder: SpillFolder | None
) -> StoredRows:
    """Compute the rows: into memory, as Arrow, which takes less time than a table; or into a file of the folder.

    A file of text columns is written and read in half the time in which DuckDB spills a table and reads it back.
    """
    if folder is None:
        table = rows.to_arrow_table(_ROWS_A_BATCH)
        return StoredRows(connection.from_arrow(table), table=table)
    path = folder.path / f"{new_table_name('records')}.parquet"
    literal = "'" + str(path).replace("'", "''") + "'"
    rows.query("records", f"COPY records TO {literal} ({SPILL_FORMAT})")
    return StoredRows(connection.read_parquet(str(path), file_row_number=True), folder=folder)


def _by_name(table: pa.Table) -> dict[str, pa.ChunkedArray]:
    return dict(zip(table.column_names, table.columns, strict=True))


def drop_table(connection: duckdb.DuckDBPyConnection, name: str) -> None:
    """Free a temporary table."""
    connection.execute(f"DROP TABLE IF EXISTS {name}")

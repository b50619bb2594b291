"""The table of text cells that both readers fill and that is normalised next.

Here: its columns and its name. Not here: reading (careful.py, strict.py) or meaning (normalising.py).
"""

import uuid
from dataclasses import dataclass

import duckdb
import pyarrow as pa

from pls_pipeline.sources.openphone import Columns


@dataclass(frozen=True)
class CellTable:
    """Records of a file as text, in a temporary table.

    Columns: row_number, first_line, last_line (BIGINT, from 1), repaired (BOOLEAN), fault, detail (VARCHAR; NULL where
    the cells could be told apart) and cell_0, cell_1, … (VARCHAR), one for each column of the header.
    """

    name: str
    columns: Columns
    reader: str
    record_count: int
    blank_lines: int
    repeated_headers: int

    def relation(self, connection: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyRelation:
        """The table as a relation."""
        return connection.table(self.name)

    def drop(self, connection: duckdb.DuckDBPyConnection) -> None:
        """Free the table."""
        connection.execute(f"DROP TABLE IF EXISTS {self.name}")


def cell_name(index: int) -> str:
    """The column that holds the cells of a header's column."""
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

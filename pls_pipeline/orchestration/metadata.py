"""What Dagster shows of a table: its columns and how many rows it holds.

Here: the translation of tables/ into Dagster's metadata. Not here: values of rows: metadata holds numbers only.
"""

from collections.abc import Mapping

import dagster as dg

from pls_pipeline.tables import Table


def describe_columns(table: Table) -> dict[str, dg.TableSchema]:
    """The metadata entry that makes the UI list a table's columns."""
    columns = [dg.TableColumn(column.name, column.type, column.description) for column in table.columns]
    return {"dagster/column_schema": dg.TableSchema(columns=columns)}


def describe_counts(
    table: Table, rows: int, counts: Mapping[str, int | float | str | None] | None = None
) -> dict[str, int | float | str]:
    """Metadata of one materialization: the rows of its table and further numbers; None is left out."""
    key = "dagster/partition_row_count" if table.partitioned else "dagster/row_count"
    return {key: rows, **{name: value for name, value in (counts or {}).items() if value is not None}}


def divide(part: float | None, whole: float | None) -> float | None:
    """A rate from 0 to 1 that the UI plots, or a value for each; None where there is nothing to divide by."""
    return round(part / whole, 6) if whole and part is not None else None

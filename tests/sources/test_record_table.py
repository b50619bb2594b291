"""Rows that are stored in memory and in a file say the same."""

import duckdb
import pyarrow as pa
import pytest

from pls_pipeline.sources.record_table import store_rows
from pls_pipeline.temporary import SpillFolder


@pytest.mark.parametrize("on_disk", [False, True])
def test_stored_rows_keep_their_order_and_take_columns_by_it(
    connection: duckdb.DuckDBPyConnection, *, on_disk: bool
) -> None:
    count = 300_000
    rows = connection.sql(
        "SELECT 'row ' || i AS body, i % 7 AS newlines FROM range(1, $end) AS numbers(i)", params={"end": count + 1}
    )
    stored = store_rows(connection, rows, SpillFolder() if on_disk else None)
    numbers = pa.table({"row_number": range(1, count + 1), "doubled": range(2, 2 * count + 1, 2)})
    wider = stored.with_columns(connection, numbers)
    assert sorted(wider.columns) == ["body", "doubled", "newlines", "row_number"]
    wrong = "body <> 'row ' || row_number OR doubled <> 2 * row_number OR newlines <> row_number % 7"
    assert wider.aggregate(f"count(*), count(*) FILTER ({wrong})").fetchall() == [(count, 0)]

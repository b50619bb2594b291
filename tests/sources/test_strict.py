"""The fast reader: which files it takes, and that what it takes is proved."""

from pathlib import Path

import duckdb
import pytest

from pls_pipeline.sources.dialect import find_dialect
from pls_pipeline.sources.proof import are_in_order, collect_evidence
from pls_pipeline.sources.record_table import RecordTable
from pls_pipeline.sources.strict import read_strictly

HEADER = "id,conversationId,body,sentAt,to,from,direction,createdAt\n"
TAIL = ",,+19022345678,+16037891234,incoming,2025-09-02T21:05:34.885Z\n"


def read(connection: duckdb.DuckDBPyConnection, path: Path, text: str) -> RecordTable | None:
    path.write_text(text, encoding="utf-8", newline="")
    return read_strictly(connection, path, find_dialect(path, path.name), "UTC")


def test_rows_keep_the_order_of_a_file_that_several_threads_read(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    filler = "x" * 40
    rows = (
        f'AC{row},CN1,"{row}\n{filler}"{TAIL}' if row % 3 == 0 else f"AC{row},CN1,{filler}{TAIL}"
        for row in range(1, 300_001)
    )
    records = read(connection, tmp_path / "a.csv", HEADER + "".join(rows))
    assert records is not None
    wrong = "message_id <> 'AC' || row_number OR first_line <> row_number + (row_number - 1) // 3 + 1"
    assert records.rows.aggregate(f"count(*), count(*) FILTER ({wrong})").fetchall() == [(300_000, 0)]


def test_rows_in_another_order_are_seen(connection: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    records = read(connection, path, HEADER + "".join(f"AC{row},CN1,{'x' * 200}{TAIL}" for row in range(20_000)))
    evidence = collect_evidence(path)
    assert records is not None
    assert evidence is not None
    assert len(evidence.samples) > 3
    dialect = find_dialect(path, path.name)
    assert are_in_order(connection, records.rows, dialect, evidence)
    moved = records.rows.project("* REPLACE ((first_line + 2048) % 20000 AS first_line)")
    assert not are_in_order(connection, moved, dialect, evidence)


@pytest.mark.parametrize(
    "row",
    [
        f"AC1,CN1,nu\0l{TAIL}",
        f'AC1,CN1, "space before"{TAIL}',
        f'AC1,CN1,"space behind" {TAIL}',
        f'AC1,CN1,"two" "quoted"{TAIL}',
        f"\nAC1,CN1,blank line{TAIL}",
        f",,,,,,,\nAC1,CN1,only commas{TAIL}",
        HEADER,
        f"AC1,CN1,a, comma{TAIL}",
        f"AC1,CN1,lone\rCR{TAIL}",
        f'AC1,CN1,"open{TAIL}',
        "AC1,CN1,too few\n",
        "AC1,CN1," + "x" * (1 << 20) + TAIL,
        'AC1,CN1,"two\nlines",,+1,+1,sideways,2025-09-02T21:05:34.885Z\n',
    ],
)
def test_a_file_that_is_not_clean_is_left_to_the_careful_reader(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path, row: str
) -> None:
    assert read(connection, tmp_path / "a.csv", f"{HEADER}AC0,CN1,fine{TAIL}{row}AC2,CN1,fine{TAIL}") is None
    assert connection.sql("SHOW TABLES").fetchall() == []


def test_a_session_that_does_not_keep_the_order_is_seen(connection: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    connection.execute("SET preserve_insertion_order = false")
    records = read(connection, tmp_path / "a.csv", HEADER + "".join(f"AC{row},CN1,x{TAIL}" for row in range(200_000)))
    if records is not None:
        assert records.rows.filter("message_id <> 'AC' || (row_number - 1)").aggregate("count(*)").fetchall() == [(0,)]

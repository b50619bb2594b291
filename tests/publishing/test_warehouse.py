import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from pls_pipeline import tables
from pls_pipeline.publishing.warehouse import write_warehouse
from tests.publishing.sample_tables import APRIL, HOSTILE_NAME, MARCH, PATTERNS, SampleLake, make_lake

VIEWS = {"pattern_import_jobs", "imported_messages", "decision_patterns"}


@pytest.fixture
def target(connection: duckdb.DuckDBPyConnection, sample: SampleLake, tmp_path: Path) -> Path:
    return write_warehouse(connection, sample.lake, sample.manifests, tmp_path / "it's here" / "pls.duckdb")


@pytest.fixture
def warehouse(target: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(str(target), read_only=True) as opened:
        yield opened


def every_text(warehouse: duckdb.DuckDBPyConnection) -> str:
    names = [row[0] for row in warehouse.execute("SELECT table_name FROM duckdb_tables()").fetchall()]
    return "\n".join(str(warehouse.table(name).fetchall()) for name in names)


def test_it_holds_the_tables_of_the_lake_the_registry_the_history_and_the_views(
    warehouse: duckdb.DuckDBPyConnection,
) -> None:
    found = {row[0] for row in warehouse.execute("SELECT table_name FROM duckdb_tables()").fetchall()}
    assert found == {table.name for table in tables.ALL} | {"import_files", "import_history"}
    views = warehouse.execute("SELECT view_name FROM duckdb_views() WHERE NOT internal").fetchall()
    assert {row[0] for row in views} == VIEWS


def test_it_holds_no_message_text_and_no_numbers(warehouse: duckdb.DuckDBPyConnection) -> None:
    text = every_text(warehouse)
    assert "SECRET WORDS" not in text
    assert "+15550100" not in text
    assert "I'll reset bay 3 for you" not in text
    assert "@SUM(A1)" not in text
    assert PATTERNS[0].template in text


def test_it_holds_messages_where_they_are_asked_for(
    connection: duckdb.DuckDBPyConnection, sample: SampleLake, tmp_path: Path
) -> None:
    path = write_warehouse(connection, sample.lake, sample.manifests, tmp_path / "pls.duckdb", include_messages=True)
    with duckdb.connect(str(path), read_only=True) as warehouse:
        row = warehouse.execute(
            "SELECT body, sender, recipients FROM imported_messages WHERE id = 'key_3_1'"
        ).fetchone()
        assert row == (PATTERNS[0].examples[0], "+15550100111", ["+15550100999"])
        assert "SECRET WORDS" in every_text(warehouse)


def test_every_table_view_and_column_says_what_it_means(warehouse: duckdb.DuckDBPyConnection) -> None:
    commented = warehouse.execute(
        "SELECT table_name AS name, comment FROM duckdb_tables() "
        "UNION ALL SELECT view_name, comment FROM duckdb_views() WHERE NOT internal "
        "UNION ALL SELECT table_name || '.' || column_name, comment FROM duckdb_columns() WHERE NOT internal"
    ).fetchall()
    assert [name for name, comment in commented if not comment] == []
    assert ("duplicate_rows", tables.DUPLICATE_ROWS.description) in commented


def test_the_views_answer_what_their_names_promise(warehouse: duckdb.DuckDBPyConnection) -> None:
    jobs = warehouse.execute("SELECT id, file_name, status, duplicates FROM pattern_import_jobs ORDER BY created_at")
    assert jobs.fetchall() == [
        (MARCH, "march.csv", "analysed", 1),
        (APRIL, HOSTILE_NAME, "partly_analysed", 3),
        ("may-9c0d1e2f", "may.csv", "landed", 0),
    ]
    message = warehouse.execute("SELECT direction, job_id, row_number FROM imported_messages WHERE id = 'key_3_2'")
    assert message.fetchall() == [("outgoing", MARCH, 2)]
    patterns = warehouse.execute("SELECT id, is_approved FROM decision_patterns ORDER BY conversation_count DESC, id")
    assert patterns.fetchall()[:2] == [("pat_bayreset0001", True), ("pat_doorcode0002", False)]
    counted = warehouse.execute("SELECT job_id, count(*) FROM imported_messages GROUP BY job_id ORDER BY 1").fetchall()
    jobs = warehouse.execute(
        "SELECT id, imported_messages FROM pattern_import_jobs WHERE status <> 'landed' ORDER BY id"
    )
    assert counted == jobs.fetchall() != []


def test_who_has_the_old_file_open_reads_on_while_a_new_one_takes_its_place(
    connection: duckdb.DuckDBPyConnection, sample: SampleLake, target: Path
) -> None:
    program = (
        "import sys, duckdb\n"
        "opened = duckdb.connect(sys.argv[1], read_only=True)\n"
        "def count(name): return len(opened.table(name).fetchall())\n"
        "print(count('import_files'), flush=True)\n"
        "sys.stdin.readline()\n"
        "print(count('import_files'), count('raw_messages'))\n"
    )
    command = [sys.executable, "-c", program, str(target)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as reader:
        assert reader.stdout is not None
        assert reader.stdout.readline() == "3\n"
        write_warehouse(connection, sample.lake, sample.manifests[:1], target)
        answer, _ = reader.communicate("go on\n")
    assert answer.split()[0] == "3"
    assert int(answer.split()[1]) > 0
    with duckdb.connect(str(target), read_only=True) as new:
        assert new.execute("SELECT count(*) FROM import_files").fetchall() == [(1,)]


def test_a_log_that_belongs_to_the_old_file_does_not_reach_the_new_one(
    connection: duckdb.DuckDBPyConnection, sample: SampleLake, target: Path
) -> None:
    program = (
        "import os, sys, duckdb\n"
        "opened = duckdb.connect(sys.argv[1])\n"
        "opened.execute('CREATE TABLE mine AS SELECT 1 AS a')\n"
        "os._exit(0)\n"
    )
    subprocess.run([sys.executable, "-c", program, str(target)], check=True)
    assert target.with_name("pls.duckdb.wal").exists()
    write_warehouse(connection, sample.lake, sample.manifests, target)
    with duckdb.connect(str(target), read_only=True) as new:
        assert new.execute("SELECT count(*) FROM duckdb_tables() WHERE table_name = 'mine'").fetchall() == [(0,)]


def test_a_build_that_fails_leaves_the_old_file_and_nothing_else(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    sample, target = make_lake(tmp_path), tmp_path / "out" / "pls.duckdb"
    write_warehouse(connection, sample.lake, sample.manifests, target)
    before = target.read_bytes()
    damaged = Path(sample.lake.path(tables.DUPLICATE_ROWS, MARCH))
    damaged.write_bytes(b"no Parquet")
    with pytest.raises(duckdb.Error):
        write_warehouse(connection, sample.lake, sample.manifests, target)
    assert target.read_bytes() == before
    assert [path.name for path in target.parent.iterdir()] == ["pls.duckdb"]
    damaged.unlink()
    write_warehouse(connection, sample.lake, sample.manifests, target)

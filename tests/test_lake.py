"""Facts about the lake, on a folder and on an object store in memory; kills and locks with real processes."""

import multiprocessing
import os
import signal
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from pls_pipeline.lake import Lake, open_connection, replacing
from pls_pipeline.tables import DUPLICATE_ROWS, MERGE_DECISIONS, Column, Table

NOTES = Table("notes", "For tests.", (Column("key", "VARCHAR", "k"), Column("size", "BIGINT", "s")), partitioned=True)


@pytest.fixture(params=["folder", "memory"])
def lake(request: pytest.FixtureRequest, tmp_path: Path) -> Lake:
    return Lake(str(tmp_path / "the lake") if request.param == "folder" else f"memory://{uuid.uuid4().hex}/lake")


@pytest.fixture
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with open_connection() as opened:
        yield opened


def notes(connection: duckdb.DuckDBPyConnection, *sizes: int) -> duckdb.DuckDBPyRelation:
    return connection.sql(
        "SELECT 'n' || size AS key, size FROM unnest($sizes::BIGINT[]) AS t(size)", params={"sizes": sizes}
    )


def test_rows_come_back_as_they_were_written(lake: Lake, connection: duckdb.DuckDBPyConnection) -> None:
    assert lake.write(notes(connection, 3, 1), NOTES, "a-1") == 2
    assert lake.relation(connection, NOTES).fetchall() == [("n3", 3), ("n1", 1)]
    assert lake.read(NOTES, ["a-1"]) == [{"key": "n3", "size": 3}, {"key": "n1", "size": 1}]


def test_a_write_replaces_its_own_partition_only(lake: Lake, connection: duckdb.DuckDBPyConnection) -> None:
    for partition, size in (("a-1", 1), ("b-2", 2), ("a-1", 3)):
        lake.write(notes(connection, size), NOTES, partition)
    assert lake.partitions(NOTES) == ["a-1", "b-2"]
    assert lake.relation(connection, NOTES).order("size").fetchall() == [("n2", 2), ("n3", 3)]
    assert lake.relation(connection, NOTES, ["b-2", "missing"]).fetchall() == [("n2", 2)]


def test_a_table_without_files_is_empty_and_has_its_columns(lake: Lake, connection: duckdb.DuckDBPyConnection) -> None:
    nothing = lake.relation(connection, DUPLICATE_ROWS)
    assert tuple(nothing.columns) == DUPLICATE_ROWS.column_names
    assert nothing.fetchall() == []
    assert lake.partitions(DUPLICATE_ROWS) == []
    assert lake.count(DUPLICATE_ROWS, "a-1") == 0


def test_a_column_that_an_older_file_lacks_is_null(lake: Lake, connection: duckdb.DuckDBPyConnection) -> None:
    older = Table(NOTES.name, "Before.", NOTES.columns[:1], partitioned=True)
    lake.write(notes(connection, 1), older, "a-1")
    lake.write(notes(connection, 2), NOTES, "b-2")
    assert sorted(lake.relation(connection, NOTES).fetchall()) == [("n1", None), ("n2", 2)]


def test_small_tables_take_and_give_dictionaries(lake: Lake) -> None:
    lake.write_records([{"candidate_id": "c", "band": "same"}], MERGE_DECISIONS)
    (row,) = lake.read(MERGE_DECISIONS)
    assert row["candidate_id"] == "c"
    assert row["pattern_id"] is None
    assert lake.write_records([], MERGE_DECISIONS) == 0
    assert lake.read(MERGE_DECISIONS) == []


def test_removing_says_whether_there_was_a_file(lake: Lake, connection: duckdb.DuckDBPyConnection) -> None:
    lake.write(notes(connection, 1), NOTES, "a-1")
    assert lake.exists(NOTES, "a-1")
    assert lake.remove(NOTES, "a-1")
    assert not lake.remove(NOTES, "a-1")
    assert lake.partitions(NOTES) == []


def test_a_partition_is_named_where_the_table_has_partitions_and_only_there(lake: Lake) -> None:
    with pytest.raises(ValueError, match="needs a partition"):
        lake.path(NOTES)
    with pytest.raises(ValueError, match="has no partition"):
        lake.path(MERGE_DECISIONS, "a-1")


def test_a_write_that_fails_leaves_the_old_rows_and_nothing_else(
    tmp_path: Path, connection: duckdb.DuckDBPyConnection
) -> None:
    lake = Lake(str(tmp_path / "o'lake"))
    lake.write(notes(connection, 1), NOTES, "a-1")
    with pytest.raises(duckdb.ConversionException):
        lake.write(connection.sql("SELECT 'n' AS key, 'many' AS size"), NOTES, "a-1")
    with pytest.raises(KeyError, match="size"):
        lake.write(connection.sql("SELECT 'n' AS key"), NOTES, "a-1")
    assert lake.relation(connection, NOTES).fetchall() == [("n1", 1)]
    assert [path.name for path in (tmp_path / "o'lake" / NOTES.name).iterdir()] == ["a-1.parquet"]


_ENDLESS_WRITE = """
import sys
from pls_pipeline.lake import Lake, open_connection
from tests.test_lake import NOTES
rows = open_connection().sql("SELECT md5(i::VARCHAR) AS key, i AS size FROM range(100000000000) AS t(i)")
Lake(sys.argv[1]).write(rows, NOTES, "a-1")
"""


def test_a_process_killed_in_mid_write_leaves_the_old_rows(
    tmp_path: Path, connection: duckdb.DuckDBPyConnection
) -> None:
    lake = Lake(str(tmp_path))
    lake.write(notes(connection, 1), NOTES, "a-1")
    writer = subprocess.Popen([sys.executable, "-c", _ENDLESS_WRITE, str(tmp_path)])
    try:
        begun: list[Path] = []
        while not begun and writer.poll() is None:
            time.sleep(0.02)
            begun = [path for path in (tmp_path / NOTES.name).glob(".*.tmp") if path.stat().st_size > 0]
        assert begun, "the writer ended before it wrote"
    finally:
        os.kill(writer.pid, signal.SIGKILL)
        writer.wait()
    assert lake.partitions(NOTES) == ["a-1"]
    assert lake.relation(connection, NOTES).fetchall() == [("n1", 1)]
    lake.write(notes(connection, 2), NOTES, "b-2")
    assert list((tmp_path / NOTES.name).glob(".*.tmp")) == begun
    lake.write(notes(connection, 2), NOTES, "a-1")
    assert lake.relation(connection, NOTES, ["a-1"]).fetchall() == [("n2", 2)]
    assert sorted(path.name for path in (tmp_path / NOTES.name).iterdir()) == ["a-1.parquet", "b-2.parquet"]


def test_a_write_under_way_in_a_living_process_is_left_alone(tmp_path: Path) -> None:
    with replacing(tmp_path / "notes") as first:
        first.write_text("1")
        with replacing(tmp_path / "notes") as second:
            second.write_text("2")
        assert first.exists()
    assert (tmp_path / "notes").read_text() == "1"


def test_a_reader_beside_a_writer_sees_the_old_rows_or_the_new(tmp_path: Path) -> None:
    lake, seen, done = Lake(str(tmp_path)), set(), threading.Event()
    lake.write_records([{"key": "n", "size": 0}] * 10, NOTES, "a-1")

    def read() -> None:
        while not done.is_set():
            rows = lake.read(NOTES)
            seen.add((len(rows), len({row["size"] for row in rows})))

    reader = threading.Thread(target=read)
    reader.start()
    for size in range(1, 30):
        lake.write_records([{"key": "n", "size": size}] * 10, NOTES, "a-1")
    done.set()
    reader.join()
    assert seen == {(10, 1)}


def _count_up(root: str, counter: Path) -> None:
    for _ in range(50):
        with Lake(root).serialised("counter"):
            counter.write_text(str(int(counter.read_text()) + 1))


def test_a_serialised_block_runs_in_one_process_at_a_time(tmp_path: Path) -> None:
    counter = tmp_path / "counter"
    counter.write_text("0")
    context = multiprocessing.get_context("spawn")
    workers = [context.Process(target=_count_up, args=(str(tmp_path / "lake"), counter)) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert counter.read_text() == "100"


def test_an_object_store_has_no_lock_of_its_own(connection: duckdb.DuckDBPyConnection) -> None:
    lake = Lake(f"memory://{uuid.uuid4().hex}")
    with lake.serialised("counter"):
        lake.write(notes(connection, 1), NOTES, "a-1")
    assert lake.partitions(NOTES) == ["a-1"]


def test_a_connection_spills_to_its_own_folder_and_leaves_nothing(connection: duckdb.DuckDBPyConnection) -> None:
    ((spill,),) = connection.sql("SELECT current_setting('temp_directory')").fetchall()
    with open_connection(memory_limit="40MB", threads=1) as small:
        ((other,),) = small.sql("SELECT current_setting('temp_directory')").fetchall()
        small.execute("CREATE TABLE t AS SELECT md5(i::VARCHAR) AS key FROM range(2000000) AS r(i)")
        assert Path(other).is_dir()
    assert spill != other
    assert not Path(other).exists()


def test_what_a_killed_process_spilled_is_removed_by_the_next(tmp_path: Path) -> None:
    code = (
        "import os; from pls_pipeline.lake import open_connection; c = open_connection('40MB', 1); "
        "c.execute('CREATE TABLE t AS SELECT md5(i::VARCHAR) AS key FROM range(2000000) AS r(i)'); "
        "os.kill(os.getpid(), 9)"
    )
    environment = {**os.environ, "TMPDIR": str(tmp_path)}
    subprocess.run([sys.executable, "-c", code], env=environment)
    assert [path.name[:4] for path in tmp_path.iterdir()] == ["pls-"]
    code = "from pls_pipeline.lake import open_connection; open_connection()"
    subprocess.run([sys.executable, "-c", code], env=environment, check=True)
    assert list(tmp_path.iterdir()) == []

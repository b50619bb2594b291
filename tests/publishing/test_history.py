from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest

from pls_pipeline import tables
from pls_pipeline.lake import Lake
from pls_pipeline.publishing.history import import_files, import_history
from pls_pipeline.publishing.history_tables import IMPORT_FILES, IMPORT_HISTORY
from tests.publishing.sample_tables import APRIL, HOSTILE_NAME, MANIFESTS, MARCH, MAY, PATTERNS, SampleLake, make_lake


def read(connection: duckdb.DuckDBPyConnection, lake: Lake) -> dict[str, dict[str, Any]]:
    rows = import_history(connection, lake, MANIFESTS).to_arrow_table().to_pylist()
    return {row["import_key"]: row for row in rows}


def test_columns_and_types_are_those_declared(connection: duckdb.DuckDBPyConnection, sample: SampleLake) -> None:
    for table, rows in (
        (IMPORT_HISTORY, import_history(connection, sample.lake, MANIFESTS)),
        (IMPORT_FILES, import_files(connection, MANIFESTS)),
    ):
        assert rows.columns == list(table.column_names)
        assert [str(kind) for kind in rows.types] == [column.type for column in table.columns]


def test_imports_stand_in_the_order_of_arrival(connection: duckdb.DuckDBPyConnection, sample: SampleLake) -> None:
    shuffled = import_history(connection, sample.lake, MANIFESTS[::-1])
    assert [row[0] for row in shuffled.project("import_key").fetchall()] == [MARCH, APRIL, MAY]


def test_every_row_and_every_conversation_is_accounted_for(
    connection: duckdb.DuckDBPyConnection, sample: SampleLake
) -> None:
    for row in read(connection, sample.lake).values():
        set_aside = row["rejected"] + row["duplicates_within"] + row["duplicates_across"]
        assert row["rows"] == set_aside + row["new_messages"]
        assert row["conversations"] == row["eligible"] + row["automated"] + row["one_sided"] + row["empty"]
        assert row["eligible"] == row["analysed"] + row["deferred"] + row["failed"]


def test_an_import_that_has_run_shows_its_counts(connection: duckdb.DuckDBPyConnection, sample: SampleLake) -> None:
    march, april = (read(connection, sample.lake)[key] for key in (MARCH, APRIL))
    conversations = sum(pattern.march for pattern in PATTERNS)
    assert march["status"] == "analysed"
    assert march["new_messages"] == 2 * conversations
    assert (march["rejected"], march["duplicates_within"], march["duplicates_across"]) == (3, 1, 0)
    assert (march["eligible"], march["analysed"]) == (conversations, conversations)
    assert march["tokens"] == 12 * conversations
    assert march["cost_usd"] == round(0.001 * conversations, 6)
    assert march["cost_per_conversation_usd"] == 0.001
    assert march["cost_per_pattern_usd"] == pytest.approx(march["cost_usd"] / march["patterns_created"], abs=1e-6)
    assert (march["started_at"], march["ended_at"]) == (datetime(2025, 4, 1, 8, 30), datetime(2025, 5, 2, 10, 0))
    assert april["status"] == "partly_analysed"
    assert (april["deferred"], april["failed"], april["duplicates_across"]) == (1, 1, 2)
    assert april["file_name"] == HOSTILE_NAME
    assert april["cost_usd"] is None
    assert (april["cost_per_conversation_usd"], april["cost_per_pattern_usd"]) == (None, None)


def test_patterns_are_created_by_one_import_and_enhanced_by_others(
    connection: duckdb.DuckDBPyConnection, sample: SampleLake
) -> None:
    march, april = (read(connection, sample.lake)[key] for key in (MARCH, APRIL))
    assert march["patterns_created"] == sum(pattern.march > 0 for pattern in PATTERNS)
    assert march["patterns_enhanced"] == 0
    assert april["patterns_created"] == sum(pattern.march == 0 for pattern in PATTERNS)
    assert april["patterns_enhanced"] == sum(pattern.march > 0 and pattern.april > 0 for pattern in PATTERNS)


def test_a_file_that_is_only_landed_shows_with_zeros(connection: duckdb.DuckDBPyConnection, sample: SampleLake) -> None:
    may = read(connection, sample.lake)[MAY]
    counts = {name: may[name] for name in may if isinstance(may[name], int | float) and name != "sequence"}
    assert may["status"] == "landed"
    assert set(counts.values()) == {0}
    assert may["ended_at"] is None


def test_the_stage_reached_is_the_last_one_with_a_file(connection: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    lake = Lake(str(tmp_path))
    for table, status in (
        (tables.RAW_MESSAGES, "read"),
        (tables.DEDUPLICATED_MESSAGES, "deduplicated"),
        (tables.GROUPED_CONVERSATIONS, "grouped"),
        (tables.EXTRACTION_OUTCOMES, "analysed"),
    ):
        lake.write_records([], table, MAY)
        assert read(connection, lake)[MAY]["status"] == status


def test_an_outcome_of_a_conversation_that_has_changed_does_not_count(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    lake = make_lake(tmp_path).lake
    rows = lake.read(tables.GROUPED_CONVERSATIONS, [MARCH])
    lake.write_records([{**row, "fingerprint": "f2"} for row in rows], tables.GROUPED_CONVERSATIONS, MARCH)
    march = read(connection, lake)[MARCH]
    assert march["status"] == "partly_analysed"
    assert march["analysed"] == 0
    assert march["tokens"] > 0


def test_partitions_without_a_manifest_are_left_out(connection: duckdb.DuckDBPyConnection, sample: SampleLake) -> None:
    history = import_history(connection, sample.lake, MANIFESTS[:1])
    assert [row[0] for row in history.project("import_key").fetchall()] == [MARCH]
    assert import_history(connection, sample.lake, ()).fetchall() == []

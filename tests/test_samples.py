"""The sample exports: the bytes that their script writes, and the counts that data/samples/README.md states."""

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest

from pls_pipeline.conversations import GroupingOptions, group_conversations
from pls_pipeline.messages import deduplicate, key_messages
from pls_pipeline.sources import read_export

SAMPLES = Path(__file__).parents[1] / "data" / "samples"
AUGUST, SEPTEMBER = "openphone_2025-08.csv", "openphone_2025-09.csv"


@dataclass(frozen=True)
class Counts:
    records: int
    messages: int
    repaired: int
    conversations: int
    repeated: int
    pictures: int
    group_rows: int


@pytest.fixture(scope="module")
def readings() -> duckdb.DuckDBPyConnection:
    """A connection with the tables messages and rejected, of both exports, told apart by import_key."""
    connection = duckdb.connect(":memory:")
    for position, name in enumerate((AUGUST, SEPTEMBER)):
        reading = read_export(connection, SAMPLES / name, name, name)
        for table, rows in (("messages", reading.messages), ("rejected", reading.rejected)):
            if position:
                rows.insert_into(table)
            else:
                rows.create(table)
    return connection


def test_the_files_are_what_the_script_writes(tmp_path: Path) -> None:
    subprocess.run([sys.executable, str(SAMPLES / "make_samples.py"), str(tmp_path)], check=True)
    for name in (AUGUST, SEPTEMBER):
        assert (tmp_path / name).read_bytes() == (SAMPLES / name).read_bytes(), (
            f"{name}: run data/samples/make_samples.py"
        )


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        (AUGUST, Counts(554, 552, 2, 125, 3, 2, 4)),
        (SEPTEMBER, Counts(796, 795, 1, 156, 2, 3, 4)),
    ],
)
def test_a_file_holds_what_the_readme_says(name: str, expected: Counts) -> None:
    with duckdb.connect(":memory:") as connection:
        reading = read_export(connection, SAMPLES / name, name, name)
        [(conversations, repeated, pictures, group_rows)] = reading.messages.aggregate(
            "count(DISTINCT conversation_id), count(*) - count(DISTINCT message_id), count(*) FILTER (body = ''), "
            "count(*) FILTER (len(recipients) > 1)"
        ).fetchall()
        facts = reading.facts
        counted = Counts(
            facts.record_count, facts.message_count, facts.repaired_count, conversations, repeated, pictures, group_rows
        )
    assert counted == expected


def test_the_unreadable_rows_are_rejected_with_line_and_reason(readings: duckdb.DuckDBPyConnection) -> None:
    rows = readings.sql("SELECT import_key, line_number, reason FROM rejected ORDER BY ALL").fetchall()
    assert rows == [
        (AUGUST, 242, "bad_timestamp"),
        (AUGUST, 386, "too_few_fields"),
        (SEPTEMBER, 812, "too_few_fields"),
    ]


def test_the_second_export_repeats_the_end_of_the_first_and_goes_on(readings: duckdb.DuckDBPyConnection) -> None:
    [(repeated, new, continued, everything, conversations)] = readings.sql(
        """
        WITH first AS (FROM messages WHERE import_key = $august),
             second AS (SELECT DISTINCT message_id, conversation_id FROM messages WHERE import_key = $september)
        SELECT count(*) FILTER (message_id IN (SELECT message_id FROM first)),
               count(*) FILTER (message_id NOT IN (SELECT message_id FROM first)),
               count(DISTINCT conversation_id) FILTER (message_id NOT IN (SELECT message_id FROM first)
                                                       AND conversation_id IN (SELECT conversation_id FROM first)),
               (SELECT count(DISTINCT message_id) FROM messages),
               (SELECT count(DISTINCT conversation_id) FROM messages)
        FROM second
        """,
        params={"august": AUGUST, "september": SEPTEMBER},
    ).fetchall()
    assert (repeated, new, continued, everything, conversations) == (239, 554, 66, 1103, 186)


def test_conversations_are_those_that_the_readme_counts(readings: duckdb.DuckDBPyConnection) -> None:
    def rows_of(name: str) -> duckdb.DuckDBPyRelation:
        return readings.table("messages").filter(
            duckdb.ColumnExpression("import_key") == duckdb.ConstantExpression(name)
        )

    nothing = key_messages(rows_of(AUGUST)).filter("false")
    first = deduplicate(readings, rows_of(AUGUST), AUGUST, nothing)
    second = deduplicate(readings, rows_of(SEPTEMBER), SEPTEMBER, first.messages)
    counts = [
        group_conversations(readings, division.messages, earlier, name, GroupingOptions(), division.duplicates)
        .aggregate("count(*), count(*) FILTER (status = 'eligible')")
        .fetchall()
        for name, division, earlier in ((AUGUST, first, nothing), (SEPTEMBER, second, first.messages))
    ]
    assert counts == [[(125, 118)], [(127, 118)]]


def test_the_row_that_august_lost_half_of_comes_whole_with_september(readings: duckdb.DuckDBPyConnection) -> None:
    rows = readings.sql(
        """
        SELECT messages.import_key, starts_with(body, split_part(raw_text, ',', 3))
        FROM messages JOIN rejected ON message_id = split_part(raw_text, ',', 1)
        WHERE rejected.line_number = 386
        """
    ).fetchall()
    assert rows == [(SEPTEMBER, True)]


def test_every_number_is_from_the_range_kept_for_fiction(readings: duckdb.DuckDBPyConnection) -> None:
    numbers = readings.sql("SELECT sender FROM messages UNION SELECT unnest(recipients) FROM messages").fetchall()
    assert {number for (number,) in numbers if not number[-7:].startswith("55501")} == {"Anonymous"}

"""Ways of writing a time, each with the moment it means."""

from datetime import datetime

import duckdb
import pytest

from pls_pipeline.sources.times import add_time, lost_expression, with_time_options

EVENING = datetime(2025, 9, 2, 21, 5)
TO_THE_SECOND = datetime(2025, 9, 2, 21, 5, 34)
EXACT = datetime(2025, 9, 2, 21, 5, 34, 885000)


def read_time(
    connection: duckdb.DuckDBPyConnection, text: str, zone: str = "UTC", *, day_first: bool = False
) -> datetime | None:
    rows = connection.sql("SELECT $text AS written", params={"text": text})
    read = add_time(with_time_options(connection, rows, zone, day_first=day_first), "written", "moment")
    moment: datetime | None = read.project("moment").fetchall()[0][0]
    return moment


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2025-09-02T21:05:34.885Z", EXACT),
        ("2025-09-02T23:05:34.885+02:00", EXACT),
        ("2025-09-02 18:05:34.885-0300", EXACT),
        ("2025-09-02T23:05:34.885+02", EXACT),
        ("2025-09-02T21:05:34.885", EXACT),
        ("2025-09-02 21:05:34", TO_THE_SECOND),
        ("2025-09-02 21:05", EVENING),
        ("2025-09-02 21:05:34 UTC", TO_THE_SECOND),
        ("2025/09/02 21:05", EVENING),
        ("2025-09-02", datetime(2025, 9, 2)),
        ("1756847134885", EXACT),
        ("1756847134", TO_THE_SECOND),
        ("1756847134885000", EXACT),
        ("1.756847134885E+12", EXACT),
        ("1902700000000", datetime(2030, 4, 17, 23, 46, 40)),
        ("9/2/2025 21:05", EVENING),
        ("9/2/2025 9:05 PM", EVENING),
        ("9/2/25 21:05", EVENING),
        ("09/02/2025 09:05:34 PM", TO_THE_SECOND),
        ("9/2/2025, 9:05:34\u202fPM", TO_THE_SECOND),
        ("9/2/2025 9:05:34 p.m.", TO_THE_SECOND),
        ("02.09.2025 21:05", EVENING),
        ("Sep 2, 2025 9:05 PM", EVENING),
        ("September 2, 2025", datetime(2025, 9, 2)),
        ("45902.8785185", TO_THE_SECOND.replace(second=4)),
        ("45902,8785185", TO_THE_SECOND.replace(second=4)),
        ("1,756847134885E+12", EXACT),
    ],
)
def test_a_time_is_read(connection: duckdb.DuckDBPyConnection, text: str, moment: datetime) -> None:
    assert read_time(connection, text) == moment


@pytest.mark.parametrize(
    "text",
    [
        *(
            "",
            "n/a",
            "yesterday",
            "#####",
            "1.7E+12",
            "1.70000E+12",
            "05:34.9",
            "0",
            "19022345678",
            "infinity",
            "epoch",
        ),
        *("2025-02-30T00:00:00Z", "25/25/2025", "0001-01-01T00:00:00Z", "9/2", "2025-09-0", "99999", "9999999999999"),
        "1" * 40,
    ],
)
def test_what_is_no_time_or_has_lost_it_is_not_invented(connection: duckdb.DuckDBPyConnection, text: str) -> None:
    assert read_time(connection, text) is None


def test_a_naive_time_is_in_the_zone_of_the_setting(connection: duckdb.DuckDBPyConnection) -> None:
    assert read_time(connection, "2025-09-02 18:05", "America/Halifax") == EVENING
    assert read_time(connection, "1/2/2025 17:05", "America/Halifax") == datetime(2025, 1, 2, 21, 5)
    assert read_time(connection, "2025-09-02T21:05:00Z", "America/Halifax") == EVENING
    assert read_time(connection, "1756847134", "America/Halifax") == TO_THE_SECOND


def test_the_zone_of_the_session_does_not_matter(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute("SET TimeZone = 'Asia/Tokyo'")
    assert read_time(connection, "2025-09-02 21:05") == EVENING
    assert read_time(connection, "2025-09-02T23:05:34.885+02:00") == EXACT


def test_a_zone_that_is_none_is_named(connection: duckdb.DuckDBPyConnection) -> None:
    with pytest.raises(ValueError, match="'Halifax' is not a time zone"):
        read_time(connection, "2025-09-02 21:05", "Halifax")


def test_a_slashed_date_can_have_the_day_first(connection: duckdb.DuckDBPyConnection) -> None:
    assert read_time(connection, "2/9/2025 21:05", day_first=True) == EVENING
    rows = connection.sql("SELECT '25/12/2025 9:00' AS written")
    read = add_time(with_time_options(connection, rows, "UTC", day_first=False), "written", "moment")
    assert read.project("moment_part_1, moment_part_2").fetchall() == [(25, 12)]


@pytest.mark.parametrize(
    ("text", "lost"), [("1.7E+12", 1), ("1,7E+12", 1), ("05:34.9", 1), ("####", 1), ("", 0), ("n/a", 0)]
)
def test_what_a_spreadsheet_lost_is_counted(connection: duckdb.DuckDBPyConnection, text: str, lost: int) -> None:
    rows = connection.sql("SELECT $text AS written, CAST(NULL AS TIMESTAMP) AS moment", params={"text": text})
    assert rows.project(lost_expression("written", "moment")).fetchall() == [(lost,)]

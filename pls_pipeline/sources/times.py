"""Times of an export to UTC, in SQL.

Here: the ways that exports and spreadsheets write a time, and which of them have lost it. Not here: which column is the
clock (normalising.py).

Read: epoch in seconds (9-10 digits), milliseconds (12-13) or microseconds (15-16); ISO 8601 with and without zone; what
spreadsheets write in its place (9/2/2025 9:05 PM, 02.09.2025 21:05, Sep 2, 2025, a serial number of days). A number
that a spreadsheet rounded (1.9E+12) is lost unless all its digits are there. Times before 1990 or from 2100 on are not
believed.
"""

import duckdb

_CLOCKS = ("", " %H:%M", " %H:%M:%S", " %H:%M:%S.%f", " %I:%M %p", " %I:%M:%S %p", " %I:%M%p", " %I:%M:%S%p")
_MONTH_FIRST = str([date + clock for date in ("%m/%d/%Y", "%b %d %Y", "%B %d %Y") for clock in _CLOCKS])
_DAY_FIRST = str([date + clock for date in ("%d/%m/%Y", "%b %d %Y", "%B %d %Y") for clock in _CLOCKS])

# A spreadsheet's date in one spelling: separators /, a year of four digits, AM and PM, single spaces.
_SPELLED = (
    r"regexp_replace(regexp_replace(regexp_replace(regexp_replace(upper(@x), '[,\s\x{a0}\x{202f}]+', ' ', 'g'), "
    r"'([AP])\.M\.', '\1M'), '^(\d{1,2})[./-](\d{1,2})[./-](\d{2,4})', '\1/\2/\3'), "
    r"'^(\d{1,2}/\d{1,2}/)(\d{2})(\D|$)', '\120\2\3')"
)
_DIGITS = r"regexp_replace(@x, '[eE].*|[.,]', '', 'g')"
_WITH_ZONE = rf"""
CASE
    WHEN ends_with(@x, 'Z') THEN TRY_CAST(@x AS TIMESTAMP)
    WHEN @x = '' THEN NULL
    WHEN regexp_full_match(@x, '\d{{9,10}}|\d{{12,13}}|\d{{15,16}}') THEN make_timestamp(
        CAST(@x AS BIGINT) * CASE WHEN length(@x) < 11 THEN 1000000 WHEN length(@x) < 14 THEN 1000 ELSE 1 END)
    WHEN regexp_full_match(@x, '\d{{4}}-\d{{1,2}}-\d{{1,2}}[T ]+\d{{1,2}}:\d{{2}}[^+-]*[+-]\d{{2}}(:?\d{{2}})?')
        THEN timezone('UTC', TRY_CAST(@x AS TIMESTAMPTZ))
    WHEN regexp_full_match(@x, '\d{{4}}[-/]\d{{1,2}}[-/]\d{{1,2}}.* ?(UTC|GMT)')
        THEN TRY_CAST(regexp_replace(@x, ' ?(UTC|GMT)', '') AS TIMESTAMP)
    WHEN regexp_full_match(@x, '\d([.,]\d+)?[eE]\+?\d{{1,2}}') THEN CASE
        WHEN length({_DIGITS}) <> CAST(regexp_extract(@x, '\d+$') AS BIGINT) + 1 THEN NULL
        WHEN length({_DIGITS}) = 10 THEN make_timestamp(CAST({_DIGITS} AS BIGINT) * 1000000)
        WHEN length({_DIGITS}) = 13 THEN make_timestamp(CAST({_DIGITS} AS BIGINT) * 1000) END
END"""
_WITHOUT_ZONE = rf"""
CASE
    WHEN regexp_full_match(@x, '\d{{4}}[-/]\d{{1,2}}[-/]\d{{1,2}}([T ]+\d{{1,2}}:\d{{2}}(:\d{{2}}([.,]\d+)?)?)?')
        THEN TRY_CAST(replace(@x, ',', '.') AS TIMESTAMP)
    WHEN regexp_full_match(@x, '\d{{5}}([.,]\d+)?')
        THEN TIMESTAMP '1899-12-30' + to_seconds(CAST(round(CAST(replace(@x, ',', '.') AS DOUBLE) * 86400) AS BIGINT))
    WHEN NOT regexp_matches(@x, '^(\d{{1,2}}[./-]\d{{1,2}}[./-]\d{{2}}|[A-Za-z]{{3,9}}[.,\s]+\d{{1,2}}[,\s]+\d{{4}})')
        THEN NULL
    WHEN day_first OR regexp_matches(@x, '^\d{{1,2}}\.') THEN try_strptime({_SPELLED}, {_DAY_FIRST})
    ELSE try_strptime({_SPELLED}, {_MONTH_FIRST})
END"""
_LOST = r"regexp_full_match(@x, '\d([.,]\d+)?[eE]\+?\d{1,2}|\d{1,2}:\d{2}([.,]\d+)?|#+')"


def with_time_options(
    connection: duckdb.DuckDBPyConnection, rows: duckdb.DuckDBPyRelation, zone: str, *, day_first: bool
) -> duckdb.DuckDBPyRelation:
    """The rows and the columns `zone` and `day_first`; raises ValueError for a zone that DuckDB does not know."""
    known = connection.execute("SELECT count(*) FROM pg_timezone_names() WHERE name = $zone", {"zone": zone})
    if known.fetchall()[0][0] == 0:
        raise ValueError(f"{zone!r} is not a time zone; use a name such as UTC or America/Halifax")
    zone_column, day_column = duckdb.ConstantExpression(zone), duckdb.ConstantExpression(day_first)
    return rows.project(duckdb.StarExpression(), zone_column.alias("zone"), day_column.alias("day_first"))


def _date_part(text: str, position: int) -> str:
    """SQL: the number at position 1 or 2 of a date such as 9/2/2025 in the trimmed text, else NULL."""
    dated = f"{text} LIKE '_/%' OR {text} LIKE '__/%' OR {text} LIKE '_-%' OR {text} LIKE '__-%'"
    number = rf"TRY_CAST(regexp_extract({text}, '^(\d{{1,2}})[/-](\d{{1,2}})[/-]\d', {position}) AS UTINYINT)"
    return f"CASE WHEN {dated} THEN {number} END"


def add_time(rows: duckdb.DuckDBPyRelation, text: str, name: str) -> duckdb.DuckDBPyRelation:
    """The rows and the column `name`: the trimmed text column read as TIMESTAMP in UTC, NULL where it cannot be.

    Columns `name`_part_1 and `name`_part_2: the first two numbers of a date that may begin with the day or the month.
    Needs the columns of `with_time_options`. The costly ways of writing are tried where the usual ones fail.
    """
    zoned, local = _WITH_ZONE.replace("@x", text), _WITHOUT_ZONE.replace("@x", text)
    in_zone = "CASE WHEN zone = 'UTC' THEN local ELSE timezone('UTC', timezone(zone, local)) END"
    read = rows.project(f"*, {zoned} AS zoned")
    read = read.project(f"*, CASE WHEN zoned IS NULL AND {text} <> '' THEN {local} END AS local")
    read = read.project(
        f"* EXCLUDE (zoned, local), CASE WHEN zoned IS NULL THEN {in_zone} ELSE zoned END AS any_time, "
        + ", ".join(
            f"CASE WHEN zoned IS NULL THEN {_date_part(text, part)} END AS {name}_part_{part}" for part in (1, 2)
        )
    )
    believed = "any_time >= TIMESTAMP '1990-01-01' AND any_time < TIMESTAMP '2100-01-01'"
    return read.project(f"* EXCLUDE (any_time), CASE WHEN {believed} THEN any_time END AS {name}")


def lost_expression(text: str, time: str) -> str:
    """SQL: 1 where the trimmed text is what a spreadsheet leaves of a time that it rounded or cut, else 0."""
    lost = _LOST.replace("@x", text)
    return f"CASE WHEN {time} IS NULL AND {text} <> '' AND {lost} THEN 1 ELSE 0 END"

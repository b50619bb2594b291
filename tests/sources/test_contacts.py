"""Rows of the account's lists: cells to names, numbers and addresses, in any encoding and state."""

from pathlib import Path
from typing import Any

import duckdb
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pls_pipeline.sources.account_lists import find_list
from pls_pipeline.sources.contacts import PeopleTables

HEADER = "firstName;lastName;Phone 1;Phone 2;Email\n"


def read_people(connection: duckdb.DuckDBPyConnection, path: Path, text: bytes) -> list[dict[str, Any]]:
    path.write_bytes(text)
    found = find_list(path, path.name)
    assert found
    people = PeopleTables(connection, "one", "US")
    people.add(path, found, path.name)
    rows: list[dict[str, Any]] = people.contacts.order("row_number").to_arrow_table().to_pylist()
    return rows


def test_a_spreadsheets_contacts_are_read(connection: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    text = HEADER + '"Zoë\nAnn";Kowalski;1.9022345678E+10;1.9E+10;a@example.com, b@example.com\n;;;;\nBen\n'
    people = read_people(connection, tmp_path / "contacts.csv", text.encode("utf-16"))
    assert [
        (found["row_number"], found["first_name"], found["last_name"], found["phones"], found["emails"])
        for found in people
    ] == [
        (1, "Zoë\nAnn", "Kowalski", ["+19022345678"], ["a@example.com", "b@example.com"]),
        (2, "Ben", None, [], []),
    ]


def test_a_number_that_is_none_stays_as_it_stands(connection: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    (person,) = read_people(connection, tmp_path / "contacts.csv", f"{HEADER}Ben;;Anonymous;22395;\n".encode())
    assert person["phones"] == ["Anonymous", "22395"]


def test_a_line_with_a_broken_quote_is_stepped_over(connection: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    text = f'{HEADER}"Anne" x;;;;\nBen;;;;\n"never closed;;;;\n'
    people = read_people(connection, tmp_path / "contacts.csv", text.encode())
    assert [found["first_name"] for found in people] == ["Ben"]


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=300) | st.text(st.sampled_from('a;"\n\r,1+'), max_size=60).map(str.encode))
def test_any_bytes_below_a_header_end(connection: duckdb.DuckDBPyConnection, tmp_path: Path, data: bytes) -> None:
    people = read_people(connection, tmp_path / "contacts.csv", HEADER.encode() + data)
    assert [found["row_number"] for found in people] == list(range(1, len(people) + 1))

"""Phone numbers in cells, and what they are in E.164."""

import duckdb
import pytest

from pls_pipeline.sources.numbers import map_numbers, read_number, read_numbers


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("+19022345678", "+19022345678"),
        ("19022345678", "+19022345678"),
        ("9022345678", "+19022345678"),
        ("(902) 234-5678", "+19022345678"),
        ("+1 902-234-5678", "+19022345678"),
        ("1-902-234-5678", "+19022345678"),
        ("19022345678.0", "+19022345678"),
        ("1.9022345678E+10", "+19022345678"),
        ('="+19022345678"', "+19022345678"),
        ("'+19022345678", "+19022345678"),
        ("+44 20 7946 0958", "+442079460958"),
        ("442079460958", "+442079460958"),
        ("Anonymous", "Anonymous"),
        ("22395", "22395"),
        ("555-0123", "555-0123"),
        ("someone@example.com", "someone@example.com"),
        ("1.9E+10", None),
        ("1.90223E+10", None),
        ("1.902234567E+10", None),
        ("", None),
    ],
)
def test_a_number_is_read(text: str, number: str | None) -> None:
    assert read_number(text, "US") == number


def test_a_number_without_country_code_is_of_the_default_region() -> None:
    assert read_number("020 7946 0958", "GB") == "+442079460958"


def test_a_group_is_split_and_a_lost_number_is_counted() -> None:
    assert read_numbers("+19022345678, (603) 789-1234;+19022345678", "US") == (["+19022345678", "+16037891234"], 0)
    assert read_numbers("+19022345678;1.6E+10", "US") == (["+19022345678"], 1)
    assert read_numbers(" ; ", "US") == ([], 0)
    assert read_numbers("1,9E+10", "US") == ([], 1)
    assert read_numbers("19022345678,0", "US") == (["+19022345678"], 0)
    assert read_numbers("," * 5000, "US") == (["," * 5000], 0)


def test_only_cells_that_are_not_in_e164_are_mapped(connection: duckdb.DuckDBPyConnection) -> None:
    cells = connection.sql("SELECT unnest(['+19022345678', '', '9022345678', '1.9E+10', '+19022345678,+16037891234'])")
    mapping = map_numbers(connection, cells, "US")
    assert mapping is not None
    assert sorted(mapping.fetchall()) == [
        ("+19022345678,+16037891234", "+19022345678,+16037891234", ["+19022345678", "+16037891234"], 0),
        ("1.9E+10", None, [], 1),
        ("9022345678", "+19022345678", ["+19022345678"], 0),
    ]
    assert map_numbers(connection, connection.sql("SELECT '+19022345678'"), "US") is None

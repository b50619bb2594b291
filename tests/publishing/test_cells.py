import pytest
from hypothesis import given
from hypothesis import strategies as st

from pls_pipeline.publishing.cells import (
    CELL_CHARACTERS,
    escape_cell,
    escape_list,
    fit_cell,
    name_unseen,
    unescape_cell,
    unescape_list,
)

TRICKY = st.text(alphabet=st.sampled_from("=+-@\t\r\n'; \u00a0a1(\\u005C\uff1d\u202e\x00\u200b"), max_size=14)
TEXT = TRICKY | st.text()
SIGNS = "=+-@\t\r\uff0b\uff0d\uff1d\uff20"


@given(TEXT)
def test_a_cell_can_be_read_back(text: str) -> None:
    assert unescape_cell(escape_cell(text)) == text


@given(st.lists(TEXT.filter(bool)))
def test_a_list_can_be_read_back(items: list[str]) -> None:
    assert unescape_list(escape_list(items)) == items


@given(TEXT)
def test_no_cell_and_no_line_of_one_begins_a_formula(text: str) -> None:
    cell = escape_cell(text)
    assert not cell.lstrip(" \u00a0").startswith(tuple(SIGNS))
    for line in cell.replace("\r", "\n").split("\n"):
        assert not line.lstrip(" \u00a0").startswith(tuple(SIGNS))


@given(st.lists(TEXT.filter(bool)))
def test_no_item_of_a_list_begins_a_formula(items: list[str]) -> None:
    for line in escape_list(items).split("\n"):
        assert not line.lstrip(" \u00a0").startswith(tuple(SIGNS))


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("=1+1", "'=1+1"),
        ("  =1+1", "'  =1+1"),
        ("hello\n@SUM(A1)", "hello\n'@SUM(A1)"),
        ("hello;=HYPERLINK(1)", "hello;'=HYPERLINK(1)"),
        ("a\t-2+3+cmd", "a\t'-2+3+cmd"),
        ("\r=2", "'\r'=2"),
        ("'=1", "''=1"),
        ("red \u202e alert", "red \\u202E alert"),
        (r"\u202E", r"\u005Cu202E"),
    ],
)
def test_what_a_spreadsheet_could_run_or_hide_is_marked(text: str, cell: str) -> None:
    assert escape_cell(text) == cell


@pytest.mark.parametrize(
    "text",
    ["See you at 7 ;-)", "'Tis fine", "Café 24/7 - book online", "👨‍👩‍👧 a=b", "Bay 3; then 4", "line\r\n\r\nline"],
)
def test_other_text_stays_as_it_is(text: str) -> None:
    assert escape_cell(text) == text


def test_a_cell_that_is_too_long_is_cut_and_says_so() -> None:
    assert fit_cell("a" * CELL_CHARACTERS) == "a" * CELL_CHARACTERS
    cut = fit_cell("a" * 40_000)
    assert len(cut) <= CELL_CHARACTERS
    assert cut.endswith(f"[... cut: {40_000 - (CELL_CHARACTERS - 100)} more characters]")


@given(TEXT)
def test_what_is_displayed_holds_no_character_that_is_not_seen(text: str) -> None:
    assert not set(name_unseen(text)) & set("\x00\x1b\x7f\u200b\u200e\u202e\u2066\u2028\ufeff")

"""Texts of records by their lines."""

from hypothesis import given
from hypothesis import strategies as st

from pls_pipeline.sources.raw_text import LONGEST_TEXT, fetch_lines

TEXT = "header\na\r\nb\nc\n\nlast"


def test_lines_are_fetched_without_their_end() -> None:
    assert list(fetch_lines([TEXT], [(2, 2), (3, 5), (6, 6)])) == [(2, "a"), (3, "b\nc\n"), (6, "last")]


def test_a_long_text_is_cut() -> None:
    (found,) = fetch_lines(["x" * LONGEST_TEXT, "y\n"], [(1, 1)])
    assert found == (1, "x" * LONGEST_TEXT)


@given(st.lists(st.sampled_from(["a", "\n", "bc\n", "\r\n"]), max_size=20), st.data())
def test_lines_do_not_depend_on_where_chunks_end(chunks: list[str], data: st.DataObject) -> None:
    lines = "".join(chunks).split("\n")
    numbers = sorted(data.draw(st.sets(st.integers(1, len(lines)))))
    wanted = [(number, lines[number - 1].removesuffix("\r")) for number in numbers]
    found = list(fetch_lines(chunks, [(number, number) for number in numbers]))
    assert found == [pair for pair in wanted if pair[0] < len(lines) or pair[1] or pair in found]

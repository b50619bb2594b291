"""Leaders of a frame are found by the same rule, whether few or many share a form's words."""

import random
from array import array
from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st

from pls_pipeline.library.frames import MOST_LOOKED_UP, _rank_leaders, _rank_many


@settings(max_examples=30, deadline=None)
@given(st.lists(st.lists(st.integers(0, 30), max_size=12).map(sorted), min_size=1, max_size=9))
def test_counting_in_arrays_and_one_by_one_agree(holders: list[list[int]]) -> None:
    assert _rank_many([array("q", leaders) for leaders in holders]) == _rank_leaders(
        [array("q", leaders) for leaders in holders]
    )


def test_words_of_too_many_leaders_are_not_looked_up() -> None:
    chance = random.Random(5)  # noqa: S311 - no secret
    rare = [array("q", sorted(chance.sample(range(9000), 40))) for _ in range(20)]
    usual = array("q", range(MOST_LOOKED_UP + 1))
    counts = Counter(leader for leaders in rare for leader in leaders)
    expected = sorted(counts, key=lambda leader: (-counts[leader], leader))[:8]
    assert _rank_leaders([usual, *rare]) == expected
    assert _rank_leaders([usual]) == list(range(8))

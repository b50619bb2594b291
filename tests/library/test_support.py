"""How many conversations a cluster needs to be a pattern: what is usual in the library decides."""

import pytest

from pls_pipeline.library import LibraryOptions
from pls_pipeline.library.support import count_needed


@pytest.mark.parametrize(
    ("supports", "conversations", "needed"),
    [
        pytest.param([1] * 19, 19, 1, id="a first export shows what was seen once"),
        pytest.param([], 500, 2, id="nothing comes back"),
        pytest.param([2, 2, 3, 3, 4, 5], 400, 2, id="freely worded: two conversations are much"),
        pytest.param([100] * 20 + [3] * 50 + [12] * 10, 2_000, 16, id="prepared replies: rare ones wait"),
        pytest.param([110] * 22 + [3] * 55 + [13] * 11, 2_200, 16, id="the same with a tenth more"),
        pytest.param([60, 50, 40, 3, 2, 2], 200, 2, id="never more than one conversation in a hundred"),
        pytest.param([400] * 3 + [2] * 900, 2_400, 2, id="a few replies sent everywhere do not raise it"),
        pytest.param([1] * 900 + [100] * 20, 2_000, 16, id="what was said once is not what is usual"),
    ],
)
def test_needed_conversations_follow_what_is_usual(supports: list[int], conversations: int, needed: int) -> None:
    assert count_needed(supports, LibraryOptions(), conversations) == needed


def test_a_setting_asks_for_more() -> None:
    assert count_needed([3, 3, 4], LibraryOptions(min_conversations=3), 100) == 3

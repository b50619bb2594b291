"""A request for a part of a conversation keeps to its bound on tokens."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pls_pipeline.extraction.records import ExtractorSettingsError
from pls_pipeline.extraction.request_making import RequestMaker, fit_limits
from pls_pipeline.extraction.transcript import cut_transcript, number_messages
from pls_pipeline.privacy import ConversationMask
from pls_pipeline.settings import Settings
from tests.extraction.conversing import conversation

CATEGORIES = Settings().categories
BOUND = 4_000

lines = st.lists(st.tuples(st.sampled_from([">", "<", "<old"]), st.text(max_size=40), st.integers(1, 60)), min_size=1)


@given(lines=lines)
def test_no_request_reads_more_than_the_bound(lines: list[tuple[str, str, int]]) -> None:
    limits = fit_limits(BOUND, CATEGORIES)
    maker = RequestMaker("gpt-4o", CATEGORIES, limits)
    talk = conversation(*[f"{mark} {body * times}" for mark, body, times in lines])
    for part in cut_transcript(number_messages(talk, ConversationMask()), limits):
        assert maker.make(part).prompt_tokens <= BOUND


def test_a_long_conversation_fills_its_requests() -> None:
    limits = fit_limits(BOUND, CATEGORIES)
    maker = RequestMaker("gpt-4o", CATEGORIES, limits)
    talk = conversation(*["> where do I park?", "< Behind the building, by the green door."] * 200)
    requests = [maker.make(part) for part in cut_transcript(number_messages(talk, ConversationMask()), limits)]
    assert len(requests) > 5
    assert all(request.prompt_tokens > BOUND / 2 for request in requests[:-1])


def test_a_bound_that_leaves_no_room_is_refused_with_the_number_that_does() -> None:
    with pytest.raises(ExtractorSettingsError, match=r"PLS_MODEL_PROMPT_TOKENS is 2000.*set \d+ or more"):
        fit_limits(2_000, CATEGORIES)

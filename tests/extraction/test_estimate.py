"""What an extraction will take, before it runs."""

import pytest

from pls_pipeline.extraction.estimate import estimate_cost
from pls_pipeline.extraction.pricing import PriceList, TokenPrice
from pls_pipeline.extraction.prompt import make_prefix
from pls_pipeline.extraction.tokens import count_tokens
from pls_pipeline.settings import Settings
from tests.extraction.conversing import conversation

TALK = conversation("> where is bay 3", "< Bay 3 is by the door, on the left.", "> thx", "< ok")
OPENAI = Settings(extractor="openai", model="some-model")


def test_the_embedded_extractor_costs_nothing() -> None:
    estimate = estimate_cost([TALK], Settings(extractor="embedded"))
    assert (estimate.extractor, estimate.requests, estimate.prompt_tokens, estimate.cost_usd) == ("embedded", 0, 0, 0.0)


def test_a_request_holds_instructions_and_transcript() -> None:
    estimate = estimate_cost([TALK], OPENAI)
    instructions = count_tokens(make_prefix(OPENAI.categories))
    assert estimate.requests == 1
    assert instructions < estimate.prompt_tokens < instructions + 1500
    assert 50 < estimate.completion_tokens < 300


def test_the_cost_follows_the_price_and_is_unknown_without_one() -> None:
    assert estimate_cost([TALK], OPENAI).cost_usd is None
    assert estimate_cost([], OPENAI).cost_usd == 0
    assert (estimate_cost([TALK], Settings(extractor="openai", model="gpt-4o")).cost_usd or 0) > 0
    prices = PriceList({"some-model": TokenPrice(prompt=2.0, completion=8.0)})
    estimate = estimate_cost([TALK], OPENAI, prices)
    expected = (estimate.prompt_tokens * 2 + estimate.completion_tokens * 8) / 1_000_000
    assert estimate.cost_usd == pytest.approx(expected)


def test_many_conversations_are_estimated_from_the_first_thousand() -> None:
    one = estimate_cost([TALK], OPENAI)
    many = estimate_cost([TALK] * 2000, OPENAI)
    assert (many.conversations, many.requests) == (2000, 2000)
    assert many.prompt_tokens == pytest.approx(2000 * one.prompt_tokens, rel=0.01)


def test_a_conversation_without_a_new_reply_makes_no_request() -> None:
    assert estimate_cost([conversation("> hello?", "<old Yes, we are open.")], OPENAI).requests == 0

"""What an answer used, where the server tells it oddly or not at all: the answer is kept, and a budget holds."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.responses import JSONResponse, Response

from pls_pipeline.extraction.answer_store import LakeAnswers
from pls_pipeline.extraction.model_answer import read_completion
from pls_pipeline.extraction.pricing import KnownPrices
from pls_pipeline.extraction.records import ConversationResult
from tests.extraction.answering import LINES, answer, pattern
from tests.extraction.conversing import conversation
from tests.extraction.model_server import Completion, ModelServer
from tests.extraction.test_openai_extractor import extractor

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
)
NAMES = ("prompt_tokens", "completion_tokens", "prompt_tokens_details")


class Untold(Completion):
    """A completion whose usage says nothing."""

    def respond(self) -> Response:
        body = json.loads(bytes(super().respond().body))
        return JSONResponse({**body, "usage": {"prompt_tokens": None, "completion_tokens": -1}})


def completion(usage: object) -> str:
    return json.dumps({"choices": [{"message": {"content": "said"}, "finish_reason": "stop"}], "usage": usage})


# The first look at the prices loads their list.
@settings(deadline=None)
@given(usage=JSON | st.fixed_dictionaries(dict.fromkeys(NAMES, JSON)))
def test_an_answer_is_read_whatever_its_usage_says_and_its_price_can_be_told(usage: object) -> None:
    read = read_completion(completion(usage))
    assert read.text == "said"
    cost = KnownPrices().cost_usd("gpt-4o", read.prompt_tokens, read.completion_tokens, read.cached_prompt_tokens)
    assert cost is not None
    assert 0 <= cost < 10_000


@pytest.mark.parametrize(("told", "read"), [(7, 7), (50, 20), (-1, 0), (None, 0)])
def test_no_more_tokens_were_read_before_than_were_read(told: int | None, read: int) -> None:
    usage = {"prompt_tokens": 20, "completion_tokens": 3, "prompt_tokens_details": {"cached_tokens": told}}
    answered = read_completion(completion(usage))
    assert (answered.prompt_tokens, answered.completion_tokens, answered.cached_prompt_tokens) == (20, 3, read)


def test_without_usage_tokens_are_counted_here_and_a_budget_holds(tmp_path: Path) -> None:
    def run(most: float | None) -> list[ConversationResult]:
        talks = [conversation(*LINES, f"> about {key}", key=key) for key in "abcdefgh"]
        options: dict[str, Any] = {"budget_run_usd": most, "prices": KnownPrices(), "concurrency": 1}
        with ModelServer(lambda _: Untold(answer(pattern()))) as server:
            return list(extractor(server, answers=LakeAnswers(str(tmp_path)), **options).analyse(talks))

    outcomes = [result.outcome for result in run(0.03)]
    paid = [outcome for outcome in outcomes if outcome.status == "extracted"]
    assert 0 < len(paid) < len(outcomes)
    assert all(o.prompt_tokens > 1000 and o.completion_tokens > 50 and (o.cost_usd or 0) > 0.002 for o in paid)
    assert sum(outcome.cost_usd or 0 for outcome in outcomes) <= 0.03

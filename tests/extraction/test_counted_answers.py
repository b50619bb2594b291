"""The money of an answer stands in one outcome, whichever run paid it."""

from pathlib import Path

import pytest

from pls_pipeline.extraction.answer_store import LakeAnswers
from pls_pipeline.extraction.counted_answers import CountedAnswers
from pls_pipeline.extraction.pricing import PriceList, TokenPrice
from pls_pipeline.extraction.records import Outcome
from pls_pipeline.extraction.runner import run_extraction
from tests.extraction.answering import LINES, answer, pattern
from tests.extraction.conversing import conversation
from tests.extraction.made_results import IMPORT, LakeStore, MemoryStore
from tests.extraction.model_server import Completion, ModelServer, Reply
from tests.extraction.test_openai_extractor import GOOD, extractor

PRICES = PriceList({"gpt-4o": TokenPrice(2.5, 10.0)})
EACH = 0.0035
TALKS = [conversation(*LINES, f"> about {number}", key=f"talk {number}", import_key=IMPORT) for number in range(4)]


def analyse(server: ModelServer, root: Path, store: MemoryStore | LakeStore) -> tuple[Outcome, ...]:
    """One run in a new process, which knows what the stored outcomes carry."""
    counted = [key for outcome in store.load().outcomes for key in outcome.answer_keys]
    made = extractor(server, answers=LakeAnswers(str(root)), prices=PRICES, counted=CountedAnswers(counted))
    run_extraction(TALKS, made, store, import_key=IMPORT)
    return store.load().outcomes


def costs(outcomes: tuple[Outcome, ...]) -> list[tuple[float, bool]]:
    return [(outcome.cost_usd or 0.0, outcome.cached) for outcome in outcomes]


def test_what_a_killed_run_paid_is_carried_by_the_outcomes_of_the_next(tmp_path: Path) -> None:
    with ModelServer(lambda _: GOOD) as server:
        analyse(server, tmp_path, MemoryStore())  # its outcomes are lost, its answers are kept
        store = LakeStore(tmp_path)
        assert costs(analyse(server, tmp_path, store)) == [(EACH, True)] * 4
    assert len(server.requests) == 4
    assert [outcome.prompt_tokens for outcome in store.load().outcomes] == [1000] * 4


def test_an_answer_that_an_outcome_carries_costs_nothing_in_another(tmp_path: Path) -> None:
    with ModelServer(lambda _: GOOD) as server:
        first = LakeStore(tmp_path)
        analyse(server, tmp_path, first)
        carried = [key for outcome in first.load().outcomes for key in outcome.answer_keys]
        made = extractor(server, answers=LakeAnswers(str(tmp_path)), prices=PRICES, counted=CountedAnswers(carried))
        results = list(made.analyse(TALKS))
    assert len(set(carried)) == 4
    assert costs(tuple(result.outcome for result in results)) == [(0.0, True)] * 4
    assert {result.outcome.answer_keys for result in results} == {()}


@pytest.mark.parametrize("first", [Completion("no"), Completion("{", finish_reason="length")])
def test_an_answer_that_was_of_no_use_stays_paid_and_is_carried_beside_the_next(tmp_path: Path, first: Reply) -> None:
    store = MemoryStore()
    with ModelServer(lambda _: first) as server:
        failed = analyse(server, tmp_path, store)
        wasted = len(server.requests) // 4
    with ModelServer(lambda _: GOOD) as server:
        mended = analyse(server, tmp_path, store)
    assert {outcome.answer_keys for outcome in failed} == {()}
    assert [outcome.cost_usd for outcome in mended] == [pytest.approx((wasted + 1) * EACH)] * 4


def test_equal_conversations_of_one_run_share_the_cost_of_their_answer(tmp_path: Path) -> None:
    talks = [conversation(*LINES, key=f"talk {number}") for number in range(5)]
    with ModelServer(lambda _: Completion(answer(pattern()))) as server:
        made = extractor(server, answers=LakeAnswers(str(tmp_path)), prices=PRICES, counted=CountedAnswers(()))
        outcomes = [result.outcome for result in made.analyse(talks)]
    assert sum(outcome.cost_usd or 0.0 for outcome in outcomes) == pytest.approx(EACH)

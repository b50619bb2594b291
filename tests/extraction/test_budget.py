"""A budget is kept before the money is spent."""

import asyncio
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pls_pipeline.extraction.answer_store import LakeAnswers
from pls_pipeline.extraction.budget import Budget, BudgetReachedError
from pls_pipeline.extraction.pricing import KnownPrices
from pls_pipeline.extraction.runner import run_extraction
from tests.extraction.answering import LINES, answer, pattern
from tests.extraction.conversing import conversation
from tests.extraction.made_results import MemoryStore
from tests.extraction.model_server import Completion, ModelServer
from tests.extraction.test_openai_extractor import extractor

# What tests' requests take, in tokens, is a little less than what the client counts.
PAID = Completion(answer(pattern()), prompt_tokens=1600, completion_tokens=100)


@given(
    most=st.floats(0, 10),
    requests=st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1)), max_size=30),
    before=st.floats(0, 5),
)
def test_no_order_of_requests_spends_more_than_the_budget(
    most: float, requests: list[tuple[float, float]], before: float
) -> None:
    async def run() -> tuple[float, int]:
        budget = Budget(None, most, before)
        refused = 0

        async def ask(bound: float, share: float) -> None:
            nonlocal refused
            try:
                async with budget.reserve(bound) as reservation:
                    await asyncio.sleep(0)
                    reservation.cost_usd = bound * share
            except BudgetReachedError:
                refused += 1

        await asyncio.gather(*(ask(*request) for request in requests))
        return budget.spent_usd, refused

    spent, refused = asyncio.run(run())
    assert spent <= max(0.0, most - before) + 1e-9
    assert refused or spent == pytest.approx(sum(bound * share for bound, share in requests))


def test_a_run_sees_what_another_process_pays_on_the_same_day() -> None:
    async def run() -> None:
        budget = Budget(5.0, 1.0, 0.25, read_today=lambda: 0.75)
        async with budget.reserve(0.125) as reservation:
            reservation.cost_usd = 0.125
        with pytest.raises(BudgetReachedError, match=r"a day .*: \$0.8750 are spent, .* \$0.2500"):
            async with budget.reserve(0.25):
                pass

    asyncio.run(run())


def test_a_request_whose_fate_is_unknown_counts_with_its_bound() -> None:
    async def run() -> float:
        budget = Budget(1.0, None, 0.0)
        with pytest.raises(TimeoutError):
            async with budget.reserve(0.75):
                raise TimeoutError
        with pytest.raises(BudgetReachedError, match=r"\$1.00 a run \(PLS_BUDGET_RUN_USD\).*: \$0.7500 .* \$0.3000"):
            async with budget.reserve(0.3):
                pass
        return budget.spent_usd

    assert asyncio.run(run()) == 0.75


@pytest.mark.parametrize("setting", ["budget_run_usd", "budget_day_usd"])
def test_an_import_of_20_cents_with_a_budget_of_5_goes_on_where_it_stopped(tmp_path: Path, setting: str) -> None:
    talks = [conversation(*LINES, f"> about {number}", key=f"talk {number}") for number in range(40)]
    price = KnownPrices().cost_usd("gpt-4o", PAID.prompt_tokens, PAID.completion_tokens)
    assert price == pytest.approx(0.005)
    store = MemoryStore()
    paid = []
    with ModelServer(lambda _: PAID) as server:
        for most in (0.05, 1.0):
            made = extractor(
                server, answers=LakeAnswers(str(tmp_path)), prices=KnownPrices(), concurrency=16, **{setting: most}
            )
            summary = run_extraction(talks, made, store, import_key="one")
            paid.append(summary.cost_usd)
            assert summary.analysed + summary.deferred + summary.already_analysed == 40
            if most == 0.05:
                reasons = [o.reason or "" for o in store.results.outcomes if o.status == "deferred"]
                assert len(reasons) == summary.deferred > 20
                assert all("budget of $0.05" in reason for reason in reasons)
                assert summary.deferred_because in reasons
    assert paid[0] is not None
    assert 0.03 < paid[0] <= 0.05
    assert {outcome.status for outcome in store.results.outcomes} == {"extracted"}
    assert len(server.requests) == 40

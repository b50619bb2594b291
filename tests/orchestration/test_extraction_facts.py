"""What a run of extraction came to: cost by conversation and pattern, and why something waits."""

from typing import Any

import pytest

from pls_pipeline.extraction.runner import ExtractionSummary
from pls_pipeline.orchestration.extraction_facts import describe_deferred, describe_summary

BUDGET = "the budget of $0.05 a {} ({}) is reached: $0.0{} are spent, the next request could cost $0.0034"
ADVICE = {
    ("run", "PLS_BUDGET_RUN_USD"): "import the file again to spend as much once more, or raise PLS_BUDGET_RUN_USD",
    ("day", "PLS_BUDGET_DAY_USD"): "import the file again after midnight UTC, or raise PLS_BUDGET_DAY_USD",
}


def summary(cost: float | None, candidates: int = 5, analysed: int = 10) -> ExtractionSummary:
    return ExtractionSummary(10, 0, analysed, 10, 0, 0, 0, candidates, 0, 100, 10, cost)


def deferred(reason: str) -> dict[str, Any]:
    return {"status": "deferred", "reason": reason}


def test_the_cost_is_told_by_conversation_and_by_pattern() -> None:
    told = describe_summary(summary(0.2))
    assert (told["analysed"], told["cost_usd"]) == (10, 0.2)
    assert (told["cost_per_conversation_usd"], told["cost_per_pattern_usd"]) == (0.02, 0.04)


@pytest.mark.parametrize("told", [summary(None), summary(0.0), summary(0.2, candidates=0, analysed=0)])
def test_without_a_cost_or_anything_to_divide_it_by_there_is_no_number(told: ExtractionSummary) -> None:
    described = describe_summary(told)
    assert (described["cost_per_conversation_usd"], described["cost_per_pattern_usd"]) == (None, None)


@pytest.mark.parametrize("budget", list(ADVICE))
def test_a_budget_that_was_reached_is_named_with_what_is_spent_and_what_to_do(budget: tuple[str, str]) -> None:
    rows = [deferred(BUDGET.format(*budget, spent)) for spent in (480, 491)]
    assert describe_deferred([*rows, {"status": "extracted", "reason": None}]) == [
        f"2 deferred: {BUDGET.format(*budget, 491)}; {ADVICE[budget]}"
    ]


def test_each_reason_has_a_line_the_most_frequent_first() -> None:
    limit = "over the limit of 500 conversations a run"
    unreached = "not reached: the run ended before this conversation"
    told = describe_deferred([deferred(unreached), deferred(limit), deferred(limit)])
    assert told == [
        f"2 deferred: {limit}; import the file again, or raise PLS_CONVERSATION_LIMIT",
        f"1 deferred: {unreached}",
    ]
    assert describe_deferred([]) == []

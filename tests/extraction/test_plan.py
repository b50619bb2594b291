"""Which conversations a run takes: those that wait for a batch come first, and a run may take only them."""

from pls_pipeline.extraction.asking import AWAITING
from pls_pipeline.extraction.plan import NOT_REACHED, ExtractionPlan, plan_extraction
from pls_pipeline.extraction.records import Outcome, OutcomeStatus
from pls_pipeline.extraction.results import StoredResults
from tests.extraction.made_results import talks

KEYS = ("new", "failed", "waits", "left", "cut", "done")
WAITS = f"{AWAITING}: batch_1"


def outcome(key: str, status: OutcomeStatus, reason: str | None = None, attempts: int = 0) -> Outcome:
    return Outcome("one", key, f"{key} v1", status, reason, attempts=attempts)


STORED = StoredResults(
    (
        outcome("failed", "failed", "timeout", attempts=1),
        outcome("waits", "deferred", WAITS, attempts=1),
        outcome("left", "deferred", "over the limit of 1 conversations a run"),
        outcome("cut", "deferred", NOT_REACHED),
        outcome("done", "extracted"),
    )
)


def plan(limit: int, *, only_awaited: bool = False) -> ExtractionPlan:
    return plan_extraction(talks(*KEYS), STORED, limit, only_awaited=only_awaited)


def keys(plan: ExtractionPlan) -> tuple[list[str], list[str]]:
    return [talk.conversation_key for talk in plan.analyse], [talk.conversation_key for talk in plan.deferred]


def test_what_waits_comes_first_and_counts_in_the_limit() -> None:
    assert keys(plan(2)) == (["waits", "new"], ["left", "cut", "failed"])


def test_a_run_for_what_waits_takes_that_and_what_a_killed_run_did_not_reach() -> None:
    made = plan(9, only_awaited=True)
    assert keys(made) == (["waits", "cut"], ["new", "left"])
    assert [kept.status for kept in made.kept.outcomes] == ["failed", "extracted"]
    assert made.reasons["left"] == "over the limit of 1 conversations a run"


def test_what_waits_keeps_its_reason_until_it_has_a_result() -> None:
    reasons = plan(9).reasons
    assert reasons["waits"] == WAITS
    assert reasons["new"] == NOT_REACHED

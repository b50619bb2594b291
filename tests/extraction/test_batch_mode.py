"""Batch mode through the real client: what is submitted, collected, kept and submitted again, and what it costs."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from pls_pipeline.extraction.asking import AWAITING
from pls_pipeline.extraction.batches.lines import FileLimits
from pls_pipeline.extraction.batches.submitting import NO_ROOM, BatchLimits
from pls_pipeline.extraction.known_patterns import KnownPattern
from pls_pipeline.extraction.transcript import TranscriptLimits
from tests.extraction.answering import LINES, pattern
from tests.extraction.batch_server import BatchServer
from tests.extraction.batching import PRICE, Runs, submitted
from tests.extraction.conversing import conversation
from tests.extraction.made_results import IMPORT


def test_a_run_submits_its_requests_and_ends_with_its_conversations_waiting(server: BatchServer, runs: Runs) -> None:
    summary = runs.run("a", "b")
    assert (summary.analysed, summary.deferred, summary.cost_usd) == (0, 2, 0.0)
    assert {o.reason for o in runs.outcomes().values()} == {f"{AWAITING}: batch_1, submitted 2026-03-01 09:00 UTC"}
    assert (submitted(server), server.requests) == ([2], [])
    line = server.lines(server.batches[0])[0]
    assert (line["method"], line["url"], line["body"]["model"]) == ("POST", "/v1/chat/completions", "gpt-4o")
    assert len(line["custom_id"]) == 64


def test_what_waits_is_not_submitted_again(server: BatchServer, runs: Runs) -> None:
    for keys in (("a", "b"), ("a", "b"), ("a", "b", "c")):
        runs.run(*keys)
    assert submitted(server) == [2, 1]


def test_a_later_run_makes_results_of_the_answers_at_half_the_price(server: BatchServer, runs: Runs) -> None:
    runs.run("a", "b")
    server.finish()
    summary = runs.run("a", "b")
    assert (summary.extracted, summary.candidates) == (2, 2)
    assert summary.cost_usd == pytest.approx(2 * PRICE)
    outcome = runs.outcomes()["a"]
    assert (outcome.prompt_tokens, outcome.completion_tokens, outcome.attempts) == (1000, 100, 1)
    assert outcome.cost_usd == pytest.approx(PRICE)
    assert runs.ledger.records() == []
    assert runs.run("a", "b").analysed == 0
    assert submitted(server) == [2]


def test_an_expired_batch_keeps_its_finished_part_and_only_the_rest_is_submitted(
    server: BatchServer, runs: Runs
) -> None:
    runs.run("a", "b", "c")
    server.finish("expired", done=1)
    summary = runs.run("a", "b", "c")
    assert (summary.extracted, summary.deferred) == (1, 2)
    assert submitted(server) == [3, 2]
    server.finish()
    assert runs.run("a", "b", "c").extracted == 2
    assert set(runs.statuses().values()) == {"extracted"}


def test_an_answer_with_a_fault_is_asked_about_in_the_next_batch(server: BatchServer, runs: Runs) -> None:
    keys = ("untrue", "empty", "never", "good")
    for status in ("deferred", "deferred", "nothing"):
        runs.run(*keys)
        assert runs.statuses()["never"] == status
        server.finish()
    assert submitted(server) == [4, 3]
    assert runs.statuses() == {"untrue": "extracted", "empty": "extracted", "never": "nothing", "good": "extracted"}
    costs = {key: outcome.cost_usd for key, outcome in runs.outcomes().items()}
    assert costs == {key: pytest.approx(PRICE * (1 if key == "good" else 2)) for key in keys}
    assert server.requests == []


def test_a_run_that_nobody_started_takes_only_what_waits(server: BatchServer, runs: Runs) -> None:
    runs.run("a", "b", "c", limit=1)
    server.finish()
    summary = runs.run("a", "b", "c", limit=2, only_awaited=True)
    assert (summary.extracted, summary.deferred, submitted(server)) == (1, 2, [1])


def test_no_text_of_a_conversation_stays_at_the_provider(server: BatchServer, runs: Runs) -> None:
    runs.run("a", "refused")
    server.finish()
    runs.run("a", "refused")
    assert (server.files, len(server.deleted)) == ({}, 3)


def test_another_import_with_the_same_conversation_waits_for_the_same_batch(server: BatchServer, runs: Runs) -> None:
    runs.run("a")
    talk = conversation(*LINES, "> about a", key="other", import_key="two")
    [waiting] = runs.make().analyse([talk])
    assert waiting.outcome.reason == runs.outcomes()["a"].reason
    [record] = runs.ledger.records()
    assert (record.imports, submitted(server)) == ((IMPORT, "two"), [1])
    server.finish()
    [result] = runs.make().analyse([talk])
    assert (result.outcome.status, runs.ledger.records()[0].imports) == ("extracted", (IMPORT,))
    assert runs.run("a").extracted == 1
    assert runs.ledger.records() == []


def test_a_pattern_that_is_approved_meanwhile_changes_no_request_that_waits(server: BatchServer, runs: Runs) -> None:
    runs.run("a")
    approved = KnownPattern("pat_1", "access", "The code is wrong.", (pattern()["response_template"],))
    runs.run("a", known=(approved,))
    server.finish()
    assert runs.run("a", known=(approved,)).extracted == 1
    runs.run("b", known=(approved,))
    assert submitted(server) == [1, 1]
    shown = [line["body"]["messages"][1]["content"] for batch in server.batches for line in server.lines(batch)]
    assert ["<known_patterns>" in text for text in shown] == [False, True]


def test_the_parts_of_a_long_conversation_go_into_one_batch(server: BatchServer, runs: Runs) -> None:
    runs.run("a", transcript=TranscriptLimits(part=100, context=20, message=60))
    [parts] = submitted(server)
    assert parts > 1


def test_requests_are_parted_by_the_limits_of_a_file(server: BatchServer, runs: Runs) -> None:
    runs.run("a", "b", "c", limits=BatchLimits(FileLimits(requests=2)))
    assert submitted(server) == [2, 1]


def test_open_batches_hold_no_more_tokens_than_the_account_allows(server: BatchServer, runs: Runs) -> None:
    limits = BatchLimits(tokens=4000)
    runs.run("a", "b", "c", "d", limits=limits)
    [first] = submitted(server)
    assert first < 4
    assert [outcome.reason for outcome in runs.outcomes().values()].count(NO_ROOM) == 4 - first
    runs.run("a", "b", "c", "d", limits=limits)
    assert submitted(server) == [first]
    server.finish()
    runs.run("a", "b", "c", "d", limits=limits, only_awaited=True)
    assert submitted(server)[0] == first
    assert len(server.batches) == 2


@pytest.mark.parametrize("setting", ["budget_run_usd", "budget_day_usd"])
def test_no_more_is_submitted_than_the_budget_holds_by_the_estimate(
    server: BatchServer, runs: Runs, setting: str
) -> None:
    keys = [f"talk {number}" for number in range(12)]
    budget: dict[str, Any] = {setting: 0.02}
    runs.run(*keys, **budget)
    [count] = submitted(server)
    estimate = sum(record.estimate_usd or 0 for record in runs.ledger.open_records())
    assert 0 < count < 12
    assert estimate <= 0.02
    reasons = [outcome.reason or "" for outcome in runs.outcomes().values() if AWAITING not in (outcome.reason or "")]
    assert len(reasons) == 12 - count
    assert all("budget of $0.02" in reason for reason in reasons)
    runs.run(*keys, **budget)
    # What is submitted counts against the day, also for the next run; a run has a budget of its own.
    assert (len(server.batches) == 1) == (setting == "budget_day_usd")
    server.finish()


def test_the_day_counts_what_answers_cost_once_they_are_collected(server: BatchServer, runs: Runs) -> None:
    runs.run("a", "b", budget_day_usd=1.0)
    server.finish()
    runs.run("a", "b", budget_day_usd=1.0)
    assert runs.answers.spent_usd(datetime.now(UTC).date()) == pytest.approx(2 * PRICE)


def test_a_mode_that_is_set_back_to_direct_pays_nothing_twice(server: BatchServer, runs: Runs) -> None:
    runs.run("a")
    runs.run("a", "b", submits=False)
    assert len(server.requests) == 1
    assert runs.statuses() == {"a": "deferred", "b": "extracted"}
    server.finish()
    runs.run("a", "b", submits=False)
    assert (runs.statuses()["a"], len(server.requests)) == ("extracted", 1)
    assert runs.outcomes()["a"].cost_usd == pytest.approx(PRICE)


def test_a_query_in_the_address_goes_with_every_request(server: BatchServer, tmp_path: Path) -> None:
    runs = Runs(tmp_path, f"{server.url}?api-version=preview")
    runs.run("a")
    [record] = runs.ledger.records()
    assert (record.stage, record.address) == ("submitted", f"{server.url}/")
    server.finish()
    assert runs.run("a").extracted == 1

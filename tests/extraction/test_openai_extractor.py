"""The extractor that asks a model, through the real client against a server on a socket."""

import logging
import re
import time
from dataclasses import fields
from typing import Any

import pytest

from pls_pipeline.extraction.model_client import ServerOptions
from pls_pipeline.extraction.openai_extractor import AnalysisOptions, OpenAIExtractor
from pls_pipeline.extraction.pace import PaceLimits
from pls_pipeline.extraction.pricing import PriceList, TokenPrice
from pls_pipeline.extraction.records import ConversationResult, ExtractionStoppedError
from pls_pipeline.extraction.runner import run_extraction
from pls_pipeline.extraction.transcript import TranscriptLimits
from tests.extraction.answering import CATEGORIES, LINES, access_talk, answer, pattern, variable
from tests.extraction.conversing import conversation
from tests.extraction.made_results import MemoryStore
from tests.extraction.model_server import (
    Completion,
    CutConnection,
    Failure,
    ModelRequest,
    ModelServer,
    Reply,
    Slow,
    Text,
)

GOOD = Completion(answer(pattern()))
AT_ONCE = {"retry-after-ms": "1"}


def extractor(server: ModelServer, **changes: Any) -> OpenAIExtractor:
    """Everything has a default here; `concurrency` is the most requests under way."""
    given = {field.name for field in fields(AnalysisOptions)} & set(changes)
    analysis = {"model": "gpt-4o", "categories": CATEGORIES, **{name: changes.pop(name) for name in given}}
    keeping = ("answers", "prices", "counted", "knowledge", "offers")
    kept = {name: changes.pop(name) for name in keeping if name in changes}
    pace = PaceLimits(requests_a_minute=100_000, at_once=changes.pop("concurrency", 8))
    options = ServerOptions(**{"api_key": "sk-secret", "base_url": server.url, "retries": 2, "pace": pace, **changes})
    return OpenAIExtractor(options, AnalysisOptions(**analysis), **kept)


def ask(*replies: Reply, **changes: Any) -> tuple[ConversationResult, ModelServer]:
    """Analyse one conversation; the n-th request gets the n-th reply, the last one stands for all after it."""
    with ModelServer(lambda request: replies[min(request.attempt, len(replies)) - 1]) as server:
        [result] = extractor(server, **changes).analyse([access_talk()])
        return result, server


def outcome_of(*replies: Reply, **changes: Any) -> tuple[str, str | None, int]:
    outcome = ask(*replies, **changes)[0].outcome
    return outcome.status, outcome.reason, outcome.attempts


def test_a_structured_answer_becomes_a_candidate_with_its_use() -> None:
    result, _ = ask(GOOD, prices=PriceList({"gpt-4o": TokenPrice(2.5, 10.0)}))
    outcome = result.outcome
    assert (outcome.status, outcome.reason, outcome.attempts) == ("extracted", None, 1)
    assert (outcome.extractor, outcome.model) == ("openai", "gpt-4o")
    assert (outcome.prompt_tokens, outcome.completion_tokens) == (1000, 100)
    assert outcome.cost_usd == pytest.approx(0.0035)
    assert [candidate.situation for candidate in result.candidates] == ["The door code does not work."]
    assert result.rejected == ()


def test_the_cost_is_unknown_where_the_price_is() -> None:
    assert ask(GOOD)[0].outcome.cost_usd is None


def test_the_request_asks_for_strict_json_with_a_fixed_prefix_and_turns_in_order() -> None:
    with ModelServer(lambda _: GOOD) as server:
        list(extractor(server, concurrency=1).analyse([access_talk("a"), access_talk("b")]))
    first, second = (request.body for request in server.requests)
    assert first["model"] == "gpt-4o"
    assert first["response_format"]["type"] == "json_schema"
    assert first["response_format"]["json_schema"]["strict"] is True
    assert first["messages"][0] == second["messages"][0]
    assert [line["n"] for line in server.requests[0].lines] == [1, 2, 3, 4, 5, 6]
    assert [line["from"] for line in server.requests[0].lines] == [
        "operator", "customer", "operator", "customer", "automatic", "operator",
    ]  # fmt: skip
    assert [line.get("context") for line in server.requests[0].lines] == [True] + [None] * 5
    assert server.requests[0].headers["authorization"] == "Bearer sk-secret"


def test_no_number_name_or_code_leaves_the_machine() -> None:
    talk = access_talk()
    with ModelServer(lambda _: GOOD) as server:
        list(extractor(server).analyse([talk]))
    [request] = server.requests
    shown = request.body["messages"][1]["content"]
    assert not re.search(r"\d{3}[-. ]?\d{4}", shown)
    assert not any(value in shown for value in ("Sarah", "Miller", "4417", *talk.participants))


@pytest.mark.parametrize(
    ("reply", "expected"),
    [
        (Completion(None, refusal="I cannot help with that."), ("nothing", "refused", 1)),
        (Completion(answer(nothing_reason="acknowledgements_only")), ("nothing", "acknowledgements_only", 1)),
        (Completion(answer(nothing_reason="because Sarah said so")), ("nothing", "other", 1)),
        (Completion(None), ("failed", "empty_answer", 2)),
        (Completion(""), ("failed", "empty_answer", 2)),
        (Completion("Sure! Here are the patterns."), ("failed", "malformed_json", 2)),
        (Completion('{"patterns": [{"cat', finish_reason="length"), ("failed", "cut_off", 1)),
        (Completion(None, finish_reason="content_filter"), ("failed", "content_filter", 1)),
        (Completion({"replies": []}), ("failed", "wrong_schema", 2)),
        (Text('{"choices": []}'), ("failed", "unreadable_response", 1)),
        (Failure(400, "context_length_exceeded"), ("failed", "http_400_context_length_exceeded", 1)),
        (Failure(400, "Bad Request: Sarah"), ("failed", "http_400", 1)),
        (Failure(500, headers=AT_ONCE), ("failed", "http_500", 3)),
        (CutConnection(), ("failed", "connection_lost", 2)),
        (Slow(30, GOOD), ("failed", "timeout", 1)),
    ],
)
def test_a_bad_answer_is_an_outcome_with_its_reason(reply: Reply, expected: tuple[str, str, int]) -> None:
    changes: dict[str, Any] = {}
    if isinstance(reply, CutConnection):
        changes = {"retries": 1}
    if isinstance(reply, Slow):
        changes = {"retries": 0, "timeout_seconds": 0.2}
    result, _ = ask(reply, **changes)
    assert (result.outcome.status, result.outcome.reason, result.outcome.attempts) == expected
    assert (result.candidates, result.rejected) == ((), ())


@pytest.mark.parametrize("fault", [Failure(429, "rate_limit_exceeded", AT_ONCE), Failure(503), CutConnection()])
def test_a_fault_that_passes_is_repeated(fault: Reply) -> None:
    result, server = ask(fault, GOOD)
    assert (result.outcome.status, result.outcome.attempts, len(server.requests)) == ("extracted", 2, 2)


def test_retry_after_is_waited_for() -> None:
    # The only repeat that is allowed comes too early if the client goes by its own first delay.
    opens: list[float] = []

    def reply(_: ModelRequest) -> Reply:
        opens.append(opens[0] if opens else time.monotonic() + 1.0)
        return GOOD if time.monotonic() >= opens[0] else Failure(429, headers={"retry-after": "1"})

    with ModelServer(reply) as server:
        [result] = extractor(server, retries=1).analyse([access_talk()])
    assert (result.outcome.status, result.outcome.attempts) == ("extracted", 2)


def test_an_answer_that_comes_too_late_is_asked_for_again() -> None:
    assert outcome_of(Slow(30, GOOD), GOOD, timeout_seconds=1.0) == ("extracted", None, 2)


@pytest.mark.parametrize(
    ("failure", "advice"),
    [
        (Failure(401, "invalid_api_key"), "set OPENAI_API_KEY"),
        (Failure(403), "set OPENAI_API_KEY"),
        (Failure(429, "insufficient_quota"), "quota .* is used up: raise it"),
        (Failure(402), "quota .* is used up: raise it"),
        (Failure(404, "model_not_found"), "check PLS_MODEL and OPENAI_BASE_URL"),
        (Failure(429, "rate_limit_exceeded", {"retry-after": "3600"}), "asks to wait 3600 seconds"),
    ],
)
def test_what_no_repeat_can_mend_stops_the_run_after_what_is_done(failure: Failure, advice: str) -> None:
    talks = [access_talk(f"talk {number}") for number in range(20)]
    with ModelServer(lambda _: GOOD if len(server.requests) <= 5 else failure) as server:
        store = MemoryStore()
        with pytest.raises(ExtractionStoppedError, match=advice) as raised:
            run_extraction(talks, extractor(server, concurrency=2), store, import_key="one")
    assert "sk-secret" not in str(raised.value)
    assert raised.value.__cause__ is None
    statuses = [outcome.status for outcome in store.results.outcomes]
    assert (statuses.count("extracted"), statuses.count("deferred")) == (5, 15)
    assert len(server.requests) <= 5 + 2


def test_a_stop_ends_the_waits_of_other_requests() -> None:
    def reply(_: ModelRequest) -> Reply:
        return Failure(401) if len(server.requests) > 1 else Failure(429, headers={"retry-after": "100"})

    with ModelServer(reply) as server, pytest.raises(ExtractionStoppedError):
        list(extractor(server, concurrency=2).analyse([access_talk("a"), access_talk("b")]))
    assert len(server.requests) == 2


def test_one_failure_is_one_outcome_among_others() -> None:
    talks = [conversation(*LINES, f"> about {number}", key=f"talk {number}") for number in range(12)]

    def reply(request: ModelRequest) -> Reply:
        replies: dict[str, Reply] = {"about 3": CutConnection(), "about 7": Completion("no")}
        return replies.get(request.lines[-1]["text"], GOOD)

    with ModelServer(reply) as server:
        results = list(extractor(server, concurrency=4, retries=0).analyse(talks))
    outcomes = {result.outcome.conversation_key: result.outcome.reason for result in results}
    assert len(results) == 12
    assert {key: reason for key, reason in outcomes.items() if reason} == {
        "talk 3": "connection_lost",
        "talk 7": "malformed_json",
    }


def test_no_more_requests_are_under_way_than_allowed() -> None:
    with ModelServer(lambda _: Slow(0.02, GOOD)) as server:
        list(extractor(server, concurrency=3).analyse([access_talk(f"talk {number}") for number in range(15)]))
    assert server.most_at_once == 3


def test_a_run_that_is_given_up_leaves_no_request_behind() -> None:
    with ModelServer(lambda _: GOOD if len(server.requests) == 1 else Slow(30, GOOD)) as server:
        results = extractor(server, concurrency=2).analyse([access_talk(f"talk {number}") for number in range(9)])
        next(results)
        results.close()
    assert len(server.requests) <= 3


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        (pattern(reply_messages=[42]), "unknown_message"),
        (pattern(reply_messages=[2], response_template="door code isnt working", variables=[]), "reply_not_operator"),
        (pattern(variables=pattern()["variables"][:2]), "undeclared_variable"),
        (pattern(variables=[*pattern()["variables"][:2], variable("time", "time", "9pm")]), "value_not_in_message"),
        (pattern(response_template="Everything is free today", variables=[]), "reply_differs"),
    ],
)
def test_an_answer_that_is_not_true_is_a_rejected_candidate(bad: dict[str, Any], reason: str) -> None:
    result, _ = ask(Completion(answer(bad)))
    assert (result.outcome.status, result.outcome.reason) == ("nothing", "all_candidates_rejected")
    assert result.candidates == ()
    assert [candidate.reason for candidate in result.rejected] == [reason]
    both, _ = ask(Completion(answer(bad, pattern())))
    assert (both.outcome.status, len(both.candidates), len(both.rejected)) == ("extracted", 1, 1)


def test_an_injection_that_is_obeyed_with_an_empty_list_is_nothing() -> None:
    result, _ = ask(Completion(answer()))
    assert (result.outcome.status, result.outcome.reason) == ("nothing", "other")


def test_a_long_conversation_is_asked_in_parts_and_one_bad_part_fails_it() -> None:
    lines = [text for number in range(30) for text in (f"> is bay {number} free?", f"< Bay {number} is free.")]
    limits = TranscriptLimits(part=300, context=70, message=100)

    def reply(request: ModelRequest) -> Reply:
        said = next(line for line in request.lines if line["from"] == "operator" and not line.get("context"))
        bay = variable("bay_number", "unit_number", said["text"].split()[1], message=said["n"])
        found = pattern(
            trigger_messages=[said["n"] - 1],
            reply_messages=[said["n"]],
            response_template="Bay {{bay_number}} is free.",
            variables=[bay],
        )
        return Completion(answer(found))

    with ModelServer(reply) as server:
        [result] = extractor(server, limits=limits).analyse([conversation(*lines)])
    parts = len(server.requests)
    assert parts > 3
    assert (len(result.candidates), result.rejected) == (parts, ())
    assert (result.outcome.attempts, result.outcome.prompt_tokens) == (parts, 1000 * parts)

    with ModelServer(lambda request: Completion("no") if len(server.requests) in (3, 4) else reply(request)) as server:
        [failed] = extractor(server, limits=limits).analyse([conversation(*lines)])
    assert (failed.outcome.status, failed.outcome.reason) == ("failed", f"part 3 of {parts}: malformed_json")
    assert failed.candidates == ()
    assert failed.outcome.prompt_tokens == 4000


def test_a_conversation_without_a_new_reply_is_not_asked_about() -> None:
    with ModelServer(lambda _: GOOD) as server:
        [result] = extractor(server).analyse([conversation("> hello?", "<old Hi.", "> hm")])
    assert (result.outcome.status, result.outcome.reason, server.requests) == ("nothing", "no_new_reply", [])
    assert result.outcome.cost_usd == 0.0


def test_no_log_holds_a_message_or_the_key(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        ask(Failure(500, headers=AT_ONCE), GOOD)
        outcome_of(Completion("door code isnt working"))
    logged = caplog.text
    assert not any(text in logged for text in ("sk-secret", "door code", "4417", "Sarah"))


def test_the_prompt_version_changes_with_the_categories() -> None:
    with ModelServer(lambda _: GOOD) as server:
        versions = {extractor(server, categories=kinds).prompt_version for kinds in (CATEGORIES, CATEGORIES[:3])}
        assert len(versions) == 2
        assert extractor(server).prompt_version in versions

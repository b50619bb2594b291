"""Servers and models that refuse strict schemas, or take no notice of the form that is asked for."""

import json
from pathlib import Path

import pytest

from pls_pipeline.extraction.answer_store import LakeAnswers
from pls_pipeline.extraction.faults import UnansweredError, judge_refusal
from pls_pipeline.extraction.json_mode import in_json_mode
from pls_pipeline.extraction.model_request import ModelRequest as Asked
from pls_pipeline.extraction.prompt import make_messages, make_prefix, make_response_format
from pls_pipeline.extraction.records import ExtractionStoppedError
from pls_pipeline.extraction.transcript import TranscriptLimits, TranscriptPart
from tests.extraction.answering import CATEGORIES, LINES, access_talk, answer, pattern
from tests.extraction.conversing import conversation
from tests.extraction.model_server import Completion, Failure, ModelRequest, ModelServer, Reply
from tests.extraction.test_openai_extractor import GOOD, extractor

TALKS = [conversation(*LINES, f"> about {number}", key=f"talk {number}") for number in range(12)]
# As the provider, llama.cpp, Azure, vLLM and a router of providers write it.
REFUSALS = (
    Failure(
        400, message="Invalid parameter: 'response_format' of type 'json_schema' is not supported with this model."
    ),
    Failure(400, message='response_format type must be one of "text" or "json_object", but got: json_schema'),
    Failure(400, "BadRequest", message="response_format value as json_schema is enabled only for later api versions"),
    Failure(422, message="[{'loc': ['body', 'response_format', 'type'], 'msg': 'unexpected value'}]"),
    Failure(404, message="No endpoints found that can handle structured outputs: response_format"),
)


def form(request: ModelRequest) -> str:
    return str(request.body["response_format"]["type"])


def refuse_schemas(request: ModelRequest, refusal: Failure = REFUSALS[0]) -> Reply:
    return refusal if form(request) == "json_schema" else GOOD


@pytest.mark.parametrize("refusal", REFUSALS)
def test_the_question_is_asked_again_in_json_mode_and_verified_alike(refusal: Failure) -> None:
    with ModelServer(lambda request: refuse_schemas(request, refusal)) as server:
        [result] = extractor(server).analyse([access_talk()])
    assert (result.outcome.status, result.outcome.attempts, len(result.candidates)) == ("extracted", 2, 1)
    strict, loose = (request.body for request in server.requests)
    assert loose["response_format"] == {"type": "json_object"}
    assert loose["messages"][1:] == strict["messages"][1:]
    told = loose["messages"][0]["content"].removeprefix(strict["messages"][0]["content"])
    assert json.loads(told.strip().rsplit("\n", 1)[1]) == strict["response_format"]["json_schema"]["schema"]


def test_the_decision_is_that_of_a_run() -> None:
    with ModelServer(refuse_schemas) as server:
        for _ in range(2):
            results = list(extractor(server, concurrency=1).analyse(TALKS))
            assert {result.outcome.status for result in results} == {"extracted"}
    forms = [form(request) for request in server.requests]
    assert forms == ["json_schema", *["json_object"] * len(TALKS)] * 2


def test_a_faulty_answer_is_asked_for_once_more_in_the_same_form() -> None:
    def reply(request: ModelRequest) -> Reply:
        return GOOD if request.is_correction else Completion("no JSON")

    with ModelServer(lambda r: REFUSALS[0] if form(r) == "json_schema" else reply(r)) as server:
        [result] = extractor(server).analyse([access_talk()])
    assert (result.outcome.status, result.outcome.attempts) == ("extracted", 3)
    assert [(form(request), request.is_correction) for request in server.requests] == [
        ("json_schema", False), ("json_object", False), ("json_object", True),
    ]  # fmt: skip


def test_kept_answers_of_either_form_cause_no_request(tmp_path: Path) -> None:
    def kept() -> LakeAnswers:
        return LakeAnswers(str(tmp_path))

    with ModelServer(refuse_schemas) as old:
        list(extractor(old, answers=kept()).analyse(TALKS[:4]))
    with ModelServer(lambda _: GOOD) as new:
        results = list(extractor(new, answers=kept()).analyse(TALKS[:6]))
        list(extractor(new, answers=kept()).analyse(TALKS[:6]))
    assert sorted(result.outcome.cached for result in results) == [False] * 2 + [True] * 4
    # A server that takes schemas by now is asked with one.
    assert [form(request) for request in new.requests] == ["json_schema"] * 2


def test_an_answer_in_json_mode_that_cannot_be_read_is_not_kept(tmp_path: Path) -> None:
    with ModelServer(lambda r: REFUSALS[0] if form(r) == "json_schema" else Completion("no JSON")) as server:
        for _ in range(2):
            [result] = extractor(server, answers=LakeAnswers(str(tmp_path))).analyse([access_talk()])
            assert (result.outcome.status, result.outcome.reason) == ("failed", "malformed_json")
    assert len(server.requests) == 2 * 3


def test_a_server_that_refuses_both_forms_is_a_fault_of_each_conversation() -> None:
    with ModelServer(lambda _: REFUSALS[0]) as server:
        results = list(extractor(server, concurrency=1).analyse(TALKS[:2]))
    assert [(r.outcome.status, r.outcome.reason, r.outcome.attempts) for r in results] == [
        ("failed", "http_400", 2)
    ] * 2


def test_a_refusal_that_nests_too_deep_to_be_read_is_one_conversations_fault() -> None:
    fault = judge_refusal(400, {}, b"[" * 100_000, "gpt-4o")
    assert isinstance(fault, UnansweredError)
    assert (fault.reason, fault.is_transient, fault.refuses_format) == ("http_400", False, False)


def test_other_refusals_are_not_asked_again() -> None:
    with ModelServer(lambda _: Failure(400, "context_length_exceeded")) as server:
        list(extractor(server).analyse([access_talk()]))
    assert len(server.requests) == 1
    with ModelServer(lambda _: Failure(404, "model_not_found")) as server, pytest.raises(ExtractionStoppedError):
        list(extractor(server).analyse([access_talk()]))


@pytest.mark.parametrize("opening", ["```json\n", "```\n"])
def test_a_server_that_takes_no_notice_of_the_form_ends_in_verification(opening: str) -> None:
    false = pattern(response_template="Everything is free today", variables=[])
    text = opening + json.dumps(answer(false, pattern())) + "\n```"
    with ModelServer(lambda _: Completion(text)) as server:
        [result] = extractor(server).analyse([access_talk()])
    assert (len(result.candidates), [rejected.reason for rejected in result.rejected]) == (1, ["reply_differs"])


def test_the_form_is_part_of_the_key() -> None:
    messages = make_messages(make_prefix(CATEGORIES), TranscriptPart(()), TranscriptLimits())
    strict = Asked("gpt-4o", messages, make_response_format(CATEGORIES))
    loose = in_json_mode(strict)
    assert strict.key != loose.key
    assert in_json_mode(loose) == loose

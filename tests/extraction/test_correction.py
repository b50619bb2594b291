"""An answer with faults is asked for once more, with the faults named."""

from pls_pipeline.extraction.records import ConversationResult
from tests.extraction.answering import access_talk, answer, pattern
from tests.extraction.model_server import Completion, ModelRequest, ModelServer, Reply
from tests.extraction.test_openai_extractor import GOOD, extractor

UNTRUE = pattern(reply_messages=[42])
THANKS = pattern(reply_messages=[6], trigger_messages=[4], response_template="You're welcome.", variables=[])


def ask(first: Reply, second: Reply) -> tuple[ConversationResult, list[ModelRequest]]:
    with ModelServer(lambda request: second if request.is_correction else first) as server:
        [result] = extractor(server).analyse([access_talk()])
        return result, server.requests


def test_the_correction_names_the_fault_behind_the_same_beginning() -> None:
    result, (first, second) = ask(Completion(answer(UNTRUE)), GOOD)
    assert second.body["messages"][:2] == first.body["messages"]
    assert second.body["messages"][3]["content"].endswith("Faults:\n- pattern 1: there is no message 42")
    assert (result.outcome.status, result.outcome.attempts, len(result.candidates)) == ("extracted", 2, 1)
    assert (result.outcome.prompt_tokens, result.outcome.completion_tokens) == (2000, 200)


def test_an_answer_without_faults_is_not_asked_for_again() -> None:
    assert len(ask(GOOD, GOOD)[1]) == 1


def test_what_was_right_is_kept_and_what_is_left_out_keeps_its_reason() -> None:
    result, _ = ask(Completion(answer(THANKS, UNTRUE)), Completion(answer()))
    assert [candidate.response_template for candidate in result.candidates] == ["You're welcome."]
    assert [rejected.reason for rejected in result.rejected] == ["unknown_message"]


def test_a_reply_that_is_mended_is_no_rejection() -> None:
    wrong = pattern(variables=pattern()["variables"][:2])
    result, _ = ask(Completion(answer(wrong, THANKS)), Completion(answer(pattern())))
    assert len(result.candidates) == 2
    assert result.rejected == ()


def test_what_cannot_be_read_is_asked_for_again_once() -> None:
    result, requests = ask(Completion("Sure! Here they are."), GOOD)
    assert requests[1].body["messages"][3]["content"].endswith("- the answer is not JSON")
    assert result.outcome.status == "extracted"
    failed, requests = ask(Completion("Sure!"), Completion("Sure!"))
    assert (failed.outcome.status, failed.outcome.reason, len(requests)) == ("failed", "malformed_json", 2)


def test_a_correction_that_cannot_be_read_leaves_the_first_answer() -> None:
    result, _ = ask(Completion(answer(THANKS, UNTRUE)), Completion("Sure!"))
    assert (len(result.candidates), [rejected.reason for rejected in result.rejected]) == (1, ["unknown_message"])

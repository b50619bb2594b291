"""No answer is paid twice: through the real client, against a server that counts."""

from pathlib import Path
from typing import Any

import pytest

from pls_pipeline.extraction.answer_store import LakeAnswers
from pls_pipeline.extraction.records import ConversationResult
from tests.extraction.answering import CATEGORIES, LINES, access_talk, answer, pattern
from tests.extraction.conversing import conversation
from tests.extraction.model_server import Completion, Failure, ModelServer, Reply
from tests.extraction.test_openai_extractor import GOOD, extractor

UNTRUE = Completion(answer(pattern(reply_messages=[42])))


def analyse(server: ModelServer, root: Path, *keys: str, **changes: Any) -> list[ConversationResult]:
    talks = [conversation(*LINES, f"> about {key}", key=key) for key in keys]
    return list(extractor(server, answers=LakeAnswers(str(root)), **changes).analyse(talks))


def test_a_second_run_makes_no_call_and_costs_nothing(tmp_path: Path) -> None:
    with ModelServer(lambda _: GOOD) as server:
        first = analyse(server, tmp_path, "a", "b")
        again = analyse(server, tmp_path, "a", "b")
    assert len(server.requests) == 2
    assert [result.outcome.cached for result in first] == [False, False]
    for result in again:
        outcome = result.outcome
        assert (outcome.status, outcome.cached, outcome.attempts) == ("extracted", True, 0)
        assert (outcome.prompt_tokens, outcome.completion_tokens, outcome.cost_usd) == (0, 0, 0.0)
    assert {result.candidates for result in again} == {result.candidates for result in first}


def test_the_same_conversation_in_another_import_makes_no_call(tmp_path: Path) -> None:
    with ModelServer(lambda _: GOOD) as server:
        for key, import_key in (("a", "one"), ("other", "two")):
            talk = conversation(*LINES, key=key, import_key=import_key)
            [result] = extractor(server, answers=LakeAnswers(str(tmp_path))).analyse([talk])
            assert {candidate.import_key for candidate in result.candidates} == {import_key}
    assert len(server.requests) == 1


def test_equal_conversations_that_come_together_are_asked_about_once(tmp_path: Path) -> None:
    with ModelServer(lambda _: GOOD) as server:
        talks = [access_talk(f"talk {number}") for number in range(9)]
        results = list(extractor(server, answers=LakeAnswers(str(tmp_path))).analyse(talks))
    assert len(server.requests) == 1
    assert [result.outcome.cached for result in results].count(False) == 1


def test_another_prompt_schema_or_model_is_asked_anew_and_the_old_answers_stay(tmp_path: Path) -> None:
    with ModelServer(lambda _: GOOD) as server:
        for changes in ({}, {"categories": CATEGORIES[1:]}, {"model": "other"}, {}):
            analyse(server, tmp_path, "a", **changes)
    assert len(server.requests) == 3


@pytest.mark.parametrize(
    "failure",
    [Failure(400), Completion(None), Completion("no"), Completion("{", finish_reason="length"), Completion({"a": 1})],
)
def test_a_failure_is_not_kept_as_an_answer(tmp_path: Path, failure: Reply) -> None:
    with ModelServer(lambda _: failure) as server:
        [failed] = analyse(server, tmp_path, "a")
    with ModelServer(lambda _: GOOD) as server:
        [mended] = analyse(server, tmp_path, "a")
    assert (failed.outcome.status, mended.outcome.status, mended.outcome.cached) == ("failed", "extracted", False)
    assert len(server.requests) == 1


def test_an_answer_with_a_fault_is_kept_with_its_correction(tmp_path: Path) -> None:
    with ModelServer(lambda request: GOOD if request.is_correction else UNTRUE) as server:
        first, again = (analyse(server, tmp_path, "a")[0] for _ in range(2))
    assert len(server.requests) == 2
    assert (first.candidates, first.rejected) == (again.candidates, again.rejected)
    assert again.outcome.cached

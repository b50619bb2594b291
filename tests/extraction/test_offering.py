"""When approved patterns change, no answer is paid twice: through the real client, against a server that counts."""

from pathlib import Path

import pytest

from pls_pipeline.extraction.answer_store import LakeAnswers
from pls_pipeline.extraction.counted_answers import CountedAnswers
from pls_pipeline.extraction.knowledge import Knowledge
from pls_pipeline.extraction.known_patterns import KnownPattern
from pls_pipeline.extraction.offering import FOLDER, LakeOffers
from pls_pipeline.extraction.records import ConversationResult
from pls_pipeline.extraction.runner import run_extraction
from tests.extraction.answering import LINES, access_talk, answer, pattern
from tests.extraction.conversing import conversation
from tests.extraction.knowing import CLUBS, CODE, PARKING, renamed
from tests.extraction.made_results import MemoryStore
from tests.extraction.model_server import Completion, ModelRequest, ModelServer
from tests.extraction.test_json_mode import form, refuse_schemas
from tests.extraction.test_openai_extractor import GOOD, extractor

CITED = Completion(answer(pattern(known_pattern=1, response_template="", situation="")))


def cite(request: ModelRequest) -> Completion:
    """Cites the first pattern that is offered."""
    return CITED if request.known else GOOD


def analyse(server: ModelServer, root: Path, *approved: KnownPattern, key: str = "a") -> ConversationResult:
    """One run in a new process, without the outcomes of earlier ones."""
    talk = conversation(*LINES, f"> about {key}", key=key)
    made = extractor(
        server,
        answers=LakeAnswers(str(root)),
        offers=LakeOffers(str(root)),
        counted=CountedAnswers(()),
        knowledge=Knowledge(patterns=approved),
    )
    [result] = made.analyse([talk])
    return result


def test_a_pattern_that_resembles_the_conversation_is_offered_and_may_be_cited(tmp_path: Path) -> None:
    with ModelServer(cite) as server:
        result = analyse(server, tmp_path, CLUBS, CODE, PARKING)
    assert [line["known"] for line in server.requests[0].known] == [1]
    [candidate] = result.candidates
    assert candidate.known_pattern_id == "pat_code"
    assert candidate.response_template == CODE.templates[0]
    assert (candidate.category, candidate.situation) == ("access", CODE.situation)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ((), (CODE,)),
        ((CODE,), ()),
        ((CODE,), (renamed(CODE, "pat_a"), CODE)),
        ((CODE,), (renamed(CODE, "pat_other"),)),
    ],
)
def test_answers_that_were_paid_are_used_whatever_became_of_the_patterns(
    tmp_path: Path, before: tuple[KnownPattern, ...], after: tuple[KnownPattern, ...]
) -> None:
    with ModelServer(cite) as server:
        first, again = analyse(server, tmp_path, *before), analyse(server, tmp_path, *after)
    assert len(server.requests) == 1
    assert again.outcome.cached
    assert again.candidates == first.candidates


def test_a_correction_that_was_paid_is_used_as_well(tmp_path: Path) -> None:
    wrong = Completion(answer(pattern(known_pattern=7)))
    with ModelServer(lambda request: CITED if request.is_correction else wrong) as server:
        first, again = analyse(server, tmp_path, CODE), analyse(server, tmp_path, PARKING)
    assert len(server.requests) == 2
    assert "no known pattern 7 was offered" in server.requests[1].body["messages"][3]["content"]
    assert [candidate.known_pattern_id for candidate in again.candidates] == ["pat_code"]
    assert again.candidates == first.candidates


def test_what_was_offered_but_never_answered_is_offered_as_it_is_approved_now(tmp_path: Path) -> None:
    with ModelServer(lambda _: Completion("no")) as server:
        assert analyse(server, tmp_path, CODE).outcome.status == "failed"
    with ModelServer(cite) as server:
        [candidate] = analyse(server, tmp_path, renamed(CODE, "pat_now")).candidates
    assert candidate.known_pattern_id == "pat_now"


def test_a_record_that_broke_off_counts_as_none(tmp_path: Path) -> None:
    with ModelServer(cite) as server:
        analyse(server, tmp_path, CODE)
        [file] = (tmp_path / FOLDER).iterdir()
        file.write_bytes(file.read_bytes()[:20])
        assert LakeOffers(str(tmp_path)).find(file.stem) == ()
        # The answer is still found by its key while the same patterns are approved.
        assert analyse(server, tmp_path, CODE).outcome.cached


def test_conversations_with_a_result_are_not_asked_about_when_patterns_are_approved(tmp_path: Path) -> None:
    store, talks = MemoryStore(), [access_talk("a"), conversation(*LINES, "> new", key="b")]
    with ModelServer(cite) as server:
        for analysed, approved in ((talks[:1], ()), (talks, (CODE,)), (talks, (CODE, CLUBS))):
            made = extractor(server, answers=LakeAnswers(str(tmp_path)), knowledge=Knowledge(patterns=approved))
            run_extraction(analysed, made, store, import_key="one")
    assert len(server.requests) == 2
    assert {c.conversation_key: c.known_pattern_id for c in store.results.candidates} == {"a": None, "b": "pat_code"}


def test_without_approved_patterns_nothing_is_offered_and_nothing_written(tmp_path: Path) -> None:
    with ModelServer(cite) as server:
        analyse(server, tmp_path)
    assert server.requests[0].known == []
    assert not (tmp_path / FOLDER).exists()


def test_answers_that_were_asked_for_in_json_mode_are_used_as_well(tmp_path: Path) -> None:
    with ModelServer(refuse_schemas) as server:
        first, again = analyse(server, tmp_path), analyse(server, tmp_path, CODE)
    assert [form(request) for request in server.requests] == ["json_schema", "json_object"]
    assert again.outcome.cached
    assert again.candidates == first.candidates

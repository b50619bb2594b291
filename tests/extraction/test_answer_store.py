"""Answers that were paid are kept, found again, and counted as spent."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pls_pipeline.extraction.answer_store import FOLDER, LakeAnswers
from pls_pipeline.extraction.model_answer import ModelAnswer
from pls_pipeline.extraction.model_request import ModelRequest
from pls_pipeline.extraction.prompt import make_response_format

ANSWER = ModelAnswer("{}", refused=False, finish_reason="stop", prompt_tokens=900, completion_tokens=80, cost_usd=0.003)
KEY = "ab" * 32


def request(text: str = "hi", **changes: object) -> ModelRequest:
    made = ModelRequest("gpt-4o", [{"role": "user", "content": text}], make_response_format(("general",)))
    return replace(made, **changes)  # type: ignore[arg-type]  # the fields are named in the tests


def test_a_kept_answer_is_found_by_a_later_process(tmp_path: Path) -> None:
    LakeAnswers(str(tmp_path)).keep(KEY, ANSWER, is_usable=True)
    assert LakeAnswers(str(tmp_path)).find(KEY) == replace(ANSWER, is_stored=True)
    assert LakeAnswers(str(tmp_path)).find("cd" * 32) is None


@pytest.mark.parametrize("root", ["memory://answers-of-a-test", ""])
def test_what_is_discarded_is_not_found_and_stays_spent(root: str, tmp_path: Path) -> None:
    answers = LakeAnswers(root or str(tmp_path))
    answers.keep(KEY, ANSWER, is_usable=True)
    answers.discard(KEY)
    answers.keep(KEY, replace(ANSWER, cost_usd=0.002), is_usable=False)
    answers.keep(KEY, replace(ANSWER, cost_usd=None), is_usable=False)
    assert answers.find(KEY) is None
    again = LakeAnswers(root or str(tmp_path))
    assert again.find(KEY) is None
    assert again.spent_usd(datetime.now(UTC).date()) == pytest.approx(0.005)
    assert again.spent_usd(datetime(2020, 1, 1, tzinfo=UTC).date()) == 0.0


def test_a_file_that_is_no_answer_counts_as_none(tmp_path: Path) -> None:
    answers = LakeAnswers(str(tmp_path))
    answers.keep(KEY, ANSWER, is_usable=True)
    [file] = (tmp_path / FOLDER).glob("*/*.json")
    file.write_bytes(b'{"text"')
    (file.parent / f".{file.name}.tmp").write_bytes(b"")
    assert answers.find(KEY) is None


@given(st.text())
def test_any_text_has_a_key_and_another_text_has_another(text: str) -> None:
    assert request(text).key == request(text).key != request(text + "x").key


def test_a_key_stands_for_model_prompt_and_schema() -> None:
    others = [
        request("hello"),
        request(model="gpt-4o-mini"),
        request(response_format=make_response_format(("general", "access"))),
    ]
    assert len({request().key, *(other.key for other in others)}) == 4
    assert request(answer_tokens=7, prompt_tokens=3).key == request().key

"""A recogniser of somebody else (PLS_RECOGNISER): what it finds is masked, what it may not answer is refused."""

from collections.abc import Iterator

import pytest

from pls_pipeline.entities import (
    KnownValues,
    RecogniserFailedError,
    RecogniserSettingError,
    find_entities,
    find_personal,
    load_recogniser,
)
from pls_pipeline.privacy import ConversationMask


def find_loyalty_numbers(text: str) -> Iterator[tuple[str, int, int]]:
    start = text.find("club gold")
    if start >= 0:
        yield "reference", start, start + len("club gold")


def fail_with_the_text(text: str) -> Iterator[tuple[str, int, int]]:
    raise ValueError(text)


def answer_an_unknown_type(text: str) -> Iterator[tuple[str, int, int]]:
    yield "mood", 0, len(text)


NO_FUNCTION = 4


def _known(name: str) -> KnownValues:
    return KnownValues(recogniser=f"{__name__}:{name}")


def test_what_it_finds_is_masked_beside_the_rest() -> None:
    known = _known("find_loyalty_numbers")
    body = "I am club gold, mail ana@shop.example"
    assert ConversationMask(known).mask(body).text == "I am [REFERENCE_1], mail [EMAIL_1]"
    assert [entity.type for entity in find_personal(body, known)] == ["reference", "email"]
    assert [entity.type for entity in find_entities(body, known)] == ["reference", "email"]
    assert [entity.type for entity in find_personal(body)] == ["email"]


@pytest.mark.parametrize("name", ["fail_with_the_text", "answer_an_unknown_type"])
def test_a_failure_holds_no_text(name: str) -> None:
    with pytest.raises(RecogniserFailedError) as caught:
        find_personal("my code is in the shed", _known(name))
    assert "shed" not in str(caught.value)
    assert name in str(caught.value)
    assert caught.value.__suppress_context__ or caught.value.__context__ is None


@pytest.mark.parametrize("address", ["no_such_module:find", f"{__name__}:absent", f"{__name__}:NO_FUNCTION", "words"])
def test_an_address_of_no_function_is_told_by_a_sentence(address: str) -> None:
    with pytest.raises(RecogniserSettingError, match="PLS_RECOGNISER"):
        load_recogniser(address)

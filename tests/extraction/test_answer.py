"""The schema of an answer, how one is read, and what is clamped."""

import json
import math
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pls_pipeline.extraction.answer import (
    NOTHING_REASONS,
    Answer,
    UnreadableAnswerError,
    choose_category,
    choose_nothing_reason,
    clamp_confidence,
    clamp_text,
    make_schema,
    read_answer,
)
from tests.extraction.answering import CATEGORIES, answer, pattern


def objects(schema: Any) -> Iterator[dict[str, Any]]:
    """Every object's schema within a schema."""
    if isinstance(schema, dict):
        if schema.get("type") == "object":
            yield schema
        for value in schema.values():
            yield from objects(value)
    elif isinstance(schema, list):
        for value in schema:
            yield from objects(value)


def test_the_schema_is_strict() -> None:
    schema = make_schema(CATEGORIES)
    assert len(list(objects(schema))) == 3
    for found in objects(schema):
        assert found["additionalProperties"] is False
        assert found["required"] == list(found["properties"])
    assert '"default"' not in json.dumps(schema)


def test_closed_lists_are_enums() -> None:
    schema = make_schema(CATEGORIES)
    assert schema["$defs"]["PatternAnswer"]["properties"]["category"]["enum"] == list(CATEGORIES)
    assert schema["properties"]["nothing_reason"]["anyOf"][0]["enum"] == list(NOTHING_REASONS)


def test_an_answer_in_the_schema_is_read() -> None:
    read = read_answer(json.dumps(answer(pattern())))
    assert read == Answer.model_validate(answer(pattern()))


@pytest.mark.parametrize("text", ["", "no", '{"patterns": [', '```json\n{"patterns": []}\n```'])
def test_what_is_no_json_is_malformed(text: str) -> None:
    with pytest.raises(UnreadableAnswerError, match="malformed_json"):
        read_answer(text)


@pytest.mark.parametrize(
    "document",
    [
        [],
        {},
        {"patterns": []},
        answer({"category": "access"}),
        answer(pattern(reply_messages=["three"])),
        answer(pattern(note="more than was asked")),
        {**answer(), "instructions": "obeyed"},
    ],
)
def test_json_of_another_shape_has_the_wrong_schema(document: object) -> None:
    with pytest.raises(UnreadableAnswerError, match="wrong_schema") as raised:
        read_answer(json.dumps(document))
    # What is raised does not quote the answer, not even through its cause.
    assert raised.value.__cause__ is None


def test_a_category_outside_the_list_is_the_last_one() -> None:
    assert [choose_category(text, CATEGORIES) for text in ("Access ", "weather", "")] == [
        "access",
        "general",
        "general",
    ]


def test_a_reason_outside_the_list_is_other() -> None:
    assert [choose_nothing_reason(reason) for reason in ("unclear", "call 902-555-0199", None)] == [
        "unclear",
        "other",
        "other",
    ]


@given(number=st.floats())
def test_confidence_stays_within_0_and_1(number: float) -> None:
    clamped = clamp_confidence(number)
    assert clamped is None if math.isnan(number) else 0 <= (clamped or 0) <= 1


@given(text=st.text(), longest=st.integers(1, 40))
def test_a_clamped_text_is_one_printable_line(text: str, longest: int) -> None:
    clamped = clamp_text(text, longest)
    assert len(clamped) <= longest
    assert all(character.isprintable() for character in clamped)

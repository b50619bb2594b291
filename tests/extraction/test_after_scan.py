"""What is personal in a reply or a quoted situation is found even where the first look left it."""

import pytest

from pls_pipeline.entities import Entity, Examiner, KnownValues
from pls_pipeline.extraction.after_scan import free_left_values
from pls_pipeline.extraction.embedded import EmbeddedExtractor
from pls_pipeline.privacy import ConversationMask
from tests.extraction.conversing import conversation


def test_values_that_the_first_look_left_become_values_and_others_stay() -> None:
    body = "Hi Ana, bay 4 is yours, call 416-555-0142"
    bay = Entity("unit_number", 12, 13, "4", "bay_number")
    found = free_left_values(body, (bay,), Examiner())
    assert [(value.type, value.text) for value in found] == [
        ("person", "Ana"), ("unit_number", "4"), ("phone", "416-555-0142"),
    ]  # fmt: skip
    assert all(body[value.start : value.end] == value.text for value in found)
    assert free_left_values(body, found, Examiner()) == found


def test_a_value_that_is_known_keeps_its_place_in_what_is_found() -> None:
    body = "We ship to 12 Maple Street, Apt 3 today"
    flat = Entity("unit_number", 32, 33, "3", "apartment_number")
    assert [value.text for value in free_left_values(body, (flat,), Examiner())] == ["12 Maple Street", "3"]


def test_what_is_public_is_left() -> None:
    known = KnownValues(public=frozenset({"+1 416 555 0100"}))
    assert free_left_values("Call 416-555-0100", (), Examiner(known)) == ()


@pytest.mark.parametrize(
    ("masked", "expected"),
    [
        ("is [PERSON_1] there / call 416-555-0142", "is [PERSON_1] there / call [PHONE_1]"),
        ("Thanks Ana. [ACCESS_CODE_1] works", "Thanks [PERSON_1]. [ACCESS_CODE_1] works"),
        ("[PERSON_1], [PHONE_1]", "[PERSON_1], [PHONE_1]"),
    ],
)
def test_a_masked_text_is_masked_again(masked: str, expected: str) -> None:
    assert ConversationMask().mask_again(masked) == expected


def test_without_masking_a_situation_is_quoted_and_values_are_variables_still() -> None:
    talk = conversation("> It is Ana, my number is 416-555-0142", "< Thanks Ana, your code is 4821# for bay 4")
    (masked,) = EmbeddedExtractor(("general",)).analyse([talk])
    (quoted,) = EmbeddedExtractor(("general",), is_masking=False).analyse([talk])
    assert "416-555-0142" not in masked.candidates[0].situation
    assert "416-555-0142" in quoted.candidates[0].situation
    assert masked.candidates[0].response_template == quoted.candidates[0].response_template

"""Masking of a conversation: the laws that hold for any text, repetition of values, the search of templates."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pls_pipeline.entities import KnownValues
from pls_pipeline.patterns import MalformedTemplateError
from pls_pipeline.privacy import ConversationMask, MaskedText, scan_personal

_PIECES = st.sampled_from(
    [
        "Hi Sarah, ",
        "the gate code is 4821#. ",
        "[PERSON_1]",
        "[LITERAL_1] ",
        "call 416-555-0142 ",
        "\n- Bob",
        "ana@shop.example ",
        "$25",
        "x",
        "[",
        "]",
    ]
)
_TEXTS = st.one_of(st.text(max_size=200), st.lists(_PIECES, max_size=20).map("".join))


def _masked(*bodies: str, known: KnownValues | None = None) -> list[str]:
    mask = ConversationMask(known or KnownValues())
    mask.learn(bodies)
    return [mask.mask(body).text for body in bodies]


@given(_TEXTS)
def test_unmasking_restores_the_body(body: str) -> None:
    assert ConversationMask().mask(body).unmask(body) == body


@given(_TEXTS)
def test_only_the_spans_of_values_change(body: str) -> None:
    masked = ConversationMask().mask(body)
    left = right = 0
    for item in masked.replacements:
        assert masked.text[left : item.masked_start] == body[right : item.start]
        assert masked.text[item.masked_start : item.masked_end] == item.placeholder
        left, right = item.masked_end, item.end
    assert masked.text[left:] == body[right:]


@given(st.lists(_TEXTS, max_size=6))
def test_the_same_value_has_the_same_placeholder(bodies: list[str]) -> None:
    mask = ConversationMask()
    mask.learn(bodies)
    values: dict[str, set[tuple[str, str]]] = {}
    for body in bodies:
        for item in mask.mask(body).replacements:
            value = " ".join(body[item.start : item.end].casefold().split())
            values.setdefault(item.placeholder, set()).add((item.type, value))
    assert all(len(found) == 1 for found in values.values())
    assert len({next(iter(found)) for found in values.values()}) == len(values)


@given(_TEXTS, st.data())
def test_a_span_outside_placeholders_maps_to_the_same_words_of_the_body(body: str, data: st.DataObject) -> None:
    masked = ConversationMask().mask(body)
    start = data.draw(st.integers(0, len(masked.text)))
    end = data.draw(st.integers(start, len(masked.text)))
    if not any(item.masked_start < end and start < item.masked_end for item in masked.replacements):
        first, last = masked.body_span(start, end)
        assert body[first:last] == masked.text[start:end]


def test_a_span_that_cuts_a_placeholder_takes_the_whole_value() -> None:
    body = "Hi Sarah, welcome"
    masked = ConversationMask().mask(body)
    assert masked.text == "Hi [PERSON_1], welcome"
    assert masked.body_span(5, 8) == (3, 8)
    assert masked.body_span(0, 14) == (0, 9)


def test_a_placeholder_that_a_customer_writes_is_not_one_of_ours() -> None:
    body = "I am [PERSON_1], Hi Sarah"
    masked = ConversationMask().mask(body)
    assert masked.text == "I am [LITERAL_1], Hi [PERSON_1]"
    assert masked.unmask(body) == body


def test_a_value_is_masked_in_messages_that_do_not_announce_it() -> None:
    assert _masked("I see the charge on 1965", "my card ends in 1965", "is Adaeze off", "Hi Adaeze, all good") == [
        "I see the charge on [CARD_LAST4_1]",
        "my card ends in [CARD_LAST4_1]",
        "is [PERSON_1] off",
        "Hi [PERSON_1], all good",
    ]


def test_a_name_that_is_a_common_word_stays_a_word_elsewhere() -> None:
    assert _masked("My name is Hope", "I hope it works")[1] == "I hope it works"


def test_names_stay_where_they_may_be_seen() -> None:
    mask = ConversationMask(mask_names=False)
    assert mask.mask("Hi Sarah, the code is 4821#").text == "Hi Sarah, the code is [ACCESS_CODE_1]"
    assert mask.counts == {"access_code": 1}


def test_public_values_are_never_masked() -> None:
    known = KnownValues(public=frozenset({"416-555-0100"}))
    assert _masked("call 416-555-0100 or 416-555-0199", known=known) == ["call 416-555-0100 or [PHONE_1]"]


def test_counts_are_by_type() -> None:
    mask = ConversationMask()
    mask.mask("Hi Sarah and thanks Sarah, call 416-555-0199")
    assert mask.counts == {"person": 2, "phone": 1}


def test_a_masked_text_without_values_is_the_body() -> None:
    assert ConversationMask().mask("see you at 7pm") == MaskedText("see you at 7pm", ())


@pytest.mark.parametrize(
    ("template", "types"),
    [
        ("Hi {{customer_name}}, bay {{bay_number}} is ready at {{time}}", []),
        ("Hi Sarah, bay {{bay_number}} is ready", ["person"]),
        ("Your code is 4821# until {{time}}", ["access_code"]),
        ("Call {{phone_number}} or 416-555-0142", ["phone"]),
        ("It's $40 an hour, up to 6 players", []),
    ],
)
def test_a_template_is_searched_for_personal_values(template: str, types: list[str]) -> None:
    assert [entity.type for entity in scan_personal(template)] == types


def test_public_values_may_stand_in_a_template() -> None:
    assert scan_personal("Call 416-555-0100", KnownValues(public=frozenset({"+1 416 555 0100"}))) == ()


def test_a_template_that_cannot_be_read_is_refused() -> None:
    with pytest.raises(MalformedTemplateError):
        scan_personal("Hi {{Customer Name}}")

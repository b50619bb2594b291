"""Where a template and its values stand in the reply that they claim to come from."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pls_pipeline.extraction.alignment import TemplateDiffersError, align_template, find_value, fold_text, unmask_span
from pls_pipeline.patterns import SlotValue, parse_template, template_from_body
from pls_pipeline.privacy import ConversationMask, MaskedText


def plain(*texts: str) -> list[MaskedText]:
    return [MaskedText(text, ()) for text in texts]


def spans(template: str, reply: str, **values: str) -> list[str]:
    [found] = align_template(parse_template(template), values, plain(reply))
    return [reply[value.start : value.end] for value in found]


@pytest.mark.parametrize(
    ("template", "reply"),
    [
        ("Bay {{n}} is ready.", "Bay 4 is ready."),
        ("Bay {{n}} is ready.", "  Bay 4\n is   ready. "),
        ("Bay {{n}} is ready", "Bay 4 is ready!! \N{GRINNING FACE}"),
        ("Bay {{n}} is ready.", "Hi there, bay 4 is ready."),
        ("Bay {{n}} is ready.", "Hi [PERSON_1]! Bay 4 is ready."),
        ("Bay {{n}} is ready.", "Good morning Jo - bay 4 is ready. Thanks, have a great day"),
        ("Bay {{n}} is ready.", "Hello,\nbay 4 is ready.\nKind regards, Jo"),
        ("Bay {{n}} is ready.", "Bay 4 is ready. - Mike"),
        ("Is bay {{n}} ready?", "Is bay 4 ready?? Thanks!"),
        ("It's bay {{n}}...", "It\N{RIGHT SINGLE QUOTATION MARK}s bay 4\N{HORIZONTAL ELLIPSIS}"),
        ("Bay {{n}} is ready.", "Bay\N{ZERO WIDTH SPACE} 4 is ready."),
    ],
)
def test_declared_edits_pass(template: str, reply: str) -> None:
    assert spans(template, reply, n="4") == ["4"]


@pytest.mark.parametrize(
    ("template", "reply"),
    [
        ("come in.", "Don't come in."),
        ("come in.", "Hi, don't come in."),
        ("enter.", "HI DO NOT enter."),
        ("Come in.", "If the light is green, come in."),
        ("Come in", "Come in tomorrow"),
        ("It is open on", "It is open on Monday"),
        ("You come in", "You come in?"),
        ("It costs 20", "It costs 20%"),
        ("It costs 2", "It costs 20"),
        ("1 is yours", "Hi, 21 is yours"),
        ("athan is here", "Hi Johnathan is here"),
        ("Come in and wait", "Come in"),
        ("Bay is ready", "bay is ready"),
        ("Come in", ""),
    ],
)
def test_what_changes_the_meaning_does_not(template: str, reply: str) -> None:
    with pytest.raises(TemplateDiffersError, match="reply_differs"):
        spans(template, reply)


def test_values_keep_their_place_behind_a_greeting_and_in_repeats() -> None:
    assert spans("{{a}} or {{b}}, not {{a}}.", "Hi, 1 or 2, not 1.", a="1", b="2") == ["1", "2", "1"]


def test_a_reply_in_several_messages_has_spans_in_each() -> None:
    replies = plain("Code is 4417.", "Bay 3 until 9.")
    found = align_template(parse_template("Code is {{c}}. Bay {{b}} until 9."), {"c": "4417", "b": "3"}, replies)
    assert found == ((SlotValue("c", 8, 12),), (SlotValue("b", 4, 5),))
    with pytest.raises(TemplateDiffersError, match="value_across_messages"):
        align_template(parse_template("Code is {{c}} 3 until 9."), {"c": "4417. Bay"}, replies)


def test_spans_are_those_of_the_body_behind_the_mask() -> None:
    body = "Your code is 4417#, write to jo@example.com or say bay 3."
    masked = ConversationMask().mask(body)
    email, code = (item.placeholder for item in reversed(masked.replacements))
    template = "Your code is {{code}}, write to {{email}} or say bay {{bay}}."
    values = {"code": code, "email": email, "bay": "3"}
    [found] = align_template(parse_template(template), values, [masked])
    assert [body[value.start : value.end] for value in found] == ["4417#", "jo@example.com", "3"]


def test_a_part_of_a_placeholder_is_no_value() -> None:
    masked = ConversationMask().mask("Write to jo@example.com now.")
    with pytest.raises(TemplateDiffersError, match="placeholder_cut"):
        align_template(parse_template("Write to [{{x}}_1] now."), {"x": "EMAIL"}, [masked])
    with pytest.raises(TemplateDiffersError, match="placeholder_cut"):
        unmask_span(masked, 0, 12)


def test_an_empty_value_stands_nowhere() -> None:
    with pytest.raises(TemplateDiffersError, match="empty_value"):
        spans("Bay {{n}}ready.", "Bay ready.", n=" ")
    assert find_value(" ", MaskedText("a b", ())) is None


def test_a_value_is_found_as_a_whole_word() -> None:
    [text] = plain("bay 12 or bay 2")
    assert find_value("2", text) == (14, 15)
    assert find_value("1", text) is None


@given(text=st.text(max_size=80))
def test_folding_twice_changes_nothing_more(text: str) -> None:
    folded = fold_text(text)
    assert fold_text(folded.text).text == folded.text
    assert len(folded.positions) == len(folded.text)
    assert list(folded.positions) == sorted(folded.positions)


@given(text=st.text(" aZ9.-'`\"\n", max_size=30).map(str.strip))
def test_a_text_with_nothing_to_undo_is_folded_as_any_other(text: str) -> None:
    alone, among = fold_text(text), fold_text(f"\u00e9{text}")
    assert among.text == f"\u00e9{alone.text}"
    assert among.positions == (0, *(position + 1 for position in alone.positions))


@given(data=st.data(), body=st.text("ab1. \n{}'", min_size=1, max_size=60))
def test_a_template_made_from_a_body_is_found_there_with_its_spans(data: st.DataObject, body: str) -> None:
    edges = sorted(data.draw(st.sets(st.integers(0, len(body)), max_size=6)))
    values = [
        SlotValue(f"v{start}", start, end)
        for start, end in zip(edges[::2], edges[1::2], strict=False)
        if body[start:end].strip() == body[start:end]
    ]
    template = template_from_body(body, values)
    if not fold_text(body).text:
        return
    [found] = align_template(
        parse_template(template), {value.name: body[value.start : value.end] for value in values}, plain(body)
    )
    assert list(found) == values

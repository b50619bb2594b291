"""What a citation of a known pattern must keep to before it becomes a candidate of that pattern."""

from dataclasses import replace
from typing import Any

import pytest

from pls_pipeline.entities import KnownValues
from pls_pipeline.extraction.answer import Answer
from pls_pipeline.extraction.known_patterns import KnownPattern
from pls_pipeline.extraction.transcript import cut_transcript, number_messages
from pls_pipeline.extraction.verification import Verifier
from pls_pipeline.patterns import (
    Candidate,
    RejectedCandidate,
    SlotValue,
    render_template,
    validate_template,
)
from pls_pipeline.privacy import ConversationMask
from tests.extraction.answering import CATEGORIES, access_talk, answer, pattern, variable
from tests.extraction.knowing import CODE, PARKING
from tests.library.texting import Texting


def cite(*known: KnownPattern, **changes: Any) -> Candidate | RejectedCandidate:
    """The answer about `access_talk` that cites the first of the known patterns, with changes."""
    talk = access_talk()
    values = KnownValues(phones=frozenset(talk.participants))
    [part] = cut_transcript(number_messages(talk, ConversationMask(values)))
    found = pattern(**{"known_pattern": 1, "response_template": "", "situation": "", **changes})
    patterns = Answer.model_validate(answer(found)).patterns
    [result] = Verifier(talk, CATEGORIES, values, "openai").verify_each(patterns, part, known)
    return result


def test_a_citation_that_holds_carries_the_patterns_own_words() -> None:
    candidate = cite(CODE, category="hours", situation="Sarah Miller asks.", response_template="Everything is free.")
    assert isinstance(candidate, Candidate)
    assert (candidate.known_pattern_id, candidate.response_template) == ("pat_code", CODE.templates[0])
    assert (candidate.category, candidate.situation) == ("access", CODE.situation)
    assert [(v.name, v.type) for v in candidate.variables] == [(v.name, v.type) for v in CODE.variables]
    validate_template(candidate.response_template, candidate.variables)
    body = access_talk().messages[2].body
    values = {value.name: body[value.start : value.end] for value in candidate.responses[0].values}
    assert render_template(candidate.response_template, values) in body


def test_another_wording_of_the_pattern_is_cited_as_well() -> None:
    candidate = cite(replace(CODE, templates=(PARKING.templates[0], *CODE.templates)))
    assert isinstance(candidate, Candidate)
    assert candidate.response_template == CODE.templates[0]


def test_a_category_that_the_settings_no_longer_have_is_the_last_one() -> None:
    candidate = cite(replace(CODE, category="weather"))
    assert isinstance(candidate, Candidate)
    assert candidate.category == "general"


@pytest.mark.parametrize(
    ("known", "changes", "reason"),
    [
        ((), {}, "unknown_pattern"),
        ((CODE,), {"known_pattern": 0}, "unknown_pattern"),
        ((CODE,), {"known_pattern": 2}, "unknown_pattern"),
        ((CODE,), {"known_pattern": -1}, "unknown_pattern"),
        ((PARKING,), {"variables": []}, "known_pattern_differs"),
        ((replace(CODE, templates=(CODE.templates[0] + " Bring shoes.",)),), {}, "known_pattern_differs"),
        ((CODE,), {"variables": pattern()["variables"][:2]}, "undeclared_variable"),
        ((CODE,), {"variables": [*pattern()["variables"], variable("extra", "text", "yours")]}, "unused_variable"),
        (
            (CODE,),
            {"variables": [*pattern()["variables"][:2], variable("time", "time", "9pm")]},
            "value_not_in_message",
        ),
        ((CODE,), {"reply_messages": [2]}, "reply_not_operator"),
        ((replace(CODE, situation="Call 902-555-0199."),), {}, "personal_data"),
    ],
)
def test_a_citation_that_does_not_hold_is_rejected(
    known: tuple[KnownPattern, ...], changes: dict[str, Any], reason: str
) -> None:
    rejected = cite(*known, **changes)
    assert isinstance(rejected, RejectedCandidate)
    assert rejected.reason == reason
    assert not any(word in rejected.detail for word in ("Sarah", "4417", "902"))


def test_the_library_puts_a_cited_reply_with_its_pattern() -> None:
    texting = Texting()
    texting.replies("Your code is 4417#, bay 3 is yours until 7:30pm.", "Your code is 9921#, bay 5 is yours until 8pm.")
    before = texting.build()
    [row] = before.patterns
    known = KnownPattern.from_row(row)
    body = "Hi Jo! Your code is 3310#, bay 1 is yours until 9pm."
    starts = (body.index("3310#"), body.index("1 is"), body.index("9pm"))
    spans = tuple(
        SlotValue(variable.name, start, start + size)
        for variable, start, size in zip(known.variables, starts, (5, 1, 3), strict=True)
    )
    written = texting.reply(body, extractor="openai", import_key="two")
    cited = replace(
        written,
        response_template=known.templates[0],
        variables=known.variables,
        evidence=(replace(written.evidence[0], values=spans),),
        known_pattern_id=known.pattern_id,
    )
    after = texting.build(before, candidates=[*texting.candidates[:-1], cited])
    assert [found["pattern_id"] for found in after.patterns] == [known.pattern_id]
    assert after.patterns[0]["conversation_count"] == 3

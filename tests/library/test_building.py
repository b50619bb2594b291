"""Laws of the library: identity survives, order does not matter, a run that changes nothing changes nothing."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pls_pipeline.library import LibraryOptions
from pls_pipeline.patterns import MalformedTemplateError, Variable, validate_template
from tests.library.texting import NOON, Texting, templates

LATER = NOON + timedelta(days=1)
BODIES = st.sampled_from(
    """
    I'll reset bay 3 for you
    I'll reset bay 4 for you
    I'll reset bay 11 for you
    We open at 9am on Sunday
    Gift cards are $50
    Gift cards are $25
    Hi Dana! The door code is 4471#
    the screen in bay 2 is rebooting now
    the projector in bay 2 is rebooting now
    Could I get your name, please?
    May I have your name?
    {{odd}} braces {
    Members get 10% off
    Guests get 10% off
    =1+1
    ça va, à bientôt
    """.strip().split("\n    ")
)


@st.composite
def textings(draw: st.DrawFn) -> Texting:
    texting = Texting()
    for body in draw(st.lists(BODIES, min_size=1, max_size=25)):
        texting.reply(
            body, conversation=f"c{draw(st.integers(0, 8))}", import_key=draw(st.sampled_from(["one", "two"]))
        )
    return texting


@given(textings())
@settings(max_examples=60, deadline=None)
def test_a_second_run_changes_nothing(texting: Texting) -> None:
    first = texting.build()
    second = texting.build(first, now=LATER)
    assert list(second.patterns) == list(first.patterns)
    assert list(second.versions) == list(first.versions)
    assert list(second.provenance) == list(first.provenance)
    assert list(second.decisions) == list(first.decisions)


@given(textings(), st.randoms())
@settings(max_examples=60, deadline=None)
def test_the_order_of_candidates_does_not_matter(texting: Texting, random: object) -> None:
    shuffled = list(texting.candidates)
    random.shuffle(shuffled)  # type: ignore[attr-defined]  # hypothesis gives a random.Random
    assert texting.build(candidates=shuffled) == texting.build()


@given(textings())
@settings(max_examples=60, deadline=None)
def test_every_candidate_has_one_decision_and_every_pattern_has_evidence(texting: Texting) -> None:
    state = texting.build()
    assert [row["candidate_id"] for row in state.decisions] == sorted(c.candidate_id for c in texting.candidates)
    traced = {row["pattern_id"] for row in state.provenance if row["role"] == "response"}
    assert traced == {row["pattern_id"] for row in state.patterns}


@given(textings())
@settings(max_examples=60, deadline=None)
def test_templates_are_well_formed_and_rendering_gives_the_message_back(texting: Texting) -> None:
    state = texting.build()
    for row in state.patterns:
        validate_template(row["response_template"], [Variable(**item) for item in json.loads(row["variables"])])
    for row in state.provenance:
        assert row["values"] == "[]" or "{{" in row["template"]


@given(textings(), st.integers(0, 24))
@settings(max_examples=60, deadline=None)
def test_ids_survive_new_candidates(texting: Texting, cut: int) -> None:
    first = texting.build(candidates=texting.candidates[:cut])
    second = texting.build(first, now=LATER)
    after = {row["message_key"]: row["pattern_id"] for row in second.provenance}
    aliases = {row["former_pattern_id"]: row["pattern_id"] for row in second.aliases}
    kept = {row["pattern_id"] for row in second.patterns}
    for row in first.patterns:
        keys = [p["message_key"] for p in first.provenance if p["pattern_id"] == row["pattern_id"]]
        assert row["pattern_id"] in kept or row["pattern_id"] in aliases or not any(key in after for key in keys)


def test_a_pattern_keeps_its_id_while_it_grows() -> None:
    texting = Texting()
    texting.replies("I'll reset bay 3 for you", "I'll reset bay 4 for you")
    first = texting.build()
    texting.reply("I'll reset bay 9 for you", import_key="two")
    second = texting.build(first, now=LATER)
    assert [row["pattern_id"] for row in second.patterns] == [row["pattern_id"] for row in first.patterns]
    grown = second.patterns[0]
    assert (grown["version"], grown["conversation_count"], grown["import_count"]) == (2, 3, 2)
    assert (second.versions[-1]["why"], second.versions[-1]["import_key"]) == ("enhanced", "two")
    assert json.loads(second.versions[-1]["changes"])["conversation_count"] == [2, 3]


def test_removing_evidence_and_bringing_it_back_gives_the_same_ids_and_status() -> None:
    texting = Texting()
    texting.replies("I'll reset bay 3 for you", "I'll reset bay 4 for you")
    first = texting.build()
    emptied = texting.build(first, candidates=[], now=LATER)
    assert not emptied.patterns
    assert emptied.versions[-1]["why"] == "evidence_removed"
    back = texting.build(emptied, now=LATER)
    assert [row["pattern_id"] for row in back.patterns] == [row["pattern_id"] for row in first.patterns]
    assert [row["version"] for row in back.patterns] == [3]


def test_a_pattern_that_is_taken_over_leaves_an_alias() -> None:
    texting = Texting()
    texting.replies("A spare glove costs $4 at the desk", times=3)
    texting.replies("A spare glove costs $7 at the desk", times=3)
    first = texting.build()
    assert len(first.patterns) == 2
    for price in (8, 9, 10, 11, 12, 13, 14):
        texting.reply(f"A spare glove costs ${price} at the desk")
    second = texting.build(first, now=LATER)
    assert templates(second) == ["A spare glove costs {{price}} at the desk"]
    assert [row["pattern_id"] for row in second.aliases] == [second.patterns[0]["pattern_id"]]


def test_a_reply_of_one_conversation_waits_unless_a_model_found_it() -> None:
    texting = Texting()
    texting.reply("the trophy cabinet key hangs behind the ice machine")
    texting.reply("parking is behind the pharmacy", extractor="openai")
    state = texting.build()
    assert templates(state) == ["parking is behind the pharmacy"]
    waiting = [row for row in state.decisions if row["pattern_id"] is None]
    assert [row["decided_by"] for row in waiting] == ["support"]


def test_beside_prepared_replies_a_rare_one_waits() -> None:
    texting = Texting()
    texting.replies("We have spare clubs at the desk", times=400)
    texting.replies("the trophy cabinet key hangs behind the ice machine", times=3)
    state = texting.build()
    assert templates(state) == ["We have spare clubs at the desk"]
    waiting = [row for row in state.decisions if row["pattern_id"] is None]
    assert [row["decided_by"] for row in waiting] == ["support"] * 3
    assert templates(texting.build(candidates=texting.candidates[300:])) == [
        "We have spare clubs at the desk",
        "the trophy cabinet key hangs behind the ice machine",
    ]


def test_a_small_library_shows_what_was_seen_once() -> None:
    texting = Texting()
    texting.reply("I'll reset bay 3 for you right away")
    state = texting.build(options=LibraryOptions())
    assert templates(state) == ["I'll reset bay {{bay_number}} for you right away"]


def test_a_candidate_without_its_message_or_with_a_bad_template_is_set_apart() -> None:
    texting = Texting()
    texting.replies("We have spare clubs at the desk", times=2)
    lost = replace(texting.reply("never mind that one"), candidate_id="cand_lost")
    bad = replace(texting.reply("the second one is odd"), candidate_id="cand_bad", response_template="the {{Odd one")
    del texting.messages[lost.responses[0].message_key]
    state = texting.build(candidates=[*texting.candidates[:2], lost, bad])
    reasons = {row["candidate_id"]: row["decided_by"] for row in state.decisions if row["pattern_id"] is None}
    assert reasons == {"cand_lost": "evidence", "cand_bad": "template"}


def test_a_template_that_a_model_shortened_keeps_its_values_in_the_body() -> None:
    texting = Texting()
    texting.reply("Hey Bob!! Bay 7 is yours at 6pm :)", extractor="openai")
    candidate = texting.candidates[0]
    spans = candidate.responses[0].values
    names = {span.name for span in spans}
    bay, time = (next(n for n in sorted(names) if n.startswith(p)) for p in ("bay", "time"))
    kept = tuple(span for span in spans if span.name in (bay, time))
    evidence = (replace(candidate.responses[0], values=kept),)
    short = replace(
        candidate,
        response_template=f"Bay {{{{{bay}}}}} is yours at {{{{{time}}}}}",
        variables=tuple(v for v in candidate.variables if v.name in (bay, time)),
        evidence=evidence,
    )
    state = texting.build(candidates=[short])
    body = texting.messages["key_1"].body
    values = json.loads(state.provenance[0]["values"])
    assert [body[value["start"] : value["end"]] for value in values] == ["7", "6pm"]


def test_validation_names_what_is_undeclared() -> None:
    with pytest.raises(MalformedTemplateError, match="bay_number"):
        validate_template("bay {{bay_number}}", [])


def test_a_reply_in_two_messages_has_the_values_of_both() -> None:
    texting = Texting()
    first, second = texting.reply("Bay 7 is yours."), texting.reply("Be here at 6pm.")
    evidence = (first.responses[0], second.responses[0])
    both = replace(
        first,
        extractor="openai",
        response_template=f"{first.response_template} {second.response_template}",
        variables=first.variables + second.variables,
        evidence=evidence,
    )
    state = texting.build(candidates=[both])
    assert templates(state) == ["Bay {{bay_number}} is yours. Be here at {{time}}."]
    spoken = [
        texting.messages[row["message_key"]].body[value["start"] : value["end"]]
        for row in state.provenance
        for value in json.loads(row["values"])
    ]
    assert spoken == ["7", "6pm"]

"""Wordings that mean the same become one pattern; a judge decides what the gate is unsure of; who asked the same and
was told otherwise is shown."""

import json

import pytest

from pls_pipeline.library import LibraryState
from pls_pipeline.library.judging import Comparison, Judge, Ruling, Verdict
from pls_pipeline.library.similarity import Embedder
from pls_pipeline.library.similarity.minilm import load_minilm
from tests.library.texting import Texting, templates

PARKING = ("You can park for free behind the salon.", "Parking is free at the back of the salon.")
TOWELS = ("Fresh towels are in the basket by the door.", "The basket by the door has fresh towels.")


@pytest.fixture(scope="module")
def minilm() -> Embedder:
    return load_minilm()


def salon() -> Texting:
    texting = Texting()
    for number in range(4):
        for body in PARKING:
            texting.reply(body, asked="is there parking at the salon?", conversation=f"parking {body} {number}")
        texting.reply("We open at nine on weekdays.", asked="when do you open?")
        texting.reply("We close at nine on weekdays.", asked="when do you close?")
    return texting


def band_of(state: LibraryState, band: str) -> list[dict[str, object]]:
    return [json.loads(row["scores"]) for row in state.decisions if row["band"] == band]


def test_rewordings_are_wordings_of_one_pattern(minilm: Embedder) -> None:
    state = salon().build(embedder=minilm)
    found = templates(state)
    assert len(found) == 3
    parking = next(row for row in state.patterns if row["conversation_count"] == 8)
    assert {parking["response_template"], *parking["wordings"]} == set(PARKING)
    by_gate = [row for row in state.decisions if row["decided_by"] == "gate"]
    assert len(by_gate) == 4
    assert json.loads(by_gate[0]["scores"])["cosine"] > 0.7


def test_the_order_of_replies_does_not_change_what_is_united(minilm: Embedder) -> None:
    texting = salon()
    backwards = list(reversed(texting.candidates))
    assert texting.build(embedder=minilm) == texting.build(embedder=minilm, candidates=backwards)


def test_replies_that_are_near_a_third_but_differ_in_one_word_stay_apart(minilm: Embedder) -> None:
    texting = Texting()
    for floor in ("upper", "lower"):
        for _ in range(4):
            texting.reply(f"Your locker is on the {floor} floor.", asked="where is my locker?")
    for _ in range(6):
        texting.reply("You will find the locker there, on a floor of ours.", asked="where is my locker?")
    pattern_of = {
        row["template"]: row["pattern_id"] for row in texting.build(embedder=minilm).provenance if row["template"]
    }
    assert pattern_of["Your locker is on the upper floor."] != pattern_of["Your locker is on the lower floor."]


def test_replies_of_the_same_telling_words_are_one_however_often_they_are_said(minilm: Embedder) -> None:
    texting = Texting()
    for number, wish in enumerate(("Have a great day!", "Have a nice day.", "Have a good day")):
        texting.replies(wish, times=40 + number)
    texting.replies("Do not have a great day.", times=20)
    found = templates(texting.build(embedder=minilm))
    assert found[0] == "Have a good day"
    assert found[1:] == ["Do not have a great day."]


class Answering:
    """A judge that gives one answer."""

    name = "judge"

    def __init__(self, verdict: Verdict) -> None:
        self.verdict = verdict
        self.heard: list[Comparison] = []

    def judge(self, comparison: Comparison) -> Ruling:
        self.heard.append(comparison)
        return Ruling(self.verdict, "said so")

    def catch_up(self) -> bool:
        return False


def towels(judge: Judge | None, minilm: Embedder) -> LibraryState:
    texting = Texting()
    for _ in range(4):
        for body in ("Towels are stacked in the basket by the door.", "Towels are waiting in the basket by the door."):
            texting.reply(body, asked="where are the towels?")
    return texting.build(embedder=minilm, judge=judge)


def test_a_judge_that_says_same_unites_what_the_gate_is_unsure_of(minilm: Embedder) -> None:
    judge = Answering(Verdict.SAME)
    state = towels(judge, minilm)
    assert len(state.patterns) == 1
    assert len(band_of(state, "judged_same")) == 4
    assert judge.heard[0].left.asked == ("where are the towels?",)


@pytest.mark.parametrize("verdict", [Verdict.DIFFERENT, Verdict.UNSURE, None])
def test_without_a_judge_or_its_yes_they_stay_apart(verdict: Verdict | None, minilm: Embedder) -> None:
    state = towels(Answering(verdict) if verdict else None, minilm)
    assert len(state.patterns) == 2
    assert len(band_of(state, "judged_different")) == (4 if verdict is Verdict.DIFFERENT else 0)


def test_a_judge_is_not_asked_where_numbers_differ(minilm: Embedder) -> None:
    texting = Texting()
    for _ in range(4):
        for hours in (24, 48):
            texting.reply(f"Please cancel at least {hours} hours ahead.", asked="how do I cancel a visit?")
    judge = Answering(Verdict.SAME)
    assert len(texting.build(embedder=minilm, judge=judge).patterns) == 2
    assert judge.heard == []


def test_the_same_question_with_other_guidance_is_shown_on_both() -> None:
    texting = Texting()
    for _ in range(3):
        texting.reply("Same day cancellations get a full refund.", asked="can I get a refund for today?")
        texting.reply("Same day cancellations are not refunded.", asked="can I get a refund for today?")
        texting.reply("The salon is on Hill Road.", asked="where are you?")
    state = texting.build()
    named = {row["pattern_id"]: row["conflicts_with"] for row in state.patterns}
    full, none, road = (
        next(row["pattern_id"] for row in state.patterns if word in row["response_template"])
        for word in ("full", "not", "Road")
    )
    assert (named[full], named[none], named[road]) == ([none], [full], [])

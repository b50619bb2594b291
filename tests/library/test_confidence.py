"""Confidence grows with evidence, and says nothing that evidence does not say."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pls_pipeline.library.confidence import Evidence, read_outcome, score_confidence
from tests.library.texting import NOON, Texting

COUNTS = st.integers(0, 500)


@st.composite
def evidences(draw: st.DrawFn) -> Evidence:
    conversations = draw(st.integers(1, 500))
    return Evidence(
        conversations,
        draw(st.integers(1, conversations)),
        draw(st.integers(1, conversations)),
        draw(st.integers(1, conversations)),
        draw(COUNTS),
        draw(COUNTS),
        draw(st.integers(0, 40)),
    )


@given(evidences())
def test_it_stays_within_0_and_1(evidence: Evidence) -> None:
    assert 0 < score_confidence(evidence) <= 1


@given(evidences(), st.sampled_from(["main_wording", "imports", "operators", "satisfied"]))
def test_more_evidence_never_lowers_it(evidence: Evidence, name: str) -> None:
    assert score_confidence(replace(evidence, **{name: getattr(evidence, name) + 1})) >= score_confidence(evidence)


@given(evidences(), st.sampled_from(["returned", "half_years"]))
def test_customers_who_come_back_and_age_never_raise_it(evidence: Evidence, name: str) -> None:
    assert score_confidence(replace(evidence, **{name: getattr(evidence, name) + 1})) <= score_confidence(evidence)


def test_figures_of_the_documentation() -> None:
    assert score_confidence(Evidence(9, 9, 2, 1)) == 0.619
    assert score_confidence(Evidence(9, 9, 2, 1, satisfied=6)) == 0.661
    assert score_confidence(Evidence(9, 9, 2, 1, returned=6)) == 0.577
    assert score_confidence(Evidence(9, 9, 2, 1, half_years=3)) == 0.562


@pytest.mark.parametrize(
    ("text", "outcome"),
    [
        ("Thanks so much!", "satisfied"),
        ("perfect, it works now", "satisfied"),
        ("thanks but it's still not working", "returned"),
        ("it didn't work", "returned"),
        ("the screen in bay 4 is frozen", "returned"),
        ("thanks! and do you sell food?", None),
        ("we are four people", None),
        ("", None),
        (None, None),
    ],
)
def test_what_the_customer_wrote_next(text: str | None, outcome: str | None) -> None:
    assert read_outcome(text, ["the screen in bay 3 is frozen"]) == outcome


def test_a_pattern_counts_operators_and_outcomes_and_ages() -> None:
    texting = Texting()
    texting.replies("I'll reset bay 3 for you", "I'll reset bay 4 for you", "I'll reset bay 5 for you")
    fresh = texting.build().patterns[0]
    for number, (sender, said) in enumerate((("+1", "thanks"), ("+2", "still dead"), ("+2", None)), 1):
        key = f"key_{number}"
        texting.messages[key] = replace(texting.messages[key], sender=sender, next_text=said)
    known = texting.build().patterns[0]
    assert [known[name] for name in ("operator_count", "satisfied_count", "returned_count")] == [2, 1, 1]
    texting.replies("We open at 9am on Sunday", times=2)
    texting.messages["key_5"] = replace(texting.messages["key_5"], occurred_at=NOON + timedelta(days=400))
    aged = next(row for row in texting.build().patterns if row["pattern_id"] == fresh["pattern_id"])
    assert aged["confidence"] < known["confidence"]

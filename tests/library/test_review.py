"""Decisions of reviewers: they hold through later imports, and reopen only when the reply changes."""

import json
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest

from pls_pipeline.library import LibraryOptions, LibraryState
from pls_pipeline.library.decisions import Action, Decision
from pls_pipeline.library.review_requests import RefusedReviewError, ReviewConflictError, ReviewRequest, decide
from tests.library.texting import NOON, Texting

CATEGORIES = ("access", "general")
RESET = ("I'll reset bay 3 for you", "I'll reset bay 4 for you")
OPEN = "We open at 9 in the morning on Sunday"


class Reviewed:
    """A library with its reviewer, who asks and sees the library built anew."""

    def __init__(self, texting: Texting) -> None:
        self.texting = texting
        self.decisions: list[Decision] = []
        self.days = 0
        self.state = texting.build()

    def build(self, **options: Any) -> LibraryState:
        self.days += 1
        now = NOON + timedelta(days=self.days)
        self.state = self.texting.build(self.state, now=now, reviews=self.decisions, **options)
        return self.state

    def ask(self, pattern_id: str, action: Action | None = None, **fields: Any) -> Sequence[Decision]:
        request = ReviewRequest(pattern_id, "Ana", "a reason", action, **fields)
        self.days += 1
        made = decide(request, self.state, self.decisions, CATEGORIES, NOON + timedelta(days=self.days))
        self.decisions += made
        self.build()
        return made

    def row(self, pattern_id: str) -> Any:
        return next(row for row in self.state.patterns if row["pattern_id"] == pattern_id)

    @property
    def only(self) -> Any:
        (row,) = self.state.patterns
        return row


def reviewed(*bodies: str, times: int = 1) -> Reviewed:
    texting = Texting()
    texting.replies(*bodies, times=times)
    return Reviewed(texting)


def by_template(state: LibraryState) -> dict[str, Any]:
    return {row["response_template"]: row for row in state.patterns}


@pytest.mark.parametrize(("action", "status"), [("approve", "approved"), ("reject", "rejected"), ("retire", "retired")])
def test_a_decision_holds_through_later_imports(action: str, status: str) -> None:
    library = reviewed(*RESET)
    pattern_id = library.only["pattern_id"]
    (decision,) = library.ask(pattern_id, Action(action))
    assert (library.only["status"], library.only["decision_id"]) == (status, decision.decision_id)
    assert (library.state.versions[-1]["why"], library.state.versions[-1]["decision_id"]) == (
        "reviewed",
        decision.decision_id,
    )
    library.texting.reply("I'll reset bay 9 for you", import_key="two")
    library.build()
    assert (library.only["pattern_id"], library.only["status"], library.only["version"]) == (pattern_id, status, 3)
    assert library.state.versions[-1]["why"] == "enhanced"


def test_a_build_after_a_decision_changes_nothing_more() -> None:
    library = reviewed(*RESET, times=2)
    library.ask(library.only["pattern_id"], Action.APPROVE, edits={"situation": "The screen froze"})
    before = library.state
    assert library.build() == before


def test_an_approved_reply_stays_the_template_while_another_wording_is_counted_more() -> None:
    library = reviewed("Could I get your name, please?", times=3)
    pattern_id = library.only["pattern_id"]
    library.ask(pattern_id, Action.APPROVE)
    library.texting.replies("May I have your name?", times=5)
    library.build()
    assert library.only["response_template"] == "Could I get your name, please?"
    assert (library.only["pattern_id"], library.only["status"]) == (pattern_id, "approved")
    assert library.only["wordings"] == ["May I have your name?"]


def test_a_reply_that_changes_is_proposed_again() -> None:
    library = reviewed("A spare glove costs $4 at the desk", times=3)
    pattern_id = library.only["pattern_id"]
    library.ask(pattern_id, Action.APPROVE)
    for price in (7, 8, 9, 10, 11, 12, 13):
        library.texting.reply(f"A spare glove costs ${price} at the desk")
    library.build()
    assert library.only["response_template"] == "A spare glove costs {{price}} at the desk"
    assert (library.only["pattern_id"], library.only["status"]) == (pattern_id, "proposed")
    assert library.state.versions[-1]["why"] == "reopened"


def test_edited_text_stands_though_candidates_say_otherwise() -> None:
    library = reviewed("A spare glove costs $4 at the desk", times=3)
    edits = {"response_template": "Gloves are {{amount}} at the desk.", "category": "access"}
    library.ask(library.only["pattern_id"], Action.APPROVE, edits=edits)
    for price in (7, 8, 9, 10, 11, 12, 13):
        library.texting.reply(f"A spare glove costs ${price} at the desk")
    library.build()
    row = library.only
    assert (row["response_template"], row["category"], row["status"]) == (*edits.values(), "approved")
    assert row["edited_fields"] == ["category", "response_template", "variables"]
    assert [item["name"] for item in json.loads(row["variables"])] == ["amount"]
    assert "A spare glove costs {{price}} at the desk" in row["wordings"]


def test_what_operators_send_after_an_edit_joins_the_edited_pattern() -> None:
    library = reviewed("A spare glove costs four dollars at the desk", times=3)
    pattern_id = library.only["pattern_id"]
    library.ask(pattern_id, Action.EDIT, edits={"response_template": "Gloves are at the counter, four dollars each."})
    library.texting.replies("Gloves are at the counter, four dollars each.", times=3)
    library.build()
    assert (library.only["pattern_id"], library.only["conversation_count"]) == (pattern_id, 6)


def test_what_was_rejected_does_not_come_back_as_new() -> None:
    library = reviewed(OPEN, times=3)
    library.ask(library.only["pattern_id"], Action.REJECT)
    old = [candidate.candidate_id for candidate in library.texting.candidates]
    library.texting.replies(f"Hi there! {OPEN}, thanks", times=3)
    fresh = [candidate for candidate in library.texting.candidates if candidate.candidate_id not in old]
    library.build(candidates=fresh)
    assert [row["status"] for row in library.state.patterns] == ["rejected"]


def test_another_reply_is_not_rejected_with_it() -> None:
    library = reviewed("we open at nine on every day", times=3)
    library.ask(library.only["pattern_id"], Action.REJECT)
    library.texting.replies("we close at nine on every day", times=3)
    library.build()
    assert {row["response_template"]: row["status"] for row in library.state.patterns} == {
        "we open at nine on every day": "rejected",
        "we close at nine on every day": "proposed",
    }


def test_a_merge_holds_and_leaves_an_alias() -> None:
    library = reviewed("We have spare clubs at the desk", "Clubs can be borrowed, just ask us", times=3)
    spare, borrowed = (by_template(library.state)[text]["pattern_id"] for text in
                       ("We have spare clubs at the desk", "Clubs can be borrowed, just ask us"))  # fmt: skip
    library.ask(borrowed, Action.MERGE, into=spare)
    assert (library.only["pattern_id"], library.only["conversation_count"]) == (spare, 6)
    library.texting.replies("Clubs can be borrowed, just ask us", times=9)
    library.build()
    assert (library.only["pattern_id"], library.only["conversation_count"]) == (spare, 15)
    assert [(row["former_pattern_id"], row["pattern_id"], row["why"]) for row in library.state.aliases] == [
        (borrowed, spare, "reviewed")
    ]
    before = library.state
    assert library.build() == before


def test_a_split_holds_and_takes_later_messages_of_its_wording() -> None:
    library = reviewed("Could I get your name, please?", "May I have your name?", times=3)
    pattern_id = library.only["pattern_id"]
    (decision,) = library.ask(pattern_id, Action.SPLIT, wordings=("May I have your name?",))
    new_id = decision.fields["new_pattern_id"]
    assert {row["pattern_id"] for row in library.state.patterns} == {pattern_id, new_id}
    library.texting.replies("May I have your name?", times=4)
    library.build()
    counts = {row["pattern_id"]: row["conversation_count"] for row in library.state.patterns}
    assert counts == {pattern_id: 3, new_id: 7}
    before = library.state
    assert library.build() == before


def test_a_merge_is_undone_by_a_split() -> None:
    texts = ("We have spare clubs at the desk", "Clubs can be borrowed, just ask us")
    library = reviewed(*texts, times=3)
    spare, borrowed = (by_template(library.state)[text]["pattern_id"] for text in texts)
    library.ask(borrowed, Action.MERGE, into=spare)
    library.ask(spare, Action.SPLIT, wordings=(texts[1],))
    assert sorted(row["conversation_count"] for row in library.state.patterns) == [3, 3]


def test_an_approved_pattern_needs_no_second_conversation() -> None:
    texting = Texting()
    texting.reply(OPEN)
    library = Reviewed(texting)
    library.state = texting.build(options=LibraryOptions())
    library.build(options=LibraryOptions())
    pattern_id = library.only["pattern_id"]
    library.ask(pattern_id, Action.APPROVE)
    texting.replies(*(f"word{number} stands alone in this very reply" for number in range(30)))
    library.build(options=LibraryOptions())
    assert (library.row(pattern_id)["status"], library.row(pattern_id)["conversation_count"]) == ("approved", 1)


def test_removed_evidence_brings_decisions_back_with_it() -> None:
    library = reviewed(*RESET)
    pattern_id = library.only["pattern_id"]
    library.ask(pattern_id, Action.APPROVE)
    library.build(candidates=[])
    assert not library.state.patterns
    library.build()
    assert (library.only["pattern_id"], library.only["status"]) == (pattern_id, "approved")


def test_a_simultaneous_edit_is_refused_with_both_versions() -> None:
    library = reviewed(*RESET)
    seen = library.only
    library.ask(seen["pattern_id"], Action.EDIT, edits={"response_template": "Bay {{bay_number}} is being reset."})
    with pytest.raises(ReviewConflictError, match="was version 1 when it was looked at and is version 2 now") as caught:
        library.ask(seen["pattern_id"], Action.APPROVE, version_seen=1, seen=seen)
    assert "I'll reset bay {{bay_number}} for you" in str(caught.value)
    assert "Bay {{bay_number}} is being reset." in str(caught.value)


def test_counts_that_an_import_changed_are_no_conflict() -> None:
    library = reviewed(*RESET)
    seen = library.only
    library.texting.reply("I'll reset bay 9 for you", import_key="two")
    library.build()
    library.ask(seen["pattern_id"], Action.APPROVE, version_seen=1, seen=seen)
    assert library.only["status"] == "approved"


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"edits": {"response_template": "{{Odd"}}, "the template cannot be read"),
        ({"edits": {"response_template": " "}}, "the template is empty"),
        ({"edits": {"category": "nonsense"}}, "is no category; there are access, general"),
        ({"edits": {"situation": " "}}, "the situation is empty"),
        ({"edits": {"confidence": "1"}}, "confidence cannot be edited"),
        ({"edits": {"response_template": OPEN}}, "has this template already; merge the two"),
        ({"action": Action.EDIT}, "nothing is edited"),
        ({"action": Action.MERGE, "into": "pat_none"}, "no pattern has the id 'pat_none'"),
        ({"action": Action.SPLIT, "wordings": ("what?",)}, "has no such wording"),
        ({"action": Action.SPLIT, "wordings": ("I'll reset bay {{bay_number}} for you",)}, "leave it one"),
        ({"action": Action.APPROVE, "version_seen": 7}, "has no version 7; version 1 stands"),
    ],
)
def test_what_cannot_be_decided_is_a_sentence(fields: dict[str, Any], sentence: str) -> None:
    library = reviewed(*RESET, OPEN, OPEN)
    pattern_id = by_template(library.state)["I'll reset bay {{bay_number}} for you"]["pattern_id"]
    with pytest.raises(RefusedReviewError, match=sentence):
        library.ask(pattern_id, **fields)


def test_a_decision_on_a_merged_id_names_the_heir() -> None:
    library = reviewed("We have spare clubs at the desk", "Clubs can be borrowed, just ask us", times=3)
    first, second = (row["pattern_id"] for row in library.state.patterns)
    library.ask(first, Action.MERGE, into=second)
    with pytest.raises(RefusedReviewError, match=f"{first} was merged into {second}"):
        library.ask(first, Action.APPROVE)


def test_a_decision_survives_its_row() -> None:
    library = reviewed(*RESET)
    (decision,) = library.ask(library.only["pattern_id"], Action.REJECT)
    assert Decision.from_row(decision.to_row()) == decision

"""Facts about episodes: where they begin, what of a thread is analysed again, what the fingerprint depends on."""

import uuid
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pls_pipeline.conversations import Conversation, GroupingOptions
from pls_pipeline.conversations.episodes import CONTEXT_MESSAGES
from pls_pipeline.lake import Lake
from tests.message_rows import Row, bring, group, message, reply

HALF_DAY = 12 * 60
MILLISECOND = 1 / 60_000


@pytest.fixture
def lake() -> Lake:
    return Lake(f"memory://{uuid.uuid4().hex}")


def asked(minute: float, body: str = "hello?", **fields: object) -> Row:
    return message(minute, body, conversation_id="CN1", **fields)


def answered(minute: float, body: str = "yes", **fields: object) -> Row:
    return reply(minute, body, conversation_id="CN1", **fields)


def episodes(conversation: Row) -> list[int]:
    return [one["episode"] for one in conversation["messages"]]


def test_a_silence_of_more_than_twelve_hours_begins_an_episode_and_twelve_hours_do_not(lake: Lake) -> None:
    rows = [asked(0), answered(HALF_DAY), asked(2 * HALF_DAY + MILLISECOND), answered(3 * HALF_DAY + MILLISECOND)]
    (conversation,) = bring(lake, rows, "one")
    assert episodes(conversation) == [1, 1, 2, 2]


def test_the_gap_is_an_option(lake: Lake) -> None:
    bring(lake, [asked(0), answered(60), asked(121)], "one")
    (conversation,) = group(lake, "one", options=GroupingOptions(episode_gap_hours=1))
    assert episodes(conversation) == [1, 1, 2]


def test_context_counts_where_an_episode_begins(lake: Lake) -> None:
    bring(lake, [asked(0), answered(HALF_DAY)], "one")
    (conversation,) = bring(lake, [asked(2 * HALF_DAY), asked(4 * HALF_DAY), answered(4 * HALF_DAY)], "two", ["one"])
    assert episodes(conversation) == [1, 1, 1, 2, 2]


def test_empty_and_automatic_messages_are_no_silence(lake: Lake) -> None:
    rows = [asked(0), asked(HALF_DAY, ""), answered(2 * HALF_DAY, "(auto-reply)"), answered(3 * HALF_DAY)]
    (conversation,) = bring(lake, rows, "one")
    assert episodes(conversation) == [1, 1, 1, 1]


def test_a_row_that_comes_late_joins_two_episodes(lake: Lake) -> None:
    (before,) = bring(lake, [asked(0), answered(2 * HALF_DAY)], "one")
    (after,) = bring(lake, [asked(HALF_DAY)], "two", ["one"])
    assert (episodes(before), episodes(after)) == ([1, 2], [1, 1, 1])


def test_a_new_answer_to_a_question_long_ago_is_eligible_only_where_the_question_would_be_shown(lake: Lake) -> None:
    talk = [answered(10 + place, f"note {place}") for place in range(CONTEXT_MESSAGES)]
    bring(lake, [asked(0), *talk[1:]], "one")
    (shown,) = bring(lake, [answered(3 * HALF_DAY)], "two", ["one"])
    bring(lake, [talk[0]], "one and a half", ["one"])
    (hidden,) = group(lake, "two", ["one", "one and a half"])
    assert (shown["status"], hidden["status"]) == ("eligible", "one_sided")


def test_an_old_episode_that_changes_elsewhere_leaves_the_fingerprint(lake: Lake) -> None:
    bring(lake, [asked(0), *(asked(5 * HALF_DAY + place) for place in range(CONTEXT_MESSAGES))], "one")
    (plain,) = bring(lake, [asked(9 * HALF_DAY), answered(9 * HALF_DAY)], "two", ["one"])
    bring(lake, [answered(1), answered(2 * HALF_DAY)], "an older export", ["one"])
    (changed,) = group(lake, "two", ["one", "an older export"])
    assert changed["message_count"] == plain["message_count"] + 2
    assert changed["fingerprint"] == plain["fingerprint"]
    bring(lake, [answered(5 * HALF_DAY + 1)], "context", ["one"])
    (near,) = group(lake, "two", ["one", "an older export", "context"])
    assert near["fingerprint"] != plain["fingerprint"]


def test_where_episodes_begin_is_part_of_the_fingerprint(lake: Lake) -> None:
    (one,) = bring(lake, [asked(0), answered(60)], "one")
    (two,) = group(lake, "one", options=GroupingOptions(episode_gap_hours=0.5))
    assert one["fingerprint"] != two["fingerprint"]


places = st.lists(st.tuples(st.integers(0, 30), st.booleans(), st.sampled_from(["", "yes", "STOP"])), max_size=14)


def made_row(identity: str, step: int, ours: bool, body: str) -> Row:
    """A row whose place in time, five hours a step, no other has."""
    minute = step * 300 + int(identity[3:]) / 10 + (0.05 if identity.startswith("two") else 0)
    return (answered if ours else asked)(minute, body, message_id=identity)


def bring_both(before: list[Row], now: list[Row]) -> Conversation:
    """The conversation of the second of two imports."""
    lake = Lake(f"memory://{uuid.uuid4().hex}")
    bring(lake, before, "one")
    (conversation,) = bring(lake, now, "two", ["one"])
    return Conversation.from_row(conversation)


@settings(max_examples=12, deadline=None)
@given(before=places, now=places.filter(bool))
def test_law_episodes_fingerprint_and_status_follow_from_the_messages(
    before: list[tuple[int, bool, str]], now: list[tuple[int, bool, str]]
) -> None:
    imports = (
        [made_row(f"one{place}", *row) for place, row in enumerate(before)],
        [made_row(f"two{place}", *row) for place, row in enumerate(now)],
    )
    conversation = bring_both(*imports)
    numbers = [one.episode for one in conversation.messages]
    assert numbers[0] == 1
    for (first, second), (left, right) in zip(pairwise(conversation.messages), pairwise(numbers), strict=True):
        assert right - left == ((second.occurred_at - first.occurred_at).total_seconds() > 12 * 3600)
    shown = conversation.shown_messages()
    analysed = {one.episode for one in conversation.messages if one.is_new}
    assert [one for one in shown if one.episode in analysed] == [
        one for one in conversation.messages if one.episode in analysed
    ]
    assert sum(one.episode not in analysed for one in shown) <= CONTEXT_MESSAGES * len(analysed)
    questions = [one for one in shown if one.direction == "incoming" and one.body and not one.is_automated]
    answers = [one for one in shown if one.direction == "outgoing" and one.body and one.is_new]
    is_eligible = bool(questions and answers) and questions[0].occurred_at <= answers[-1].occurred_at
    assert (conversation.status == "eligible") == is_eligible
    seen = {one.message_id for one in shown}
    assert bring_both([row for row in imports[0] if row["message_id"] in seen], imports[1]).fingerprint == (
        conversation.fingerprint
    )

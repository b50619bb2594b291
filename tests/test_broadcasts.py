"""Facts about broadcasts: the same text to many conversations within minutes that nobody asked for."""

import uuid

import pytest

from pls_pipeline.conversations import GroupingOptions
from pls_pipeline.lake import Lake
from tests.message_rows import Row, bring, group, message, reply

SALE = "Two hours for one all weekend!"


@pytest.fixture
def lake() -> Lake:
    return Lake(f"memory://{uuid.uuid4().hex}")


def customer(number: int) -> str:
    return f"+1902555{number:04d}"


def sent(number: int, minute: float, body: str = SALE) -> Row:
    return reply(minute, body, recipients=[customer(number)], conversation_id=f"CN{number}")


def asked(number: int, minute: float, body: str = "hello?") -> Row:
    return message(minute, body, sender=customer(number), conversation_id=f"CN{number}")


def broadcasts(conversations: list[Row]) -> list[str]:
    """Thread ids of the messages that are marked as broadcasts."""
    return [
        row["conversation_id"]
        for row in conversations
        for one in row["messages"]
        if one["automated_reason"] == "broadcast"
    ]


def test_a_text_that_five_conversations_get_unasked_within_half_an_hour_is_a_broadcast(lake: Lake) -> None:
    conversations = bring(lake, [sent(number, number * 7.5) for number in range(5)], "one")
    assert broadcasts(conversations) == [f"CN{number}" for number in range(5)]
    assert {row["status"] for row in conversations} == {"automated"}


@pytest.mark.parametrize(
    "rows",
    [
        [sent(number, number) for number in range(4)],
        [sent(number, number * 7.51) for number in range(5)],
        [sent(number % 4, number) for number in range(8)],
        [sent(number, number, f"Hi {number}! {SALE}") for number in range(5)],
        [asked(number, number, SALE) for number in range(5)],
        [sent(number, number, " ") for number in range(5)],
    ],
    ids=["four conversations", "too slow", "the same four twice", "not word for word", "customers", "no text"],
)
def test_less_is_no_broadcast(lake: Lake, rows: list[Row]) -> None:
    assert broadcasts(bring(lake, rows, "one")) == []


def test_the_window_moves_over_the_hours(lake: Lake) -> None:
    rows = [sent(number, minute) for number, minute in enumerate([0, 29, 31, 32, 33, 58.9, 59.1, 90])]
    assert broadcasts(bring(lake, rows, "one")) == [f"CN{number}" for number in (1, 2, 3, 4, 5, 6)]


def test_a_standard_answer_to_many_customers_is_no_broadcast(lake: Lake) -> None:
    rows = [row for number in range(8) for row in (asked(number, number), sent(number, number + 0.5))]
    conversations = bring(lake, rows, "one")
    assert broadcasts(conversations) == []
    assert {row["status"] for row in conversations} == {"eligible"}


def test_a_second_text_after_the_answer_is_no_broadcast(lake: Lake) -> None:
    rows = [
        row
        for number in range(6)
        for row in (asked(number, number), sent(number, number + 0.5, "Sure"), sent(number, number + 1))
    ]
    assert broadcasts(bring(lake, rows, "one")) == []


def test_a_question_of_an_earlier_episode_and_an_opt_out_word_ask_for_nothing(lake: Lake) -> None:
    rows = [
        *(asked(number, -12 * 60) for number in range(3)),
        *(asked(number, -2, "STOP") for number in (3, 4)),
        *(sent(number, number / 10 + 1) for number in range(5)),
    ]
    assert len(broadcasts(bring(lake, rows, "one"))) == 5


def test_a_copy_in_a_running_exchange_stays_unmarked(lake: Lake) -> None:
    rows = [asked(9, 0), *(sent(number, 1) for number in (1, 2, 3, 4, 5, 9))]
    assert broadcasts(bring(lake, rows, "one")) == ["CN1", "CN2", "CN3", "CN4", "CN5"]


def test_a_text_that_a_rule_finds_keeps_its_reason(lake: Lake) -> None:
    conversations = bring(lake, [sent(number, 0, f"{SALE} Reply STOP to opt out") for number in range(5)], "one")
    assert {tuple(row["automated_reasons"]) for row in conversations} == {("opt_out_notice",)}


def test_each_import_is_judged_by_the_copies_that_it_holds(lake: Lake) -> None:
    first = bring(lake, [sent(number, number) for number in range(3)], "one")
    second = bring(lake, [sent(number, number) for number in range(3, 9)], "two", ["one"])
    assert (broadcasts(first), len(broadcasts(second))) == ([], 6)


def test_numbers_and_minutes_are_options_and_none_turns_it_off(lake: Lake) -> None:
    bring(lake, [sent(number, number * 20) for number in range(3)], "one")
    assert len(broadcasts(group(lake, "one", options=GroupingOptions(broadcast_conversations=2)))) == 3
    wide = GroupingOptions(broadcast_conversations=3, broadcast_minutes=40)
    assert len(broadcasts(group(lake, "one", options=wide))) == 3
    off = GroupingOptions(broadcast_conversations=None, broadcast_minutes=40)
    assert broadcasts(group(lake, "one", options=off)) == []

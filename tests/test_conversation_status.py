"""Facts about what is there to analyse: status, automatic texts, fingerprints; and a row as a record."""

import uuid
from dataclasses import replace

import pytest

from pls_pipeline.conversations import Conversation, GroupingOptions
from pls_pipeline.lake import Lake
from tests.message_rows import ANNE, NOON, Row, bring, group, message, reply

OUR_OTHER_LINE = "+16037895555"
LATER = 24 * 60


@pytest.fixture
def lake() -> Lake:
    return Lake(f"memory://{uuid.uuid4().hex}")


@pytest.mark.parametrize(
    ("rows", "status"),
    [
        ([message(0), reply(1)], "eligible"),
        ([reply(0), message(1)], "one_sided"),
        ([message(0), message(1)], "one_sided"),
        ([message(0, ""), reply(1)], "one_sided"),
        ([message(0), reply(1, " \n")], "one_sided"),
        ([message(0, "STOP"), reply(1)], "one_sided"),
        ([message(0, ""), reply(1, "\u00a0")], "empty"),
        ([message(0), reply(1, "[Automated Response] We are back at 9.")], "automated"),
        ([message(0), reply(1, "This is an automated message."), reply(2, "Hi, Sam here")], "eligible"),
        ([message(0, conversation_id="CN6cc5c67b4x"), reply(1, conversation_id="CN6cc5c67b4x")], "automated"),
    ],
)
def test_status(lake: Lake, rows: list[Row], status: str) -> None:
    (conversation,) = bring(lake, rows, "one")
    assert conversation["status"] == status


def test_an_answer_that_was_there_before_leaves_nothing_new_to_analyse(lake: Lake) -> None:
    thread = {"conversation_id": "CN1"}
    bring(lake, [message(0, **thread), reply(1, **thread)], "one")
    (thanks,) = bring(lake, [message(2, "thanks", **thread)], "two", ["one"])
    assert thanks["status"] == "one_sided"
    (answered,) = bring(lake, [reply(3, "welcome", **thread)], "three", ["one", "two"])
    assert answered["status"] == "eligible"


def test_texts_between_two_of_our_lines_are_no_customer_s(lake: Lake) -> None:
    rows = [
        message(0, "anyone at the desk?", sender=OUR_OTHER_LINE),
        reply(1, "on my way", recipients=[OUR_OTHER_LINE]),
        message(2, "hello"),
        reply(3, "hi", sender=OUR_OTHER_LINE, recipients=[ANNE]),
    ]
    between, *_ = [row for row in bring(lake, rows, "one") if row["participants"] == [OUR_OTHER_LINE]]
    assert between["status"] == "one_sided"


AUTOMATIC = {
    "[Automated Response] Thanks, we will be back at 9.": "auto_reply",
    "🤖 Our office opens at 9.": "auto_reply",
    "Hi! Thanks for your message. (auto-reply)": "auto_reply",
    "You're receiving this automated reply because we're away from the desk.": "auto_reply",
    "Please do not reply to this message.": "unmonitored",
    "Thanks for texting us! We are closed right now and will reply at 9am.": "closed",
    "You missed a call from this number.": "missed_call",
}
RECEIVED = {
    "Your verification code is 482913. Do not share it.": "code",
    "482 913 is your Acme login code": "code",
    "Msg & data rates may apply": "opt_out_notice",
    "Stop.": "opt_out_word",
    "UNSUBSCRIBE": "opt_out_word",
}
HUMAN = [
    reply(0, "We're closed on Mondays, but the bays are open 24/7."),
    reply(0, "Your door code is 4821, it works from 5 minutes before."),
    reply(0, "Thanks for your message, I'll get back to you in a minute."),
    reply(0, "Your confirmation code for Friday is 88 12 34."),
    reply(0, "Please stop by the desk."),
    reply(0, "Stop"),
    message(0, "stop charging me please"),
    message(0, "Is this an automated message or a person?"),
    message(0, "Cancel"),
]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        *((reply(0, body), reason) for body, reason in AUTOMATIC.items()),
        *((message(0, body), reason) for body, reason in RECEIVED.items()),
        *((row, None) for row in HUMAN),
    ],
)
def test_automatic_texts_have_a_reason_and_what_people_say_has_none(lake: Lake, row: Row, reason: str | None) -> None:
    (conversation,) = bring(lake, [row], "one")
    (marked,) = conversation["messages"]
    assert (marked["automated_reason"], marked["is_automated"]) == (reason, reason is not None)
    assert conversation["automated_reasons"] == ([reason] if reason else [])


def test_rules_for_automatic_texts_are_an_option(lake: Lake) -> None:
    bring(lake, [message(0), reply(1, "(auto-reply)")], "one")
    (conversation,) = group(lake, "one", options=GroupingOptions(automated_rules=()))
    assert conversation["status"] == "eligible"


def test_the_fingerprint_tells_what_would_be_analysed(lake: Lake) -> None:
    rows = [message(0, "a", conversation_id="CN1"), reply(1, "b", conversation_id="CN1")]
    (conversation,) = bring(lake, rows, "one")
    (again,) = group(lake, "one")
    (edited,) = bring(lake, [rows[0], {**rows[1], "body": "c"}], "one")
    assert conversation["fingerprint"] == again["fingerprint"] != edited["fingerprint"]
    (context,) = bring(lake, [reply(2, "d", conversation_id="CN1")], "two", ["one"])
    (without,) = group(lake, "two")
    assert context["fingerprint"] != without["fingerprint"]


def test_a_row_becomes_a_record(lake: Lake) -> None:
    (row,) = bring(lake, [message(0, "a", message_id="AC1"), reply(1, "b")], "one")
    conversation = Conversation.from_row(row)
    assert conversation.participants == (ANNE,)
    first, second = conversation.messages
    assert (first.message_id, first.body, first.direction, first.sender) == ("AC1", "a", "incoming", ANNE)
    assert (second.row_number, second.is_new, second.is_automated) == (2, True, False)
    assert replace(conversation) == conversation


def test_the_two_rows_of_the_user_are_one_conversation_of_the_day_they_were_created(lake: Lake) -> None:
    thread = {"conversation_id": "AC3BDd48d8"}
    rows = [
        message(0, "Hi I need help with bay 3", message_id="AC1BD1e24", **thread),
        reply(0.2, "I'll reset bay 3 for you right away", message_id="AC1BD1e25", **thread),
    ]
    (conversation,) = bring(lake, rows, "one")
    assert (conversation["status"], conversation["started_at"].date()) == ("eligible", NOON.date())

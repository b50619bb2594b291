"""Who answered whom, and what says nothing."""

from dataclasses import replace

import pytest

from pls_pipeline.extraction.exchanges import find_exchanges, is_acknowledgement
from tests.extraction.conversing import conversation


def test_a_reply_answers_all_that_the_customer_wrote_since_the_last_answer() -> None:
    talk = conversation(
        "> hi", "> bay 3 is frozen", "< resetting it now", "> thanks!", "> also the door", "< door is fixed"
    )
    exchanges = [([m.body for m in e.triggers], e.reply.body) for e in find_exchanges(talk)]
    assert exchanges == [
        (["hi", "bay 3 is frozen"], "resetting it now"),
        (["also the door"], "door is fixed"),
    ]


def test_two_replies_in_a_row_answer_the_same_messages() -> None:
    talk = conversation("> where do i park", "< behind the pharmacy", "< the first row is free")
    assert [[m.body for m in e.triggers] for e in find_exchanges(talk)] == [["where do i park"]] * 2


def test_earlier_replies_are_context_and_automated_ones_are_nobody_s() -> None:
    talk = conversation(
        "> hi", "<old hello, how can I help?", "<auto We are closed right now", "> bay 3?", "< it is free"
    )
    assert [(e.triggers[0].body, e.reply.body) for e in find_exchanges(talk)] == [("bay 3?", "it is free")]


@pytest.mark.parametrize("body", ["ok", "Ok thanks!", "👍", "sounds good, thank you", "no problem!"])
def test_acknowledgements_say_nothing(body: str) -> None:
    assert is_acknowledgement(body)


@pytest.mark.parametrize(
    "body", ["ok, bay 3 is reset", "Thank you and goodbye.", "Have a great day", "we open at 9", "хорошо"]
)
def test_what_tells_something_is_no_acknowledgement(body: str) -> None:
    assert not is_acknowledgement(body)


def test_what_was_said_in_another_episode_is_not_answered() -> None:
    talk = conversation("> let me think about it", "> bay 3 is frozen", "< resetting it now")
    first, *others = talk.messages
    [exchange] = find_exchanges(replace(talk, messages=(first, *(replace(m, episode=2) for m in others))))
    assert [m.body for m in exchange.triggers] == ["bay 3 is frozen"]


def test_thanks_are_no_trigger_beside_a_question() -> None:
    [exchange] = find_exchanges(conversation("> ok thanks", "> one more thing, do you have clubs", "< in every bay"))
    assert [m.body for m in exchange.triggers] == ["one more thing, do you have clubs"]

"""People of the archive: which names and numbers are known when a conversation is analysed."""

from dataclasses import replace
from typing import Any

from pls_pipeline.extraction.embedded import EmbeddedExtractor
from pls_pipeline.extraction.people import NOBODY, People, known_values
from tests.extraction.conversing import CUSTOMER, OWN, conversation

BAYS = "+14165550101"


def contact(
    first: str | None, last: str | None = None, phones: tuple[str, ...] = (CUSTOMER,), kind: str = "customer"
) -> dict[str, Any]:
    return {"kind": kind, "first_name": first, "last_name": last, "phones": list(phones)}


def test_names_belong_to_the_numbers_that_take_part_and_staff_to_every_conversation() -> None:
    rows = [contact("Minh", "Tran"), contact("Priya", phones=(BAYS,)), contact("Dana", "Reyes", (), "user")]
    known = known_values(conversation("> hi"), People.from_rows(rows, [OWN, BAYS]))
    assert known.names == {"Minh Tran", "Dana Reyes"}
    assert known.phones == {CUSTOMER}
    assert known.public == {OWN, BAYS}


def test_a_number_keeps_every_name_it_had() -> None:
    people = People.from_rows([contact("Minh", "Tran"), contact("Oluchi", "Tran")], [])
    assert people.names == {CUSTOMER: {"Minh Tran", "Oluchi Tran"}}


def test_notes_beside_a_name_are_no_names() -> None:
    rows = [contact("Minh", "(bay 3 guy)"), contact("Oluchi", "Tran VIP"), contact("Bay 4"), contact(None, None)]
    assert People.from_rows(rows, []).names == {CUSTOMER: {"Minh", "Oluchi Tran", "Bay"}}


def test_one_of_our_lines_among_the_participants_is_no_customers_number() -> None:
    talk = replace(conversation("> hi"), participants=(BAYS, CUSTOMER))
    known = known_values(talk, People.from_rows([], [BAYS]))
    assert known.phones == {CUSTOMER}
    assert known.public == {OWN, BAYS}


def test_without_an_archive_the_conversations_own_numbers_are_known() -> None:
    known = known_values(conversation("> hi"), NOBODY)
    assert known.names == frozenset()
    assert known.phones == {CUSTOMER}
    assert known.public == {OWN}


def test_a_known_name_is_a_variable_where_nothing_else_shows_that_it_is_a_name() -> None:
    talk = conversation("> is it free?", "< the bay goes to oluchi tonight, she booked it")
    rows = [contact("Oluchi", "Tran")]
    (without,) = EmbeddedExtractor(("general",)).analyse([talk])
    (knowing,) = EmbeddedExtractor(("general",), people=People.from_rows(rows, [])).analyse([talk])
    assert "oluchi" in without.candidates[0].response_template
    assert "oluchi" not in knowing.candidates[0].response_template

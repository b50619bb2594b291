"""Headers of the account's lists: which list each is, however a spreadsheet wrote it."""

import pytest

from pls_pipeline.sources.list_headers import EMAIL_COLUMN, PHONE_COLUMN, recognise_list
from pls_pipeline.sources.openphone import simplify_name


@pytest.mark.parametrize(
    ("header", "name", "kind"),
    [
        ("id,conversationId,duration,to,from,direction,createdAt", "", "calls"),
        ("Direction,From,To,Created At,Status", "x.csv", "calls"),
        ("id,userId,firstName,lastName,company,sharedWith,phone_number_1,email_1", "", "contacts"),
        ("First Name,Last Name,Company,Role,Phone Number 1,Phone Number Label 1,E-Mail 1", "", "contacts"),
        ("Name,Phone", "", "contacts"),
        ("FIRST_NAME,Email", "", "contacts"),
        ("id,email,firstName,lastName,role,status", "", "users"),
        ("id,email,firstName,lastName,role,phone", "export/OR1_users.csv", "users"),
        ("id,email,firstName,lastName,role,phone", "OR1_contacts (2).csv", "contacts"),
        ("id,number,sid,entityId,name", "", "phone_numbers"),
        ("Phone Number,Name,Users", "", "phone_numbers"),
        ("id,conversationId,body,to,from,direction,createdAt", "OR1_calls.csv", None),
        ("dear diary,today", "OR1_contacts.csv", None),
    ],
)
def test_a_header_is_that_of_one_list(header: str, name: str, kind: str | None) -> None:
    assert recognise_list(header.split(","), name) == kind


def test_columns_of_numbers_and_addresses_are_told_from_their_labels() -> None:
    for name in ("phone_number_1", "Phone", "Mobile Phone", "Work phone 2", "phoneNumbers", "Cell", "phone_number_12"):
        assert PHONE_COLUMN.fullmatch(simplify_name(name))
    for name in ("phone_number_label_1", "Phone Type", "telephony", "number", "hotel"):
        assert not PHONE_COLUMN.fullmatch(simplify_name(name))
    for name in ("email_1", "E-mail", "Work Email", "emailAddress", "Email Address 2"):
        assert EMAIL_COLUMN.fullmatch(simplify_name(name))
    for name in ("email_label_1", "mailing address"):
        assert not EMAIL_COLUMN.fullmatch(simplify_name(name))

"""Headers of the lists beside the messages in the account's archive: calls, contacts, users and phone numbers.

Here: which list a header belongs to, and which of its columns hold phone numbers and addresses. Not here: headers of
messages (openphone.py), reading (account_lists.py).
Source of the names: archives of the account; a spreadsheet changes case, spaces and underscores.
"""

import re
from collections.abc import Mapping, Sequence
from pathlib import PurePosixPath
from typing import Literal

from pls_pipeline.sources.openphone import match_columns, simplify_name

ListKind = Literal["calls", "contacts", "users", "phone_numbers"]

LIST_WORDS: Mapping[ListKind, str] = {
    "calls": "calls",
    "contacts": "contacts",
    "users": "users of the account",
    "phone_numbers": "phone numbers of the account",
}

# Both are matched against simplified names.
PHONE_COLUMN = re.compile(
    r"(?:mobile|cell|work|home|main|other|primary|business)?(?:phone|telephone|tel|mobile|cell)(?:numbers?)?\d*"
)
EMAIL_COLUMN = re.compile(r"(?:work|home|other|primary|business)?e?mail(?:address(?:es)?)?s?\d*")
_NAMES = frozenset({"firstname", "lastname", "name", "fullname"})
_CALL_MARKS = frozenset(
    {"duration", "callduration", "durationseconds", "answeredat", "completedat", "voicemail", "callstatus"}
)
_NUMBER_MARKS = frozenset({"name", "sid", "entityid", "label"})
_CONTACT_MARKS = frozenset({"company", "sharedwith"})
_USER_MARKS = frozenset({"role", "status"})
_ENDING = re.compile(r"(?:^|[_\-. ])(calls|contacts|users|phone[_\- ]?numbers)(?:[_\-. ].*)?$", re.IGNORECASE)


def recognise_list(header: Sequence[str], name: str = "") -> ListKind | None:
    """Which list has this header; None where it has a column for the text of a message, or is no such list."""
    if "body" in match_columns(header).positions:
        return None
    names = {simplify_name(column) for column in header}
    has_phone = any(PHONE_COLUMN.fullmatch(column) for column in names)
    has_email = any(EMAIL_COLUMN.fullmatch(column) for column in names)
    is_of_people = bool(names & _NAMES) and (has_phone or has_email)
    possible: list[ListKind] = []
    if names & _CALL_MARKS or ("direction" in names and names & {"from", "to"}):
        possible.append("calls")
    if names & {"number", "phonenumber"} and names & _NUMBER_MARKS:
        possible.append("phone_numbers")
    if is_of_people and (has_phone or names & _CONTACT_MARKS or not names & _USER_MARKS):
        possible.append("contacts")
    if is_of_people and has_email:
        possible.append("users")
    ending = _ENDING.search(PurePosixPath(name).stem)
    named = next((kind for kind in possible if ending and simplify_name(ending[1]) == simplify_name(kind)), None)
    return named or next(iter(possible), None)

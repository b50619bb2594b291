"""Who is known from the account's archive when a conversation is analysed.

Here: names by phone number, names of staff, our own numbers, and what of them concerns one conversation. Not here: how
the archive is read (sources/contacts.py), how a name is found in a text (entities/).
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from pls_pipeline.conversations import Conversation
from pls_pipeline.entities import KnownValues

# What people write behind a name: a note in brackets, a word with a digit, a status.
_NO_NAME = re.compile(r"\([^)]*\)|\[[^\]]*\]|\S*\d\S*|\b(?:VIP|TEST|DNC|SPAM)\b")


@dataclass(frozen=True)
class People:
    """`names`: names of customers by their number; `staff`: names of users; `lines`: our own numbers.

    `public`: what a person set as told to everybody. `recogniser`: a further recogniser of personal values, empty for
    none.
    """

    names: Mapping[str, frozenset[str]] = field(default_factory=dict)
    staff: frozenset[str] = frozenset()
    lines: frozenset[str] = frozenset()
    public: frozenset[str] = frozenset()
    recogniser: str = ""

    @classmethod
    def from_rows(
        cls,
        contacts: Iterable[Mapping[str, Any]],
        lines: Iterable[str],
        public: Iterable[str] = (),
        recogniser: str = "",
    ) -> "People":
        """The people of rows of the table contacts; of `lines`, our numbers; `public`, what everybody is told."""
        names: defaultdict[str, set[str]] = defaultdict(set)
        staff: set[str] = set()
        for row in contacts:
            name = _clean(" ".join(filter(None, (row["first_name"], row["last_name"]))))
            if name and row["kind"] == "user":
                staff.add(name)
            elif name:
                for phone in row["phones"] or ():
                    names[phone].add(name)
        by_number = {phone: frozenset(found) for phone, found in names.items()}
        return cls(by_number, frozenset(staff), frozenset(lines), frozenset(public), recogniser)


NOBODY = People()


def known_values(conversation: Conversation, people: People) -> KnownValues:
    """What is known before a conversation is read: its customers' names and numbers, staff, and what is public."""
    names = (people.names.get(number, frozenset()) for number in conversation.participants)
    own = {conversation.own_number} if conversation.own_number else set()
    return KnownValues(
        names=people.staff.union(*names),
        phones=frozenset(conversation.participants) - people.lines,
        public=people.lines | people.public | own,
        recogniser=people.recogniser,
    )


def _clean(name: str) -> str:
    """A name without what is none."""
    return " ".join(_NO_NAME.sub(" ", name).split())

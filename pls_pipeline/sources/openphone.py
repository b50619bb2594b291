"""What an OpenPhone (Quo) export of messages looks like: names of its columns and the words it uses.

Here: header names, words for directions and calls, and which columns a message cannot do without. Not here: CSV, times,
numbers.
Source of the names: exports of the account and of the web page; spreadsheets change case, spaces and underscores.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

SOURCE = "openphone"

_ALIASES: Mapping[str, tuple[str, ...]] = {
    "message_id": ("id", "messageid", "msgid"),
    "conversation_id": ("conversationid", "threadid", "conversation"),
    "body": ("body", "conversationbody", "messagebody", "text", "messagetext", "message", "content", "messagecontent"),
    "created_at": ("createdat", "created", "createddate", "createdtime", "date", "datetime", "timestamp", "time"),
    "sent_at": ("sentat", "sent", "sentdate", "senttime", "datesent"),
    "recipients": ("to", "tonumber", "tonumbers", "tophonenumber", "recipient", "recipients"),
    "sender": ("from", "fromnumber", "fromphonenumber", "sender"),
    "direction": ("direction", "messagedirection"),
    "type": ("type", "activitytype", "eventtype", "objecttype"),
}
# What a message cannot do without: our columns of which one must be there, its usual name, its meaning.
_NEEDED = (
    ({"body"}, "body", "the text of a message"),
    ({"direction"}, "direction", "whether a message is incoming or outgoing"),
    ({"created_at", "sent_at"}, "createdAt", "the time of a message"),
    ({"sender", "recipients"}, "from", "the numbers of a message"),
)

DIRECTIONS: Mapping[str, str] = {
    "incoming": "incoming", "inbound": "incoming", "received": "incoming", "in": "incoming",
    "outgoing": "outgoing", "outbound": "outgoing", "sent": "outgoing", "out": "outgoing",
}  # fmt: skip
CALL_TYPES = ("call", "calls", "missed call", "voicemail", "incoming call", "outgoing call", "phone call")

_NOISE = re.compile(r"[\s_\-.\"'\u200b\ufeff]+")


@dataclass(frozen=True)
class Columns:
    """A header and what its columns are taken for.

    `header`: names as they stand, unnamed ones called column_N, those that differ in nothing but case numbered.
    `positions`: our column -> index in the header. What is in neither is kept in `extra`.
    """

    header: tuple[str, ...]
    positions: Mapping[str, int]

    @property
    def meanings(self) -> dict[str, str | None]:
        """Header name -> our column, or None."""
        by_index = {index: name for name, index in self.positions.items()}
        return {name: by_index.get(index) for index, name in enumerate(self.header)}

    @property
    def extra(self) -> tuple[int, ...]:
        """Indexes of the columns that are not ours."""
        known = set(self.positions.values())
        return tuple(index for index in range(len(self.header)) if index not in known)


def simplify_name(name: str) -> str:
    """A header name without case, spaces, underscores, hyphens, dots and quotes."""
    return _NOISE.sub("", name).casefold()


def match_columns(header: Sequence[str]) -> Columns:
    """Take each of our columns from the first header name that is one of its names, best name first."""
    simple = [simplify_name(name) for name in header]
    positions: dict[str, int] = {}
    for column, aliases in _ALIASES.items():
        for alias in aliases:
            if alias in simple:
                positions[column] = simple.index(alias)
                break
    names: list[str] = []
    taken: set[str] = set()
    for index, name in enumerate(header):
        stem = name.strip() or f"column_{index + 1}"
        unique, count = stem, 1
        while unique.casefold() in taken:
            count += 1
            unique = f"{stem}_{count}"
        taken.add(unique.casefold())
        names.append(unique)
    return Columns(tuple(names), positions)


def missing_meanings(columns: Columns) -> dict[str, str]:
    """What a message needs and these columns do not tell: usual name of the column -> its meaning in words."""
    return {name: meaning for choices, name, meaning in _NEEDED if not choices & columns.positions.keys()}


def is_header(fields: Sequence[str], columns: Columns) -> bool:
    """Whether a record repeats the header."""
    return [simplify_name(field) for field in fields] == [simplify_name(name) for name in columns.header]

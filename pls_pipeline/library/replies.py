"""Replies as the library sees them: the tokens of an operator's message, with the places where values stand.

Here: from a candidate and its message to tokens with offsets. Not here: which replies belong together (frames.py) or
which of the proposed values are variables (columns.py).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from pls_pipeline.patterns import Candidate, Literal, SlotValue, parse_template

# Types that a recogniser may take one for another share a class, so that "Dr. Lee" and "Zoe" stand in one column.
_CLASSES = {
    "person": "NAME", "proper_name": "NAME", "quoted": "NAME", "address": "NAME", "location": "NAME", "text": "TEXT",
    "number": "NUMBER", "count": "NUMBER", "unit_number": "NUMBER", "temperature": "NUMBER", "percent": "NUMBER",
    "money": "MONEY", "duration": "DURATION", "time": "TIME", "date": "DATE", "weekday": "DATE",
    "phone": "CONTACT", "email": "CONTACT", "url": "CONTACT",
}  # fmt: skip
_COUNTING_TYPES = frozenset({"duration", "count", "number"})
_SHORTEST_PLURAL = 4
_TOKEN = re.compile(r"\w+(?:['’]\w+)*|\?")


@dataclass(frozen=True)
class MessageText:
    """What the library needs of a message that is evidence.

    `member` is its file in the archive that brought it, `next_text` what the customer wrote next within a day, of a
    reply.
    """

    body: str
    occurred_at: datetime
    member: str | None = None
    sender: str | None = None
    next_text: str | None = None


@dataclass(frozen=True, slots=True)
class Token:
    """A word in lower case, a question mark, or a value. `start` and `end` are offsets in the reply's text."""

    text: str
    start: int
    end: int
    type: str | None = None
    name: str | None = None

    @property
    def is_value(self) -> bool:
        """Whether a value stands here."""
        return self.type is not None


@dataclass(frozen=True)
class Place:
    """Where a value of the reply's text stands: the message and the span in its body."""

    message_key: str
    span: SlotValue


@dataclass(frozen=True)
class Reply:
    """One candidate as tokens. `places` has the place of each value by its offset in `text`.

    `text` is the message's body where the template is the body with values taken out (`is_exact`); else the template
    rendered with its values, since a model may have cut a greeting away. `copied_from` is equal in copies of one
    conversation (copies.py).
    """

    candidate: Candidate
    text: str
    tokens: tuple[Token, ...]
    is_exact: bool
    places: Mapping[int, Place] = field(repr=False)
    copied_from: str | None = None

    @cached_property
    def form(self) -> tuple[str, ...]:
        """What is equal in replies that differ in values, case and punctuation only."""
        return tuple(token.text for token in self.tokens)

    @property
    def conversation_key(self) -> str:
        """The conversation it was said in."""
        return self.candidate.conversation_key

    @property
    def source(self) -> str:
        """What is counted where something comes back: the conversation, or that of which it is a copy."""
        return self.copied_from or self.candidate.conversation_key


def read_reply(candidate: Candidate, messages: Mapping[str, MessageText]) -> Reply:
    """The reply of a candidate's response messages; raises KeyError where one of them is unknown."""
    bodies = {response.message_key: messages[response.message_key].body for response in candidate.responses}
    remaining = [Place(response.message_key, value) for response in candidate.responses for value in response.values]
    types = {variable.name: variable.type for variable in candidate.variables}
    parts: list[str] = []
    slots: list[tuple[int, int, str]] = []
    places: dict[int, Place] = {}
    position = 0
    for segment in parse_template(candidate.response_template):
        if isinstance(segment, Literal):
            text = segment.text
        else:
            place = next((place for place in remaining if place.span.name == segment.name), None)
            text = segment.name
            if place is not None:
                remaining.remove(place)
                places[position] = place
                text = bodies[place.message_key][place.span.start : place.span.end]
            slots.append((position, position + len(text), segment.name))
        parts.append(text)
        position += len(text)
    whole = "".join(parts)
    is_exact = (
        list(bodies.values()) == [whole]
        and len(places) == len(slots)
        and all(place.span.start == start for start, place in places.items())
    )
    return Reply(candidate, whole, _tokens(whole, slots, types), is_exact, places)


def class_of(value_type: str) -> str:
    """The class of a value type: what stands in one column."""
    return _CLASSES.get(value_type, "CODE")


def _tokens(text: str, slots: list[tuple[int, int, str]], types: Mapping[str, str]) -> tuple[Token, ...]:
    tokens: list[Token] = []
    position = 0
    for start, end, name in [*slots, (len(text), len(text), "")]:
        for match in _TOKEN.finditer(text, position, start):
            word = _fold(match.group())
            counts = bool(tokens) and tokens[-1].type in _COUNTING_TYPES
            tokens.append(Token(_singular(word) if counts else word, match.start(), match.end()))
        if name:
            kind = types.get(name, "text")
            tokens.append(Token(f"<{class_of(kind)}>", start, end, kind, name))
        position = end
    return tuple(tokens)


def _fold(word: str) -> str:
    return word.casefold().replace("’", "'")


def _singular(noun: str) -> str:
    """A noun after a number without its plural: "1 hour" and "2 hours" are one form."""
    return noun[:-1] if len(noun) >= _SHORTEST_PLURAL and noun.endswith("s") and not noun.endswith("ss") else noun

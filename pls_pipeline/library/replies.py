"""Replies as the library sees them: the tokens of an operator's message, with the places where values stand.

Here: from a candidate and its message to tokens with offsets. Not here: which replies belong together (frames.py) or
which of the proposed values are variables (columns.py).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

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
    """What the library needs of a message that is evidence."""

    body: str
    occurred_at: datetime


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
class Reply:
    """One candidate as tokens.

    `text` is the message's body where the template is the body with values taken out (`is_exact`); else the template
    rendered with its values, since a model may have cut a greeting away.
    """

    candidate: Candidate
    text: str
    tokens: tuple[Token, ...]
    is_exact: bool
    body_spans: Mapping[int, SlotValue] = field(repr=False)

    @property
    def form(self) -> tuple[str, ...]:
        """What is equal in replies that differ in values, case and punctuation only."""
        return tuple(token.text for token in self.tokens)

    @property
    def conversation_key(self) -> str:
        """The conversation it was said in."""
        return self.candidate.conversation_key


def read_reply(candidate: Candidate, messages: Mapping[str, MessageText]) -> Reply:
    """The reply of a candidate's first response message; raises KeyError where that message is unknown."""
    response = candidate.responses[0]
    body = messages[response.message_key].body
    types = {variable.name: variable.type for variable in candidate.variables}
    text_parts: list[str] = []
    slots: list[tuple[int, int, str]] = []
    body_spans: dict[int, SlotValue] = {}
    remaining = list(response.values)
    position = 0
    is_exact = True
    for segment in parse_template(candidate.response_template):
        if isinstance(segment, Literal):
            text_parts.append(segment.text)
            position += len(segment.text)
            continue
        span = next((value for value in remaining if value.name == segment.name), None)
        if span is not None:
            remaining.remove(span)
        value = body[span.start : span.end] if span else segment.name
        is_exact = is_exact and span is not None and span.start == position
        if span is not None:
            body_spans[position] = span
        slots.append((position, position + len(value), segment.name))
        text_parts.append(value)
        position += len(value)
    text = "".join(text_parts)
    return Reply(candidate, text, _tokens(text, slots, types), is_exact and text == body, body_spans)


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

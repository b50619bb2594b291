"""A conversation as the model sees it: masked messages in turn order, numbered, in parts of a bounded size.

Here: who speaks, how much time lies between, what is context only, and where a long conversation is cut. Not here: the
words around it (prompt.py), or how values are masked (privacy.py).
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cached_property
from typing import Literal

from pls_pipeline.conversations import Conversation, ConversationMessage
from pls_pipeline.extraction.tokens import count_tokens, is_within
from pls_pipeline.privacy import ConversationMask, MaskedText

Role = Literal["customer", "operator", "automatic"]
CUT_MARK = "[…]"
# Ends a line for some reader, hides text from a person, or opens a tag or a control token of a model.
_MOST_CHARACTERS_A_TOKEN = 8
_ENCODER = json.JSONEncoder(ensure_ascii=False)
_UNSAFE = re.compile(
    r"[<\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ud800-\udfff\ufeff\ufff9-\ufffb"
    r"\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)


@dataclass(frozen=True)
class TranscriptLimits:
    """Sizes in tokens: of a part, of the context that it begins with, of the line that shows one message.

    Raises ValueError where a part has no room for one message and the context before it.
    """

    part: int = 7_000
    context: int = 800
    message: int = 1_000

    def __post_init__(self) -> None:
        """Check that a message fits behind its context."""
        if self.message + self.context > self.part:
            raise ValueError(f"a message of {self.message} tokens does not fit into a part of {self.part}")


@dataclass(frozen=True)
class TranscriptMessage:
    """One message. `number` counts from 1 over what is shown; `elapsed` is the time since the message shown before."""

    number: int
    message: ConversationMessage
    masked: MaskedText
    role: Role
    speaker: str
    elapsed: timedelta
    is_context: bool

    def to_line(self, longest: int) -> str:
        """Return the message as one line of JSON, its text cut where the line would have more than `longest` tokens.

        Within JSON a text cannot end its own string, and no character of it can begin a line or a tag.
        """
        text = self.masked.text
        if is_within(self._whole, longest):
            return self._whole
        # The longest beginning that fits, by halving: a character may take several tokens once it is escaped.
        fits, too_long = 0, min(len(text), longest * _MOST_CHARACTERS_A_TOKEN)
        while too_long - fits > 1:
            middle = (fits + too_long) // 2
            if is_within(self._write(text[:middle] + CUT_MARK), longest):
                fits = middle
            else:
                too_long = middle
        return self._write(text[:fits] + CUT_MARK)

    @cached_property
    def _whole(self) -> str:
        # Written once for the size of its part, and once for the request.
        return self._write(self.masked.text)

    def _write(self, text: str) -> str:
        record: dict[str, object] = {"n": self.number, "from": self.speaker}
        if self.elapsed:
            record["after"] = describe_duration(self.elapsed)
        if self.is_context:
            record["context"] = True
        record["text"] = text
        return write_line(record)


@dataclass(frozen=True)
class TranscriptPart:
    """Consecutive messages that are analysed in one request."""

    messages: tuple[TranscriptMessage, ...]

    def get(self, number: int) -> TranscriptMessage | None:
        """Return the message of this number; None where the part does not show it."""
        index = number - self.messages[0].number
        return self.messages[index] if 0 <= index < len(self.messages) else None

    @property
    def has_replies(self) -> bool:
        """Whether an operator says anything that is not context."""
        return any(m.role == "operator" and not m.is_context and m.masked.text.strip() for m in self.messages)


def number_messages(conversation: Conversation, mask: ConversationMask) -> tuple[TranscriptMessage, ...]:
    """Mask and number the messages of a conversation that an analysis sees, in its order.

    Messages of earlier imports are context.
    """
    # A value that one message gives away as personal is masked in all others too, though the one be not shown.
    mask.learn(message.body for message in conversation.messages)
    customers: dict[str | None, str] = {}
    numbered: list[TranscriptMessage] = []
    for number, message in enumerate(conversation.shown_messages(), start=1):
        role: Role = "operator" if message.direction == "outgoing" else "customer"
        if message.is_automated:
            role = "automatic"
        speaker: str = role
        if role == "customer":
            count = len(customers) + 1
            speaker = customers.setdefault(message.sender, "customer" if count == 1 else f"customer_{count}")
        elapsed = message.occurred_at - numbered[-1].message.occurred_at if numbered else timedelta()
        masked = mask.mask(message.body)
        numbered.append(TranscriptMessage(number, message, masked, role, speaker, elapsed, not message.is_new))
    return tuple(numbered)


def cut_transcript(
    messages: Sequence[TranscriptMessage], limits: TranscriptLimits | None = None
) -> tuple[TranscriptPart, ...]:
    """Cut a conversation into parts, and leave out those in which no new reply of an operator stands.

    A part ends where an episode ends; where an episode alone is larger than a part, where an operator's turn ends, so
    that a reply stays with what it answers; within a turn only where the turn alone is larger than a part. Each part
    after the first begins with the end of the one before, as context.
    """
    limits = limits or TranscriptLimits()
    parts: list[TranscriptPart] = []
    begin = 0
    for end in _find_ends(messages, limits):
        context = _take_context(messages[:begin], limits)
        parts.append(TranscriptPart((*context, *messages[begin:end])))
        begin = end
    return tuple(part for part in parts if part.has_replies)


def describe_duration(duration: timedelta) -> str:
    """Return a duration in one unit: 40 s, 5 min, 30 h, 12 d."""
    seconds = max(0, int(duration.total_seconds()))
    for unit, size, least in (("d", 86_400, 172_800), ("h", 3_600, 3_600), ("min", 60, 60)):
        if seconds >= least:
            return f"{seconds // size} {unit}"
    return f"{seconds} s"


def write_line(record: Mapping[str, object]) -> str:
    """Return data as one line of JSON, in which no character ends the line, hides text or opens a tag."""
    return _UNSAFE.sub(_escape, _ENCODER.encode(record))


def _escape(match: re.Match[str]) -> str:
    """The character as JSON escapes it: one beyond U+FFFF as two surrogates."""
    return f"\\u{ord(match[0]):04x}" if match[0].isascii() else json.dumps(match[0])[1:-1]


def _find_ends(messages: Sequence[TranscriptMessage], limits: TranscriptLimits) -> Iterator[int]:
    """Yield the index after the last message of each part."""
    lines = [message.to_line(limits.message) + "\n" for message in messages]
    if is_within("".join(lines), limits.part):
        if messages:
            yield len(messages)
        return
    sizes = [count_tokens(line) for line in lines]
    # The first part begins without context, but what it leaves to the second one must fit behind some.
    room = limits.part - limits.context
    begin = turn = episode = size = 0
    for index, message in enumerate(messages):
        if index and message.role == "customer" and messages[index - 1].role != "customer":
            turn = index
        if index and message.message.episode != messages[index - 1].message.episode:
            episode = index
        while index > begin and size + sizes[index] > room:
            begin = next(border for border in (episode, turn, index) if border > begin)
            size = sum(sizes[begin:index])
            yield begin
        size += sizes[index]
    yield len(messages)


def _take_context(before: Sequence[TranscriptMessage], limits: TranscriptLimits) -> tuple[TranscriptMessage, ...]:
    """Return the last messages of `before` that fit, marked as context."""
    taken: list[TranscriptMessage] = []
    room = limits.context
    for message in reversed(before):
        context = replace(message, is_context=True)
        room -= count_tokens(context.to_line(limits.message) + "\n")
        if room < 0:
            break
        taken.append(context)
    return tuple(reversed(taken))

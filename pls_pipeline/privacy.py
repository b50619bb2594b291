"""Masking a conversation before a model sees it, and searching what comes out for personal values.

Here: typed, numbered placeholders, the same value the same placeholder within a conversation; the search of
templates. Not here: how a value is recognised (entities/).
"""

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from pls_pipeline.entities import (
    NOTHING_KNOWN,
    Entity,
    Examiner,
    Findings,
    KnownValues,
    NameMemory,
    find_personal,
    is_word,
)
from pls_pipeline.patterns import Literal, parse_template

_PLACEHOLDER = re.compile(r"\[[A-Z][A-Z0-9_]*_\d+\]")
_TOKEN = re.compile(r"[^\W_]+")
_SHORTEST_REPEATED = 4
_ENOUGH_SUSPICIONS = 2
_LITERAL = "literal"
_BLANK = "\N{WHITE SQUARE}"


class Replacement(NamedTuple):
    """A value and its placeholder: `start` and `end` in the body, `masked_start` and `masked_end` in the masked
    text.
    """

    placeholder: str
    type: str
    start: int
    end: int
    masked_start: int
    masked_end: int


@dataclass(frozen=True)
class MaskedText:
    """A body with placeholders, and where each value stood."""

    text: str
    replacements: tuple[Replacement, ...]

    def unmask(self, body: str) -> str:
        """The body again, from the masked text and the values that `body` holds."""
        parts: list[str] = []
        position = 0
        for item in self.replacements:
            parts += [self.text[position : item.masked_start], body[item.start : item.end]]
            position = item.masked_end
        return "".join([*parts, self.text[position:]])

    def body_span(self, start: int, end: int) -> tuple[int, int]:
        """The span of the body that a span of the masked text stands for; one that cuts a placeholder takes all of
        it.
        """
        return self._body_offset(start, at_end=False), self._body_offset(end, at_end=True)

    def _body_offset(self, offset: int, *, at_end: bool) -> int:
        shift = 0
        for item in self.replacements:
            if offset <= item.masked_start:
                break
            if offset < item.masked_end:
                return item.end if at_end else item.start
            shift = item.end - item.masked_end
        return offset + shift


class ConversationMask:
    """Masks the messages of one conversation.

    Values found in one message are masked in every message that is read after it: give the whole conversation to
    `learn` before the first `mask`. What a customer writes in the form of a placeholder is masked like a value, so
    that every placeholder in a masked text is one of ours. `mask_names` False leaves names of people as they are.
    """

    def __init__(self, known: KnownValues = NOTHING_KNOWN, region: str = "US", *, mask_names: bool = True) -> None:
        self._examiner = Examiner(known, region)
        self._mask_names = mask_names
        self._names = NameMemory()
        self._placeholders: dict[tuple[str, str], str] = {}
        self._numbers: defaultdict[str, int] = defaultdict(int)
        self._counts: defaultdict[str, int] = defaultdict(int)
        self._repeated: dict[str, str] = {}
        self._suspected: defaultdict[str, int] = defaultdict(int)
        self._findings: dict[str, Findings] = {}

    @property
    def counts(self) -> dict[str, int]:
        """How many spans were masked, by type; holds no value."""
        return dict(self._counts)

    def learn(self, bodies: Iterable[str]) -> None:
        """Remember the personal values of these messages, without masking them."""
        for body in bodies:
            self._read(body)

    def mask(self, body: str) -> MaskedText:
        """The body with placeholders in place of its personal values."""
        spans = self._spans(body)
        if not spans:
            return MaskedText(body, ())
        parts: list[str] = []
        replacements: list[Replacement] = []
        position = length = 0
        for kind, start, end in spans:
            placeholder = self._placeholder(kind, body[start:end])
            parts += [body[position:start], placeholder]
            length += start - position
            replacements.append(Replacement(placeholder, kind, start, end, length, length + len(placeholder)))
            length += len(placeholder)
            position = end
            self._counts[kind] += 1
        return MaskedText("".join([*parts, body[position:]]), tuple(replacements))

    def mask_again(self, masked: str) -> str:
        """A masked text, or several joined, with what is still found in it masked too; placeholders stay."""
        blanked = _PLACEHOLDER.sub(lambda match: _BLANK * len(match[0]), masked)
        parts: list[str] = []
        position = 0
        for entity in self._examiner.examine(blanked).entities:
            if _BLANK not in entity.text and (self._mask_names or entity.type != "person"):
                parts += [masked[position : entity.start], self._placeholder(entity.type, entity.text)]
                position = entity.end
        return "".join([*parts, masked[position:]])

    def _spans(self, body: str) -> list[tuple[str, int, int]]:
        """Type, start and end of what is masked: sorted, not overlapping."""
        findings = self._read(body)
        if self._names.may_touch(findings.lower, findings.people) and self._names.touches(findings.free_tokens):
            findings = self._examiner.examine(body, self._names)
        found = [(e.type, e.start, e.end) for e in findings.entities if self._mask_names or e.type != "person"]
        forged = [(_LITERAL, *match.span()) for match in _PLACEHOLDER.finditer(body)] if "[" in body else []
        repeated = self._repetitions(body) if self._repeated and self._repeats(body, findings) else ()
        return _settle([*forged, *found, *repeated], len(body)) if forged or repeated else found

    def _repeats(self, body: str, findings: Findings) -> bool:
        """Whether a value of one word may stand in the message where no recogniser found it."""
        if not body.isascii():
            return True
        small = findings.lower
        held = [token for token in self._repeated if token in small]
        if not held:
            return False
        found = " ".join(entity.text for entity in findings.entities).lower()
        return any(small.count(token) > found.count(token) for token in held)

    def _repetitions(self, body: str) -> list[tuple[str, int, int]]:
        """Values of one word that another message of the conversation gave away."""
        words = ((self._repeated.get(match[0].casefold()), match) for match in _TOKEN.finditer(body))
        return [(kind, *match.span()) for kind, match in words if kind]

    def _read(self, body: str) -> Findings:
        """What the message holds by itself; at the first reading its values are remembered."""
        findings = self._findings.get(body)
        if findings is None:
            findings = self._findings[body] = self._examiner.examine(body)
            self._remember(findings)
        return findings

    def _remember(self, findings: Findings) -> None:
        for entity in findings.entities:
            if entity.type == "person":
                self._names.add(entity.text)
            else:
                token = entity.text.strip("#*").casefold()
                if len(token) >= _SHORTEST_REPEATED and token.isalnum() and not is_word(token):
                    self._repeated[token] = entity.type
        for suspect in set(findings.suspects):
            self._suspected[suspect] += 1
            if self._suspected[suspect] >= _ENOUGH_SUSPICIONS:
                self._names.add(suspect)

    def _placeholder(self, kind: str, value: str) -> str:
        key = (kind, " ".join(value.casefold().split()))
        if key not in self._placeholders:
            self._numbers[kind] += 1
            self._placeholders[key] = f"[{kind.upper()}_{self._numbers[kind]}]"
        return self._placeholders[key]


def _settle(spans: Iterable[tuple[str, int, int]], length: int) -> list[tuple[str, int, int]]:
    """The spans without those that overlap an earlier one of the list, in the order of the text."""
    taken = bytearray(length)
    kept = []
    for kind, start, end in spans:
        if taken.find(1, start, end) < 0:
            taken[start:end] = b"\x01" * (end - start)
            kept.append((kind, start, end))
    return sorted(kept, key=lambda span: span[1])


def scan_personal(template: str, known: KnownValues = NOTHING_KNOWN, region: str = "US") -> tuple[Entity, ...]:
    """Personal values left in the literal text of a template.

    Offsets are those of the text in which each variable is one blank character. Raises MalformedTemplateError where the
    template cannot be read.
    """
    text = "".join(segment.text if isinstance(segment, Literal) else _BLANK for segment in parse_template(template))
    return find_personal(text, known, region)

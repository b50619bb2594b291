"""Masking a conversation before a model sees it, and searching what comes out for personal values.

Here: typed, numbered placeholders, the same value the same placeholder within a conversation; the search of templates. Not
here: how a value is recognised (entities/).
"""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace

from pls_pipeline.entities import NOTHING_KNOWN, PERSONAL_TYPES, Entity, Findings, KnownValues, examine, find_entities
from pls_pipeline.patterns import Literal, parse_template

_PLACEHOLDER = re.compile(r"\[[A-Z][A-Z0-9_]*_\d+\]")
_TOKEN = re.compile(r"[^\W_]+")
_SHORTEST_REPEATED = 4
_LITERAL = "literal"


@dataclass(frozen=True)
class Replacement:
    """A value and its placeholder: `start` and `end` in the body, `masked_start` and `masked_end` in the masked text."""

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
        """The span of the body that a span of the masked text stands for; one that cuts a placeholder takes all of it."""
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

    Values found in one message are masked in all messages that `learn` or `mask` reads after it: read the whole conversation with
    `learn` before the first `mask`. What a customer writes in the form of a placeholder is masked like a value, so that
    every placeholder in a masked text is one of ours. `mask_names` False leaves names of people as they are.
    """

    def __init__(self, known: KnownValues = NOTHING_KNOWN, region: str = "US", *, mask_names: bool = True) -> None:
        self._known = known
        self._region = region
        self._mask_names = mask_names
        self._placeholders: dict[tuple[str, str], str] = {}
        self._numbers: Counter[str] = Counter()
        self._counts: Counter[str] = Counter()
        self._repeated: dict[str, str] = {}
        self._suspected: Counter[str] = Counter()
        self._read: set[str] = set()

    @property
    def counts(self) -> dict[str, int]:
        """How many spans were masked, by type; holds no value."""
        return dict(self._counts)

    def learn(self, bodies: Iterable[str]) -> None:
        """Remember the personal values of these messages, without masking them."""
        for body in bodies:
            self._remember(body, examine(body, self._known, self._region))

    def mask(self, body: str) -> MaskedText:
        """The body with placeholders in place of its personal values."""
        spans = self._spans(body)
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

    def _spans(self, body: str) -> list[tuple[str, int, int]]:
        findings = examine(body, self._known, self._region)
        self._remember(body, findings)
        if findings.suspects or self._known.names:
            findings = examine(body, self._known, self._region)
        found = [
            (e.type, e.start, e.end)
            for e in findings.entities
            if e.type in PERSONAL_TYPES and (self._mask_names or e.type != "person")
        ]
        found += [(_LITERAL, *match.span()) for match in _PLACEHOLDER.finditer(body)]
        found += self._repetitions(body)
        taken = bytearray(len(body))
        kept = []
        for kind, start, end in found:
            if taken.find(1, start, end) < 0:
                taken[start:end] = b"\x01" * (end - start)
                kept.append((kind, start, end))
        return sorted(kept, key=lambda span: span[1])

    def _repetitions(self, body: str) -> Iterable[tuple[str, int, int]]:
        if not self._repeated:
            return
        for match in _TOKEN.finditer(body):
            kind = self._repeated.get(match[0].casefold())
            if kind:
                yield kind, *match.span()

    def _remember(self, body: str, findings: Findings) -> None:
        if body in self._read:
            return
        self._read.add(body)
        names: set[str] = set()
        for entity in findings.entities:
            if entity.type == "person":
                names.add(entity.text)
            elif (
                entity.type in PERSONAL_TYPES
                and _TOKEN.fullmatch(entity.text.strip("#*"))
                and len(entity.text.strip("#*")) >= _SHORTEST_REPEATED
            ):
                self._repeated[entity.text.strip("#*").casefold()] = entity.type
        for suspect in set(findings.suspects):
            self._suspected[suspect] += 1
            if self._suspected[suspect] > 1:
                names.add(suspect)
        if not names <= self._known.names:
            self._known = replace(self._known, names=self._known.names | names)

    def _placeholder(self, kind: str, value: str) -> str:
        key = (kind, " ".join(value.casefold().split()))
        if key not in self._placeholders:
            self._numbers[kind] += 1
            self._placeholders[key] = f"[{kind.upper()}_{self._numbers[kind]}]"
        return self._placeholders[key]


def scan_personal(template: str, known: KnownValues = NOTHING_KNOWN) -> tuple[Entity, ...]:
    """Personal values left in the literal text of a template; offsets are those of the template's text with variables blanked.

    Raises MalformedTemplateError where the template cannot be read.
    """
    text = "".join(
        segment.text if isinstance(segment, Literal) else "\N{WHITE SQUARE}" for segment in parse_template(template)
    )
    return tuple(entity for entity in find_entities(text, known) if entity.type in PERSONAL_TYPES)

"""Personal values out of texts: numbered placeholders before a model sees a text, and the scan of what comes back.

Here: masking with a way back to the body, and the search for personal values that were left. Not here: how a value is
recognised (entities/) or which candidate is refused (extraction/).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from pls_pipeline.entities import NOTHING_KNOWN, PERSONAL_TYPES, Entity, KnownValues, find_entities
from pls_pipeline.patterns import Literal, parse_template

# What a customer writes must not be taken for a placeholder of ours, so such a text is masked as well.
_LIKE_A_PLACEHOLDER = re.compile(r"\[[A-Z][A-Z0-9_]*_\d+\]")
_QUOTED_TYPE = "quoted"


@dataclass(frozen=True)
class Replacement:
    """A value that a placeholder stands for: code points in the body and in the masked text, ends exclusive."""

    placeholder: str
    type: str
    start: int
    end: int
    masked_start: int
    masked_end: int


@dataclass(frozen=True)
class MaskedText:
    """A text with placeholders, and what each of them stands for, in order."""

    text: str
    replacements: tuple[Replacement, ...]

    def unmask(self, body: str) -> str:
        """The body again: placeholders give way to their values."""
        parts: list[str] = []
        position = 0
        for replacement in self.replacements:
            parts += [self.text[position : replacement.masked_start], body[replacement.start : replacement.end]]
            position = replacement.masked_end
        return "".join([*parts, self.text[position:]])


class ConversationMask:
    """Masks the texts of one conversation: the same value is the same placeholder (`[PERSON_1]`) in all of them."""

    def __init__(self, known: KnownValues = NOTHING_KNOWN, region: str = "US") -> None:
        self._known = known
        self._region = region
        self._placeholders: dict[tuple[str, str], str] = {}
        self._counts: dict[str, int] = {}

    def mask(self, body: str) -> MaskedText:
        """The text with every personal value replaced."""
        parts: list[str] = []
        replacements: list[Replacement] = []
        position = length = 0
        for entity in _to_mask(body, self._known, self._region):
            placeholder = self._placeholder(entity)
            literal = body[position : entity.start]
            begin = length + len(literal)
            length = begin + len(placeholder)
            parts += [literal, placeholder]
            replacements.append(Replacement(placeholder, entity.type, entity.start, entity.end, begin, length))
            position = entity.end
        return MaskedText("".join([*parts, body[position:]]), tuple(replacements))

    def _placeholder(self, entity: Entity) -> str:
        key = (entity.type, " ".join(entity.text.casefold().split()))
        if key not in self._placeholders:
            self._counts[entity.type] = self._counts.get(entity.type, 0) + 1
            self._placeholders[key] = f"[{entity.type.upper()}_{self._counts[entity.type]}]"
        return self._placeholders[key]


def scan_personal(template: str, known: KnownValues = NOTHING_KNOWN, region: str = "US") -> tuple[Entity, ...]:
    """Personal values in the text of a template; offsets are those of the template with every variable as one space.

    Raises MalformedTemplateError where the template cannot be read.
    """
    text = "".join(segment.text if isinstance(segment, Literal) else " " for segment in parse_template(template))
    return tuple(entity for entity in find_entities(text, known, region) if entity.type in PERSONAL_TYPES)


def _to_mask(body: str, known: KnownValues, region: str) -> Iterator[Entity]:
    personal = [entity for entity in find_entities(body, known, region) if entity.type in PERSONAL_TYPES]
    literal = [
        Entity(_QUOTED_TYPE, match.start(), match.end(), match.group(), "quoted_text")
        for match in _LIKE_A_PLACEHOLDER.finditer(body)
    ]
    free = [item for item in literal if all(item.end <= e.start or e.end <= item.start for e in personal)]
    yield from sorted([*personal, *free], key=lambda entity: entity.start)

"""All recognisers on one text, and what stands where several claim the same characters.

Here: `find_entities`, `find_personal` and `Examiner`. Not here: any recogniser, or which of them run (choosing.py).
What a text holds by itself is read once and kept for the texts that were read last: businesses send the same text many
times.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache

from pls_pipeline.entities.choosing import HIGHEST_VARYING_RANK, PERSONAL, VARYING
from pls_pipeline.entities.known import NameMemory, prepare_known, tokens_of
from pls_pipeline.entities.plugin import find_by_plugin
from pls_pipeline.entities.reading import Reading
from pls_pipeline.entities.records import NOTHING_KNOWN, PERSONAL_TYPES, Entity, KnownValues, Span

_SHORTEST_REST = 2
_TEXTS_KEPT, _LONGEST_KEPT = 8192, 1000


@dataclass(frozen=True)
class Findings:
    """What a text holds: its entities, and words that may be names but lack evidence within this text."""

    text: str
    entities: tuple[Entity, ...]
    suspects: tuple[str, ...]

    @cached_property
    def lower(self) -> str:
        """The text in small letters."""
        return self.text.lower()

    @cached_property
    def people(self) -> str:
        """The names of people in it, in small letters."""
        return "\n".join([entity.text for entity in self.entities if entity.type == "person"]).lower()

    @cached_property
    def tokens(self) -> frozenset[str]:
        """Runs of letters and digits of the text, in small letters."""
        return tokens_of(self.text)

    @cached_property
    def free_tokens(self) -> frozenset[str]:
        """The tokens outside the names of people."""
        people = [entity for entity in self.entities if entity.type == "person"]
        return tokens_of(_without(self.text, people)) if people else self.tokens


_NOTHING = Findings("", (), ())


class Examiner:
    """Personal values and suspected names of texts; the arguments are those of `find_entities`."""

    def __init__(self, known: KnownValues = NOTHING_KNOWN, region: str = "US") -> None:
        self._names, self._public, self._numbers = prepare_known(known)
        self._recogniser = known.recogniser
        self._region = region

    def examine(self, text: str, learned: NameMemory | None = None) -> Findings:
        """What a text holds; `learned` are names that the conversation taught."""
        if not text or text.isspace():
            return _NOTHING
        read = _read if len(text) <= _LONGEST_KEPT else _read_anew
        findings = read(text, self._region, self._recogniser)
        memories = [memory for memory in (self._names, learned) if memory and memory.touches(findings.tokens)]
        if memories:
            findings = _read_with_names(text, self._region, self._recogniser, memories)
        if not findings.entities:
            return findings
        public, numbers = self._public, self._numbers
        kept = tuple([numbers.correct(entity) for entity in findings.entities if not public.hold(entity)])
        return findings if kept == findings.entities else replace(findings, entities=kept)


def find_personal(text: str, known: KnownValues = NOTHING_KNOWN, region: str = "US") -> tuple[Entity, ...]:
    """The entities of `find_entities` whose type is one of PERSONAL_TYPES."""
    return Examiner(known, region).examine(text).entities


def find_entities(text: str, known: KnownValues = NOTHING_KNOWN, region: str = "US") -> tuple[Entity, ...]:
    """Typed spans of a text, sorted, not overlapping; offsets are code points. Any text is accepted.

    `region` is the country (ISO 3166, two letters) of phone numbers without a country code.
    """
    if not text or text.isspace():
        return ()
    names, public, numbers = prepare_known(known)
    reading = Reading(text, (names.expected,))
    spans = [*PERSONAL.find_all(reading, region), *VARYING.find_all(reading, region), *names.find(reading)]
    if known.recogniser:
        spans += find_by_plugin(text, known.recogniser)
    entities = (_entity(span, text) for span in _settle(spans, text))
    kept = (entity for entity in entities if entity.type not in PERSONAL_TYPES or not public.hold(entity))
    return tuple(map(numbers.correct, kept))


def _read_anew(text: str, region: str, recogniser: str) -> Findings:
    """What the text holds by itself, what is public included."""
    return _read_with_names(text, region, recogniser, ())


def _read_with_names(text: str, region: str, recogniser: str, memories: Sequence[NameMemory]) -> Findings:
    reading = Reading(text, [memory.expected for memory in memories])
    further = [span for memory in memories for span in memory.find(reading)]
    if recogniser:
        further += find_by_plugin(text, recogniser)
    spans = _settle_personal(reading, region, further)
    entities = tuple(_entity(span, text) for span in spans)
    return Findings(text, entities, tuple(reading.suspects))


def _without(text: str, spans: Iterable[Entity]) -> str:
    """The text with a space in place of each span."""
    parts, position = [], 0
    for span in spans:
        parts.append(text[position : span.start])
        position = span.end
    return " ".join([*parts, text[position:]])


_read = lru_cache(maxsize=_TEXTS_KEPT)(_read_anew)


def forget_texts() -> None:
    """Forget what was read before, so that every text is read anew."""
    _read.cache_clear()


def _settle_personal(reading: Reading, region: str, further: Sequence[Span]) -> list[Span]:
    """Personal values without overlap; `further` are those that memories and plug-ins found.

    Varying values are looked for only where one could take the place of a personal value.
    """
    spans = [*PERSONAL.find_all(reading, region), *further]
    settled = _settle(spans, reading.text)
    if any(span.rank <= HIGHEST_VARYING_RANK for span in settled):
        settled = _settle([*spans, *VARYING.find_all(reading, region)], reading.text)
        return [span for span in settled if span.type in PERSONAL_TYPES]
    return settled


def _entity(span: Span, text: str) -> Entity:
    return Entity(span.type, span.start, span.end, text[span.start : span.end], span.name)


def _rest(taken: bytearray, text: str, span: Span) -> tuple[int, int]:
    """What other spans left of a personal one at its edges; nothing where that is one character or lost its digits."""
    start, end = span.start, span.end
    while start < end and (taken[start] or (start > span.start and not text[start].isalnum())):
        start += 1
    while start < end and (taken[end - 1] or (end < span.end and not text[end - 1].isalnum())):
        end -= 1
    if (start, end) == (span.start, span.end):
        return start, end
    kept = text[start:end]
    worth = len(kept) >= _SHORTEST_REST and (span.type == "person" or any(character.isdigit() for character in kept))
    return (start, end) if worth else (start, start)


def _precedence(span: Span) -> tuple[int, int, int]:
    return -span.rank, span.start - span.end, span.start


def _settle(spans: Sequence[Span], text: str) -> list[Span]:
    """Spans without overlap. What a personal span loses to another one at its edges, it keeps in part."""
    if len(spans) < 2:
        return [span for span in spans if span.start < span.end]
    taken = bytearray(len(text))
    kept: list[Span] = []
    for span in sorted(spans, key=_precedence):
        start, end = span.start, span.end
        if span.type in PERSONAL_TYPES:
            start, end = _rest(taken, text, span)
        if start >= end or taken.find(1, start, end) >= 0:
            continue
        taken[start:end] = b"\x01" * (end - start)
        kept.append(span if (start, end) == (span.start, span.end) else span._replace(start=start, end=end))
    return sorted(kept)

"""All recognisers on one text, and what stands where several claim the same characters.

Here: `find_entities` and `examine`. Not here: any recogniser.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from pls_pipeline.entities import (
    access_codes,
    accounts,
    addresses,
    births,
    cards,
    emails,
    gift_codes,
    links,
    moments,
    national_ids,
    passwords,
    people,
    phones,
    plates,
    quantities,
    references,
    signatures,
    times,
    unit_numbers,
)
from pls_pipeline.entities.known import NameMemory, prepare_known
from pls_pipeline.entities.reading import Reading
from pls_pipeline.entities.records import NOTHING_KNOWN, PERSONAL_TYPES, Entity, KnownValues, Recogniser, Span

_FAMILIES = (
    phones,
    emails,
    links,
    cards,
    accounts,
    national_ids,
    births,
    plates,
    references,
    access_codes,
    gift_codes,
    passwords,
    addresses,
    people,
    signatures,
    moments,
    times,
    quantities,
    unit_numbers,
)
_RECOGNISERS = tuple(recogniser for family in _FAMILIES for recogniser in family.RECOGNISERS)

_ALWAYS = tuple(recogniser for recogniser in _RECOGNISERS if not recogniser.words)
_WITHOUT_DIGITS = tuple(recogniser for recogniser in _ALWAYS if not recogniser.digits)
_BY_WORD: dict[str, list[Recogniser]] = defaultdict(list)
for _recogniser in _RECOGNISERS:
    for _word in _recogniser.words:
        _BY_WORD[_word].append(_recogniser)
_CUES = frozenset(_BY_WORD)
_SHORTEST_REST = 2


@dataclass(frozen=True)
class Findings:
    """What a text holds: its entities, and words that may be names but lack evidence within this text."""

    entities: tuple[Entity, ...]
    suspects: tuple[str, ...]


def examine(
    text: str, known: KnownValues = NOTHING_KNOWN, region: str = "US", learned: NameMemory | None = None
) -> Findings:
    """Entities and suspected names of a text; `learned` are names that the conversation taught.

    The other arguments are those of `find_entities`.
    """
    if not text or text.isspace():
        return Findings((), ())
    names, public, numbers = prepare_known(known)
    reading = Reading(text, (names.expected, learned.expected) if learned else (names.expected,))
    spans = [span for recogniser in _choose(reading) for span in recogniser.find(reading, region)]
    spans += names.find(reading)
    if learned:
        spans += learned.find(reading)
    entities = (_entity(span, text) for span in _settle(spans, text))
    kept = (entity for entity in entities if entity.type not in PERSONAL_TYPES or not public.hold(entity))
    return Findings(tuple(map(numbers.correct, kept)), tuple(reading.suspects))


def _choose(reading: Reading) -> Iterator[Recogniser]:
    """Recognisers that could find something in the text."""
    cued = {id(recogniser): recogniser for word in reading.vocabulary & _CUES for recogniser in _BY_WORD[word]}
    for recogniser in (*(_ALWAYS if reading.digit_count else _WITHOUT_DIGITS), *cued.values()):
        if recogniser.could_find(reading):
            yield recogniser


def _entity(span: Span, text: str) -> Entity:
    return Entity(span.type, span.start, span.end, text[span.start : span.end], span.name)


def find_entities(text: str, known: KnownValues = NOTHING_KNOWN, region: str = "US") -> tuple[Entity, ...]:
    """Typed spans of a text, sorted, not overlapping; offsets are code points. Any text is accepted.

    `region` is the country (ISO 3166, two letters) of phone numbers without a country code.
    """
    return examine(text, known, region).entities


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


def _settle(spans: Iterable[Span], text: str) -> list[Span]:
    """Spans without overlap. What a personal span loses to another one at its edges, it keeps in part."""
    taken = bytearray(len(text))
    kept: list[Span] = []
    for span in sorted(spans, key=lambda s: (-s.rank, s.start - s.end, s.start)):
        start, end = span.start, span.end
        if span.type in PERSONAL_TYPES:
            start, end = _rest(taken, text, span)
        if start >= end or taken.find(1, start, end) >= 0:
            continue
        taken[start:end] = b"\x01" * (end - start)
        kept.append(span._replace(start=start, end=end))
    return sorted(kept)

"""Numbers of bays, rooms, lockers and other places or things that are numbered.

Here: the number after such a noun; the span is the number alone, so that a template reads "bay {{bay_number}}". Not
here: counts ("3 bays", quantities.py).
"""

import re
from collections.abc import Iterator

from pls_pipeline.entities.closed_classes import words_of
from pls_pipeline.entities.reading import Reading
from pls_pipeline.entities.records import Recogniser, Span

RANK = 43

_NOUNS = words_of(
    "bay room unit suite locker lane court table booth gate door floor seat row desk station pod stall space spot "
    "slot bed apartment flat cabin villa tent pitch site plot hall studio field lot box terminal platform track "
    "dock pump machine washer dryer chair kennel pen berth level storey building block wing entrance exit aisle "
    "shelf bin garage tee simulator screen counter window cubicle compartment coach wagon carriage bus route line "
    "channel hole zone section area pier mooring slip bungalow chalet theatre theater ward surgery pool ring rink "
    "cage rack extension"
)
_SHORT = {
    "apt": "apartment",
    "apts": "apartment",
    "rm": "room",
    "ste": "suite",
    "sim": "simulator",
    "sims": "simulator",
    "ext": "extension",
}
_SINGULARS = {
    **{noun: noun for noun in _NOUNS},
    **{f"{noun}s": noun for noun in _NOUNS},
    "boxes": "box",
    "benches": "bench",
    **_SHORT,
}
_NUMBER = re.compile(
    r"(?: (?:number|no\.?|nr\.?))? ?#? ?([a-z]{1,2}-?\d{1,4}[a-z]?|\d{1,4}[a-z]?)(?![\w%:/]|[.,]\d|\s?[ap]\.?m\b)"
    r"(?:\s?(?:,|and|or|&|-|to)\s?#?(\d{1,4}[a-z]?)(?![\w%:/]|[.,]\d|\s?[ap]\.?m\b))?"
)
_LETTER = re.compile(r" ([B-HJ-Z])(?![\w'])")


def find_unit_numbers(reading: Reading, _region: str) -> Iterator[Span]:
    """Numbers after the noun ("bay 3", "lockers 4 and 5", "unit B12"), letters ("Gate C"), named after the noun."""
    for text, (_, end) in zip(reading.word_texts, reading.word_spans, strict=True):
        noun = _SINGULARS.get(text)
        if noun is None:
            continue
        match = _NUMBER.match(reading.lower, end) if reading.digit_count else None
        if match:
            yield Span(*match.span(1), "unit_number", f"{noun}_number", RANK)
            if match[2]:
                yield Span(*match.span(2), "unit_number", f"{noun}_number", RANK)
        else:
            letter = _LETTER.match(reading.plain, end)
            if letter:
                yield Span(*letter.span(1), "unit_number", f"{noun}_number", RANK)


RECOGNISERS = (Recogniser(find_unit_numbers, words=frozenset(_SINGULARS)),)

"""Number plates of vehicles.

Here: plates after a word for one, shapes of plates in a text about parking, and shapes that nothing else has. Not
here: references of bookings (references.py).
"""

import re
from collections.abc import Iterator

from pls_pipeline.entities import lexicon as lx
from pls_pipeline.entities.closed_classes import words_of
from pls_pipeline.entities.reading import Reading
from pls_pipeline.entities.records import Recogniser, Span

RANK = 75

_VALUE = (
    r"(?=[a-z0-9 -]{0,10}\d)(?=[a-z0-9 -]{0,10}[a-z])(?:[a-z]{1,3}-[a-z]{1,2} ?\d{1,4}|\d{1,3}-[a-z]{1,2}-\d{1,6}"
    r"|[a-z]{2}-\d{3}-[a-z]{2}"
    r"|[a-z]{1,4}[ -]?\d{1,4}(?:[ -]?[a-z]{1,3})?|\d{1,4}[ -]?[a-z]{1,4}(?:[ -]?\d{1,4}[a-z]{0,3})?|[a-z0-9]{4,8})"
)
_AFTER_WORD = re.compile(
    r"\b(?:plates?|number ?plate|licen[cs]e|reg(?:o|istration|istered|d)?|tags?|truck|car|vehicle|van|suv|motorbike"
    r"|bike|trailer|kennzeichen"
    r"|matr[ií]cula|immatriculation|plaque|targa|kenteken|parked|towed|ticketed)\b"
    r"(?: (?:plate|number|no\.?|is|the|my|your|reg|as|car|with|vehicle|#|under|to|a)){0,4}[\s:#-]{1,3}("
    + _VALUE
    + r")(?![\w-])"
)
_BEFORE_WORD = re.compile(
    r"(?<![\w-])("
    + _VALUE
    + r")(?= (?:is |was |has been |now )*(?:registered|towed|parked|ticketed|cleared|whitelisted|on the (?:\w+ "
    + r"){0,2}(?:list"
    + r"|system))\b)"
)
_WORDS = words_of(
    "plate plates numberplate license licence reg rego registration registered regd tag tags truck car vehicle "
    "van suv motorbike bike trailer kennzeichen matrícula matricula immatriculation plaque targa kenteken park "
    "parked towed ticketed parking permit lot clamped whitelisted barrier entrance"
)
_SHAPES = re.compile(
    r"(?<![\w-])(?:[A-Z]{2}\d{2} ?[A-Z]{3}"  # Great Britain
    r"|[A-ZÄÖÜ]{1,3}-[A-Z]{1,2} ?\d{1,4}"  # Germany
    r"|[A-Z]{2}-\d{3}-[A-Z]{2}"  # France, Italy
    r"|\d{2,3}-[A-Z]{1,2}-\d{1,6}"  # Ireland
    r"|\d{4} [B-DF-HJ-NP-TV-Z]{3}"  # Spain
    r"|[A-Z]{2} \d{2} [A-Z]{2} (?:GP|\d{4})"  # South Africa, India
    r")(?![\w-])"
)
_SHAPES_IN_PARKING = re.compile(
    r"(?<![\w$€£-])(?:[A-Z]{2,4}[ -]\d{2,4}(?:[ -]?[A-Z]{1,2}|[ -]\d{2,4})?|\d{2,4}[ -][A-Z]{2,3}"
    r"|\d[A-Z]{2,3} ?\d[A-Z]{0,2}\d{0,3}|[A-Z]{1,3}\d{1,3} [A-Z]{2,3}|[A-Z]{2,3}\d [A-Z]\d{2,3}|[A-Z]{2} \d{2} "
    r"[A-Z]{1,3}(?: [A-Z]{2}| "
    r"\d{2,4})?)(?![\w-])"
)
_ORDINARY = re.compile(
    r"(?:\d+(?:st|nd|rd|th)\b.*|\d+ ?(?:am|pm|h|hr|hrs|min|mins|km|mi|ft|st|nd|rd|th|x|days?|hour|spot|to|in|on|of|at"
    r"|for|or|and|the)"
    r"|(?:at|in|on|for|to|of|by|bay|lot|row|spot|unit|is|was|no|the|from|til|till|and|or|room|gate|row|lane|my|a|in"
    r"|up|our|your|space|level|zone)[ -]?\d.*)\Z"
)
_BY_DIGIT = re.compile(r"[0-9][ -]?[A-ZÄÖÜ]|[A-ZÄÖÜ][ -]?[0-9]")
_FIRST_WORD = re.compile(r"[A-Z]+")
_CLOCK_END = re.compile(r"\d ?[AP]M\Z")
_LAST_WORD = re.compile(r"[ -]([a-z]{1,3})\Z")
_FEWEST_DIGITS = 2
_BEFORE_DIGIT = 8


def _end_of_plate(value: str) -> int:
    """Length of the value without a word of the sentence at its end."""
    last = _LAST_WORD.search(value)
    return last.start() if last and (last[1] in lx.FUNCTION_WORDS or last[1] in {"got", "has"}) else len(value)


def find_plates(reading: Reading, _region: str) -> Iterator[Span]:
    """Number plates whose shape nothing else has."""
    plain = reading.plain
    start = reading.near_digits(_BEFORE_DIGIT)
    for match in _SHAPES.finditer(plain, start) if _BY_DIGIT.search(plain, start) else ():
        if match[0].rsplit(" ", 1)[-1].lower() not in lx.ABBREVIATIONS:
            yield Span(*match.span(), "plate", "license_plate", RANK)


def find_announced_plates(reading: Reading, _region: str) -> Iterator[Span]:
    """Number plates by the words around them or by the matter of the text."""
    for pattern in (_AFTER_WORD, _BEFORE_WORD):
        for match in pattern.finditer(reading.lower):
            value = match[1][: _end_of_plate(match[1])]
            digits = sum(character.isdigit() for character in value)
            if not _ORDINARY.match(value) and digits >= _FEWEST_DIGITS and digits < len(value):
                yield Span(match.start(1), match.start(1) + len(value), "plate", "license_plate", RANK)
    text = reading.plain if reading.mixed_case else reading.plain.upper()
    for match in _SHAPES_IN_PARKING.finditer(text) if len(text) == len(reading.plain) else ():
        first = _FIRST_WORD.match(match[0])
        ordinary = (first and first[0].lower() in lx.FUNCTION_WORDS) or _CLOCK_END.search(match[0])
        if not ordinary and not _ORDINARY.match(match[0].lower()):
            yield Span(*match.span(), "plate", "license_plate", RANK - 20)


RECOGNISERS = (
    Recogniser(find_plates, digits=2, capitals=True),
    Recogniser(find_announced_plates, digits=2, words=_WORDS),
)

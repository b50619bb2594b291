"""Dates of birth.

Here: full dates beside a word of birth, and full dates of a year in which a customer may have been born. Not here:
other dates (moments.py).
"""

import re
from collections.abc import Iterator

from pls_pipeline.entities.closed_classes import words_of
from pls_pipeline.entities.moments import DATE_OF_DIGITS, DATE_WITH_MONTH, MONTH_WORDS
from pls_pipeline.entities.reading import Reading
from pls_pipeline.entities.records import Recogniser, Span

RANK = 78

_CUE = re.compile(
    r"\b(?:born|dob|d\.o\.b\.?|date of birth|birth ?date|b-?day|birthday|geboren|geburtsdatum|nacido|nacida"
    r"|nacimiento|né|née|naissance|nascita"
    r"|nato|nata|geboortedatum)\b"
)
_CUE_WORDS = words_of(
    "born dob b birth birthdate bday b-day birthday geboren geburtsdatum nacido nacida nacimiento né née "
    "naissance nascita nato nata geboortedatum"
)
_PAST_YEAR = re.compile(r"(?<!\d)(?:19[1-9]\d|200\d|201[0-5])(?!\d)")
_RECENT_YEAR = re.compile(r"(?<!\d)20[2-9]\d(?!\d)")
_WITH_YEAR = re.compile(r"\d\D+\d{4}|\d{4}\D+\d|\d[-/.]\d\d?[-/.]\d")
_FIELD_BEFORE = re.compile(r"[/|;\n]\s*\Z")
_FIELD_AFTER = re.compile(r"\s*[/|;\n]")
_DATE_SHAPE = r"0[-/.]00?[-/.]0"
_DIGITS_OF_FORM = 14
_NEAR_BEFORE, _NEAR_AFTER = 40, 25


def find_birth_dates(reading: Reading, _region: str) -> Iterator[Span]:
    """Dates of birth; the limit of the year that tells one without a word of birth is 2015."""
    text = reading.lower
    cues = [] if _CUE_WORDS.isdisjoint(reading.vocabulary) else [match.span() for match in _CUE.finditer(text)]
    spelled = not MONTH_WORDS.isdisjoint(reading.vocabulary)
    for pattern in (DATE_OF_DIGITS, DATE_WITH_MONTH) if spelled else (DATE_OF_DIGITS,):
        for match in pattern.finditer(text, reading.near_digits(16)):
            if not _WITH_YEAR.search(match[0]) or _RECENT_YEAR.search(match[0]):
                continue
            form = "@" in text and reading.digit_count >= _DIGITS_OF_FORM
            near = form or any(
                0 <= match.start() - end <= _NEAR_BEFORE or 0 <= start - match.end() <= _NEAR_AFTER
                for start, end in cues
            )
            field = _FIELD_BEFORE.search(text[: match.start()][-3:]) and _FIELD_AFTER.match(text, match.end())
            if near or field or _PAST_YEAR.search(match[0]):
                yield Span(*match.span(), "date_of_birth", "date_of_birth", RANK)


RECOGNISERS = (
    Recogniser(find_birth_dates, run=4, words=MONTH_WORDS),
    Recogniser(find_birth_dates, run=4, shape=_DATE_SHAPE),
)

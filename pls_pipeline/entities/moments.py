"""Dates and weekdays.

Here: when something happens, in the forms of English texts and the numeric ones of other languages. Not here: times of
day and durations (times.py); dates of birth, which are personal (births.py).
A date is whole ("May 3rd, 2025", "next Friday"), without the preposition before it.
"""

import re
from collections.abc import Iterator

from pls_pipeline.entities.closed_classes import words_of
from pls_pipeline.entities.reading import Reading
from pls_pipeline.entities.records import Recogniser, Span

RANK = 40

MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?)"
)
NUMBER_WORD = r"(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)"
_WEEKDAY = r"(?:monday|tuesday|wednesday|thursday|friday|saturday|sunday|tues?|wed|thurs?|thu|fri|mon)"
_DAY_OF_MONTH = r"(?:3[01]|[12]\d|0?[1-9])(?:st|nd|rd|th)?"
_ORDINAL = r"(?:3[01]|[12]?\d)(?:st|nd|rd|th)"
_CLAUSE_END = (
    r"(?=\s*(?:[.,;!?)\n]|$|-|(?:at|from|of (?:this|next) month|until|till?|to|and|for|then|or|is|in|around|if|instead"
    r"|please|works?|with|on)\b))"
)

DATE_WITH_MONTH = re.compile(
    rf"\b(?:{MONTH}\.?\s+{_DAY_OF_MONTH}\b(?!\s*(?:[ap]\.?m\b|[:.]\d|%))(?:,?\s+(?:19|20)\d\d\b)?"
    rf"|{_DAY_OF_MONTH}[.\s]+(?:of\s+)?{MONTH}\b\.?(?:,?\s+(?:19|20)\d\d\b)?"
    rf"|{MONTH}\.?,?\s+(?:19|20)\d\d\b)"
)
MONTH_WORDS = words_of(
    "january february march april may june july august september october november december jan feb mar apr jun "
    "jul aug sep sept oct nov dec"
)
DATE_OF_DIGITS = re.compile(
    r"(?<![\w.,/:-])(?:(?:19|20)\d\d[-/.](?:1[0-2]|0?[1-9])[-/.](?:3[01]|[12]\d|0?[1-9])"
    r"|(?:3[01]|[12]\d|0?[1-9])([-/.])(?:3[01]|[12]\d|0?[1-9])\1(?:(?:19|20)\d\d|\d\d))(?![\w/:-]|[.,]\d)"
)
_DAY_AND_MONTH = re.compile(r"(?<![\w.,/:$-])(3[01]|[12]\d|0?[1-9])/(3[01]|[12]\d|0?[1-9])(?![\w/:%-]|[.,]\d)")
_FRACTIONS = words_of("1/2 1/3 2/3 1/4 3/4 24/7 1/1")
_LAST_MONTH = 12
_ORDINAL_DAY = re.compile(
    rf"\bthe {_ORDINAL}(?: of (?:this|next) month)?{_CLAUSE_END}|(?<=on )\b{_ORDINAL}{_CLAUSE_END}|\b{_ORDINAL} of "
    rf"(?:this|next) month\b"
)
_RELATIVE = re.compile(
    rf"\b(?:(?:the )?day after tomorrow|today|tonight|tomorrow|tmrw|yesterday|(?:next|this|coming|last) (?:weekend"
    rf"|week|month|{_WEEKDAY})"
    rf"|{_WEEKDAY} (?:next|this) week|this (?:morning|afternoon|evening))\b"
)
_ANY_WEEKDAY = re.compile(rf"\b{_WEEKDAY}\b")
_SHORT_WEEKDAY = re.compile(r"\b(?:Sat|Sun)\b")
_DAY_WORDS = words_of(
    "monday tuesday wednesday thursday friday saturday sunday tue tues wed thu thur thurs fri mon sat sun today "
    "tonight tomorrow tmrw yesterday weekend week month morning afternoon evening"
)

_ORDINAL_SUFFIXES = words_of("st nd rd th")


def find_dates(reading: Reading, _region: str) -> Iterator[Span]:
    """Calendar dates."""
    text = reading.lower
    if not MONTH_WORDS.isdisjoint(reading.vocabulary):
        for match in DATE_WITH_MONTH.finditer(text):
            yield Span(*match.span(), "date", "date", RANK + 2)
    if "/" in text or "-" in text or "." in text:
        for match in DATE_OF_DIGITS.finditer(text):
            yield Span(*match.span(), "date", "date", RANK + 2)
    if "/" in text:
        for match in _DAY_AND_MONTH.finditer(text):
            if match[0] not in _FRACTIONS and min(int(match[1]), int(match[2])) <= _LAST_MONTH:
                yield Span(*match.span(), "date", "date", RANK)
    if not _ORDINAL_SUFFIXES.isdisjoint(reading.vocabulary):
        for match in _ORDINAL_DAY.finditer(text):
            yield Span(*match.span(), "date", "date", RANK)


def find_days(reading: Reading, _region: str) -> Iterator[Span]:
    """Weekdays as `weekday`, days named by their distance from now as `date`; both suggest the name day."""
    for match in _RELATIVE.finditer(reading.lower):
        yield Span(*match.span(), "date", "day", RANK + 1)
    for match in _ANY_WEEKDAY.finditer(reading.lower):
        yield Span(*match.span(), "weekday", "day", RANK)
    if reading.mixed_case:
        for match in _SHORT_WEEKDAY.finditer(reading.plain):
            yield Span(*match.span(), "weekday", "day", RANK)


RECOGNISERS = (
    Recogniser(find_dates, digits=1),
    Recogniser(find_days, words=_DAY_WORDS),
)

"""Dates, weekdays, times and durations.

Here: when something happens and how long it lasts, in the forms that English texts use and the numeric ones of other
languages. Not here: dates of birth, which are personal (identifiers.py).
A span holds the whole value ("7:30 pm", "next Friday", "90 minutes"), without the preposition before it.
"""

import re
from collections.abc import Iterator

from pls_pipeline.entities.reading import Reading
from pls_pipeline.entities.records import Recogniser, Span

RANK = 40

MONTH = r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
WEEKDAY = r"(?:monday|tuesday|wednesday|thursday|friday|saturday|sunday|tues?|wed|thurs?|thu|fri|mon)"
_DAY_OF_MONTH = r"(?:3[01]|[12]\d|0?[1-9])(?:st|nd|rd|th)?"
_ORDINAL = r"(?:3[01]|[12]?\d)(?:st|nd|rd|th)"
NUMBER_WORD = r"(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)"
_END = r"(?=\s*(?:[.,;!?)\n]|$|-|(?:at|from|of (?:this|next) month|until|till?|to|and|for|then|or|is|in|around|if|instead|please|works?|with|on)\b))"

DATE_WITH_MONTH = re.compile(
    rf"\b(?:{MONTH}\.?\s+{_DAY_OF_MONTH}\b(?!\s*(?:[ap]\.?m\b|[:.]\d|%))(?:,?\s+(?:19|20)\d\d\b)?"
    rf"|{_DAY_OF_MONTH}[.\s]+(?:of\s+)?{MONTH}\b\.?(?:,?\s+(?:19|20)\d\d\b)?"
    rf"|{MONTH}\.?,?\s+(?:19|20)\d\d\b)"
)
DATE_OF_DIGITS = re.compile(
    r"(?<![\w.,/:-])(?:(?:19|20)\d\d[-/.](?:1[0-2]|0?[1-9])[-/.](?:3[01]|[12]\d|0?[1-9])"
    r"|(?:3[01]|[12]\d|0?[1-9])([-/.])(?:3[01]|[12]\d|0?[1-9])\1(?:(?:19|20)\d\d|\d\d))(?![\w/:-]|[.,]\d)"
)
_DAY_AND_MONTH = re.compile(r"(?<![\w.,/:$-])(3[01]|[12]\d|0?[1-9])/(3[01]|[12]\d|0?[1-9])(?![\w/:%-]|[.,]\d)")
_ORDINAL_DAY = re.compile(
    rf"\bthe {_ORDINAL}(?: of (?:this|next) month)?{_END}|(?<=on )\b{_ORDINAL}{_END}|\b{_ORDINAL} of (?:this|next) month\b"
)
_RELATIVE = re.compile(
    rf"\b(?:(?:the )?day after tomorrow|today|tonight|tomorrow|tmrw|yesterday|(?:next|this|coming|last) (?:weekend|week|month|{WEEKDAY})"
    rf"|{WEEKDAY} (?:next|this) week|this (?:morning|afternoon|evening))\b"
)
_WEEKDAY = re.compile(rf"\b{WEEKDAY}\b")
_SHORT_WEEKDAY = re.compile(r"\b(?:Sat|Sun)\b(?![A-Za-z])")
_FRACTIONS = frozenset({"1/2", "1/3", "2/3", "1/4", "3/4", "24/7", "1/1"})

_HALF_DAY = r"(?:[ap]\.\s?m\.|[ap]\.?m\b)"
_CLOCK = r"(?:1\d|2[0-4]|0?\d)(?:[:.][0-5]\d)?"
_TIME = re.compile(
    rf"(?<![\w.:,$/-]){_CLOCK}\s?(?:-|to)\s?{_CLOCK}\s?{_HALF_DAY}"
    rf"|(?<![\w.:,$/]){_CLOCK}\s?{_HALF_DAY}"
    r"|(?<![\w.:,$/])(?:[01]?\d|2[0-4]):[0-5]\d(?::[0-5]\d)?(?![\w:]|\.\d)(?:\s?uhr\b)?"
    r"|(?<![\w.:,$/])(?:[01]?\d|2[0-3])(?:\s?h\s?(?:[0-5]\d)?|[.:][0-5]\d\s?uhr|\s?uhr)\b"
)
_HOUR = rf"(?:1[0-2]|[1-9]|one|{NUMBER_WORD})"
_TIME_OF_DAY = r"in the (?:morning|afternoon|evening)|at night"
_TIME_IN_WORDS = re.compile(
    rf"\b(?:(?:half|quarter|five|ten|twenty|twenty-five) (?:past|to|till|after) {_HOUR}\b(?: (?:{_TIME_OF_DAY}))?|half (?:one|{NUMBER_WORD})\b"
    rf"|(?:{_HOUR}|{_CLOCK}) (?:o'?clock(?: {_TIME_OF_DAY})?|{_TIME_OF_DAY})|(?:one|{NUMBER_WORD})(?: thirty| fifteen)? {_HALF_DAY}|(?:morning|afternoon|evening) {_CLOCK}\b(?![:%/-])"
    r"|noon|midnight|midday)"
)
_BARE_HOUR = re.compile(
    r"\b(?:at|until|till?|around|by|before|after|from) (1[0-2]|[1-9])(?=[,;!?)\n]|\.(?!\d)|$| (?:on|today|tomorrow|tonight|and|then|or|this|if|please|instead|sharp|works?|next|"
    rf"{WEEKDAY})\b)"
)

_DURATION = re.compile(
    rf"(?<![\w.,$:/])(?:\d{{1,4}}(?:[.,]\d{{1,2}})?(?:\s?(?:-|to|or)\s?\d{{1,4}})?|(?<![-'])\b(?:one|{NUMBER_WORD}|fifteen|twenty|thirty|forty-five|ninety|half an|a few|a couple(?: of)?))"
    r"(?:\s|-)?(?:and a half )?(?:more )?(?:business |working |calendar )?"
    r"(?:seconds?|secs?|minutes?|mins?|hours?|hrs?|days?|weeks?|months?|years?|yrs?|nights?|h|stunden?|minuten|heures?|horas?|minutos?|días?|jours?|tage?n?)\b"
)


def find_dates(reading: Reading, _region: str) -> Iterator[Span]:
    """Calendar dates as `date`, days that are named by their distance from now as `date` with the name day."""
    text = reading.lower
    if reading.has_digit:
        for pattern in (DATE_WITH_MONTH, DATE_OF_DIGITS):
            for match in pattern.finditer(text):
                yield Span(*match.span(), "date", "date", RANK + 2)
        for match in _DAY_AND_MONTH.finditer(text):
            if match[0] not in _FRACTIONS and min(int(match[1]), int(match[2])) <= 12:
                yield Span(*match.span(), "date", "date", RANK)
        for match in _ORDINAL_DAY.finditer(text):
            yield Span(*match.span(), "date", "date", RANK)


def find_days(reading: Reading, _region: str) -> Iterator[Span]:
    """Weekdays, and days named by their distance from now."""
    text = reading.lower
    for match in _RELATIVE.finditer(text):
        yield Span(*match.span(), "date", "day", RANK + 1)
    for match in _WEEKDAY.finditer(text):
        yield Span(*match.span(), "weekday", "day", RANK)
    if reading.mixed_case:
        for match in _SHORT_WEEKDAY.finditer(reading.plain):
            yield Span(*match.span(), "weekday", "day", RANK)


def find_times(reading: Reading, _region: str) -> Iterator[Span]:
    """Times of day with digits; a range with one am or pm is one span."""
    for match in _TIME.finditer(reading.lower):
        yield Span(*match.span(), "time", "time", RANK + 1)
    for match in _BARE_HOUR.finditer(reading.lower):
        yield Span(*match.span(1), "time", "time", RANK - 5)


def find_spoken_times(reading: Reading, _region: str) -> Iterator[Span]:
    """Times of day with a word in them: noon, half past seven, 3 in the afternoon."""
    for match in _TIME_IN_WORDS.finditer(reading.lower):
        yield Span(*match.span(), "time", "time", RANK + 1)


def find_durations(reading: Reading, _region: str) -> Iterator[Span]:
    """Lengths of time, number and unit."""
    for match in _DURATION.finditer(reading.lower):
        yield Span(*match.span(), "duration", "duration", RANK + 1)


_DAY_WORDS = frozenset(
    [
        "monday",
        "tuesday",
        "wednesday",
        "thursday",
        "friday",
        "saturday",
        "sunday",
        "tue",
        "tues",
        "wed",
        "thu",
        "thur",
        "thurs",
        "fri",
        "mon",
        "sat",
        "sun",
        "today",
        "tonight",
        "tomorrow",
        "tmrw",
        "yesterday",
        "weekend",
        "week",
        "month",
        "morning",
        "afternoon",
        "evening",
    ]
)
_CLOCK_WORDS = frozenset(
    [
        "noon",
        "midnight",
        "midday",
        "half",
        "quarter",
        "past",
        "o'clock",
        "oclock",
        "clock",
        "morning",
        "afternoon",
        "evening",
        "night",
        "am",
        "pm",
        "a",
        "p",
    ]
)
_UNIT_WORDS = frozenset(
    [
        "second",
        "seconds",
        "sec",
        "secs",
        "minute",
        "minutes",
        "min",
        "mins",
        "hour",
        "hours",
        "hr",
        "hrs",
        "day",
        "days",
        "week",
        "weeks",
        "month",
        "months",
        "year",
        "years",
        "yr",
        "yrs",
        "night",
        "nights",
        "h",
        "stunde",
        "stunden",
        "minuten",
        "heure",
        "heures",
        "hora",
        "horas",
        "minutos",
        "minuto",
        "día",
        "días",
        "jour",
        "jours",
        "tag",
        "tage",
        "tagen",
    ]
)

RECOGNISERS = (
    Recogniser(find_dates, digits=True),
    Recogniser(find_days, words=_DAY_WORDS),
    Recogniser(find_times, digits=True),
    Recogniser(find_spoken_times, words=_CLOCK_WORDS),
    Recogniser(find_durations, words=_UNIT_WORDS),
)

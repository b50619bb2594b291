"""Times of day and durations.

Here: clock times, in digits and words, and lengths of time. Not here: days and dates (moments.py). A time is whole
("7:30 pm", "half past three"); a range with one am or pm is one span. Of a duration in digits the span is the number
("90" of "90 minutes"), so that a template reads "{{minutes}} minutes".
"""

import re
from collections.abc import Iterator

from pls_pipeline.entities.closed_classes import words_of
from pls_pipeline.entities.moments import NUMBER_WORD, RANK
from pls_pipeline.entities.reading import Reading
from pls_pipeline.entities.records import Recogniser, Span

_HALF_DAY = r"(?:[ap]\.\s?m\.|[ap]\.?m\b)"
_CLOCK = r"(?:1\d|2[0-4]|0?\d)(?:[:.][0-5]\d)?"
_BORDER = r"(?<![\w.:,$/])"
_TIME = re.compile(
    rf"{_BORDER}(?<!-){_CLOCK}\s?(?:-|to)\s?{_CLOCK}\s?{_HALF_DAY}"
    rf"|{_BORDER}{_CLOCK}\s?{_HALF_DAY}"
    rf"|{_BORDER}(?:[01]?\d|2[0-4]):[0-5]\d(?::[0-5]\d)?(?![\w:]|\.\d)(?:\s?uhr\b)?"
    rf"|{_BORDER}(?:[01]?\d|2[0-3])(?:\s?h\s?(?:[0-5]\d)?|[.:][0-5]\d\s?uhr|\s?uhr)\b"
)
_BARE_HOUR = re.compile(
    r"\b(?:at|until|till?|around|by|before|after|from) (1[0-2]|[1-9])(?=[,;!?)\n]|\.(?!\d)|$| (?:on|today|tomorrow"
    r"|tonight|and|then|or|this|if"
    r"|please|instead|sharp|works?|next|monday|tuesday|wednesday|thursday|friday|saturday|sunday)\b)"
)
_AFTER_CLOCK = words_of("am pm a p m h uhr")
_HOUR_WORDS = words_of("at until till til around by before after from")

_HOUR = rf"(?:1[0-2]|[1-9]|one|{NUMBER_WORD})"
_TIME_OF_DAY = r"(?:in the (?:morning|afternoon|evening)|at night)"
_IN_WORDS = re.compile(
    rf"\b(?:(?:half|quarter|five|ten|twenty|twenty-five) (?:past|to|till|after) {_HOUR}\b(?: {_TIME_OF_DAY})?"
    rf"|half (?:{_HOUR})\b(?! (?:hours?|days?|minutes?|mins?|price))"
    rf"|(?:{_HOUR}|{_CLOCK}) (?:o'?clock(?: {_TIME_OF_DAY})?|{_TIME_OF_DAY})"
    rf"|(?:one|{NUMBER_WORD})(?: thirty| fifteen)? {_HALF_DAY}"
    rf"|(?:morning|afternoon|evening) {_CLOCK}\b(?![:%/-])|noon|midnight|midday)"
)
_CLOCK_WORDS = words_of(
    "noon midnight midday half quarter past o'clock oclock clock morning afternoon evening night am pm a p"
)

_DURATION = re.compile(
    rf"(?:(?<![\w.,$:/])(\d{{1,4}}(?:[.,]\d{{1,2}})?(?:\s?(?:-|to|or)\s?\d{{1,4}})?)|(?<![-'])\b(?:(one|{NUMBER_WORD}"
    rf"|fifteen|twenty|thirty"
    r"|forty-five|ninety)|half an|a few|a couple(?: of)?))"
    r"(?:\s|-)?(?:and a half )?(?:more )?(?:business |working |calendar )?"
    r"(seconds?|secs?|minutes?|mins?|hours?|hrs?|days?|weeks?|months?|years?|yrs?|nights?|h|stunden?|minuten|heures?"
    r"|horas?|minutos?|días?"
    r"|jours?|tage?n?)\b"
)
_UNITS = {"sec": "seconds", "min": "minutes", "hr": "hours", "h": "hours", "yr": "years"}
_UNIT_WORDS = words_of(
    "second seconds sec secs minute minutes min mins hour hours hr hrs day days week weeks month months year "
    "years yr yrs night nights h stunde stunden minuten heure heures hora horas minuto minutos día días jour "
    "jours tag tage tagen"
)


def find_times(reading: Reading, _region: str) -> Iterator[Span]:
    """Times of day with digits."""
    if ":" in reading.lower or not _AFTER_CLOCK.isdisjoint(reading.vocabulary):
        for match in _TIME.finditer(reading.lower):
            yield Span(*match.span(), "time", "time", RANK + 1)
    if not _HOUR_WORDS.isdisjoint(reading.vocabulary):
        for match in _BARE_HOUR.finditer(reading.lower):
            yield Span(*match.span(1), "time", "time", RANK - 5)


def find_spoken_times(reading: Reading, _region: str) -> Iterator[Span]:
    """Times of day with a word in them: noon, half past seven, 3 in the afternoon."""
    for match in _IN_WORDS.finditer(reading.lower):
        yield Span(*match.span(), "time", "time", RANK + 1)


def find_durations(reading: Reading, _region: str) -> Iterator[Span]:
    """Lengths of time, named after their unit."""
    for match in _DURATION.finditer(reading.lower):
        unit = match[3].removesuffix("s")
        group = 1 if match[1] else 2 if match[2] else 0
        name = _UNITS.get(unit, f"{unit}s") if group and unit.isascii() else "duration"
        yield Span(*match.span(group), "duration", name, RANK + 6)


RECOGNISERS = (
    Recogniser(find_times, digits=1),
    Recogniser(find_spoken_times, words=_CLOCK_WORDS),
    Recogniser(find_durations, words=_UNIT_WORDS),
)

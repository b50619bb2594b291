"""E-mail addresses, with signs or in words.

Here: addresses with an @, and those whose at and dots are words. Not here: links (links.py).
"""

import re
from collections.abc import Iterator

from pls_pipeline.entities.closed_classes import words_of
from pls_pipeline.entities.reading import Reading
from pls_pipeline.entities.records import Recogniser, Span

RANK = 90

_EMAIL = re.compile(r"[\w!#$%&'*+/=?^`{|}~.-]{1,64}@(?:[\w-]{1,63}\.)+\w{2,24}(?![\w-])")
_LEADING_MARKS = "'.{|}=/*`"
_DOT = r"(?:\s?(?:\(dot\)|\[dot\]|\bdot\b|\bpunkt\b|\bpunto\b)\s?|(?<=\w)\.(?=\w))"
_AT = r"\s?(?:\(at\)|\[at\]|\bat\b|@|\barroba\b|\barobase\b)\s?"
_JOINT = rf"(?:{_DOT}|\s?\b(?:underscore|dash|hyphen|minus|plus)\b\s?)"
_IN_WORDS = re.compile(
    rf"(?<![\w.])[\w+.-]{{1,64}}(?:{_JOINT}[\w+.-]{{1,64}}){{0,4}}{_AT}[\w-]{{2,63}}(?:{_DOT}[\w-]{{2,63}}){{1,3}}"
)
_SIGNS = re.compile(
    r"\(at\)|\[at\]|\bat\b[^@]{2,70}\b(?:dot|punkt|punto)\b|\barroba\b|\barobase\b| @|@ |\bat (?:gmail|yahoo|hotmail"
    r"|outlook|icloud)\b"
)


def find_emails(reading: Reading, _region: str) -> Iterator[Span]:
    """E-mail addresses with an @."""
    for match in _EMAIL.finditer(reading.plain):
        start = match.end() - len(match[0].lstrip(_LEADING_MARKS))
        yield Span(start, match.end(), "email", "email", RANK)


def find_spoken_emails(reading: Reading, _region: str) -> Iterator[Span]:
    """E-mail addresses whose at and dots are words."""
    if not _SIGNS.search(reading.lower):
        return
    for match in _IN_WORDS.finditer(reading.lower):
        yield Span(*match.span(), "email", "email", RANK - 1)


RECOGNISERS = (
    Recogniser(find_emails, character="@"),
    Recogniser(find_spoken_emails, words=words_of("at arroba arobase")),
)

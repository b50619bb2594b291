"""By what a customer is known: numbers, addresses and threads, in whatever form a text writes them.

Here: reading what a user typed, and finding in a text all that could be such a value. Not here: whether a value is one
to be forgotten (marks.py). A number is its national digits, so that every way of writing it, with a country code or
without, in digits of any script or in words ("five five five", "double one"), holds them. Seven digits that lack their
area, and a number that goes over the end of a line, are not found.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import phonenumbers

Kind = Literal["phone", "email", "thread"]

FEWEST_DIGITS = 7
# For DuckDB; below the same for Python. Up to three signs stand between two digits of a number: "(415) - 555".
DIGIT_RUN = r"\p{Nd}(?:[^\p{Nd}A-Za-z\n]{0,3}\p{Nd}){6,}"
# Digits in words and in figures between them: "four one five, 555 oh one double two". The same for DuckDB and Python.
_DIGITS_OF_WORDS = {
    word: str(digit)
    for digit, words in enumerate((
        "zero oh o null cero zéro nul", "one uno eins un", "two dos zwei deux zwo", "three tres drei trois",
        "four cuatro vier quatre", "five cinco fünf cinq", "six seis sechs", "seven siete sieben sept",
        "eight ocho acht huit", "nine nueve neun neuf",
    ))
    for word in words.split()
}  # fmt: skip
_REPEATED = {"double": 2, "triple": 3}
_SPOKEN = rf"(?:(?:double|triple)[ -])?(?:{'|'.join(sorted(_DIGITS_OF_WORDS, key=len, reverse=True))}|[0-9]{{1,4}})"
SPOKEN_RUN = rf"(?i)\b{_SPOKEN}\b(?:[^A-Za-z0-9\n]{{1,3}}{_SPOKEN}\b){{2,}}"
EMAIL = r"[\p{L}\p{N}._%+'-]+@[\p{L}\p{N}-]+(?:\.[\p{L}\p{N}-]+)+"

_DIGIT_RUN = re.compile(r"\d(?:[^\dA-Za-z\n]{0,3}\d){6,}")
_SPOKEN_RUN = re.compile(SPOKEN_RUN)
_SPOKEN_PART = re.compile(r"[^\W\d_]+|[0-9]+")
_EMAIL = re.compile(r"[\w.%+'-]+@[\w-]+(?:\.[\w-]+)+")
_THREAD_TOKEN = re.compile(r"[A-Za-z0-9_-]{6,64}")


class UnknownCustomerError(ValueError):
    """What the user typed is no number, no address and no contact; the sentence says what to type."""


@dataclass(frozen=True, order=True)
class Value:
    """`text`: of a phone its national digits, of an e-mail address its lower case, of a thread its id."""

    kind: Kind
    text: str


def read_value(typed: str, region: str) -> Value | None:
    """The number or address that a user typed; None where it is neither. `region`: of numbers without country code."""
    plain = typed.strip()
    if _EMAIL.fullmatch(plain):
        return Value("email", plain.lower())
    return read_phone(plain, region)


def read_phone(typed: str, region: str) -> Value | None:
    """The number as its national digits; None where it has fewer than seven, or letters."""
    if re.search(r"[^\W\d]", typed):
        return None
    digits = to_digits(typed)
    try:
        parsed = phonenumbers.parse(typed, region)
        national = phonenumbers.national_significant_number(parsed)
    except phonenumbers.NumberParseException:
        national = digits
    return Value("phone", national) if len(national) >= FEWEST_DIGITS else None


def to_digits(text: str) -> str:
    """All decimal digits of a text, whatever script they are of, as 0-9."""
    return "".join(str(unicodedata.decimal(sign)) for sign in text if sign.isdecimal())


def read_run(run: str) -> str:
    """The digits of a run, in figures or in words."""
    if not re.search(r"[^\W\d_]", run):
        return to_digits(run)
    digits, repeated = "", 1
    for part in _SPOKEN_PART.findall(run.lower()):
        if part in _REPEATED:
            repeated = _REPEATED[part]
            continue
        digits += _DIGITS_OF_WORDS.get(part, part if part.isdigit() else "") * repeated
        repeated = 1
    return digits


def number_runs(text: str) -> Iterator[str]:
    """Every run of seven digits or more, up to three signs between two of them, and every run of digits in words."""
    for pattern in (_DIGIT_RUN, _SPOKEN_RUN):
        for match in pattern.finditer(text):
            yield match[0]


def emails(text: str) -> Iterator[str]:
    """Every e-mail address, in lower case."""
    if "@" in text:
        for match in _EMAIL.finditer(text):
            yield match[0].lower()


def thread_tokens(text: str) -> Iterator[str]:
    """Every word that could be the id of a thread."""
    for match in _THREAD_TOKEN.finditer(text):
        yield match[0]

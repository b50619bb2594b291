"""Phone numbers.

Here: numbers in digits and in words. Not here: cards and accounts (cards.py). Numbers are judged by `phonenumbers`;
forms that it does not know (seven digits, digits in words, numbers of another country written without its code) are
found by their shape.
"""

import re
from collections.abc import Iterator
from functools import cache

import phonenumbers

from pls_pipeline.entities.cards import passes_luhn
from pls_pipeline.entities.closed_classes import words_of
from pls_pipeline.entities.reading import Reading
from pls_pipeline.entities.records import Recogniser, Span

RANK = 80
_FEWEST_DIGITS = 7
_SURE, _LOOSE = RANK + 5, RANK - 40

_END = r"(?![\w#]|[.,-]\d)"
_RUN = re.compile(r"(?<![\w.,$€£:/#-])[+(]{0,2}\d(?:[ ().\-/]{0,3}\d){5,15}\d(?![\w:/#]|[.,-]\d)")
_NANP = re.compile(rf"(?<![\w$€£])(?:\+?1[ .\-]?)?(?:\([2-9]\d\d\) ?|[2-9]\d\d[ .\-]?)[2-9]\d\d[ .\-]?\d{{4}}{_END}")
_LOCAL = re.compile(r"(?<![\w$€£.,/:-])[2-9]\d\d[-.]\d{4}(?![\w#%:/]|[.,-]\d)")
_LOCAL_LOOSE = re.compile(r"(?<![\w$€£.,/:-])[2-9]\d\d ?\d{4}(?![\w#%:/]|[.,-]\d)")
_INTERNATIONAL = re.compile(r"(?<![\w$€£])(?:\+|00)[1-9](?:[ ().\-/]{0,3}\d){5,13}\d(?![\w#])")
_TRUNK = re.compile(r"(?<![\w$€£.,:#/-])\(?0[1-9]\d{0,4}\)?(?:[ .\-/]{0,3}\d){4,8}\d(?![\w:#/]|[.,-]\d)")
_SERVICE = re.compile(r"(?<![\w$€£.,:#/-])1[38]00[ -]?\d{3}[ -]?\d{3}(?![\w:#/]|[.,-]\d)")
_SHAPES_WITHOUT_ZEROS = (_NANP, _LOCAL, _TRUNK)
_SHAPES = (*_SHAPES_WITHOUT_ZEROS, _INTERNATIONAL, _SERVICE)
_NO_DIGIT = re.compile(r"\D+")
_PARTED = re.compile(r"[ ()./]")
_LONGEST_PREFIX = 4
_CARD_LENGTHS = range(15, 17)
_LONE_DIGIT = re.compile(r" \d\Z")
_CALL_WORDS = words_of(
    "call text phone cell mobile number tel telephone whatsapp reach ring sms dial contact fax llamar llámame "
    "teléfono telefono móvil movil téléphone portable appelez telefon handy anrufen cellulare telefoon bel"
)

_DIGIT_WORD = (
    "zero|oh|one|two|three|four|five|six|seven|eight|nine|cero|uno|dos|tres|cuatro|cinco|seis|siete|ocho|nueve|null"
    "|eins|zwei|drei|vier"
    "|fünf|sechs|sieben|acht|neun|zéro|un|deux|trois|quatre|cinq|sept|huit|neuf"
)
_SPOKEN_DIGIT = rf"(?:(?:(?:double|triple)[ -])?(?:{_DIGIT_WORD})|o|\d{{1,4}})"
_SPOKEN = re.compile(rf"\b(?:plus[\s,.-]+)?(?!o\b){_SPOKEN_DIGIT}(?:[\s,.\-]{{1,3}}{_SPOKEN_DIGIT}\b){{4,17}}")
_REPEATS = {"double": 1, "triple": 2, "plus": 0}
_FEWEST_WORDS = 3
_DIGIT_WORDS = words_of(_DIGIT_WORD.replace("|", " ")) - words_of("one un oh null acht uno sept")


def find_phones(reading: Reading, region: str) -> Iterator[Span]:
    """Phone numbers written in digits; `region` is the country of numbers without a country code."""
    text = reading.plain
    start = reading.near_digits(3)
    runs = [match.span() for match in _RUN.finditer(text, start)]
    if not runs and not _LOCAL_LOOSE.search(text, start):
        return
    shapes = _SHAPES if "+" in text or "00" in text else _SHAPES_WITHOUT_ZEROS
    shaped = [match.span() for pattern in shapes for match in pattern.finditer(text, start)]
    for span in shaped:
        yield Span(*span, "phone", "phone_number", RANK)
    open_runs = (run for run in runs if not any(start <= run[0] and run[1] <= end for start, end in shaped))
    if any(_may_be_valid(text[start:end], region) for start, end in open_runs):
        yield from _find_valid_phones(text, region)
    if not _CALL_WORDS.isdisjoint(reading.vocabulary):
        for span in (*(match.span() for match in _LOCAL_LOOSE.finditer(text, start)), *runs):
            yield Span(*span, "phone", "phone_number", _LOOSE)


@cache
def _lengths(region: str) -> tuple[int, int]:
    """Fewest and most digits of a number of the region that is valid with its area code; 0 and 99 for none known."""
    metadata = phonenumbers.PhoneMetadata.metadata_for_region(region, None)
    lengths = metadata.general_desc.possible_length if metadata and metadata.general_desc else ()
    return (min(lengths), max(lengths)) if lengths else (0, 99)


def _may_be_valid(run: str, region: str) -> bool:
    """Whether `phonenumbers` could find a valid number in the run: it parts one at spaces, brackets, dots and slashes.

    A card number is none.
    """
    digits = _NO_DIGIT.sub("", run)
    fewest, most = _lengths(region)
    if "+" in run or run.startswith("00"):
        return True
    if len(digits) < fewest:
        return False
    whole = _PARTED.search(run) is None and len(digits) > most + _LONGEST_PREFIX
    return not whole and not (len(digits) in _CARD_LENGTHS and passes_luhn(digits))


def _find_valid_phones(text: str, region: str) -> Iterator[Span]:
    for found in phonenumbers.PhoneNumberMatcher(text, region, leniency=phonenumbers.Leniency.VALID, max_tries=1000):
        # a lone digit after the number counts what follows: "tried +61 491 570 682 3 times"
        end = found.end - (2 if _LONE_DIGIT.search(text, found.start, found.end) else 0)
        yield Span(found.start, end, "phone", "phone_number", _SURE)


def find_spoken_phones(reading: Reading, _region: str) -> Iterator[Span]:
    """Phone numbers said digit by digit."""
    for match in _SPOKEN.finditer(reading.lower):
        parts = re.split(r"[\s,.\-]+", match[0])
        length = sum(len(part) if part.isdigit() else _REPEATS.get(part, 1) for part in parts)
        if length >= _FEWEST_DIGITS and sum(not part.isdigit() for part in parts) >= _FEWEST_WORDS:
            yield Span(*match.span(), "phone", "phone_number", RANK)


RECOGNISERS = (
    Recogniser(find_phones, run=_FEWEST_DIGITS),
    Recogniser(find_spoken_phones, words=_DIGIT_WORDS),
)

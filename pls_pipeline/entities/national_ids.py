"""Numbers that a state gives a person.

Here: social security and insurance numbers, tax and identity numbers, passports, licences: by their shape or by the
word before. Not here: number plates (plates.py).
"""

import re
from collections.abc import Iterator

from pls_pipeline.entities.closed_classes import words_of
from pls_pipeline.entities.reading import Reading
from pls_pipeline.entities.records import Recogniser, Span

RANK = 75

_SHAPES = re.compile(
    r"(?<![\w.-])(?:(?!000)\d{3}([- ])\d{2}\1\d{4}"  # US social security number
    r"|[a-z]{2} ?\d{2} ?\d{2} ?\d{2} ?[a-d]"  # UK national insurance number
    r"|[xyz]?-?\d{7,8}-?[a-z]"  # Spanish DNI and NIE, Irish PPS
    r"|\d{3}\.\d{3}\.\d{3}-\d{2}"  # Brazilian CPF
    r"|756\.\d{4}\.\d{4}\.\d{2}"  # Swiss AHV
    r"|[12] ?\d{2} ?\d{2} ?\d{2} ?\d{3} ?\d{3}(?: ?\d{2})?"  # French NIR
    r")(?![\w-]|[.,]\d)"
)
_SHAPE = (
    r"000[- ]00[- ]0000|000[- ]000[- ]000|000\.000\.000|aa ?00 ?00 ?00 ?a|0{7}-?a|0{8}-?a|000\.0000\.00"
    r"|0 ?00 ?00 ?00 ?000 ?000"
)
_FISCAL = re.compile(r"(?<![\w.-])[a-z]{6}\d{2}[a-z]\d{2}[a-z]\d{3}[a-z](?![\w-]|[.,]\d)")
_THREES = re.compile(r"(?<![\w.$€£,-])\d{3}([ -])\d{3}\1\d{3}(?![\w-]|[.,]\d| \d)")
_WORDS = words_of(
    "ssn sin social nino ni insurance tax tin tfn itin passport dni nie pps ppsn bsn nhs medicare licence license "
    "driver's drivers national identity id steuer-id steuernummer cpf aadhaar pan ird ahv curp rfc nif cnp pesel "
    "personnummer ausweis personalausweis pasaporte"
)
_AFTER_WORD = re.compile(
    r"\b(?:ssn|sin|nino|social(?: security)?(?: insurance)?|(?:ni|national insurance|national id|identity card)|tax "
    r"(?:id|file|number)|tin|tfn|itin"
    r"|passport|dni|nie|ppsn?|bsn|nhs|medicare|driver'?s? licen[cs]e|licen[cs]e (?:no|number)|steuer-?id|steuernummer"
    r"|cpf|aadhaar|ird|ahv|curp|rfc|nif"
    r"|pesel|personnummer|(?:personal)?ausweis|pasaporte)\b"
    r"(?:[\s?]{1,2}(?:number|no\.?|nr\.?|id|card|for|the|form|my|is|its|it's|or|and|tfn|t4a|w9|w-9|file"
    r"|on)\b){0,6}[\s:#=.?-]{1,3}"
    r"([a-z]{0,4} ?\d(?:[ .-]?\d){4,13}(?:[ .-]?[a-z])?|(?=[a-z]*\d[a-z]*\d)[a-z0-9]{7,12})(?![\w]|[.,]\d)"
)


def find_national_ids(reading: Reading, _region: str) -> Iterator[Span]:
    """National ids by their shape, and numbers after the word for one."""
    for match in _SHAPES.finditer(reading.lower, reading.near_digits(4)):
        yield Span(*match.span(), "national_id", "national_id", RANK)
    for match in _THREES.finditer(reading.plain, reading.first_digit):
        yield Span(*match.span(), "national_id", "national_id", RANK - 40)


def find_fiscal_codes(reading: Reading, _region: str) -> Iterator[Span]:
    """Italian codici fiscali."""
    for match in _FISCAL.finditer(reading.lower):
        yield Span(*match.span(), "national_id", "national_id", RANK)


def find_announced_ids(reading: Reading, _region: str) -> Iterator[Span]:
    """Numbers after the word for a national id."""
    for match in _AFTER_WORD.finditer(reading.lower):
        yield Span(*match.span(1), "national_id", "national_id", RANK + 20)


RECOGNISERS = (
    Recogniser(find_national_ids, run=6, shape=_SHAPE),
    Recogniser(find_fiscal_codes, shape=r"aaaaaa00a00a000a"),
    Recogniser(find_announced_ids, digits=4, words=_WORDS),
)

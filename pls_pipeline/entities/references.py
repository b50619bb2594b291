"""References of orders, bookings, tickets, invoices and cases, and other tokens that look like an identifier.

Here: numbers after such a word, tokens of letters and digits, long numbers that no other rule names. Not here: model
numbers after a brand, which are public.
"""

import re
from collections.abc import Iterator

from pls_pipeline.entities.closed_classes import words_of
from pls_pipeline.entities.reading import Reading
from pls_pipeline.entities.records import Recogniser, Span
from pls_pipeline.entities.vocabulary import is_common

RANK = 65
_FEWEST_DIGITS = 7

_CUE = (
    r"order|booking|reservation|reference|ref(?:'s)?|confirmation|conf|ticket|invoice|case|tracking|claim|policy"
    r"|member(?:ship)?(?: id)?|customer|"
    r"transaction|receipt|rental|quote|estimate|request|appointment|reserva|confirmaci[oó]n|pedido|bestellung|buchung"
    r"|commande"
    r"|réservation|rechnung|auftrag|"
    r"prenotazione|ordine|locator|pnr|cancel(?:led|ling)?|account|job|work order|rma|serial|file|incident|complaint"
    r"|voucher|id"
)
_CUE_WORDS = words_of(
    "confirmación confirmacion order orders booking reservation reference ref ref's confirmation conf ticket "
    "invoice case tracking claim policy member membership customer transaction receipt rental quote estimate "
    "request appointment reserva pedido bestellung buchung commande réservation rechnung auftrag prenotazione "
    "ordine locator pnr cancel cancelled cancelling account job work rma serial file incident complaint voucher "
    "id"
)
_AFTER_CUE = re.compile(
    rf"\b(?:{_CUE})\b(?:\s?(?:number|no\.?|nr\.?|num|id|code|is|was|#|ref(?:erence)?|booking|order|my|your|the|for"
    rf"|it's))*[\s:#=.(-]{{1,3}}"
    r"((?=[\w/-]{0,30}\d)(?:[a-z0-9]{1,12}(?:[-/][a-z0-9]{1,12}){0,4}))(?![\w%:/-]|[.,]\d)"
)
_ORDINARY = re.compile(
    r"\d{1,2}|\d+(?:st|nd|rd|th|am|pm|h|hrs?|mins?|k|x)|\d{1,2}-\w+|(?:19|20)\d\d|\d+x\d+"
    r"|\d{1,2}[-/]\d{1,2}(?:[-/]\d{2,4})?"
)
_HASH = re.compile(r"(?<![\w#*&])#[a-z]{0,4}-?\d{4,12}(?![\w#*-])")
_SHAPED = re.compile(
    r"(?<![\w./@$€£#-])(?=[a-z0-9/-]*[0-9])(?:[a-z]{1,5}-\d{2,8}(?:-\d{2,10}){1,3}"  # ORD-2025-16220
    r"|[a-z]{1,5}/\d{2,8}(?:/\d{2,10}){0,2}"  # INV/2025/4607
    r"|[a-z]{1,4}-?\d{5,14}"  # R66966297
    r"|[a-z]{2,5}-\d{3,14}"  # VET-123456
    r"|(?=[a-z0-9]*\d[a-z0-9]*\d)(?=[a-z0-9]*[a-z][a-z0-9]*[a-z])[a-z0-9]{6,24}"  # KR50NPT
    r"|(?=[0-9-]{0,40}[a-z])(?=[a-z-]*\d[a-z-]*\d[a-z-]*\d)[a-z0-9]{2,8}(?:-[a-z0-9]{2,8}){2,4}"  # GIFT-HEDG-9898
    r"|(?=[0-9-]{0,40}[a-z])[0-9a-f]{8}-[0-9a-f-]{27})(?![\w@/-]|\.\w)"
)
_SHAPE = r"a/0|(?<![a0-])(?=[a0-]{6})(?=[0-]*a)[a-]*0"
_BEFORE_DIGIT = 60
_CAPITALS = re.compile(r"(?<![\w./@$€£#-])(?=[A-Z]*\d)(?=\d*[A-Z]\d*[A-Z]\d*[A-Z])[A-Z0-9]{7,24}(?![\w@/-]|\.\w)")
_ORDINARY_SHAPE = re.compile(
    r"\d+x\d+|[a-z]+-\d{4}|\d+(?:st|nd|rd|th|am|pm|hrs?|hours?|mins?|minutes?|secs?|seconds?|days?|weeks?|months?"
    r"|years?|km|kg|mph|yards?|yds?|players?|people|ppl|px|mb|gb|rpm|ft|inch(?:es)?)"
    r"|(?:19|20)\d\d\w+|covid-?19|\d{1,2}[ap]m\w*|\d{1,2}h\d\d"
)
_LONG_NUMBER = re.compile(r"(?<![\w.,$€£:/+-])\d(?:[ -]?\d){6,30}(?![\w%:/]|[.,]\d)")
_LETTER_AFTER_DIGIT = re.compile(r"[a-z]*\d+[a-z]")
_BRAND_BEFORE = re.compile(r"([^\W\d_][\w-]*)\s\Z")


def find_hashed_references(reading: Reading, _region: str) -> Iterator[Span]:
    """Digits after a hash."""
    for match in _HASH.finditer(reading.lower):
        yield Span(*match.span(), "reference", "reference_number", RANK)


def find_long_numbers(reading: Reading, _region: str) -> Iterator[Span]:
    """Long numbers that no other rule names."""
    for match in _LONG_NUMBER.finditer(reading.lower, reading.first_digit):
        yield Span(*match.span(), "reference", "reference_number", RANK - 35)


def find_shaped_references(reading: Reading, _region: str) -> Iterator[Span]:
    """Tokens that look like an identifier."""
    start = reading.near_digits(_BEFORE_DIGIT)
    for match in _SHAPED.finditer(reading.lower, start):
        if not _ORDINARY_SHAPE.fullmatch(match[0]) and not _of_a_product(reading, match.start()):
            yield Span(*match.span(), "reference", "reference_number", RANK - 5)
    if reading.mixed_case:
        for match in _CAPITALS.finditer(reading.plain, start):
            if not _of_a_product(reading, match.start()):
                yield Span(*match.span(), "reference", "reference_number", RANK - 6)


def find_announced_references(reading: Reading, _region: str) -> Iterator[Span]:
    """Numbers after the word for what they refer to."""
    for match in _AFTER_CUE.finditer(reading.lower):
        if not _ORDINARY.fullmatch(match[1]):
            yield Span(*match.span(1), "reference", "reference_number", RANK - 2)


def _of_a_product(reading: Reading, start: int) -> bool:
    """Whether a capitalised word within a sentence stands before: a model's number after a brand."""
    if not reading.mixed_case:
        return False
    before = _BRAND_BEFORE.search(reading.plain[max(0, start - 30) : start])
    if not before or not before[1][0].isupper() or before[1].lower() in _CUE_WORDS:
        return False
    lead = reading.plain[: start - len(before[0])].rstrip()
    within = bool(lead) and lead[-1] not in ".!?:"
    return within or (not is_common(before[1].lower()) and _LETTER_AFTER_DIGIT.match(reading.lower, start) is not None)


RECOGNISERS = (
    Recogniser(find_hashed_references, digits=4, character="#"),
    Recogniser(find_shaped_references, shape=_SHAPE),
    Recogniser(find_long_numbers, run=_FEWEST_DIGITS),
    Recogniser(find_announced_references, digits=1, words=_CUE_WORDS),
)

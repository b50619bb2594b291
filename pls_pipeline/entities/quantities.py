"""Money, percentages, temperatures, numbers of rooms and bays, counts and plain numbers.

Here: values that differ between two sendings of one reply and tell nothing about a person. Not here: numbers that identify
somebody (cards.py, identifiers.py, secrets.py), which outrank these.
A sign that is glued to the number belongs to the span ("$25", "20%"); a word after it does not ("4800" of "4800 dollars").
"""

import re
from collections.abc import Iterator

from pls_pipeline.entities.moments import NUMBER_WORD
from pls_pipeline.entities.reading import Reading
from pls_pipeline.entities.records import Recogniser, Span

RANK = 30
_SIGNS = "$€£¥₹₽₩₪₫₱₺฿"
_CURRENCY = r"(?:usd|eur|gbp|cad|aud|nzd|chf|sek|nok|dkk|inr|jpy|pln|mxn|brl|zar|sgd|aed|kr|zł|kč)"
_AMOUNT = r"\d{1,3}(?:[, ]\d{3})+(?:\.\d\d)?|\d{1,9}(?:[.,]\d{1,2})?"
_MONEY = re.compile(
    rf"(?<![\w])(?:(?:us|ca|au|nz|hk|c|a|s|r)?[{_SIGNS}]\s?(?:{_AMOUNT})k?(?![\w%])|{_CURRENCY}\s?(?:{_AMOUNT})(?![\w%])|(?:{_AMOUNT})\s?(?:[{_SIGNS}]|{_CURRENCY}\b))"
)
_MONEY_IN_WORDS = re.compile(
    rf"(?<![\w.,])(?:{_AMOUNT})(?=\s?(?:dollars?|bucks?|euros?|pounds?|quid|cents?|pence|pesos?|rupees?|francs?|dirhams?|rand|yen)\b)"
)
_AMOUNT_WORDS = re.compile(
    r"\b(?:refund|charg|deposit|balance|total|paid|pay|due|owe|invoice|left|transfer|credit|bill|owing)"
)
_PERCENT = re.compile(r"(?<![\w.,])\d{1,3}(?:[.,]\d{1,2})?(?:\s?(?:-|to)\s?\d{1,3})?(?:\s?%|(?= per ?cent\b))")
_TEMPERATURE = re.compile(
    r"(?<![\w.])-?\d{1,3}(?:\.\d)?(?:\s?°\s?[cf]?\b|\s?°|(?=\s(?:degrees?|celsius|fahrenheit)\b))"
)

_UNIT_NOUNS = {
    "apt": "apartment", "apts": "apartment", "rm": "room", "ste": "suite", "sim": "simulator", "no": "", "ext": "extension",
    **{noun: noun for noun in ["bay", "room", "unit", "suite", "locker", "lane", "court", "table", "booth", "gate", "door", "floor", "seat", "row", "desk", "station", "pod", "stall", "space", "spot", "slot", "bed", "apartment", "flat", "cabin", "villa", "tent", "pitch", "site", "plot", "hall", "studio", "field", "lot", "box", "terminal", "platform", "track", "dock", "pump", "machine", "washer", "dryer", "chair", "kennel", "pen", "berth", "level", "storey", "building", "block", "wing", "entrance", "exit", "aisle", "shelf", "bin", "garage", "tee", "simulator", "screen", "counter", "window", "cubicle", "compartment", "coach", "wagon", "bus", "route", "line", "channel", "hole", "zone", "section", "area", "pier", "mooring", "slip", "bungalow", "chalet", "treatment", "theatre", "theater", "ward", "surgery", "pool", "ring", "rink", "cage", "rack", "extension", "wagon", "carriage"]},
}  # fmt: skip
_UNIT = re.compile(
    rf"\b({'|'.join(sorted(_UNIT_NOUNS, key=len, reverse=True))})(?:e?s)?(?: (?:number|no\.?|nr\.?))? ?#?"
    r"(?: ?)([a-z]{1,2}-?\d{1,4}[a-z]?|\d{1,4}[a-z]?)(?![\w%:/]|[.,]\d)"
    r"(?:\s?(?:,|and|or|&|-|to)\s?#?(\d{1,4}[a-z]?)(?![\w%:/]|[.,]\d|\s?[ap]\.?m\b))?"
)
_UNIT_LETTER = re.compile(
    rf"\b((?i:{'|'.join(sorted(filter(None, _UNIT_NOUNS), key=len, reverse=True))})) ([B-HJ-Z])(?![\w'])"
)
_UNIT_LETTER_NOUNS = frozenset(noun for noun in _UNIT_NOUNS if noun != "no")

_COUNT = re.compile(
    rf"(?<![\w.,:$#/])(\d{{1,4}}(?:\s?(?:-|to)\s?\d{{1,4}})?|\d{{1,3}}(?:,\d{{3}})+|{NUMBER_WORD})[ -](?:more |other |extra |small |large |free )?([a-z]{{2,}}(?:s|people|children|kids|men|women|feet)|people|children|kids|men|women|feet|person|guest|player|ticket|adult|child)\b"
)
_NUMBER = re.compile(r"(?<![\w.,:/#*$+-])\d{1,9}(?:,\d{3})*(?:\.\d{1,3})?(?![\w%:/*#-]|[.,]\d)")
_NOT_PLURAL = frozenset(
    [
        "is",
        "was",
        "this",
        "has",
        "as",
        "us",
        "its",
        "his",
        "does",
        "yes",
        "always",
        "plus",
        "minus",
        "unless",
        "across",
        "less",
        "pass",
        "address",
        "access",
        "business",
    ]
)
_CAPITALISED_BEFORE = re.compile(r"[^\W\d_][\w-]*\s\Z")


def find_money(reading: Reading, _region: str) -> Iterator[Span]:
    """Amounts with a currency; named `amount` after words of payment, else `price`."""
    text = reading.lower
    for pattern in (_MONEY, _MONEY_IN_WORDS):
        for match in pattern.finditer(text):
            before = text[max(0, match.start() - 40) : match.start()]
            yield Span(*match.span(), "money", "amount" if _AMOUNT_WORDS.search(before) else "price", RANK + 15)


def find_rates(reading: Reading, _region: str) -> Iterator[Span]:
    """Percentages and temperatures."""
    for match in _PERCENT.finditer(reading.lower):
        yield Span(*match.span(), "percent", "percent", RANK + 12)
    for match in _TEMPERATURE.finditer(reading.lower):
        yield Span(*match.span(), "temperature", "temperature", RANK + 12)


def find_unit_numbers(reading: Reading, _region: str) -> Iterator[Span]:
    """The number of a bay, a room, a locker…: the number alone, named after the noun."""
    for match in _UNIT.finditer(reading.lower):
        noun = _UNIT_NOUNS[match[1]]
        if not noun:
            continue
        for group in (2, 3):
            if match[group]:
                yield Span(*match.span(group), "unit_number", f"{noun}_number", RANK + 13)
    for match in _UNIT_LETTER.finditer(reading.plain):
        yield Span(*match.span(2), "unit_number", f"{_UNIT_NOUNS[match[1].lower()]}_number", RANK + 13)


def find_counts(reading: Reading, _region: str) -> Iterator[Span]:
    """Numbers before a plural noun, named after it."""
    for match in _COUNT.finditer(reading.lower):
        noun = match[2]
        if noun in _NOT_PLURAL:
            continue
        yield Span(*match.span(1), "count", f"{_singular(noun)}_count" if noun.isascii() else "count", RANK + 5)


def find_numbers(reading: Reading, _region: str) -> Iterator[Span]:
    """Numbers that no other rule names, unless they belong to a product's name ("Studio Pro 4")."""
    for match in _NUMBER.finditer(reading.plain):
        before = _CAPITALISED_BEFORE.search(reading.plain[max(0, match.start() - 30) : match.start()])
        if before and before[0][0].isupper() and reading.mixed_case and match.start() - len(before[0]) > 0:
            continue
        yield Span(*match.span(), "number", "number", RANK)


def _singular(noun: str) -> str:
    irregular = {"people": "person", "children": "child", "kids": "kid", "men": "man", "women": "woman", "feet": "foot"}
    if noun in irregular:
        return irregular[noun]
    if noun.endswith("ies") and len(noun) > 4:
        return noun[:-3] + "y"
    if noun.endswith(("sses", "shes", "ches", "xes")):
        return noun[:-2]
    return noun[:-1] if noun.endswith("s") and not noun.endswith("ss") else noun


_COUNT_WORDS = frozenset(["two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"])
RECOGNISERS = (
    Recogniser(find_money, digits=True),
    Recogniser(find_rates, digits=True),
    Recogniser(find_unit_numbers, digits=True),
    Recogniser(find_counts, digits=True),
    Recogniser(find_counts, words=_COUNT_WORDS),
    Recogniser(find_numbers, digits=True),
)

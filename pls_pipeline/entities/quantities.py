"""Money, percentages, temperatures, counts and plain numbers.

Here: values that differ between two sendings of one reply and tell nothing about a person. Not here: numbers of rooms
and bays (unit_numbers.py); numbers that identify somebody, which outrank these. A sign that is glued to the number
belongs to the span ("$25", "20%"); a word after it does not ("4800" of "4800 dollars").
"""

import re
from collections.abc import Iterator

from pls_pipeline.entities.closed_classes import words_of
from pls_pipeline.entities.moments import NUMBER_WORD
from pls_pipeline.entities.reading import Reading
from pls_pipeline.entities.records import Recogniser, Span

RANK = 30
_SIGNS = "$€£¥₹₽₩₪₫₱₺฿"
_CURRENCY = r"(?:usd|eur|gbp|cad|aud|nzd|chf|sek|nok|dkk|inr|jpy|pln|mxn|brl|zar|sgd|aed|kr|zł|kč)"
_AMOUNT = r"(?:\d{1,3}(?:[, ]\d{3})+(?:\.\d\d)?|\d{1,9}(?:[.,]\d{1,2})?)"
_WITH_SIGN = re.compile(
    rf"(?<!\w)(?:us|ca|au|nz|hk|c|a|s|r)?[{_SIGNS}]\s?{_AMOUNT}k?(?![\w%])|(?<![\w.,]){_AMOUNT}\s?[{_SIGNS}]"
)
_WITH_CODE = re.compile(rf"(?<!\w){_CURRENCY}\s?{_AMOUNT}(?![\w%])|(?<![\w.,]){_AMOUNT}\s?{_CURRENCY}\b")
_IN_WORDS = re.compile(
    rf"(?<![\w.,]){_AMOUNT}(?=\s?(?:dollars?|bucks?|euros?|pounds?|quid|cents?|pence|pesos?|rupees?|francs?|dirhams?"
    rf"|rand|yen)\b)"
)
_MONEY_WORDS = words_of(
    "dollar dollars buck bucks euro euros pound pounds quid cent cents pence peso pesos rupee rupees franc francs "
    "dirham dirhams rand yen"
)
_CODE_WORDS = words_of("usd eur gbp cad aud nzd chf sek nok dkk inr jpy pln mxn brl zar sgd aed kr zł kč")
_PAYMENT = re.compile(
    r"\b(?:refund|charg|deposit|balance|total|paid|pay|due|owe|invoice|left|transfer|credit|bill|owing)"
)
_PAYMENT_REACH = 40
_PERCENT = re.compile(r"(?<![\w.,])\d{1,3}(?:[.,]\d{1,2})?(?:\s?(?:-|to)\s?\d{1,3})?(?:%|(?= %| per ?cent\b))")
_TEMPERATURE = re.compile(
    r"(?<![\w.])-?\d{1,3}(?:\.\d)?(?:\s?°\s?[cf]?\b|\s?°|(?=\s(?:degrees?|celsius|fahrenheit)\b))"
)
_DEGREE_WORDS = words_of("degree degrees celsius fahrenheit")

_COUNTED = (
    r"[ -](?:more |other |extra |small |large |free )?([a-z]{2,}(?:s|people|children|kids|men|women|feet)"
    r"|people|children|kids|men|women|feet|person|guest|player|ticket|adult|child)\b"
)
_COUNT = re.compile(rf"(?<![\w.,:$#/])(\d{{1,4}}(?:\s?(?:-|to)\s?\d{{1,4}})?|\d{{1,3}}(?:,\d{{3}})+){_COUNTED}")
_SPOKEN_COUNT = re.compile(rf"(?<![\w'-])({NUMBER_WORD}){_COUNTED}")
_COUNT_WORDS = words_of("two three four five six seven eight nine ten eleven twelve")
_NO_PLURAL = words_of(
    "is was this has as us its his does yes always plus minus unless across less pass address access business"
)
_IRREGULAR = {"people": "person", "children": "child", "kids": "kid", "men": "man", "women": "woman", "feet": "foot"}
_NUMBER = re.compile(r"(?<![\w.,:/#*$+-])\d{1,9}(?:,\d{3})*(?:\.\d{1,3})?(?![\w%:/*#-]|[.,]\d)")
_WORD_BEFORE = re.compile(r"[^\W\d_][\w-]*\s\Z")


def find_money(reading: Reading, _region: str) -> Iterator[Span]:
    """Amounts with a currency; named `amount` after words of payment, else `price`."""
    text = reading.lower
    patterns = [_WITH_SIGN] if any(sign in text for sign in _SIGNS) else []
    patterns += [_IN_WORDS] if not _MONEY_WORDS.isdisjoint(reading.vocabulary) else []
    patterns += [_WITH_CODE] if not _CODE_WORDS.isdisjoint(reading.vocabulary) else []
    for pattern in patterns:
        for match in pattern.finditer(text):
            before = text[max(0, match.start() - _PAYMENT_REACH) : match.start()]
            yield Span(*match.span(), "money", "amount" if _PAYMENT.search(before) else "price", RANK + 15)


def find_rates(reading: Reading, _region: str) -> Iterator[Span]:
    """Percentages and temperatures."""
    text = reading.lower
    if "%" in text or "cent" in text:
        for match in _PERCENT.finditer(text):
            yield Span(*match.span(), "percent", "percent", RANK + 12)
    if "°" in text or not _DEGREE_WORDS.isdisjoint(reading.vocabulary):
        for match in _TEMPERATURE.finditer(text):
            yield Span(*match.span(), "temperature", "temperature", RANK + 12)


def find_counts(reading: Reading, _region: str) -> Iterator[Span]:
    """Numbers in digits before a plural noun, named after it."""
    return _count(_COUNT, reading)


def find_spoken_counts(reading: Reading, _region: str) -> Iterator[Span]:
    """Numbers in words before a plural noun, named after it."""
    return _count(_SPOKEN_COUNT, reading)


def _count(pattern: re.Pattern[str], reading: Reading) -> Iterator[Span]:
    for match in pattern.finditer(reading.lower):
        noun = match[2]
        if noun not in _NO_PLURAL:
            yield Span(*match.span(1), "count", f"{_singular(noun)}_count" if noun.isascii() else "count", RANK + 5)


def find_numbers(reading: Reading, _region: str) -> Iterator[Span]:
    """Numbers that no other rule names, unless they belong to a product's name ("Studio Pro 4")."""
    for match in _NUMBER.finditer(reading.plain):
        before = _WORD_BEFORE.search(reading.plain[max(0, match.start() - 30) : match.start()])
        if before and before[0][0].isupper() and reading.mixed_case and match.start() > len(before[0]):
            continue
        yield Span(*match.span(), "number", "number", RANK)


def _singular(noun: str) -> str:
    if noun in _IRREGULAR:
        return _IRREGULAR[noun]
    if noun.endswith("ies") and len(noun) > 4:
        return noun[:-3] + "y"
    if noun.endswith(("sses", "shes", "ches", "xes")):
        return noun[:-2]
    return noun[:-1] if noun.endswith("s") and not noun.endswith("ss") else noun


RECOGNISERS = (
    Recogniser(find_money, digits=1),
    Recogniser(find_rates, digits=1),
    Recogniser(find_counts, digits=1),
    Recogniser(find_spoken_counts, words=_COUNT_WORDS),
    Recogniser(find_numbers, digits=1),
)

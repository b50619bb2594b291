"""Payment cards.

Here: card numbers, their last four digits, expiry and security code. Not here: bank accounts (accounts.py), amounts
(quantities.py).
"""

import re
from collections.abc import Iterator

from pls_pipeline.entities.closed_classes import words_of
from pls_pipeline.entities.reading import Reading
from pls_pipeline.entities.records import Recogniser, Span

RANK = 90
_FEWEST_DIGITS = 13

_CARD = re.compile(
    r"(?<![\w.,$€£])(?:\d{4}([ -]?)\d{4}\1\d{4}\1\d{4}(?:\1\d{1,3})?|\d{4}[ -]\d{6}[ -]\d{4,5}|\d{13,19}"
    r"|\d(?:[ -]?\d){12,18})"
    r"(?![\w/]|[.,]\d)"
)
_GROUPS = re.compile(r"\d{4}([ -]?)\d{4}\1\d{4}\1\d{3,4}\Z|\d{4}[ -]\d{6}[ -]\d{4,5}\Z")
_BRANDS = words_of(
    "card visa mastercard amex discover credit debit cc tarjeta carte karte kreditkarte kaart cartão cartao maestro"
)
_AFTER_CARD = re.compile(
    r"[\s,;]{1,3}(?:(?:exp\w*|and)[\s:.]{1,3})?((?:0[1-9]|1[0-2]|[1-9])[/-](?:20)?[2-4]\d)(?!\d)"
    r"(?:[\s,;]{1,3}(?:cv[vc]2?[\s:]{1,2})?(\d{3,4})(?!\d))?"
)
_LAST4 = re.compile(
    r"\b(?:end(?:ing|s|ed)?(?: (?:in|with|on))?|last (?:4|four)(?: digits?)?(?: (?:are|is|of))?|terminad[ao] en|se "
    r"terminant par|mit der endung)"
    r"[\s:#.*x-]{1,6}(\d{4})(?!\d|[ -]\d{3})"
    r"|(?:[x*•]{2,}[ -]?)+(\d{4})\b"
    r"|\b(?:card|visa|mastercard|amex)(?: (?:no\.?|number|is|on file))?[ :#-]{1,3}(\d{4})(?!\d|[ -]\d{3}|\s?[ap]m)"
    r"|\bcharges? (?:on|to) (\d{4})(?!\d)"
)
_LAST4_WORDS = words_of(
    "end ending ends ended last terminado terminada terminant endung card visa mastercard amex charge charges x "
    "xx xxx xxxx"
)
_BARE_FOUR = re.compile(
    r"(?<![\w.,:/#*$€£+-])(?<!\d )(?!(?:19|20)\d\d)\d{4}(?![\w%:/*#-]|[.,]\d| \d| ?(?:[ap]m|minutes|hours|people"
    r"|players|dollars|points)\b)"
)
_SECURITY = re.compile(
    r"\b(?:cvv2?|cvc2?|csc|cvn|security code|sec code|(?:3|three)[ -]digit code)(?: (?:is|code"
    r"|number))?[\s:=#-]{0,3}(\d{3,4})(?!\d)"
    r"|(?<!\d)(\d{3,4})(?= (?:is (?:the |my )?)?cv[vc]\b)"
)
_EXPIRY = re.compile(
    r"\b(?:exp(?:iry|ires?|iration)?\.?(?: date)?|valid (?:thru|until|to)|good thru)(?: is)?[\s:=-]{0,3}"
    r"((?:0?[1-9]|1[0-2])\s?[/-]\s?(?:20)?[2-4]\d)(?!\d)"
)
_SECURITY_WORDS = words_of("cvv cvc csc cvn security sec digit exp expiry expires expire expiration valid good")


def passes_luhn(digits: str) -> bool:
    """Whether the last digit is the check digit of ISO/IEC 7812-1."""
    total = 0
    for index, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if index % 2 else 1)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def find_cards(reading: Reading, _region: str) -> Iterator[Span]:
    """Card numbers, and expiry and security code that follow one."""
    for match in _CARD.finditer(reading.plain, reading.first_digit):
        digits = re.sub(r"\D", "", match[0])
        checked = passes_luhn(digits) and digits.strip("0")
        if not (checked or _GROUPS.match(match[0]) or not _BRANDS.isdisjoint(reading.vocabulary)):
            continue
        yield Span(*match.span(), "card", "card_number", RANK + 5)
        after = _AFTER_CARD.match(reading.lower, match.end())
        if after:
            yield Span(*after.span(1), "card_security", "card_expiry", RANK)
        if after and after[2]:
            yield Span(*after.span(2), "card_security", "card_security_code", RANK)


def find_last_digits(reading: Reading, _region: str) -> Iterator[Span]:
    """The last four digits of a card, by the words or the signs before them."""
    for match in _LAST4.finditer(reading.lower):
        yield Span(*match.span(match.lastindex or 0), "card_last4", "card_last4", RANK)


def find_bare_last_digits(reading: Reading, _region: str) -> Iterator[Span]:
    """Four digits without a unit in a text about cards; no year."""
    for match in _BARE_FOUR.finditer(reading.lower):
        yield Span(*match.span(), "card_last4", "card_last4", RANK - 55)


def find_security_codes(reading: Reading, _region: str) -> Iterator[Span]:
    """Security code and expiry of a card."""
    for match in _SECURITY.finditer(reading.lower):
        yield Span(*match.span(match.lastindex or 0), "card_security", "card_security_code", RANK)
    if "exp" in reading.vocabulary or not _BRANDS.isdisjoint(reading.vocabulary):
        for match in _EXPIRY.finditer(reading.lower):
            yield Span(*match.span(1), "card_security", "card_expiry", RANK)


RECOGNISERS = (
    Recogniser(find_cards, run=_FEWEST_DIGITS),
    Recogniser(find_last_digits, run=4, words=_LAST4_WORDS),
    Recogniser(find_last_digits, run=4, character="**"),
    Recogniser(find_last_digits, run=4, character="••"),
    Recogniser(find_bare_last_digits, run=4, words=words_of("card visa mastercard amex")),
    Recogniser(find_security_codes, digits=3, words=_SECURITY_WORDS),
)

"""Payment cards and bank accounts.

Here: card numbers, their last four digits, expiry and security code, account numbers and IBANs. Not here: amounts (quantities.py).
"""

import re
from collections.abc import Iterator

from pls_pipeline.entities.reading import Reading
from pls_pipeline.entities.records import Recogniser, Span

RANK = 90

_CARD = re.compile(r"(?<![\w.,$€£])\d(?:[ -]?\d){12,18}(?![\w]|[.,]\d)")
_CARD_GROUPS = re.compile(r"\d{4}([ -]?)\d{4}\1\d{4}\1\d{3,4}\Z|\d{4}[ -]\d{6}[ -]\d{4,5}\Z")
_BRANDS = frozenset(
    [
        "card",
        "visa",
        "mastercard",
        "amex",
        "discover",
        "credit",
        "debit",
        "cc",
        "tarjeta",
        "carte",
        "karte",
        "kreditkarte",
        "kaart",
        "cartão",
        "cartao",
        "maestro",
    ]
)
_LAST4 = re.compile(
    r"\b(?:end(?:ing|s|ed)?(?: (?:in|with|on))?|last (?:4|four)(?: digits?)?(?: (?:are|is|of))?|terminad[ao] en|se terminant par|mit der endung)[\s:#.*x-]{1,6}(\d{4})(?!\d|[ -]\d{3})"
    r"|(?:[x*•]{2,}[ -]?)+(\d{4})\b|\b(?:card|visa|mastercard|amex)(?: (?:no\.?|number|is|on file))?[ :#-]{1,3}(\d{4})(?!\d|[ -]\d{3}|\s?[ap]m)|\bcharges? (?:on|to) (\d{4})(?!\d)"
)
_SECURITY = re.compile(
    r"\b(?:cvv2?|cvc2?|csc|cvn|security code|sec code|(?:3|three)[ -]digit code)(?: (?:is|code|number))?[\s:=#-]{0,3}(\d{3,4})(?!\d)|(?<!\d)(\d{3,4})(?= (?:is (?:the |my )?)?cv[vc]\b)"
)
_EXPIRY = re.compile(
    r"\b(?:exp(?:iry|ires?|iration)?\.?(?: date)?|valid (?:thru|until|to)|good thru)(?: is)?[\s:=-]{0,3}((?:0?[1-9]|1[0-2])\s?[/-]\s?(?:20)?[2-4]\d)(?!\d)"
)
_AFTER_CARD = re.compile(
    r"[\s,;]{1,3}(?:(?:exp\w*|and)[\s:.]{1,3})?((?:0[1-9]|1[0-2]|[1-9])[/-](?:20)?[2-4]\d)(?!\d)(?:[\s,;]{1,3}(?:cv[vc]2?[\s:]{1,2})?(\d{3,4})(?!\d))?"
)

_IBAN = re.compile(r"(?<![\w])[a-z]{2}\d{2}(?: ?[a-z0-9]{4}){2,7}(?: ?[a-z0-9]{1,3})?(?!\w)")
_TRANSIT = re.compile(r"(?<![\w.-])\d{5}-\d{3}-\d{7,12}(?![\w-])")
_ACCOUNT = re.compile(
    r"\b(?:account|acct|a/c|iban|sort ?code|routing|transit|bsb|aba|konto(?:nummer)?|kto|cuenta|compte|bank(?: is| to| account)?|direct debit)"
    r"(?: (?:number|no\.?|nr\.?|#|is|to|details))*[\s:#=.-]{1,3}(\d(?:[ -]?\d){4,17})(?![\w/]|[.,]\d)"
)
_SORT_CODE = re.compile(
    r"(?<![\w.-])\d{2}-\d{2}-\d{2}(?:[\s,/]{1,3}(?:(?:acc(?:ount)?|acct)\.?[\s:]{1,2})?\d{8}\b)?(?![\w-])"
)
_BANK_WORDS = frozenset(
    [
        "account",
        "acct",
        "iban",
        "sort",
        "sortcode",
        "routing",
        "transit",
        "bsb",
        "aba",
        "konto",
        "kontonummer",
        "kto",
        "cuenta",
        "compte",
        "bank",
        "debit",
        "pay",
        "deposit",
        "wire",
        "transfer",
        "autopay",
        "invoice",
        "bic",
        "swift",
    ]
)


def passes_luhn(digits: str) -> bool:
    """Whether the last digit is the check digit of ISO/IEC 7812-1."""
    total = 0
    for index, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if index % 2 else 1)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def passes_mod97(iban: str) -> bool:
    """Whether the check digits are those of ISO 13616 (`iban` without spaces)."""
    moved = iban[4:] + iban[:4]
    return (
        moved.isascii() and moved.isalnum() and int("".join(str(int(character, 36)) for character in moved)) % 97 == 1
    )


def find_cards(reading: Reading, _region: str) -> Iterator[Span]:
    """Card numbers, and expiry and security code that follow one."""
    for match in _CARD.finditer(reading.plain):
        digits = re.sub(r"\D", "", match[0])
        spoken_of = not _BRANDS.isdisjoint(reading.vocabulary)
        if not ((passes_luhn(digits) and digits.strip("0")) or _CARD_GROUPS.match(match[0]) or spoken_of):
            continue
        yield Span(*match.span(), "card", "card_number", RANK + 5)
        after = _AFTER_CARD.match(reading.lower, match.end())
        if after:
            yield Span(*after.span(1), "card_security", "card_expiry", RANK)
            if after[2]:
                yield Span(*after.span(2), "card_security", "card_security_code", RANK)


def find_card_parts(reading: Reading, _region: str) -> Iterator[Span]:
    """Last four digits, expiry and security code, by the words before them."""
    for match in _LAST4.finditer(reading.lower):
        yield Span(*match.span(match.lastindex or 0), "card_last4", "card_last4", RANK)
    for match in _SECURITY.finditer(reading.lower):
        yield Span(*match.span(match.lastindex or 0), "card_security", "card_security_code", RANK)
    if not _BRANDS.isdisjoint(reading.vocabulary) or "exp" in reading.vocabulary:
        for match in _EXPIRY.finditer(reading.lower):
            yield Span(*match.span(1), "card_security", "card_expiry", RANK)


def find_accounts(reading: Reading, _region: str) -> Iterator[Span]:
    """IBANs by their check digits, account numbers by their shape or the words before them."""
    for match in _IBAN.finditer(reading.lower):
        # the last group may be a word that follows: try the span with and without it
        end = match.end()
        while end - match.start() >= 15:
            if passes_mod97(reading.lower[match.start() : end].replace(" ", "")):
                yield Span(match.start(), end, "bank_account", "bank_account", RANK + 8)
                break
            space = reading.lower.rfind(" ", match.start(), end)
            end = max(0, space)
    for match in _TRANSIT.finditer(reading.plain):
        yield Span(*match.span(), "bank_account", "bank_account", RANK + 7)
    if _BANK_WORDS.isdisjoint(reading.vocabulary):
        return
    for match in _ACCOUNT.finditer(reading.lower):
        yield Span(*match.span(1), "bank_account", "bank_account", RANK - 20)
    for match in _SORT_CODE.finditer(reading.lower):
        yield Span(*match.span(), "bank_account", "bank_account", RANK - 45)


RECOGNISERS = (
    Recogniser(find_cards, digits=True),
    Recogniser(find_card_parts, digits=True),
    Recogniser(find_accounts, digits=True),
)

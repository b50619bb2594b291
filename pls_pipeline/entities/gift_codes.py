"""Codes of gift cards and vouchers.

Here: codes in a text about gifts and vouchers, and codes that have a balance. Not here: promo codes, which everybody
may know.
"""

import re
from collections.abc import Iterator

from pls_pipeline.entities.closed_classes import words_of
from pls_pipeline.entities.reading import Reading
from pls_pipeline.entities.records import Recogniser, Span
from pls_pipeline.entities.vocabulary import is_word

RANK = 65
_FEWEST_DIGITS = 8

_CUES = words_of(
    "gift giftcard voucher vouchers certificate redeem redemption redeemed coupon gutschein geschenkkarte "
    "geschenkgutschein regalo cadeau buono bon cadeaubon"
)
_CODE = re.compile(
    r"(?<![\w./@-])(?=[\w-]{0,70}\d)(?:[a-z0-9]{2,12}(?:-[a-z0-9]{2,12}){1,5}|(?=[a-z]*\d+[a-z]"
    r"|\d*[a-z]+\d)[a-z0-9]{5,24})"
    r"(?![\w@/-])|(?<![\w./@$€£#-])\d{8,19}(?![\w.,/-]\w)"
)
_BALANCE = words_of("left remaining balance money credit funds has have had holds carries shows")
_ORDINARY = re.compile(
    r"\d+(?:st|nd|rd|th|am|pm|h|k|x\d+|min|mins|yrs?)|\d+-\w*(?:minute|min|hour|day|week|month|year|player|person"
    r"|hole|foot)s?|[a-z]+-\d{1,2}"
    r"|\d{1,4}-\d{1,4}|\d{4}-\d\d-\d\d|\d\d?-\d\d?-\d{2,4}"
)
_BALANCE_BEFORE = re.compile(
    r"\b(?:left|remaining|balance|money|credit|funds) (?:is )?(?:left )?(?:on|for|of|in)\s+(?:my |the |card |gift "
    r"card |voucher )*\Z"
)
_BALANCE_AFTER = re.compile(r"\s(?:still )?(?:has|have|had|holds|carries|shows)\s[$€£]?\d")
_CAPITALS = re.compile(r"(?<![\w@.-])[A-Z]{8,20}(?![\w@-])")
_LETTERS = re.compile(
    r"\b(?:gift ?cards?|vouchers?|certificates?|gift codes?|redeem)(?: codes?| numbers?| no\.?)?"
    r"(?: for [^\W\d_]{1,20}(?: [^\W\d_]{1,20})?)?(?: is|:)? "
    r"([^\W\d_]{6,20})(?![\w'@.-]\w)",
    re.IGNORECASE,
)


def find_gift_codes(reading: Reading, _region: str) -> Iterator[Span]:
    """Codes of gift cards and vouchers."""
    text = reading.lower
    if not reading.has_mixed_tokens and reading.digit_count < _FEWEST_DIGITS:
        return
    gift = not _CUES.isdisjoint(reading.vocabulary)
    for match in _CODE.finditer(text):
        if _ORDINARY.fullmatch(match[0]):
            continue
        before = text[max(0, match.start() - 50) : match.start()]
        if gift or _BALANCE_BEFORE.search(before) or _BALANCE_AFTER.match(text, match.end()):
            yield Span(*match.span(), "gift_code", "gift_code", RANK)


def find_letter_codes(reading: Reading, _region: str) -> Iterator[Span]:
    """Codes of letters after the word for the card: capitals, or eight letters and more that are no word."""
    for match in _CAPITALS.finditer(reading.plain) if reading.mixed_case else ():
        before = reading.lower[max(0, match.start() - 50) : match.start()]
        balance = _BALANCE_BEFORE.search(before) or _BALANCE_AFTER.match(reading.lower, match.end())
        if balance and not is_word(match[0].lower()):
            yield Span(*match.span(), "gift_code", "gift_code", RANK)
    for match in _LETTERS.finditer(reading.plain):
        capitals = match[1].isupper() and reading.mixed_case
        if not is_word(match[1].lower()) and (capitals or len(match[1]) >= 8):
            yield Span(*match.span(1), "gift_code", "gift_code", RANK)


RECOGNISERS = (
    Recogniser(find_gift_codes, digits=1, words=_CUES | _BALANCE),
    Recogniser(find_letter_codes, words=_CUES | _BALANCE),
)

"""Bank accounts.

Here: IBANs by their check digits, account numbers by their shape or the words before them. Not here: cards (cards.py).
"""

import re
from collections.abc import Iterator

from pls_pipeline.entities.closed_classes import words_of
from pls_pipeline.entities.reading import Reading
from pls_pipeline.entities.records import Recogniser, Span

RANK = 97
_SHORTEST_IBAN = 15

_IBAN = re.compile(r"(?<![\w])[a-z]{2}\d{2}(?: ?[a-z0-9]{4}){2,7}(?: ?[a-z0-9]{1,3})?(?!\w)")
_TRANSIT = re.compile(r"(?<![\w.-])\d{5}-\d{3}-\d{7,12}(?![\w-])")
_WORDS = words_of(
    "account acct iban sort sortcode routing transit bsb aba konto kontonummer kto cuenta compte bank debit pay "
    "deposit wire transfer autopay invoice bic swift refunded refund"
)
_ACCOUNT = re.compile(
    r"\b(?:account|acct|a/c|iban|sort ?code|routing|transit|bsb|aba|konto(?:nummer)?|kto|cuenta|compte|bank(?: is| to"
    r"| account)?|direct debit)"
    r"(?: (?:number|no\.?|nr\.?|#|is|to|details))*[\s:#=.-]{1,3}(\d(?:[ -]?\d){4,17})(?![\w/]|[.,]\d)"
)
_SORT_CODE = re.compile(
    r"(?<![\w.-])\d{2}-\d{2}-\d{2}(?:[\s,/]{1,3}(?:(?:acc(?:ount)?|acct)\.?[\s:]{1,2})?\d{8}\b)?(?![\w-])"
)
_BSB = re.compile(r"(?<![\w.-])\d{3}-\d{3}[\s,/]{1,3}(?:acc(?:ount)?[\s:]{1,2})?\d{6,9}\b(?![\w-])")
_PAID_TO = re.compile(
    r"\b(?:pay|paid|transfer|deposit|refund|wire|send)\w*(?: \w+){0,4} to (\d{7,14})(?![\w/-]|[.,]\d)"
)


def passes_mod97(iban: str) -> bool:
    """Whether the check digits are those of ISO 13616 (`iban` without spaces)."""
    moved = iban[4:] + iban[:4]
    return (
        moved.isascii() and moved.isalnum() and int("".join(str(int(character, 36)) for character in moved)) % 97 == 1
    )


def find_ibans(reading: Reading, _region: str) -> Iterator[Span]:
    """IBANs; what follows one may look like its last group, so each shorter span is tried too."""
    text = reading.lower
    for match in _IBAN.finditer(text):
        end = match.end()
        while end - match.start() >= _SHORTEST_IBAN:
            if passes_mod97(text[match.start() : end].replace(" ", "")):
                yield Span(match.start(), end, "bank_account", "bank_account", RANK)
                break
            end = text.rfind(" ", match.start(), end)


def find_accounts(reading: Reading, _region: str) -> Iterator[Span]:
    """Account numbers, sort codes and the like, in a text about banks."""
    text = reading.lower
    for pattern, group, rank in (
        (_TRANSIT, 0, RANK),
        (_BSB, 0, RANK - 6),
        (_ACCOUNT, 1, RANK - 27),
        (_PAID_TO, 1, RANK - 9),
    ):
        for match in pattern.finditer(text):
            yield Span(*match.span(group), "bank_account", "bank_account", rank)
    for match in _SORT_CODE.finditer(text):
        # six digits alone may be a date or a code
        yield Span(*match.span(), "bank_account", "bank_account", RANK - 6 if len(match[0]) > 8 else RANK - 52)


RECOGNISERS = (
    Recogniser(find_ibans, digits=11, shape=r"(?<![a0])aa00(?:[ a0]|$)"),
    Recogniser(find_accounts, run=5, words=_WORDS),
)

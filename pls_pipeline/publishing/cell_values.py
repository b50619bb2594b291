"""Texts that a spreadsheet takes for a number, a date, a time or a truth value, and would write back otherwise.

Here: which texts those are, and an apostrophe before them that keeps them text. "0042" comes back as 42 without it,
"1.9027E+10" as 1.90E+10, "12/05/2025" as the spreadsheet's locale writes dates. Not here: formulas and characters that
are not seen (cells.py).
"""

import re

_WORD = re.compile(r"[^\W\d_]+|\d+")
_MONTH = re.compile(r"(?:jan|feb|mar|apr|may|mai|jun|jul|aug|sep|oct|okt|nov|dec|dez|dic|fev|mrt|avr|abr|ago|set|out)")
_BESIDE_NUMBERS = frozenset({"e", "am", "pm", "a", "p", "m", "st", "nd", "rd", "th", "eur", "usd", "gbp", "t", "z"})
_TRUTH = frozenset({"true", "false", "wahr", "falsch", "vrai", "faux", "verdadero", "falso", "vero", "waar", "onwaar"})
_LONGEST = 40
_MARK = "'"


def mark_value(text: str) -> str:
    """The text with an apostrophe where it could be taken for a value; `unmark_value` is the inverse."""
    return _MARK + text if _is_value(text.lstrip(_MARK)) else text


def unmark_value(cell: str) -> str:
    """The text that `mark_value` was given."""
    return cell[1:] if cell.startswith(_MARK) and _is_value(cell.lstrip(_MARK)) else cell


def _is_value(text: str) -> bool:
    """Digits, with no other words than names of months and what stands beside numbers; or a truth value alone."""
    if len(text) > _LONGEST:
        return False
    words = _WORD.findall(text.casefold())
    if not any(word.isdigit() for word in words):
        return len(words) == 1 and words[0] in _TRUTH
    return all(word.isdigit() or word in _BESIDE_NUMBERS or _MONTH.match(word) for word in words)

r"""Text in a cell of a file for spreadsheets, and how to get it back.

Here: what `escape_cell` changes, and its inverse. Not here: which columns a file has (files.py).

Two changes, both undone by `unescape_cell`:

1. A character that is not seen (a control character other than tab, CR and LF; a mark that reverses the order of
   writing; a space without width) is written as `\uXXXX`. A text that holds such a notation already has its backslash
   written as `\u005C`. The zero-width joiner stays: it is part of emoji.
2. A piece that a spreadsheet could read as a formula is preceded by an apostrophe. A piece begins with the cell, with
   a line of it, or after `;` or a tab, because a spreadsheet of another locale splits there. It can be a formula when
   it begins, spaces aside, with `= + - @` or their full-width forms, or with a tab or a CR. After `;` and tab, a sign
   `+` or `-` counts only before a letter, a digit or a bracket with more behind it, so that `;-)` stays as it is.
   Source: OWASP, CSV Injection.

A cell of a spreadsheet holds 32,767 characters (Excel) and what is over would begin a cell of its own: `fit_cell`
cuts it.
"""

import re
from collections.abc import Sequence

CELL_CHARACTERS = 32_767

_UNSEEN = (
    "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u00ad\u061c\u200b\u200c\u200e\u200f\u2028-\u202e\u2060\u2066-\u2069\ufeff"
)
_UNSEEN_CHARACTER = re.compile(f"[{_UNSEEN}]")
_UNSEEN_OR_NOTATION = re.compile(rf"[{_UNSEEN}]|\\(?=u[0-9A-F]{{4}})")
_IN_ITEM = re.compile(rf"[{_UNSEEN}\n\r]|\\(?=u[0-9A-F]{{4}})")
_NOTATION = re.compile(r"\\u([0-9A-F]{4})")


def _formula_beginnings(mark: str) -> re.Pattern[str]:
    """Places where a formula could begin, `mark` and any apostrophes before it."""
    spaces, signs = r"[ \u00a0]*", "=+\\-@\uff0b\uff0d\uff1d\uff20"
    in_cell = rf"\A{mark}(?='*{spaces}[{signs}\t\r])"
    in_line = rf"(?<=[\n\r]){mark}(?='*{spaces}[{signs}\t])"
    after_separator = rf"(?<=[;\t]){mark}(?='*{spaces}(?:[=@\uff1d\uff20]|[+\-\uff0b\uff0d](?=\w|\(.)))"
    return re.compile(f"{in_cell}|{in_line}|{after_separator}")


_BEFORE_FORMULA = _formula_beginnings("")
_APOSTROPHE = _formula_beginnings("'")


def name_unseen(text: str) -> str:
    r"""Write each character that is not seen as `\uXXXX`. For display: there is no way back."""
    return _UNSEEN_CHARACTER.sub(_notation, text)


def escape_cell(text: str) -> str:
    """Return the text as it may stand in a cell; `unescape_cell` is the inverse."""
    return _BEFORE_FORMULA.sub("'", _UNSEEN_OR_NOTATION.sub(_notation, text))


def unescape_cell(cell: str) -> str:
    """Return the text that `escape_cell` was given."""
    return _NOTATION.sub(lambda match: chr(int(match[1], 16)), _APOSTROPHE.sub("", cell))


def escape_list(items: Sequence[str]) -> str:
    r"""Put items, none of them empty, into one cell, an item a line.

    A line break in an item is written as `\u000A` or `\u000D`; `unescape_list` is the inverse.
    """
    return "\n".join(_BEFORE_FORMULA.sub("'", _IN_ITEM.sub(_notation, item)) for item in items)


def unescape_list(cell: str) -> list[str]:
    """Return the items that `escape_list` was given."""
    return [unescape_cell(line) for line in cell.split("\n")] if cell else []


def fit_cell(cell: str) -> str:
    """Return the cell, or as much of it as a spreadsheet holds and a note of what is left out."""
    if len(cell) <= CELL_CHARACTERS:
        return cell
    kept = CELL_CHARACTERS - 100
    return f"{cell[:kept]} [... cut: {len(cell) - kept} more characters]"


def _notation(match: re.Match[str]) -> str:
    return f"\\u{ord(match[0]):04X}"

"""One CSV record out of a text: where it ends and what its cells are.

Here: RFC 4180 quoting over a string, nothing kept between calls. Not here: which record comes next, what to do with a
broken one (records.py).
"""

from enum import Enum
from typing import NamedTuple


class Status(Enum):
    """COMPLETE; MORE: the text ends inside the record; BROKEN: a quote is not closed, or closes inside its cell."""

    COMPLETE = 1
    MORE = 2
    BROKEN = 3


class ScannedRecord(NamedTuple):
    """`starts`: where each cell begins, and one past what ends the last; `end`: where the next record begins.

    A BROKEN record's `end` is where the fault was seen.
    """

    status: Status
    fields: list[str]
    starts: list[int]
    end: int


def scan_record(text: str, position: int, delimiter: str, *, at_end: bool) -> ScannedRecord:
    """Read the record that begins at `position`; `at_end` says that no text follows.

    A cell that begins with a quote ends at the next quote that is not doubled. Any other cell ends at the delimiter or
    line end; quotes inside it are content. A CR before LF belongs to the line end, any other CR is content.
    """
    fields: list[str] = []
    starts: list[int] = []
    line_end = -1
    while True:
        starts.append(position)
        if text.startswith('"', position):
            close = _closing_quote(text, position + 1)
            if close < 0:
                return ScannedRecord(Status.BROKEN if at_end else Status.MORE, fields, starts, len(text))
            following = text[close + 1 : close + 3]
            if len(following) < 2 and not at_end:
                return ScannedRecord(Status.MORE, fields, starts, len(text))
            fields.append(text[position + 1 : close].replace('""', '"'))
            if following[:1] == delimiter:
                position = close + 2
                continue
            if following[:1] in ("\n", "") or following in ("\r\n", "\r"):
                end = min(close + 1 + (2 if following[:1] == "\r" else 1), len(text))
                starts.append(close + 2)
                return ScannedRecord(Status.COMPLETE, fields, starts, end)
            return ScannedRecord(Status.BROKEN, fields, starts, close)
        if line_end < position:
            line_end = text.find("\n", position)
            if line_end < 0:
                if not at_end:
                    return ScannedRecord(Status.MORE, fields, starts, len(text))
                line_end = len(text)
        cell_end = text.find(delimiter, position, line_end)
        if cell_end < 0:
            last = text[position:line_end]
            fields.append(last.removesuffix("\r"))
            starts.append(line_end + 1)
            return ScannedRecord(Status.COMPLETE, fields, starts, min(line_end + 1, len(text)))
        fields.append(text[position:cell_end])
        position = cell_end + 1


def _closing_quote(text: str, position: int) -> int:
    """The next quote that is not doubled, or -1 where the text ends before it or could double it."""
    while True:
        quote = text.find('"', position)
        if quote < 0 or not text.startswith('"', quote + 1):
            return quote
        position = quote + 2

"""The lists beside the messages in the account's archive: which a file is, and its rows as cells.

Here: finding the header and reading the rows in bounded memory. Not here: which header belongs to which list
(list_headers.py), what the cells of contacts and numbers mean (contacts.py), exports of messages (dialect.py).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pls_pipeline.sources.dialect import delimiters_of, line_starts
from pls_pipeline.sources.encoding import TextFormat, detect_format, read_head, read_text
from pls_pipeline.sources.list_headers import ListKind, recognise_list
from pls_pipeline.sources.records import LONGEST_RECORD
from pls_pipeline.sources.scanning import Status, scan_record


@dataclass(frozen=True)
class AccountList:
    """A list of the account and how its rows are read; `first_record` is the character after the header."""

    kind: ListKind
    text_format: TextFormat
    delimiter: str
    header: tuple[str, ...]
    first_record: int


def find_list(path: Path, name: str) -> AccountList | None:
    """The list that a file is, judged by its head; its `name` decides where the header is that of several lists."""
    text_format = detect_format(path)
    head = read_head(path, text_format)
    position, _ = next(line_starts(head), (0, 1))
    for delimiter in delimiters_of(head, position):
        record = scan_record(head, position, delimiter, at_end=True)
        kind = recognise_list(record.fields, name) if record.status is Status.COMPLETE else None
        if kind:
            return AccountList(kind, text_format, delimiter, tuple(record.fields), record.end)
    return None


def read_rows(path: Path, found: AccountList) -> Iterator[list[str]]:
    """The cells of each row that holds something, in bounded memory; a line whose quotes do not fit is stepped over."""
    chunks = read_text(path, found.text_format)
    text = next(chunks, "")
    position, ended = found.first_record, False
    while True:
        scanned = scan_record(text, position, found.delimiter, at_end=ended)
        if scanned.status is Status.MORE and len(text) - position <= LONGEST_RECORD:
            chunk = next(chunks, None)
            text, position, ended = (text, position, True) if chunk is None else (text[position:] + chunk, 0, False)
        elif scanned.status is Status.COMPLETE:
            if any(cell.strip() for cell in scanned.fields):
                yield scanned.fields
            position = scanned.end
            if ended and position >= len(text):
                return
        else:
            line_end = text.find("\n", position)
            while line_end < 0:
                text = next(chunks, "")
                if not text:
                    return
                line_end = text.find("\n")
            position = line_end + 1

"""The first look at a file: is it an export, where is its header, what separates its cells.

Here: the head only, and the sentences for files that are none. Not here: reading the records.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pls_pipeline.sources.encoding import HEAD_BYTES, TextFormat, detect_format, read_head
from pls_pipeline.sources.list_headers import LIST_WORDS, recognise_list
from pls_pipeline.sources.openphone import Columns, match_columns, missing_meanings
from pls_pipeline.sources.reading import UnreadableExportError
from pls_pipeline.sources.scanning import Status, scan_record

DELIMITERS = (",", ";", "\t")
_LINES_BEFORE_HEADER = 20

SAVE_AS_CSV = (
    "import the CSV file that OpenPhone made; where you no longer have it, open the workbook in Excel, choose File, "
    "Save As, type CSV UTF-8, and import the file that this makes"
)
_MAGIC = (
    (b"\x1f\x8b", "is compressed (gzip); unpack it and import the CSV file inside"),
    (b"%PDF", "is a PDF; export the messages as CSV and import that file"),
    (b"\xd0\xcf\x11\xe0", f"is an old Excel workbook; {SAVE_AS_CSV}"),
    (b"\x89PNG", "is a picture; export the messages as CSV and import that file"),
    (b"\xff\xd8\xff", "is a picture; export the messages as CSV and import that file"),
    (b"SQLite format 3", "is a database; export the messages as CSV and import that file"),
    (b"PAR1", "is a Parquet file; export the messages as CSV and import that file"),
)
_USUAL_HEADER = "id,conversationId,body,sentAt,to,from,direction,createdAt"
_ADVICE = "export the messages from OpenPhone as CSV and import that file as it comes"


@dataclass(frozen=True)
class Dialect:
    """How the file is to be read; `first_record` is the character, `first_line` the physical line after the header.

    `line_end` is that of the header: LF | CRLF | CR.
    """

    text_format: TextFormat
    delimiter: str
    columns: Columns
    first_record: int
    first_line: int
    line_end: str


def find_dialect(path: Path, file_name: str) -> Dialect:
    """Look at the head of a file; raises UnreadableExportError where it is no export of messages."""
    with path.open("rb") as file:
        start = file.read(HEAD_BYTES)
    if not start.strip(b"\0 \r\n\t"):
        raise UnreadableExportError(f"{file_name} is empty; {_ADVICE}.")
    _refuse_other_formats(start, file_name)
    text_format = detect_format(path)
    head = read_head(path, text_format)
    best: Columns | None = None
    for position, line in line_starts(head):
        for delimiter in delimiters_of(head, position):
            record = scan_record(head, position, delimiter, at_end=True)
            if record.status is not Status.COMPLETE:
                continue
            columns = match_columns(record.fields)
            if not missing_meanings(columns):
                next_line = line + head.count("\n", position, record.end)
                line_end = _name_line_end(text_format, head[position : record.end])
                return Dialect(text_format, delimiter, columns, record.end, next_line, line_end)
            if best is None or len(columns.positions) > len(best.positions):
                best = columns
    raise UnreadableExportError(_explain(best, start, file_name))


def _refuse_other_formats(start: bytes, file_name: str) -> None:
    if start.startswith(b"PK\x03\x04"):
        if b"xl/" in start or b"[Content_Types].xml" in start:
            raise UnreadableExportError(f"{file_name} is an Excel workbook; {SAVE_AS_CSV}.")
        raise UnreadableExportError(
            f"{file_name} is a zip archive; unpack it and import the CSV file of messages inside."
        )
    for magic, sentence in _MAGIC:
        if start.startswith(magic):
            raise UnreadableExportError(f"{file_name} {sentence}.")


def _name_line_end(text_format: TextFormat, header: str) -> str:
    if text_format.newline == "\r":
        return "CR"
    return "CRLF" if header.endswith("\r\n") else "LF"


def line_starts(head: str) -> Iterator[tuple[int, int]]:
    """Position and number of the first lines that hold something."""
    position, line = 0, 1
    while position < len(head) and line <= _LINES_BEFORE_HEADER:
        end = head.find("\n", position)
        end = len(head) if end < 0 else end
        if head[position:end].strip(" \t\r,;"):
            yield position, line
        position, line = end + 1, line + 1


def delimiters_of(head: str, position: int) -> list[str]:
    """Those that the line holds, the most frequent first."""
    end = head.find("\n", position)
    line = head[position:end] if end >= 0 else head[position:]
    return sorted((d for d in DELIMITERS if d in line), key=line.count, reverse=True)


def _explain(best: Columns | None, start: bytes, file_name: str) -> str:
    if start.count(0) > len(start) // 20 and best is None:
        return f"{file_name} is not a text file; {_ADVICE}."
    other = recognise_list(best.header, file_name) if best else None
    if other:
        return (
            f"{file_name} is a list of {LIST_WORDS[other]}, not of messages; import the file of messages, "
            "whose name ends in _messages.csv in the account's export."
        )
    if best is None or len(best.positions) < 2:
        return f"{file_name} has no header line such as {_USUAL_HEADER}; {_ADVICE}."
    missing = missing_meanings(best)
    return (
        f"{file_name} has no column for {' and '.join(missing.values())}; where it stands under another name, "
        f"call the column {' and '.join(missing)} in the first line, else {_ADVICE}."
    )

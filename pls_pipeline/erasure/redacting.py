"""A landed file without the records of marked customers: plain, gzip or archive.

Here: which records of each part go, and the file written anew around them. Not here: which messages are a customer's
(finding.py), how lines are replaced (lines.py).
Records of messages are those that finding.py names, and rejected ones by their text. Rows of contacts and calls go
where they hold a value; a member that cannot be read by lines (a workbook, a picture) is emptied, for nothing uses it.
"""

import gzip
import tempfile
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb

from pls_pipeline.erasure.finding import find_messages
from pls_pipeline.erasure.lines import join_spans, replace_spans, split_lines, texts_of_spans
from pls_pipeline.erasure.marks import Marks
from pls_pipeline.sources.account_lists import AccountList
from pls_pipeline.sources.archive import Archive
from pls_pipeline.sources.dialect import Dialect
from pls_pipeline.sources.encoding import TextFormat, detect_format, read_text, settle_format
from pls_pipeline.sources.export import read_messages
from pls_pipeline.sources.parts import Part, open_parts, recognise_container
from pls_pipeline.sources.reading import ReadingOptions
from pls_pipeline.sources.records import FORGOTTEN, RecordReader
from pls_pipeline.sources.scanning import Status, scan_record

_EMPTY_LINE = ""


@dataclass(frozen=True)
class Redaction:
    """What went: records of messages (rejected ones included), rows of lists, whole members of an archive."""

    records: int = 0
    list_rows: int = 0
    members: int = 0

    def __bool__(self) -> bool:
        """Whether anything went."""
        return bool(self.records or self.list_rows or self.members)

    def __add__(self, other: "Redaction") -> "Redaction":
        """Both together."""
        return Redaction(self.records + other.records, self.list_rows + other.list_rows, self.members + other.members)


def redact_file(
    connection: duckdb.DuckDBPyConnection,
    source: Path,
    file_name: str,
    options: ReadingOptions,
    marks: Marks,
    target: Path,
) -> Redaction:
    """Write `source` without what is the marked customers' to `target`; nothing is written where it holds nothing.

    Raises UnreadableExportError where the file is no export of messages, OSError.
    """
    with tempfile.TemporaryDirectory() as folder:
        changed: dict[str | None, Path] = {}
        total = Redaction()
        for number, part in enumerate(open_parts(source, file_name)):
            redacted = Path(folder) / str(number)
            done = _redact_part(connection, part, options, marks, redacted)
            if done:
                changed[part.member] = redacted
                total += done
        if not total:
            return total
        container = recognise_container(source)
        if container == "zip":
            _write_archive(source, file_name, changed, target)
        elif container == "gzip":
            with gzip.GzipFile(filename="", mode="wb", fileobj=target.open("wb"), mtime=0) as packed:
                packed.write(changed[None].read_bytes())
        else:
            changed[None].replace(target)
    return total


def _redact_part(
    connection: duckdb.DuckDBPyConnection, part: Part, options: ReadingOptions, marks: Marks, target: Path
) -> Redaction:
    if isinstance(part.content, Dialect):
        text_format = settle_format(part.path, part.content.text_format)
        spans = _find_records(connection, part, part.content, options, marks)
        if spans:
            replace_spans(part.path, target, text_format, spans, FORGOTTEN)
        return Redaction(records=len(spans))
    if isinstance(part.content, AccountList):
        text_format = part.content.text_format
        rows = _find_rows(part.path, part.content, marks)
        if rows:
            replace_spans(part.path, target, text_format, rows, _EMPTY_LINE)
        return Redaction(list_rows=len(rows))
    if part.kind == "workbook" or holds_value(part.path, marks):
        target.write_bytes(b"")
        return Redaction(members=int(part.path.stat().st_size > 0))
    return Redaction()


def _find_records(
    connection: duckdb.DuckDBPyConnection, part: Part, dialect: Dialect, options: ReadingOptions, marks: Marks
) -> dict[int, int]:
    """First and last lines of the records that go."""
    common = {"import_key": "", "member": part.member, "rows_before": 0}
    reading = read_messages(connection, part.path, dialect, options, common)
    found = find_messages(connection, reading.messages, marks)
    own = {line for (line,) in found.rows.project("line_number").fetchall()}
    doubtful = {line for (line,) in reading.rejected.filter("reason <> 'forgotten'").project("line_number").fetchall()}
    if not own and not doubtful:
        return {}
    text_format = settle_format(part.path, dialect.text_format)
    records = RecordReader(read_text(part.path, text_format), dialect)
    spans = [(item.first_line, item.last_line) for item in records if item.first_line in own | doubtful]
    judged = join_spans(span for span in spans if span[0] in doubtful)
    texts = texts_of_spans(part.path, text_format, judged)
    hits = [(first, judged[first]) for first, text in texts if marks.find_in_record(text)]
    return join_spans([*(span for span in spans if span[0] in own), *hits])


def _find_rows(path: Path, found: AccountList, marks: Marks) -> dict[int, int]:
    """First and last lines of the rows of a list that hold a value."""
    text = "".join(read_text(path, found.text_format))
    position = found.first_record
    line = 1 + text.count("\n", 0, position)
    spans = []
    while position < len(text):
        scanned = scan_record(text, position, found.delimiter, at_end=True)
        end = scanned.end if scanned.status is Status.COMPLETE else text.find("\n", position) + 1 or len(text)
        row = text[position:end]
        last = line + row.removesuffix("\n").count("\n")
        if marks.find_in_record(row):
            spans.append((line, last))
        position, line = end, last + 1
    return join_spans(spans)


def holds_value(path: Path, marks: Marks) -> bool:
    """Whether a file of any kind holds a value in a line of it."""
    return any(marks.find_in_record(text) for text in _decoded_lines(path))


def _decoded_lines(path: Path) -> Iterator[str]:
    text_format: TextFormat = detect_format(path)
    for _, line, _ in split_lines(path, text_format):
        yield line.decode("utf-8" if text_format.encoding == "utf-8-sig" else text_format.encoding, "replace")


def _write_archive(source: Path, file_name: str, changed: dict[str | None, Path], target: Path) -> None:
    """The archive with the changed members in the place of their own; comments and extra fields stay behind."""
    with (
        Archive.open(source, file_name) as archive,
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, allowZip64=True) as out,
    ):
        for member in archive.members:
            info = zipfile.ZipInfo(member.info.filename, member.info.date_time)
            info.compress_type = zipfile.ZIP_DEFLATED
            with out.open(info, "w", force_zip64=True) as written:
                redacted = changed.get(member.name)
                for chunk in archive.read(member) if redacted is None else [redacted.read_bytes()]:
                    written.write(chunk)

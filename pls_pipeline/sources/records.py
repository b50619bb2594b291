"""Every record of a file, one after the other, whatever state the file is in.

Here: the careful reader: it goes over the text in chunks, steps over blank lines and repeated headers, puts unquoted
commas back, and finds its way again after a quote that is never closed. Not here: what the cells mean (normalising.py).
Law: each line that holds something belongs to exactly one record, one repeated header, or the record it continues.
"""

from collections.abc import Iterator
from typing import NamedTuple

from pls_pipeline.sources.dialect import Dialect
from pls_pipeline.sources.openphone import DIRECTIONS, is_header
from pls_pipeline.sources.repair import Shape, place_fields
from pls_pipeline.sources.scanning import ScannedRecord, Status, scan_record

LONGEST_RECORD = 1 << 20
FORGOTTEN = "[forgotten]"
"""The line that stands in a landed copy for a record that was erased (erasure/)."""
_PLAIN_DIRECTIONS = frozenset(word for name in DIRECTIONS for word in (name, name.capitalize(), name.upper()))


class Record(NamedTuple):
    """Cells in the order of the header (empty where `fault` says why they could not be told apart); lines from 1."""

    first_line: int
    last_line: int
    fields: list[str]
    repaired: bool = False
    fault: str | None = None
    detail: str | None = None


class RecordReader:
    """Iterates over the records of a text that comes in chunks.

    `record_count` counts what it yielded, `blank_lines` and `repeated_headers` what it stepped over.
    """

    def __init__(self, chunks: Iterator[str], dialect: Dialect) -> None:
        self.record_count = 0
        self.characters_read = 0
        self.blank_lines = 0
        self.repeated_headers = 0
        self._chunks = chunks
        self._delimiter = dialect.delimiter
        self._columns = dialect.columns
        self._shape = Shape.of(dialect.columns)
        self._text = ""
        self._ended = False
        self._position = 0
        self._line = dialect.first_line
        self._skip(dialect.first_record)

    def __iter__(self) -> Iterator[Record]:
        """Yield the records in order."""
        for record in self._records():
            self.record_count += 1
            yield record

    def _records(self) -> Iterator[Record]:
        size, direction, delimiter = self._shape.size, self._shape.direction, self._delimiter
        while True:
            end = self._text.find("\n", self._position)
            if end < 0 and not self._ended and len(self._text) - self._position <= LONGEST_RECORD:
                self._refill()
                continue
            if end < 0 and self._ended:
                if self._position >= len(self._text):
                    return
                end = len(self._text)
            if end < 0 or end - self._position > LONGEST_RECORD:
                yield self._skip_long_line()
                continue
            line = self._text[self._position : end]
            if '"' in line:
                record = self._read_quoted()
                if record is not None:
                    yield record
                continue
            fields = line.removesuffix("\r").split(delimiter)
            number = self._line
            self._position, self._line = min(end + 1, len(self._text)), number + 1
            if len(fields) == size and fields[direction] in _PLAIN_DIRECTIONS:
                yield Record(number, number, fields)
            else:
                odd = self._judge(fields, fields, number, number)
                if odd is not None:
                    yield odd

    def _read_quoted(self) -> Record | None:
        """Read the record at the position, which holds a quote, and step over it."""
        scanned = self._scan(0)
        start, number = self._position, self._line
        if scanned.status is not Status.COMPLETE:
            return self._recover(scanned.end - start)
        length = scanned.end - start - self._text.startswith("\n", scanned.end - 1)
        last = number + self._text.count("\n", start, start + length)
        if last > number and not self._shape.is_plausible(scanned.fields):
            if self._find_record(length):
                return self._recover(length)
            scanned = self._scan(0)
        pieces = self._pieces(scanned)
        self._position, self._line = scanned.end, last + 1
        if len(scanned.fields) == self._shape.size and scanned.fields[self._shape.direction] in _PLAIN_DIRECTIONS:
            return Record(number, last, scanned.fields)
        return self._judge(scanned.fields, pieces, number, last)

    def _scan(self, offset: int) -> ScannedRecord:
        """The record that begins `offset` after the position; one that is too long is BROKEN at its longest `end`."""
        while True:
            start = self._position + offset
            scanned = scan_record(self._text, start, self._delimiter, at_end=self._ended)
            if scanned.status is Status.MORE and len(self._text) - start <= LONGEST_RECORD:
                self._refill()
            elif scanned.status is Status.MORE or scanned.end - start > LONGEST_RECORD:
                return scanned._replace(status=Status.BROKEN, end=start + LONGEST_RECORD)
            else:
                return scanned

    def _pieces(self, scanned: ScannedRecord) -> list[str]:
        ends = [start - 1 for start in scanned.starts[1:]]
        pieces = [self._text[start:end] for start, end in zip(scanned.starts, ends, strict=False)]
        pieces[-1] = pieces[-1].removesuffix("\r")
        return pieces

    def _judge(self, fields: list[str], pieces: list[str], first: int, last: int) -> Record | None:
        """What a record is whose cells are not simply those of the header; None where it is stepped over."""
        shape = self._shape
        if not any(field.strip() for field in fields):
            self.blank_lines += 1
            return None
        if fields == [FORGOTTEN]:
            return Record(first, last, [], fault="forgotten", detail="erased: its customer is to be forgotten")
        if len(fields) == shape.size:
            if is_header(fields, self._columns):
                self.repeated_headers += 1
                return None
            return Record(first, last, fields)
        if len(fields) < shape.size:
            padded = fields + [""] * (shape.size - len(fields))
            whole = self._text.startswith("\n", self._position - 1)
            if whole and len(fields) >= shape.size - shape.optional_tail and shape.is_plausible(padded):
                return Record(first, last, padded)
            return Record(first, last, [], fault="too_few_fields", detail=f"{len(fields)} of {shape.size} cells")
        placed = place_fields(fields, pieces, shape, self._delimiter)
        if placed is None:
            return Record(
                first, last, [], fault="too_many_fields", detail=f"{len(fields)} cells for {shape.size} columns"
            )
        return Record(first, last, placed, repaired=True)

    def _recover(self, fault: int) -> Record:
        """Read or reject the broken record at the position; its fault was seen at `fault`.

        A line whose cells fit when quotes are taken as content is a record. Otherwise the record is rejected up to the
        next line that begins a plausible record, or whole where there is none.
        """
        number = self._line
        line_end = self._line_end(0)
        line = self._text[self._position : self._position + line_end].removesuffix("\n").removesuffix("\r")
        pieces = line.split(self._delimiter)
        few = len(pieces) < self._shape.size
        placed = None if few else place_fields(pieces, pieces, self._shape, self._delimiter)
        if placed is not None:
            self._position, self._line = self._position + line_end, number + 1
            return Record(number, number, [_unwrap(cell) for cell in placed], repaired=True)
        length = self._find_record(fault) or self._line_end(fault)
        restart = self._position + length
        ends_line = self._text.startswith("\n", restart - 1)
        last = number + self._text.count("\n", self._position, restart) - ends_line
        self._position, self._line = restart, last + ends_line
        if few:
            detail = f"{len(pieces)} of {self._shape.size} cells, and a quote that is not closed"
            return Record(number, last, [], fault="too_few_fields", detail=detail)
        return Record(number, last, [], fault="bad_quotes", detail="a quote that is not closed or not doubled")

    def _find_record(self, fault: int) -> int | None:
        """How far after the position the first plausible record begins, past the first line and not past the fault."""
        offset = 0
        while True:
            newline = self._text.find("\n", self._position + offset, self._position + fault)
            if newline < 0:
                return None
            offset = newline + 1 - self._position
            scanned = self._scan(offset)
            if scanned.status is Status.COMPLETE and self._shape.is_plausible(scanned.fields):
                return offset

    def _line_end(self, offset: int) -> int:
        """How far after the position the line of `offset` ends, its LF included; a line that is too long is cut."""
        while True:
            newline = self._text.find("\n", self._position + offset)
            if newline >= 0:
                return min(newline + 1 - self._position, offset + LONGEST_RECORD)
            if self._ended or len(self._text) - self._position - offset > LONGEST_RECORD:
                return min(len(self._text) - self._position, offset + LONGEST_RECORD)
            self._refill()

    def _skip_long_line(self) -> Record:
        """Step over a line that is longer than any record."""
        number = self._line
        end = self._text.find("\n", self._position)
        while end < 0 and not self._ended:
            self._position = len(self._text)
            self._refill()
            end = self._text.find("\n")
        self._position, self._line = len(self._text) if end < 0 else end + 1, number + 1
        return Record(number, number, [], fault="too_long", detail=f"a line of more than {LONGEST_RECORD} characters")

    def _refill(self) -> None:
        """Drop what was read and add the next chunk."""
        chunk = next(self._chunks, None)
        if chunk is None:
            self._ended = True
        else:
            self._text, self._position = self._text[self._position :] + chunk, 0
            self.characters_read += len(chunk)

    def _skip(self, characters: int) -> None:
        """Step over the beginning of the text."""
        while len(self._text) < characters and not self._ended:
            self._refill()
        self._position = min(characters, len(self._text))


def _unwrap(cell: str) -> str:
    """A cell without the quotes around it."""
    trimmed = cell.strip()
    return trimmed[1:-1].replace('""', '"') if len(trimmed) > 1 and trimmed[0] == trimmed[-1] == '"' else cell

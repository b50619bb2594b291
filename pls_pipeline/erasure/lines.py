"""A text without some of its records, every other byte as it was.

Here: replacing spans of physical lines, and the text of such spans. Not here: which records go (redacting.py).
A record becomes the line `[forgotten]` and as many empty lines as it had further ones: the records behind it keep their
line and row numbers, and the reader knows the line (sources/records.py). A list's row becomes an empty line.
"""

import itertools
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from pls_pipeline.sources.encoding import CHUNK_BYTES, TextFormat


def replace_spans(source: Path, target: Path, text_format: TextFormat, spans: Mapping[int, int], mark: str) -> None:
    """Write the text of `source` to `target` with `mark` in the place of each span: {first line: last line}, from 1.

    Spans do not overlap (`join_spans`). Raises OSError.
    """
    gone = iter(sorted(spans.items()))
    first, last = next(gone, (0, 0))
    with target.open("wb") as out:
        for number, line, ending in split_lines(source, text_format):
            while first and number > last:
                first, last = next(gone, (0, 0))
            if not first or number < first:
                out.write(line)
            elif number == first:
                out.write(_encode(mark, text_format))
            out.write(ending)


def join_spans(spans: Iterable[tuple[int, int]]) -> dict[int, int]:
    """The spans as {first line: last line}, those that share a line as one."""
    joined: dict[int, int] = {}
    start = 0
    for first, last in sorted(spans):
        if joined and first <= joined[start]:
            joined[start] = max(joined[start], last)
        else:
            start = first
            joined[start] = last
    return joined


def texts_of_spans(source: Path, text_format: TextFormat, spans: Mapping[int, int]) -> Iterator[tuple[int, str]]:
    """The first line and the whole text of each span."""
    lines = split_lines(source, text_format)
    for first, last in sorted(spans.items()):
        reached = itertools.dropwhile(lambda line, first=first: line[0] < first, lines)  # type: ignore[misc]
        held = itertools.islice(reached, last - first + 1)
        yield first, "\n".join(_decode(line, text_format) for _, line, _ in held)


def split_lines(source: Path, text_format: TextFormat) -> Iterator[tuple[int, bytes, bytes]]:
    """Number, bytes and line end of each physical line, as sources/ counts lines; in memory, one line at a time."""
    wide = text_format.encoding.startswith("utf-16")
    end = _encode(text_format.newline, text_format)
    with source.open("rb") as file:
        pending, number = b"", 0
        for chunk in itertools.chain(iter(lambda: file.read(CHUNK_BYTES), b""), (b"",)):
            *lines, pending = _split(pending + chunk, end, wide=wide)
            for line in lines:
                number += 1
                yield number, line, end
        if pending:
            yield number + 1, pending, b""


def _split(data: bytes, end: bytes, *, wide: bool) -> list[bytes]:
    if not wide:
        return data.split(end)
    # A line end counts at even places alone: U+0A00 beside U+000A would else make one.
    pieces, start, place = [], 0, data.find(end)
    while place >= 0:
        if place % 2 == 0:
            pieces.append(data[start:place])
            start = place + 2
        place = data.find(end, place + 1)
    return [*pieces, data[start:]]


def _encode(text: str, text_format: TextFormat) -> bytes:
    return text.encode("utf-8" if text_format.encoding == "utf-8-sig" else text_format.encoding)


def _decode(line: bytes, text_format: TextFormat) -> str:
    return line.decode("utf-8" if text_format.encoding == "utf-8-sig" else text_format.encoding, "replace")

"""Records as they stand in the file, by their lines.

Here: a second pass over the text for the few records that were rejected. Not here: finding or judging records.
"""

import itertools
from collections.abc import Iterable, Iterator

import pyarrow as pa

LONGEST_TEXT = 20_000
_ROWS_A_BATCH = 2048
_SCHEMA = pa.schema([("line_number", pa.int64()), ("raw_text", pa.string())])


def read_raw_texts(chunks: Iterable[str], spans: pa.Table) -> pa.RecordBatchReader:
    """The texts of `fetch_lines` as Arrow batches (line_number, raw_text); `spans` holds first and last lines."""
    pairs = ((first, last) for batch in spans.to_batches() for first, last in zip(*batch.columns, strict=True))
    texts = fetch_lines(chunks, ((first.as_py(), last.as_py()) for first, last in pairs))
    return pa.RecordBatchReader.from_batches(_SCHEMA, _batches(texts))


def _batches(texts: Iterator[tuple[int, str]]) -> Iterator[pa.RecordBatch]:
    while rows := list(itertools.islice(texts, _ROWS_A_BATCH)):
        arrays = [pa.array(values, field.type) for values, field in zip(zip(*rows, strict=True), _SCHEMA, strict=True)]
        yield pa.record_batch(arrays, schema=_SCHEMA)


def fetch_lines(chunks: Iterable[str], spans: Iterable[tuple[int, int]]) -> Iterator[tuple[int, str]]:
    """For each (first line, last line), in order and not overlapping: the first line's number and the text.

    The line end is removed. A text of more than LONGEST_TEXT characters is cut.
    """
    wanted = iter(spans)
    span = next(wanted, None)
    line = 1
    text: list[str] = []
    size = 0
    for chunk in chunks:
        position = 0
        while span is not None and position < len(chunk):
            first, last = span
            if line < first:
                newlines = chunk.count("\n", position)
                if line + newlines < first:
                    line += newlines
                    break
                while line < first:
                    position = chunk.index("\n", position) + 1
                    line += 1
                continue
            end = chunk.find("\n", position)
            piece = chunk[position : len(chunk) if end < 0 else end + 1]
            if size < LONGEST_TEXT:
                text.append(piece[: LONGEST_TEXT - size])
                size += len(text[-1])
            position += len(piece)
            if end >= 0:
                line += 1
                if line > last:
                    yield first, "".join(text).removesuffix("\n").removesuffix("\r")
                    text, size = [], 0
                    span = next(wanted, None)
        if span is None:
            return
    if span is not None and text:
        yield span[0], "".join(text).removesuffix("\n").removesuffix("\r")

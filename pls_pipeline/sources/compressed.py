"""A gzip file as the bytes that it holds, and how much a compressed file may hold.

Here: the limits that gzip files and archives share, the reading of gzip in bounded memory. Not here: archives of
several files (archive.py), what the bytes mean.
"""

import zlib
from collections.abc import Iterator
from pathlib import Path

from pls_pipeline.sources.encoding import CHUNK_BYTES
from pls_pipeline.sources.reading import UnreadableExportError

GZIP_MAGIC = b"\x1f\x8b"
AS_IT_COMES = "download it again and import it as it comes"

# An export of 10^7 messages has 2 GB. Text of messages shrinks to a tenth or so; a file that repeats one row, to a
# hundredth. What is small in any case may shrink as it likes.
MOST_BYTES = 8 * 1024**3
HIGHEST_RATIO = 250
ALWAYS_ALLOWED_BYTES = 64 * 1024**2

_GZIP_WITH_HEADER = 31
_INPUT_BYTES = 1 << 16
# Each stream of a file costs a copy of the bytes behind it.
_MOST_STREAMS = 10_000


def largest_content(compressed_size: int) -> int:
    """Bytes that a compressed file of this size may hold."""
    return min(MOST_BYTES, max(ALWAYS_ALLOWED_BYTES, HIGHEST_RATIO * compressed_size))


def refuse_size(file_name: str) -> UnreadableExportError:
    """The error for a file that holds more than it may."""
    return UnreadableExportError(
        f"{file_name} holds more than can be read at once (over {MOST_BYTES >> 30} GB, or over {HIGHEST_RATIO} times "
        "its own size, as no export does); export shorter periods and import these files."
    )


def refuse_damage(file_name: str) -> UnreadableExportError:
    """The error for a file whose end is missing or whose bytes were changed."""
    return UnreadableExportError(f"{file_name} is damaged or not complete; {AS_IT_COMES}.")


def read_gzip(path: Path, file_name: str) -> Iterator[bytes]:
    """The content in chunks of at most CHUNK_BYTES.

    Raises UnreadableExportError where the file is damaged or holds more than it may; chunks before the fault have
    come by then.
    """
    allowed = largest_content(path.stat().st_size)
    decompressor = zlib.decompressobj(_GZIP_WITH_HEADER)
    streams = 1
    with path.open("rb") as file:
        pending = file.read(_INPUT_BYTES)
        while pending:
            if decompressor.eof:
                streams += 1
                decompressor = zlib.decompressobj(_GZIP_WITH_HEADER)
            try:
                chunk = decompressor.decompress(pending, CHUNK_BYTES)
            except zlib.error:
                raise refuse_damage(file_name) from None
            allowed -= len(chunk)
            if allowed < 0 or streams > _MOST_STREAMS:
                raise refuse_size(file_name)
            if chunk:
                yield chunk
            pending = decompressor.unused_data.lstrip(b"\0") if decompressor.eof else decompressor.unconsumed_tail
            pending = pending or file.read(_INPUT_BYTES)
            if decompressor.eof:
                while pending and not pending.strip(b"\0"):
                    pending = file.read(_INPUT_BYTES)
    if not decompressor.eof:
        raise refuse_damage(file_name)

"""Bytes of a file to text: which encoding they are in, and the text in chunks.

Here: UTF-8 and UTF-16 with and without a byte order mark, Windows-1252, NUL, files whose lines end in a lone CR.
Not here: what the text means (dialect.py, records.py).
"""

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

HEAD_BYTES = 1 << 16
CHUNK_BYTES = 1 << 20

_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_MULTIBYTE = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
_HIGH = re.compile(rb"[\x80-\xff]")
_STRAY_BYTES = "pls_windows_1252"


@dataclass(frozen=True)
class TextFormat:
    """`encoding`: utf-8 | utf-8-sig | utf-16-le | utf-16-be | cp1252; `newline`: LF (CRLF included) or a lone CR."""

    encoding: str
    newline: str


def detect_format(path: Path) -> TextFormat:
    """How the bytes of a file are to be read, judged by the head, and by all of them where its head is not UTF-8.

    A head in UTF-8 may be followed by bytes that are not; `settle_format` looks at them too.
    """
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES)
    encoding = _encoding_by_mark(head) or _utf16_without_mark(head)
    if encoding is None:
        encoding = "utf-8" if _is_utf8(head) else _eight_bit_encoding(path)
    text = "".join(_decoded([head], encoding))
    return TextFormat(encoding, "\r" if "\r" in text and "\n" not in text else "\n")


def settle_format(path: Path, text_format: TextFormat) -> TextFormat:
    """The format, judged by all bytes of the file."""
    return replace(text_format, encoding=_eight_bit_encoding(path)) if text_format.encoding == "utf-8" else text_format


def read_text(path: Path, text_format: TextFormat) -> Iterator[str]:
    """The text in chunks of at most CHUNK_BYTES characters.

    NUL and the byte order mark are removed; where lines end in a lone CR, they end in LF here.
    """
    with path.open("rb") as file:
        for chunk in _decoded(iter(lambda: file.read(CHUNK_BYTES), b""), text_format.encoding):
            yield chunk.replace("\r", "\n") if text_format.newline == "\r" else chunk


def read_head(path: Path, text_format: TextFormat) -> str:
    """The beginning of the text."""
    return next(read_text(path, text_format), "")[:HEAD_BYTES]


def _encoding_by_mark(head: bytes) -> str | None:
    return next((encoding for mark, encoding in _BYTE_ORDER_MARKS if head.startswith(mark)), None)


def _utf16_without_mark(head: bytes) -> str | None:
    """UTF-16 shows itself by NUL in every other byte; a NUL now and then is damage."""
    pairs = len(head) // 2
    if pairs and head[1::2].count(0) > pairs * 0.4 and head[0::2].count(0) < pairs * 0.1:
        return "utf-16-le"
    if pairs and head[0::2].count(0) > pairs * 0.4 and head[1::2].count(0) < pairs * 0.1:
        return "utf-16-be"
    return None


def _is_utf8(head: bytes) -> bool:
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        return False
    return True


def _eight_bit_encoding(path: Path) -> str:
    """utf-8 where the bytes are that, or mostly: a file cut inside a character is still UTF-8."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    with path.open("rb") as file:
        try:
            for chunk in iter(lambda: file.read(CHUNK_BYTES), b""):
                decoder.decode(chunk)
        except UnicodeDecodeError:
            file.seek(0)
            sequences = strays = 0
            for chunk in iter(lambda: file.read(CHUNK_BYTES), b""):
                rest, found = _MULTIBYTE.subn(b"", chunk)
                sequences += found
                strays += len(_HIGH.findall(rest))
            return "utf-8" if sequences > strays else "cp1252"
    return "utf-8"


def _decoded(chunks: Iterator[bytes] | list[bytes], encoding: str) -> Iterator[str]:
    codecs.register_error(_STRAY_BYTES, _decode_stray_bytes)
    errors = "replace" if encoding.startswith("utf-16") else _STRAY_BYTES
    decoder = codecs.getincrementaldecoder(encoding)(errors)
    first = True
    for chunk in chunks:
        text = decoder.decode(chunk)
        yield (text.removeprefix("\ufeff") if first else text).replace("\0", "")
        first = first and not text
    yield decoder.decode(b"", final=True).replace("\0", "")


def _decode_stray_bytes(error: UnicodeError) -> tuple[str, int]:
    """Bytes that the encoding does not know, each read as Windows-1252; its five gaps keep their code point."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    stray = error.object[error.start : error.end]
    return "".join(bytes([byte]).decode("cp1252", errors="ignore") or chr(byte) for byte in stray), error.end

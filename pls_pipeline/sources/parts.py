"""The texts in a file: the file itself, what a gzip file holds, or the members of an archive.

Here: each part as a temporary file of our own naming, and what it is. Not here: how archives are read (archive.py,
compressed.py), records (export.py), rows of lists (contacts.py).
"""

import contextlib
import tempfile
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pls_pipeline.sources.account_lists import AccountList, find_list
from pls_pipeline.sources.archive import ZIP_MAGICS, Archive
from pls_pipeline.sources.compressed import GZIP_MAGIC, read_gzip
from pls_pipeline.sources.dialect import Dialect, find_dialect
from pls_pipeline.sources.encoding import HEAD_BYTES
from pls_pipeline.sources.list_headers import LIST_WORDS
from pls_pipeline.sources.reading import UnreadableExportError

Container = Literal["plain", "gzip", "zip"]
PartKind = Literal["messages", "calls", "contacts", "users", "phone_numbers", "workbook", "other"]

_WORKBOOK_MARKS = (b"[Content_Types].xml", b"application/vnd.oasis.opendocument")
_OLD_WORKBOOK = b"\xd0\xcf\x11\xe0"
_ARCHIVES = (*ZIP_MAGICS, GZIP_MAGIC, b"7z\xbc\xaf\x27\x1c", b"Rar!\x1a\x07", b"\xfd7zXZ\0")
_MESSAGES_ADVICE = "import the file of messages, whose name ends in _messages.csv, or the archive that holds it"


@dataclass(frozen=True)
class Part:
    """A text in a file; `member` is its name in the archive, None where the file is no archive.

    `path` lies in a temporary folder and is there until the next part is asked for. `content` is how to read it: a
    Dialect where it is an export of messages, an AccountList, or None.
    """

    member: str | None
    path: Path
    content: Dialect | AccountList | None
    kind: PartKind


def recognise_container(path: Path) -> Container:
    """What a file is, from its first bytes."""
    with path.open("rb") as file:
        start = file.read(4)
    if start.startswith(ZIP_MAGICS):
        return "zip"
    return "gzip" if start.startswith(GZIP_MAGIC) else "plain"


def open_parts(path: Path, file_name: str, *, heads_only: bool = False) -> Generator[Part]:
    """The parts of a file, those of an archive in the order of their names.

    All bytes are read and checked; `heads_only` keeps of each part what is needed to recognise it. Raises
    UnreadableExportError where the file may not or cannot be read, and, at the end, where no part is an export of
    messages.
    """
    container = recognise_container(path)
    if container == "plain":
        yield Part(None, path, find_dialect(path, file_name), "messages")
        return
    limit = HEAD_BYTES if heads_only else None
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "part"
        if container == "gzip":
            _unpack(read_gzip(path, file_name), target, limit)
            yield Part(None, target, find_dialect(target, file_name), "messages")
        else:
            yield from _open_members(path, file_name, target, limit)


def _open_members(path: Path, file_name: str, target: Path, limit: int | None) -> Iterator[Part]:
    kinds: dict[PartKind, None] = {}
    fault: UnreadableExportError | None = None
    with Archive.open(path, file_name) as archive:
        for number, member in enumerate(archive.members, start=1):
            _unpack(archive.read(member), target, limit)
            _refuse_nested(target, file_name, number)
            try:
                part = Part(member.name, target, find_dialect(target, f"{file_name}:{member.name}"), "messages")
            except UnreadableExportError as error:
                fault = error
                part = _recognise_other(target, member.name)
            kinds[part.kind] = None
            yield part
        if "messages" not in kinds:
            raise fault if fault and len(archive.members) == 1 else _refuse_lists(file_name, kinds)


def _recognise_other(path: Path, name: str) -> Part:
    """What a member without messages is."""
    with path.open("rb") as file:
        start = file.read(HEAD_BYTES)
    if start.startswith(_OLD_WORKBOOK) or _is_workbook(start):
        return Part(name, path, None, "workbook")
    found = find_list(path, name)
    return Part(name, path, found, found.kind if found else "other")


def _unpack(chunks: Iterator[bytes], target: Path, limit: int | None) -> None:
    """Write the chunks, or the first `limit` bytes of them; all are read, so that damage shows."""
    with contextlib.closing(target.open("wb")) as file:
        for chunk in chunks:
            kept = chunk if limit is None else chunk[: max(0, limit - file.tell())]
            file.write(kept)


def _refuse_nested(path: Path, file_name: str, number: int) -> None:
    with path.open("rb") as file:
        start = file.read(HEAD_BYTES)
    if start.startswith(_ARCHIVES) and not _is_workbook(start):
        raise UnreadableExportError(
            f"{file_name} holds another archive (file number {number}); unpack it and import the files inside."
        )


def _is_workbook(start: bytes) -> bool:
    return start.startswith(ZIP_MAGICS) and any(mark in start for mark in _WORKBOOK_MARKS)


def _refuse_lists(file_name: str, kinds: dict[PartKind, None]) -> UnreadableExportError:
    words = (*LIST_WORDS.items(), ("workbook", "Excel workbooks"), ("other", "other files"))
    held = [word for kind, word in words if kind in kinds]
    *first, last = held
    listed = f"{', '.join(first)} and {last}" if first else last
    advice = "save the workbook as CSV UTF-8 and import that file" if held == ["Excel workbooks"] else _MESSAGES_ADVICE
    return UnreadableExportError(f"{file_name} holds no messages, only {listed}; {advice}.")

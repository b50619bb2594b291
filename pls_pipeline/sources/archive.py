"""A zip archive: whether it may be read, and the bytes of its members.

Here: what is refused from the directory alone (passwords, bombs, names that lead out, workbooks), and the reading of a
member in bounded memory. No name of an archive is ever a path of this machine. Not here: what a member holds
(parts.py).

The directory decides how much is read: Python's reader gives no more of a member than the size that stands there.
"""

import contextlib
import errno
import io
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pls_pipeline.file_names import hide_numbers
from pls_pipeline.sources.compressed import AS_IT_COMES, largest_content, refuse_damage, refuse_size
from pls_pipeline.sources.dialect import SAVE_AS_CSV
from pls_pipeline.sources.encoding import CHUNK_BYTES
from pls_pipeline.sources.reading import UnreadableExportError

ZIP_MAGICS = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
MOST_MEMBERS = 1000

_LARGEST_DIRECTORY = 1 << 20
_ENCRYPTED = 0x1 | 0x40 | 0x2000
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_DRIVE = re.compile(r"[A-Za-z]:")
_LONGEST_NAME = 200
# What Python's reader raises over bytes that are no archive.
_DAMAGE = (zipfile.BadZipFile, zlib.error, struct.error, EOFError, RuntimeError, ValueError, OverflowError)


@dataclass(frozen=True)
class ArchiveMember:
    """A file in an archive: `name` with its folders, for people; unique in the archive."""

    name: str
    info: zipfile.ZipInfo


class _LargeDirectoryError(ValueError):
    """The directory of an archive is larger than that of MOST_MEMBERS files."""


class _BoundedFile(io.BufferedReader):
    """A file that gives no more than a directory of MOST_MEMBERS files at once: Python reads a directory whole."""

    def read(self, size: int | None = -1, /) -> bytes:
        """Read; raises _LargeDirectoryError for more than _LARGEST_DIRECTORY bytes."""
        if size is not None and size > _LARGEST_DIRECTORY:
            raise _LargeDirectoryError
        return super().read(size)


class Archive:
    """An open archive of which every member may be read; `members` are its files by name, folders left out."""

    def __init__(self, opened: zipfile.ZipFile, file_name: str, size: int) -> None:
        self._opened = opened
        self._file_name = file_name
        infos = opened.infolist()
        _refuse_names(infos, file_name)
        files = sorted(
            (info for info in infos if not info.is_dir()), key=lambda info: (info.filename, info.header_offset)
        )
        _refuse_workbook(files, file_name)
        _refuse_content(files, file_name, size)
        self.members = tuple(_named(files))

    @classmethod
    @contextlib.contextmanager
    def open(cls, path: Path, file_name: str) -> Iterator["Archive"]:
        """Open an archive; raises UnreadableExportError where it is damaged, or not to be read."""
        with _BoundedFile(io.FileIO(path)) as file:
            try:
                with _damage_as_sentence(file_name):
                    opened = zipfile.ZipFile(file)
            except _LargeDirectoryError:
                raise _refuse_count(file_name) from None
            with opened:
                yield cls(opened, file_name, path.stat().st_size)

    def read(self, member: ArchiveMember) -> Iterator[bytes]:
        """The bytes of a member in chunks; raises UnreadableExportError where they are damaged."""
        with _damage_as_sentence(self._file_name):
            content = self._opened.open(member.info)
        with content:
            while True:
                with _damage_as_sentence(self._file_name):
                    chunk = content.read(CHUNK_BYTES)
                if not chunk:
                    return
                yield chunk


@contextlib.contextmanager
def _damage_as_sentence(file_name: str) -> Iterator[None]:
    try:
        yield
    except _LargeDirectoryError:
        raise
    except _DAMAGE:
        raise refuse_damage(file_name) from None
    except OSError as error:
        # A place before the beginning of the file; other errors are those of the disk.
        if error.errno != errno.EINVAL:
            raise
        raise refuse_damage(file_name) from None


def _refuse_names(infos: list[zipfile.ZipInfo], file_name: str) -> None:
    """Refuse names that a tool which trusts them would write to another place."""
    for number, info in enumerate(infos, start=1):
        name = info.orig_filename
        parts = re.split(r"[/\\]", name)
        if ".." in parts or parts[0] == "" or _DRIVE.match(name) or "\0" in name:
            raise UnreadableExportError(
                f"{file_name} holds a file (number {number}) whose name leads to a place outside of the archive, which "
                "no export of OpenPhone does; do not unpack it, and get the export from OpenPhone again."
            )


def _refuse_workbook(files: list[zipfile.ZipInfo], file_name: str) -> None:
    names = {info.filename for info in files}
    if any(name.startswith("xl/") for name in names):
        raise UnreadableExportError(f"{file_name} is an Excel workbook; {SAVE_AS_CSV}.")
    if {"mimetype", "content.xml"} <= names or any(name.startswith(("word/", "ppt/")) for name in names):
        raise UnreadableExportError(f"{file_name} is an office document; {SAVE_AS_CSV}.")


def _refuse_content(files: list[zipfile.ZipInfo], file_name: str, size: int) -> None:
    if len(files) > MOST_MEMBERS:
        raise _refuse_count(file_name)
    if any(info.flag_bits & _ENCRYPTED for info in files):
        raise UnreadableExportError(
            f"{file_name} is protected by a password; unpack it with the password and import the CSV file of messages "
            "inside."
        )
    if sum(info.file_size for info in files) > largest_content(size):
        raise refuse_size(file_name)
    if any(info.compress_type not in _METHODS for info in files):
        raise UnreadableExportError(
            f"{file_name} is compressed in a way that few programs read; unpack it and import the CSV file of messages "
            "inside."
        )
    if not files:
        raise UnreadableExportError(f"{file_name} is an archive without a file in it; {AS_IT_COMES}.")


def _refuse_count(file_name: str) -> UnreadableExportError:
    return UnreadableExportError(
        f"{file_name} holds more than {MOST_MEMBERS} files; unpack it and import the CSV files of messages inside."
    )


def _named(files: list[zipfile.ZipInfo]) -> Iterator[ArchiveMember]:
    """The members under names that can be printed and hold no phone number, those that are the same numbered."""
    taken: set[str] = set()
    for number, info in enumerate(files, start=1):
        printable = "".join(character if character.isprintable() else " " for character in info.filename)
        name = hide_numbers(printable.replace("\\", "/")).strip()[-_LONGEST_NAME:] or "file"
        unique = f"{name} ({number})" if name in taken else name
        taken.add(unique)
        yield ArchiveMember(unique, info)

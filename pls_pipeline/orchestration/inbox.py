"""What has changed in the inbox folder since the last look.

Here: listing, comparing two looks, deciding which files stand still. Not here: Dagster (sensors.py), landing
(imports.py).
A file is settled when its size and time are those of the last look, so that one which is being copied is left alone.
Sub-folders, hidden files and files that a program is still writing under a temporary name are ignored.
"""

import contextlib
import json
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pls_pipeline.file_names import hide_numbers

_TEMPORARY_ENDINGS = (".tmp", ".temp", ".part", ".partial", ".crdownload", ".download", ".swp", "~")
_TEMPORARY_BEGINNINGS = (".", "~$")


@dataclass(frozen=True)
class FileState:
    """A file as it lies in the inbox: size in bytes, time of its last change in ns."""

    name: str
    size: int
    modified_ns: int


@dataclass(frozen=True)
class SeenFile:
    """A file as the last look found it; `handled` once it was imported or refused.

    `refusal`: why it was refused, a sentence; a refused file is looked at again when it changes.
    """

    state: FileState
    handled: bool
    refusal: str = ""


@dataclass(frozen=True)
class InboxListing:
    """Files that could be exports, and the names of everything else."""

    files: tuple[FileState, ...]
    ignored: tuple[str, ...]


@dataclass(frozen=True)
class InboxChange:
    """Files to take now, those that must stand still until the next look, and those taken before.

    `refused`: why, by name, of those taken before that were refused. A settled file that was refused (since it could
    not be read) comes after all others, so that it keeps none of them back.
    """

    settled: tuple[FileState, ...]
    waiting: tuple[FileState, ...]
    handled: tuple[FileState, ...]
    refused: Mapping[str, str] = field(default_factory=dict)


def list_inbox(folder: Path) -> InboxListing:
    """List the folder, sorted by name; an absent folder is empty. A file that vanishes meanwhile is left out.

    A name that holds a phone number is changed first: names go into cursors, tags and ticks, which nothing erases.
    """
    if not folder.is_dir():
        return InboxListing((), ())
    rename_numbered(folder)
    files, ignored = [], []
    for path in sorted(folder.iterdir()):
        if is_temporary(path.name) or not path.is_file():
            ignored.append(path.name)
            continue
        try:
            status = path.stat()
        except FileNotFoundError:
            continue
        files.append(FileState(path.name, status.st_size, status.st_mtime_ns))
    return InboxListing(tuple(files), tuple(ignored))


def rename_numbered(folder: Path) -> None:
    """Rename the files whose names hold a phone number: `+14155550123.csv` to `number-<4 hex digits>.csv`."""
    for path in [path for path in folder.iterdir() if hide_numbers(path.name) != path.name]:
        hidden = Path(hide_numbers(path.name))
        with contextlib.suppress(FileNotFoundError, PermissionError):
            path.rename(folder / f"{hidden.stem}-{secrets.token_hex(2)}{hidden.suffix}")


def is_temporary(name: str) -> bool:
    """Whether a name is that of a hidden file or of one that is still being written."""
    return name.startswith(_TEMPORARY_BEGINNINGS) or name.lower().endswith(_TEMPORARY_ENDINGS)


def compare_inbox(files: Iterable[FileState], seen: Mapping[str, SeenFile]) -> InboxChange:
    """Part the files by what the last look saw of each."""
    settled, waiting, handled = [], [], []
    for file in files:
        earlier = seen.get(file.name)
        if earlier is None or earlier.state != file:
            waiting.append(file)
        elif earlier.handled:
            handled.append(file)
        else:
            settled.append(file)
    settled.sort(key=lambda file: bool(seen[file.name].refusal))
    refused = {file.name: seen[file.name].refusal for file in handled if seen[file.name].refusal}
    return InboxChange(tuple(settled), tuple(waiting), tuple(handled), refused)


def remember(
    change: InboxChange, taken: Iterable[str], refused: Mapping[str, str] | None = None
) -> dict[str, SeenFile]:
    """What the next look compares with: the files that exist, those named in `taken` as handled.

    `refused`: why, by name, of those that this look refused.
    """
    names, reasons = frozenset(taken), {**change.refused, **(refused or {})}
    new = {
        file.name: SeenFile(file, file.name in names, reasons.get(file.name, ""))
        for file in (*change.settled, *change.waiting)
    }
    return new | {
        file.name: SeenFile(file, handled=True, refusal=reasons.get(file.name, "")) for file in change.handled
    }


def name_refused(seen: Mapping[str, SeenFile]) -> dict[str, str]:
    """Why, by name, of the files that are refused."""
    return {name: file.refusal for name, file in sorted(seen.items()) if file.refusal}


def write_cursor(seen: Mapping[str, SeenFile]) -> str:
    """Write what was seen as JSON: {name: [size, modified_ns, handled]}, and the refusal of a refused one."""
    return json.dumps(
        {
            name: [file.state.size, file.state.modified_ns, file.handled, *([file.refusal] if file.refusal else [])]
            for name, file in sorted(seen.items())
        },
        separators=(",", ":"),
    )


def read_cursor(cursor: str | None) -> dict[str, SeenFile]:
    """Read what write_cursor wrote; nothing was seen where there is no cursor."""
    stored: dict[str, list[Any]] = json.loads(cursor) if cursor else {}
    return {
        name: SeenFile(FileState(name, size, modified), handled, *refusal)
        for name, (size, modified, handled, *refusal) in stored.items()
    }

"""A folder of pages that takes the place of the one before it.

Here: which pages are made anew, which stay, and how the folder is exchanged. Not here: what the pages are (site.py).

Beside the pages lies `pages.json`: path -> [fingerprint, bytes]. A page whose fingerprint and size are as they were is
taken over as it is (a hard link, or a copy where the disk has none); the others are rendered. The new folder is built
beside the old one, which is then moved aside: who reads meanwhile finds the old folder or the new one, but for the
instant between the two moves; a crash in it leaves no folder, and the next run writes it. Pages that are not named any
more go with the old folder.
"""

import errno
import json
import os
import shutil
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pls_pipeline.temporary import new_mark, sweep

LIST_NAME = "pages.json"
_MADE_BY = "pls-pipeline report"


@dataclass(frozen=True)
class Page:
    """A page: its path in the folder, a hash of all that it is made of, and how its text is made."""

    path: str
    fingerprint: str
    render: Callable[[], str]


@dataclass(frozen=True)
class FolderChange:
    """Number of pages that were written, kept as they were, and removed."""

    written: int
    kept: int
    removed: int


def write_folder(target: Path, pages: Iterable[Page]) -> FolderChange:
    """Make `target` a folder of exactly these pages; its parent must be there.

    Raises FileExistsError where `target` is something that was not written here, OSError where a page cannot be
    written; the old folder then stays.
    """
    sweep(target.parent, f".{target.name}.", ".tmp")
    old = _read_list(target)
    new = target.with_name(f".{target.name}.{new_mark()}.tmp")
    new.mkdir()
    try:
        listed: dict[str, list[Any]] = {}
        written = 0
        for page in pages:
            is_kept = old.get(page.path, [None])[0] == page.fingerprint and _take_over(
                target / page.path, new / page.path, old[page.path][1]
            )
            if not is_kept:
                _write(new / page.path, page.render())
                written += 1
            listed[page.path] = [page.fingerprint, (new / page.path).stat().st_size]
        if not written and listed.keys() == old.keys():
            return FolderChange(0, len(listed), 0)
        _write_list(new / LIST_NAME, listed)
        _exchange(target, new)
        return FolderChange(written, len(listed) - written, len(old.keys() - listed.keys()))
    finally:
        shutil.rmtree(new, ignore_errors=True)


def _read_list(target: Path) -> dict[str, list[Any]]:
    """The list of a folder's pages, {} where there is none."""
    if not target.exists() or (target.is_dir() and not any(target.iterdir())):
        return {}
    try:
        found = json.loads((target / LIST_NAME).read_text("utf-8"))
        if found["made_by"] == _MADE_BY:
            pages: dict[str, list[Any]] = found["pages"]
            return pages
    except (OSError, ValueError, KeyError, TypeError):
        # Not a folder of pages, or one whose list is damaged: in both cases what is in it is not ours to remove.
        pass
    raise FileExistsError(
        errno.EEXIST,
        "it is there and is no report of this program; move it away, or choose another folder",
        str(target),
    )


def _take_over(old: Path, new: Path, size: int) -> bool:
    """Let `new` be the file `old`, where that has `size` bytes: a crash of the machine can leave an empty page."""
    try:
        if old.stat().st_size != size:
            return False
        new.parent.mkdir(parents=True, exist_ok=True)
        try:
            os.link(old, new)
        except OSError:
            shutil.copyfile(old, new)
    except FileNotFoundError:
        return False
    return True


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8", newline="\n")


def _write_list(path: Path, listed: Mapping[str, list[Any]]) -> None:
    """Write the list and flush it: without it, the next run would not know the folder."""
    text = json.dumps({"made_by": _MADE_BY, "pages": dict(sorted(listed.items()))}, indent=0)
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.write(text + "\n")
        file.flush()
        os.fsync(file.fileno())


def _exchange(target: Path, new: Path) -> None:
    aside = target.with_name(f".{target.name}.{new_mark()}.tmp")
    if target.exists():
        target.rename(aside)
    new.rename(target)
    shutil.rmtree(aside, ignore_errors=True)

"""Copies of an object store's objects on this machine: one of each version, fetched when it is first wanted.

Here: telling versions apart, fetching what is not here yet, removing what nothing needs. Not here: what the objects are
(lake.py, imports.py).

A copy is a whole version of its object. DuckDB, given the store, reads a Parquet file piece by piece, so that it could
read the beginning of one version and the end of the next, and asks for the object's head six times a piece: an import
of eight messages made 9,500 requests.
"""

import atexit
import contextlib
import functools
import hashlib
import shutil
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from fsspec import AbstractFileSystem

from pls_pipeline.temporary import name_spill_folder

# A relation of DuckDB opens its file when it is evaluated, which may be some time after it was made.
_KEPT_SECONDS = 3600
_TRIES = 10
_VERSION_KEYS = ("ETag", "etag", "generation", "mtime", "LastModified", "created")

Versions = Mapping[str, str]


class UnsteadyObjectsError(OSError):
    """Objects changed each time they were fetched."""


class ObjectCopies:
    """What a process holds of one store; all instances of a process share their copies."""

    def __init__(self, filesystem: AbstractFileSystem) -> None:
        self._fs = filesystem

    def list_folder(self, folder: str) -> Versions:
        """{path: version} of the objects in a folder: one request; nothing where there is no folder."""
        self._fs.invalidate_cache()
        try:
            found = self._fs.ls(folder, detail=True)
        except FileNotFoundError:
            return {}
        return {str(entry["name"]): _version(entry) for entry in found if entry["type"] == "file"}

    def list_below(self, folder: str) -> Versions:
        """{path: version} of all objects below a folder: one request a thousand."""
        self._fs.invalidate_cache()
        return {str(path): _version(entry) for path, entry in self._fs.find(folder, detail=True).items()}

    def look_at(self, path: str) -> Versions:
        """{path: version} of one object; nothing where it is not there."""
        try:
            return {path: _version(self._fs.info(path))}
        except FileNotFoundError:
            return {}

    def fetch(self, look: Callable[[], Versions]) -> dict[str, Path]:
        """The copies of the objects that `look` finds, by path; one that is gone meanwhile is left out.

        Raises UnsteadyObjectsError where a version never stays as long as it takes to fetch it.
        """
        store = _open_store()
        versions = look()
        for _ in range(_TRIES):
            with store.fetching():
                missing = [path for path, version in versions.items() if store.find(path, version) is None]
                if not missing:
                    return {path: store.place(path, version) for path, version in versions.items()}
                arrived = {path: store.new_place() for path in missing}
                # One that is gone raises only after the others have come or not: all are looked at again.
                with contextlib.suppress(FileNotFoundError):
                    self._fs.get(list(arrived), [str(place) for place in arrived.values()])
                before, versions = versions, look()
                for path, place in arrived.items():
                    store.keep(path, before[path] if versions.get(path) == before[path] else None, place)
        raise UnsteadyObjectsError(f"{', '.join(missing)}: changed {_TRIES} times while it was read; run this again")


class _Store:
    """The folder of the copies and what lies in it."""

    def __init__(self) -> None:
        self._folder = name_spill_folder()
        self._folder.mkdir(mode=0o700)
        atexit.register(shutil.rmtree, self._folder, ignore_errors=True)
        self._lock = threading.Lock()
        self._versions: dict[str, str] = {}
        self._superseded: list[tuple[float, Path]] = []
        self._number = 0

    @contextlib.contextmanager
    def fetching(self) -> Iterator[None]:
        """One thread at a time; copies that were superseded an hour ago are removed first."""
        with self._lock:
            limit = time.monotonic() - _KEPT_SECONDS
            while self._superseded and self._superseded[0][0] < limit:
                self._superseded.pop(0)[1].unlink(missing_ok=True)
            yield

    def find(self, path: str, version: str) -> Path | None:
        """The copy of that version."""
        return self.place(path, version) if self._versions.get(path) == version else None

    def place(self, path: str, version: str) -> Path:
        """Where the copy of that version lies."""
        return self._folder / hashlib.sha256(f"{path}\n{version}".encode()).hexdigest()

    def new_place(self) -> Path:
        """Where an object may arrive whose version is not known yet."""
        self._number += 1
        return self._folder / f"new-{self._number}"

    def keep(self, path: str, version: str | None, arrived: Path) -> None:
        """Take what arrived as the copy of that version; drop it where there is none."""
        if version is None or not arrived.exists():
            arrived.unlink(missing_ok=True)
            return
        former = self._versions.get(path)
        if former is not None:
            self._superseded.append((time.monotonic(), self.place(path, former)))
        arrived.replace(self.place(path, version))
        self._versions[path] = version


@functools.cache
def _open_store() -> _Store:
    return _Store()


def _version(entry: Mapping[str, Any]) -> str:
    """What changes with an object's content: its ETag where the store has one, else size and time."""
    return f"{entry['size']} {next((entry[key] for key in _VERSION_KEYS if entry.get(key)), '')}"

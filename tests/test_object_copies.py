"""Copies of objects: each version fetched once, always a whole one, whatever writes meanwhile."""

import threading
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from fsspec.implementations.memory import MemoryFileSystem

from pls_pipeline.object_copies import ObjectCopies, UnsteadyObjectsError


class CountingStore(MemoryFileSystem):  # type: ignore[misc]
    """A store in memory that notes what is fetched; `meanwhile` happens at each fetch."""

    cachable = False

    def __init__(self, meanwhile: Callable[[], None] = lambda: None) -> None:
        super().__init__()
        self.fetched: list[str] = []
        self.meanwhile = meanwhile

    def get(self, rpath: Any, lpath: Any, **options: Any) -> None:
        self.fetched += [path.rsplit("/", 1)[-1] for path in rpath]
        self.meanwhile()
        super().get(rpath, lpath, **options)


@pytest.fixture
def folder() -> str:
    return f"/{uuid.uuid4().hex}"


def read(copies: ObjectCopies, folder: str) -> dict[str, bytes]:
    found: dict[str, Path] = copies.fetch(lambda: copies.list_folder(folder))
    return {path.rsplit("/", 1)[-1]: copy.read_bytes() for path, copy in found.items()}


def test_a_version_is_fetched_once_and_a_new_one_again(folder: str) -> None:
    store = CountingStore()
    store.pipe({f"{folder}/a": b"1", f"{folder}/b": b"2"})
    for _ in range(2):
        assert read(ObjectCopies(store), folder) == {"a": b"1", "b": b"2"}
    store.pipe_file(f"{folder}/b", b"3")
    assert read(ObjectCopies(store), folder) == {"a": b"1", "b": b"3"}
    assert sorted(store.fetched) == ["a", "b", "b"]
    assert ObjectCopies(store).fetch(lambda: ObjectCopies(store).look_at(f"{folder}/none")) == {}
    assert read(ObjectCopies(store), "/no-such-folder") == {}


def test_an_object_that_changes_or_goes_while_it_is_fetched_is_looked_at_again(folder: str) -> None:
    store = CountingStore()
    store.pipe({f"{folder}/a": b"1", f"{folder}/b": b"2"})
    changes = [lambda: store.rm_file(f"{folder}/b"), lambda: store.pipe_file(f"{folder}/a", b"new")]
    store.meanwhile = lambda: changes.pop()() if changes else None
    assert read(ObjectCopies(store), folder) == {"a": b"new"}


def test_an_object_that_never_stays_is_an_error(folder: str) -> None:
    store = CountingStore()
    store.pipe_file(f"{folder}/a", b"1")
    store.meanwhile = lambda: store.pipe_file(f"{folder}/a", b"1")
    with pytest.raises(UnsteadyObjectsError, match="run this again"):
        read(ObjectCopies(store), folder)


def test_readers_of_several_threads_beside_a_writer_see_whole_versions(folder: str) -> None:
    store, done = CountingStore(), threading.Event()
    seen: set[frozenset[int]] = set()
    store.pipe_file(f"{folder}/a", b"0" * 1000)

    def look() -> None:
        while not done.is_set():
            seen.update(frozenset(content) for content in read(ObjectCopies(store), folder).values())

    readers = [threading.Thread(target=look) for _ in range(2)]
    for reader in readers:
        reader.start()
    for number in range(50):
        store.pipe_file(f"{folder}/a", str(number % 10).encode() * 1000)
    done.set()
    for reader in readers:
        reader.join()
    assert {len(digits) for digits in seen} == {1}

"""Answers that were paid, kept so that none is paid twice.

Here: one file an answer, found by the key of its request, and what was spent on a day. Not here: when an answer is
kept (model_client.py) or what is made of it.

A file is `model_answers/<day, UTC>/<key>.<price>.<8 hex>.json` below the lake's root; the price is in billionths of a
US dollar, or `unpriced`. So one listing tells which answers there are and what each day cost. An answer that nothing
can be made of keeps its file, for it was paid, under the ending `.unusable`. A file holds the model's words, in which
personal values are masked; the request is not kept, it can be made anew from the conversation.
"""

import json
import os
import uuid
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Protocol

import fsspec
from fsspec.implementations.local import LocalFileSystem

from pls_pipeline.extraction.model_answer import ModelAnswer

FOLDER = "model_answers"
USABLE, UNUSABLE = ".json", ".unusable"
_UNPRICED = "unpriced"
_BILLIONTH = 1_000_000_000


class AnswerStore(Protocol):
    """Keeps answers by the key of their request."""

    def is_empty(self) -> bool:
        """Whether there is no answer to any request."""

    def holds(self, key: str) -> bool:
        """Whether there is an answer to this request, as far as is known without reading it."""

    def find(self, key: str) -> ModelAnswer | None:
        """Return the answer that was kept for the request, marked as stored; None where there is none."""

    def keep(self, key: str, answer: ModelAnswer, *, is_usable: bool) -> None:
        """Keep an answer that was paid. One that is not usable counts as spent, and is never found."""

    def discard(self, key: str) -> None:
        """Let the answer of this key be found no more; does nothing where there is none."""

    def spent_usd(self, day: date) -> float:
        """US dollars paid for the answers of a day, UTC; those of unknown price are not counted."""


class LakeAnswers:
    """An AnswerStore below the lake's root, a path or an fsspec URL. Made for one process at a time."""

    def __init__(self, root: str) -> None:
        self._fs, path = fsspec.core.url_to_fs(root)
        self._folder = f"{path.rstrip('/')}/{FOLDER}"
        self._paths: dict[str, str] | None = None
        self._made: set[str] = set()

    def is_empty(self) -> bool:
        """Whether there is no answer to any request."""
        return not self._known()

    def holds(self, key: str) -> bool:
        """Whether there is an answer to this request, as far as is known without reading it."""
        return key in self._known()

    def find(self, key: str) -> ModelAnswer | None:
        """Return the answer that was kept for the request, marked as stored; None where there is none.

        A file that can't be read as an answer counts as none.
        """
        path = self._known().get(key)
        if path is None:
            return None
        try:
            return replace(ModelAnswer(**json.loads(self._fs.cat_file(path))), is_stored=True)
        except (FileNotFoundError, ValueError, TypeError):
            return None

    def keep(self, key: str, answer: ModelAnswer, *, is_usable: bool) -> None:
        """Keep an answer that was paid: the file is there whole, or not at all."""
        price = _UNPRICED if answer.cost_usd is None else str(round(answer.cost_usd * _BILLIONTH))
        name = f"{key}.{price}.{uuid.uuid4().hex[:8]}"
        folder = f"{self._folder}/{_today().isoformat()}"
        path = f"{folder}/{name}{USABLE if is_usable else UNUSABLE}"
        content = json.dumps(vars(answer), ensure_ascii=True).encode()
        if isinstance(self._fs, LocalFileSystem):
            if folder not in self._made:
                Path(folder).mkdir(parents=True, exist_ok=True)
                self._made.add(folder)
            _write_whole(path, content)
        else:
            self._fs.pipe_file(path, content)
        if is_usable:
            self._known()[key] = path

    def discard(self, key: str) -> None:
        """Let the answer of this key be found no more; does nothing where there is none."""
        path = self._known().pop(key, None)
        if path is not None:
            self._fs.mv(path, path.removesuffix(USABLE) + UNUSABLE)

    def spent_usd(self, day: date) -> float:
        """US dollars paid for the answers of a day, UTC; those of unknown price are not counted."""
        # Another process may have paid meanwhile.
        self._fs.invalidate_cache(f"{self._folder}/{day.isoformat()}")
        prices = (name.split(".")[1] for name in self._names(day.isoformat()))
        return sum(int(price) for price in prices if price != _UNPRICED) / _BILLIONTH

    def _known(self) -> dict[str, str]:
        if self._paths is None:
            self._fs.invalidate_cache()
            days = self._list(self._folder)
            self._paths = {
                name.split(".", 1)[0]: f"{self._folder}/{day}/{name}"
                for day in days
                for name in self._names(day)
                if name.endswith(USABLE)
            }
        return self._paths

    def _names(self, day: str) -> Iterator[str]:
        """Names of the answers of a day; files that are still being written begin with a dot."""
        names = self._list(f"{self._folder}/{day}")
        return (name for name in names if not name.startswith(".") and name.endswith((USABLE, UNUSABLE)))

    def _list(self, folder: str) -> list[str]:
        if not self._fs.isdir(folder):
            return []
        return sorted(str(path).rstrip("/").rsplit("/", 1)[-1] for path in self._fs.ls(folder, detail=False))


def _write_whole(target: str, content: bytes) -> None:
    """Write a file that is there whole or not at all, also when the machine stops.

    lake.replacing does more, for files that readers share, and takes three times as long: it looks through the folder
    for what dead processes left, and flushes the folder too. Without that an answer may be missing after the machine
    stopped, as one that was under way; it was not lost to a result, for what is flushed later takes its name along.
    """
    folder, _, name = target.rpartition("/")
    temporary = f"{folder}/.{name}.tmp"
    try:
        # Calls of the system alone: pathlib and a file object cost as much again.
        file = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o666)
        try:
            left = memoryview(content)
            while left:
                left = left[os.write(file, left) :]
            os.fsync(file)
        finally:
            os.close(file)
        os.replace(temporary, target)  # noqa: PTH105 - as above
    except OSError:
        Path(temporary).unlink(missing_ok=True)
        raise


def _today() -> date:
    return datetime.now(UTC).date()

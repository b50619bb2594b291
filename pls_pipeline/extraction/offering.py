"""Which known patterns a part is asked with, so that no answer is paid twice when the library changes.

Here: the request with the patterns of an earlier asking where that was paid or is still to be answered, else with those
that resemble the part now; and the record of what was offered. Not here: the resemblance (known_patterns.py).

Known patterns are part of the prompt, so they are part of the key under which an answer is kept. What is offered is
recorded before the request goes out, under the key of the request without any, in `model_offers/<key>.json` below the
lake's root.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol

import fsspec
import pydantic

from pls_pipeline.extraction.answer_store import AnswerStore
from pls_pipeline.extraction.json_mode import in_json_mode
from pls_pipeline.extraction.known_patterns import KnownPattern, PatternChooser
from pls_pipeline.extraction.model_request import ModelRequest
from pls_pipeline.extraction.request_making import RequestMaker
from pls_pipeline.extraction.transcript import TranscriptPart

FOLDER = "model_offers"
_RECORD = pydantic.TypeAdapter(tuple[KnownPattern, ...])


class OfferBook(Protocol):
    """Remembers what was offered with a request; `key` is that of the request without any offer."""

    def is_empty(self) -> bool:
        """Whether nothing was ever offered."""

    def find(self, key: str) -> tuple[KnownPattern, ...]:
        """Return what was offered last; nothing where nothing was."""

    def keep(self, key: str, offered: Sequence[KnownPattern]) -> None:
        """Remember what is offered now."""


class LakeOffers:
    """An OfferBook below the lake's root, a path or an fsspec URL. Made for one process at a time."""

    def __init__(self, root: str) -> None:
        self._fs, path = fsspec.core.url_to_fs(root)
        self._folder = f"{path.rstrip('/')}/{FOLDER}"
        self._names: set[str] | None = None

    def is_empty(self) -> bool:
        """Whether nothing was ever offered."""
        return not self._known()

    def find(self, key: str) -> tuple[KnownPattern, ...]:
        """Return what was offered last; nothing where nothing was, or its record broke off: then nothing was asked."""
        if key not in self._known():
            return ()
        try:
            return _RECORD.validate_json(self._fs.cat_file(self._path(key)))
        except (FileNotFoundError, pydantic.ValidationError):
            return ()

    def keep(self, key: str, offered: Sequence[KnownPattern]) -> None:
        """Remember what is offered now."""
        self._fs.makedirs(self._folder, exist_ok=True)
        # Examples serve the choice alone.
        shown = tuple(replace(pattern, examples=()) for pattern in offered)
        self._fs.pipe_file(self._path(key), _RECORD.dump_json(shown))
        self._known().add(key)

    def _path(self, key: str) -> str:
        return f"{self._folder}/{key}.json"

    def _known(self) -> set[str]:
        if self._names is None:
            self._fs.invalidate_cache()
            paths = self._fs.ls(self._folder, detail=False) if self._fs.isdir(self._folder) else []
            self._names = {str(path).rsplit("/", 1)[-1].removesuffix(".json") for path in paths}
        return self._names


@dataclass(frozen=True)
class Question:
    """A request about a part, and the known patterns that it offers, numbered from 1 in their order."""

    request: ModelRequest
    known: tuple[KnownPattern, ...] = ()


@dataclass(frozen=True)
class Offering:
    """Makes questions. Without `answers` nothing was asked before; without `book` nothing is remembered."""

    maker: RequestMaker
    chooser: PatternChooser
    answers: AnswerStore | None = None
    book: OfferBook | None = None

    @property
    def is_plain(self) -> bool:
        """Whether no question offers anything."""
        return self.chooser.is_empty and (self.book is None or self.book.is_empty())

    def prepare(self) -> None:
        """Read the lists of answers and offers once, before threads share them."""
        if not self.is_plain and self.answers is not None:
            self.answers.holds("")

    def ask_about(self, part: TranscriptPart) -> Question:
        """Return the question of an earlier run where it has an answer or waits for one, else one of today."""
        bare = self.maker.make(part)
        if self.is_plain:
            return Question(bare)
        earlier = self._find_earlier(part, bare)
        if earlier:
            return earlier
        request, known = self.maker.offer(part, self.chooser.choose(part))
        if not known:
            return Question(bare)
        if self.book:
            self.book.keep(bare.key, known)
        return Question(request, known)

    def _find_earlier(self, part: TranscriptPart, bare: ModelRequest) -> Question | None:
        if self.answers is None:
            return None
        offered = self.book.find(bare.key) if self.book else ()
        if offered:
            request, known = self.maker.offer(part, offered)
            if _is_asked(request, self.answers):
                return Question(request, known)
        return Question(bare) if _is_asked(bare, self.answers) else None


def _is_asked(request: ModelRequest, answers: AnswerStore) -> bool:
    """Whether there is an answer in whichever form it was asked for, or one to come."""
    return answers.holds(request.key) or answers.holds(in_json_mode(request).key)

"""The protocol of embedders, the choice of one, and vectors that are kept.

Here: which embedder serves a library, and its vectors by text. Not here: how a vector is made (minilm.py, lexical.py).
"""

import hashlib
import logging
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Protocol

from pls_pipeline.entities import is_word
from pls_pipeline.library.similarity.lexical import LexicalEmbedder, split_words

if TYPE_CHECKING:
    import numpy as np

logger = logging.getLogger(__name__)

# Share of words that are English, below which a model of English says nothing.
LEAST_ENGLISH = 0.5


class Embedder(Protocol):
    """Makes vectors of texts."""

    @property
    def name(self) -> str:
        """What made the vectors, for the scores of merge_decisions."""

    def embed(self, texts: Sequence[str]) -> "np.ndarray":
        """One row a text, of length 1, float32. The row of a text does not depend on the other texts."""


class KeepingEmbedder:
    """Asks another embedder for the texts whose vectors are not in `kept`, by hash_text. `used`: vectors given out."""

    def __init__(self, inner: Embedder, kept: "Mapping[str, np.ndarray] | None" = None) -> None:
        self._inner = inner
        self._kept = dict(kept or {})
        self._began_with = frozenset(self._kept)
        self.used: dict[str, np.ndarray] = {}

    @property
    def name(self) -> str:
        """The other embedder's name."""
        return self._inner.name

    @property
    def has_changed(self) -> bool:
        """Whether the vectors given out are others than those it began with."""
        return self.used.keys() != self._began_with

    def embed(self, texts: Sequence[str]) -> "np.ndarray":
        """One row a text."""
        import numpy as np

        keys = [hash_text(text) for text in texts]
        new = sorted({text for key, text in zip(keys, texts, strict=True) if key not in self._kept})
        if new:
            self._kept.update(zip(map(hash_text, new), self._inner.embed(new), strict=True))
        self.used.update((key, self._kept[key]) for key in keys)
        return np.stack([self._kept[key] for key in keys]) if keys else np.zeros((0, 1), dtype=np.float32)


def hash_text(text: str) -> str:
    """The key of a text's vector: SHA-256, hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()


def make_embedder(texts: Iterable[str]) -> Embedder:
    """The embedder for a library of these texts: the model where it is installed and they are English, else words.

    A model that is missing or damaged is said in the log once a call; the library is then built by words.
    """
    from pls_pipeline.library.similarity.minilm import ModelUnavailableError, load_minilm

    if not _are_english(texts):
        return LexicalEmbedder()
    try:
        return load_minilm()
    except ModelUnavailableError as error:
        logger.warning("replies are compared by their words alone: %s", error)
        return LexicalEmbedder()


def _are_english(texts: Iterable[str]) -> bool:
    words = [word for text in texts for word in split_words(text) if word.isalpha()]
    return sum(map(is_word, words)) >= LEAST_ENGLISH * len(words)

"""Vectors of words and parts of words: what stands in where no model can be loaded or the language is not its own.

Here: hashed counts of words and of runs of letters. Not here: any table of words.
"""

import re
import zlib
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

DIMENSIONS = 512
_WORD = re.compile(r"\w+(?:['’]\w+)*")
_GRAM = 4
# A short word is mostly a function word, in any European language.
_SHORT_WORD = 3
_WEIGHT_OF_SHORT = 0.3
_WEIGHT_OF_GRAM = 0.4


class LexicalEmbedder:
    """Texts that share words, or long parts of words, are near; word order and meaning do not count."""

    name = "words"

    def embed(self, texts: Sequence[str]) -> "np.ndarray":
        """One row a text, of length 1 (a text without words: of length 0), float32."""
        import numpy as np

        rows = np.zeros((len(texts), DIMENSIONS), dtype=np.float32)
        for place, text in enumerate(texts):
            row = rows[place]
            for feature, weight in sorted(Counter(dict(_features(text))).items()):
                digest = zlib.crc32(feature.encode())
                row[digest % DIMENSIONS] += weight if digest & 0x10000 else -weight
            length = float(np.linalg.norm(row))
            if length:
                rows[place] = row / length
        return rows


def split_words(text: str) -> list[str]:
    """The words of a text in lower case."""
    return [word.casefold().replace("’", "'") for word in _WORD.findall(text)]


def _features(text: str) -> Iterator[tuple[str, float]]:
    for word in split_words(text):
        yield word, _WEIGHT_OF_SHORT if len(word) <= _SHORT_WORD else 1.0
        for start in range(len(word) - _GRAM + 1):
            yield f"#{word[start : start + _GRAM]}", _WEIGHT_OF_GRAM

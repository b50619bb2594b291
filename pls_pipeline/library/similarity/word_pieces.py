"""The pieces of words that all-MiniLM-L6-v2 reads: WordPiece over lower case, as BERT's uncased models cut text.

Here: from a text to numbers of pieces. The vocabulary (wordpiece_vocabulary.txt) is that of all-MiniLM-L6-v2,
Apache-2.0. Not here: the model (minilm.py).
"""

import re
import unicodedata
from functools import cache
from importlib.resources import files

BEGIN, END, UNKNOWN = 101, 102, 100
# Pieces of a text that the model reads; it was trained on 128 with begin and end.
LONGEST = 126
_LONGEST_WORD = 100
_WORD = re.compile(r"[^\W_]+|[^\w\s]|_")


def cut(text: str) -> list[int]:
    """Numbers of the pieces of a text, with begin and end; what follows the first LONGEST pieces is left out."""
    numbers = [number for word in _WORD.findall(_plain(text)) for number in _cut_word(word)]
    return [BEGIN, *numbers[:LONGEST], END]


@cache
def _vocabulary() -> dict[str, int]:
    text = (files(__package__) / "wordpiece_vocabulary.txt").read_text("utf-8")
    return {piece: number for number, piece in enumerate(text.split("\n"))}


def _plain(text: str) -> str:
    """Lower case without accents."""
    apart = unicodedata.normalize("NFD", text.lower())
    return "".join(character for character in apart if unicodedata.category(character) != "Mn")


@cache
def _cut_word(word: str) -> tuple[int, ...]:
    vocabulary = _vocabulary()
    if len(word) > _LONGEST_WORD:
        return (UNKNOWN,)
    numbers: list[int] = []
    start = 0
    while start < len(word):
        prefix = "##" if start else ""
        end = next((end for end in range(len(word), start, -1) if prefix + word[start:end] in vocabulary), None)
        if end is None:
            return (UNKNOWN,)
        numbers.append(vocabulary[prefix + word[start:end]])
        start = end
    return tuple(numbers)

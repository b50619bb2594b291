"""A text made ready for recognisers: characters normalised one to one, words with their places.

Here: what every recogniser needs to know of a text, computed once. Not here: any rule about what a span means.
Every offset into `plain` and `lower` is an offset into `text`.
"""

import re
import unicodedata
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from functools import cached_property
from itertools import accumulate
from typing import NamedTuple

from pls_pipeline.entities.shapes import measure_shape, shapes_of

_WORD = re.compile(r"([^\W\d_]+(?:[\u0300-\u036f]+[^\W\d_]*|['\-][^\W\d_]+)*)")
_ASCII_WORD = re.compile(r"([a-z]+(?:['\-][a-z]+)*)")
_DIGIT = re.compile(r"[0-9]")
_TWO_CAPITALS = re.compile(r"[A-ZÄÖÜ][A-ZÄÖÜ-]")
_PLAIN = {ord(c): "'" for c in "\u2018\u2019\u201b\u02bc\u00b4`"} | {
    ord(c): '"' for c in "\u201c\u201d\u201e\u00ab\u00bb"
}
_PLAIN |= {ord(c): "-" for c in "\u2010\u2011\u2012\u2013\u2014\u2015\u2212"}
_PLAIN |= {ord(c): " " for c in "\u00a0\u2002\u2003\u2007\u2009\u200a\u202f\u3000"} | {
    ord("\uff1a"): ":",
    ord("\uff0c"): ",",
}
_OTHER_DIGIT = re.compile(r"[^\W0-9]")


class Word(NamedTuple):
    """A run of letters, with apostrophes and hyphens inside it, in lower case."""

    lower: str
    start: int
    end: int


def _make_plain(text: str) -> str:
    if text.isascii():
        return text
    text = text.translate(_PLAIN)
    return _OTHER_DIGIT.sub(lambda m: str(unicodedata.decimal(m[0], m[0])), text) if not text.isascii() else text


def _make_lower(plain: str) -> str:
    lower = plain.lower()
    if len(lower) == len(plain):
        return lower
    return "".join(low if len(low := character.lower()) == 1 else character for character in plain)


class Reading:
    """A text and what its recognisers share.

    `expected` are sets of words in small letters that are names here though they are common words too. `suspects`
    collects words that may be names but lack evidence within this text. `vocabulary` holds the words and the parts of
    those with a hyphen; `mixed_case` tells whether a capital says something; `shapes` are those of the stretches that
    hold digits (shapes.py); `digit_count` counts digits from `first_digit` on, `longest_run` those of the longest run;
    `has_mixed_tokens` tells whether a letter and a digit stand side by side, or with a hyphen or a slash between them.
    """

    def __init__(self, text: str, expected: Sequence[AbstractSet[str]] = ()) -> None:
        self.text = text
        self.expected = [names for names in expected if names]
        self.suspects: list[str] = []
        self.plain = plain = _make_plain(text)
        self.lower = lower = _make_lower(plain)
        parts: list[str] = (_ASCII_WORD if lower.isascii() else _WORD).split(lower)
        borders = list(accumulate(map(len, parts)))
        self.word_texts = parts[1::2]
        self.word_starts, self.word_ends = borders[:-1:2], borders[1::2]
        self.vocabulary = frozenset(self.word_texts)
        if "-" in lower:
            self.vocabulary = self.vocabulary.union(*(word.split("-") for word in self.vocabulary if "-" in word))
        self.mixed_case = plain != lower and not plain.isupper()
        digit = _DIGIT.search(plain)
        self.first_digit = digit.start() if digit else len(plain)
        self.shapes = shapes_of(lower) if digit else ()
        self.digit_count = self.longest_run = 0
        self.has_mixed_tokens = False
        for shape in self.shapes:
            digits, run, mixed = measure_shape(shape)
            self.digit_count += digits
            self.longest_run = max(self.longest_run, run)
            self.has_mixed_tokens = self.has_mixed_tokens or mixed

    def near_digits(self, reach: int) -> int:
        """Where a pattern may begin to search that has a digit within its first `reach` characters."""
        return max(0, self.first_digit - reach)

    def expects(self, word: str) -> bool:
        """Whether the word, in small letters, is part of a name that is known."""
        return any(word in names for names in self.expected)

    @cached_property
    def two_capitals(self) -> bool:
        """Whether a capital stands before another one or before a hyphen."""
        return _TWO_CAPITALS.search(self.plain) is not None

    @cached_property
    def word_spans(self) -> list[tuple[int, int]]:
        """Start and end of each word."""
        return list(zip(self.word_starts, self.word_ends, strict=True))

    @property
    def words(self) -> list[Word]:
        """Words in order."""
        return [Word(text, *span) for text, span in zip(self.word_texts, self.word_spans, strict=True)]

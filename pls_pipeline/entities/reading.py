"""A text made ready for recognisers: characters normalised one to one, words with their places.

Here: what every recogniser needs to know of a text, computed once. Not here: any rule about what a span means.
Every offset into `plain` and `lower` is an offset into `text`.
"""

import re
import unicodedata
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from typing import NamedTuple

_WORD = re.compile(r"[^\W\d_]+(?:[\u0300-\u036f]+[^\W\d_]*|['\-][^\W\d_]+)*")
_DIGIT = re.compile(r"[0-9]")
_PLAIN = {ord(c): "'" for c in "\u2018\u2019\u201b\u02bc\u00b4`"} | {
    ord(c): '"' for c in "\u201c\u201d\u201e\u00ab\u00bb"
}
_PLAIN |= {ord(c): "-" for c in "\u2010\u2011\u2012\u2013\u2014\u2015\u2212"}
_PLAIN |= {ord(c): " " for c in "\u00a0\u2002\u2003\u2007\u2009\u200a\u202f\u3000"} | {
    ord("\uff1a"): ":",
    ord("\uff0c"): ",",
}
_MIXED = re.compile(r"[0-9][/-]?[a-z]|[a-z][/-]?[0-9]")
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
    those with a hyphen; `mixed_case` tells whether a capital says something; `has_mixed_tokens` whether a letter and
    a digit stand side by side, or with a hyphen or a slash between them.
    """

    def __init__(self, text: str, expected: Sequence[AbstractSet[str]] = ()) -> None:
        self.text = text
        self.expected = [names for names in expected if names]
        self.suspects: list[str] = []
        self.plain = _make_plain(text)
        self.lower = _make_lower(self.plain)
        self.digit_count = len(_DIGIT.findall(self.plain))
        self.word_texts: list[str] = _WORD.findall(self.lower)
        self.word_spans: list[tuple[int, int]] = [match.span() for match in _WORD.finditer(self.lower)]
        self.vocabulary = frozenset(self.word_texts)
        if "-" in self.lower:
            self.vocabulary = self.vocabulary.union(*(word.split("-") for word in self.vocabulary if "-" in word))
        self.mixed_case = self.plain != self.lower and not self.plain.isupper()
        self.has_mixed_tokens = self.digit_count > 0 and _MIXED.search(self.lower) is not None

    def expects(self, word: str) -> bool:
        """Whether the word, in small letters, is part of a name that is known."""
        return any(word in names for names in self.expected)

    @property
    def words(self) -> list[Word]:
        """Words in order."""
        return [Word(text, *span) for text, span in zip(self.word_texts, self.word_spans, strict=True)]

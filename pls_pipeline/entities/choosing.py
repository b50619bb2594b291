"""Which recognisers could find something in a text.

Here: all recognisers in order, and the choice among them by digits, shapes, characters and words of a text. Not here:
what they find (the families beside this file), or what stands where two claim the same characters (finding.py).
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import lru_cache

from pls_pipeline.entities import (
    access_codes,
    accounts,
    addresses,
    births,
    cards,
    emails,
    gift_codes,
    links,
    moments,
    national_ids,
    passwords,
    people,
    phones,
    plates,
    quantities,
    references,
    signatures,
    times,
    unit_numbers,
)
from pls_pipeline.entities.reading import Reading
from pls_pipeline.entities.records import Find, Recogniser, Span
from pls_pipeline.entities.shapes import LONGEST_KEPT

_OF_PERSONAL_VALUES = (
    phones,
    emails,
    links,
    cards,
    accounts,
    national_ids,
    births,
    plates,
    references,
    access_codes,
    gift_codes,
    passwords,
    addresses,
    people,
    signatures,
)
_ANSWERS_KEPT = 16384
_OF_VARYING_VALUES = (moments, times, quantities, unit_numbers)

HIGHEST_VARYING_RANK = 46
"""No recogniser of a varying value gives a higher rank; choosing.py's test holds them to it."""


class Choice:
    """Recognisers in order, indexed by what a text must have for them.

    A set of recognisers is an integer with a bit for each, so that the tests of a text are joined by a few operations.
    """

    def __init__(self, recognisers: Iterable[Recogniser]) -> None:
        self.recognisers = tuple(recognisers)
        bits = [(1 << index, recogniser) for index, recogniser in enumerate(self.recognisers)]
        most_digits = max((recogniser.digits for recogniser in self.recognisers), default=0)
        most_in_run = max((recogniser.run for recogniser in self.recognisers), default=0)
        self._most_digits, self._most_in_run = most_digits, most_in_run
        self._by_digits = [
            [sum(bit for bit, r in bits if r.digits <= digits and r.run <= run) for run in range(most_in_run + 1)]
            for digits in range(most_digits + 1)
        ]
        self._any_character = sum(bit for bit, r in bits if not r.character)
        self._any_words = sum(bit for bit, r in bits if not r.words)
        self._any_shape = sum(bit for bit, r in bits if not r.shape)
        self._by_capitals = sum(bit for bit, r in bits if r.capitals)
        self._by_word: defaultdict[str, int] = defaultdict(int)
        by_character: defaultdict[str, int] = defaultdict(int)
        for bit, recogniser in bits:
            for word in recogniser.words:
                self._by_word[word] |= bit
            if recogniser.character:
                by_character[recogniser.character] |= bit
        self._cues = frozenset(self._by_word)
        self._by_character = tuple(by_character.items())
        self._shapes = tuple((bit, re.compile(r.shape)) for bit, r in bits if r.shape)
        self._by_kept_shape = lru_cache(maxsize=_ANSWERS_KEPT)(self._match_shape)
        self._list = lru_cache(maxsize=_ANSWERS_KEPT)(self._list_functions)

    def choose(self, reading: Reading) -> Sequence[Find]:
        """The recognisers' functions that could find something in the text, in their order, each once."""
        digits, run, text = reading.digit_count, reading.longest_run, reading.lower
        allowed = self._by_digits[min(digits, self._most_digits)][min(run, self._most_in_run)]
        chosen = self._any_words
        for word in self._cues & reading.vocabulary:
            chosen |= self._by_word[word]
        allowed &= chosen
        chosen = self._any_shape
        for shape in reading.shapes if self._shapes else ():
            chosen |= self._by_kept_shape(shape) if len(shape) <= LONGEST_KEPT else self._match_shape(shape)
        allowed &= chosen
        chosen = self._any_character
        for character, bits in self._by_character:
            if bits & allowed and character in text:
                chosen |= bits
        allowed &= chosen
        if self._by_capitals & allowed and not reading.two_capitals:
            allowed &= ~self._by_capitals
        return self._list(allowed)

    def find_all(self, reading: Reading, region: str) -> list[Span]:
        """What the recognisers find that could find something, in their order."""
        spans: list[Span] = []
        for find in self.choose(reading):
            spans += find(reading, region)
        return spans

    def _match_shape(self, shape: str) -> int:
        return sum(bit for bit, pattern in self._shapes if pattern.search(shape))

    def _list_functions(self, chosen: int) -> tuple[Find, ...]:
        functions = (one.find for index, one in enumerate(self.recognisers) if chosen >> index & 1)
        return tuple(dict.fromkeys(functions))


PERSONAL = Choice(recogniser for family in _OF_PERSONAL_VALUES for recogniser in family.RECOGNISERS)
VARYING = Choice(recogniser for family in _OF_VARYING_VALUES for recogniser in family.RECOGNISERS)

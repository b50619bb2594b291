"""Which recognisers could find something in a text.

Here: all recognisers in order, and the choice among them by digits, characters and words of a text. Not here: what
they find (the families beside this file), or what stands where two claim the same characters (finding.py).
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

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
from pls_pipeline.entities.records import Recogniser, Span

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
_OF_VARYING_VALUES = (moments, times, quantities, unit_numbers)

HIGHEST_VARYING_RANK = 46
"""No recogniser of a varying value gives a higher rank; choosing.py's test holds them to it."""


class Choice:
    """Recognisers in order, indexed by what a text must have for them."""

    def __init__(self, recognisers: Iterable[Recogniser]) -> None:
        self.recognisers = tuple(recognisers)
        indexed = tuple(enumerate(self.recognisers))
        self._most_digits = max((recogniser.digits for recogniser in self.recognisers), default=0)
        self._most_in_run = max((recogniser.run for recogniser in self.recognisers), default=0)
        self._by_digits = tuple(
            tuple(
                tuple((i, r) for i, r in indexed if not r.words and r.digits <= digits and r.run <= run)
                for run in range(self._most_in_run + 1)
            )
            for digits in range(self._most_digits + 1)
        )
        by_word: defaultdict[str, list[tuple[int, Recogniser]]] = defaultdict(list)
        for index, recogniser in indexed:
            for word in recogniser.words:
                by_word[word].append((index, recogniser))
        self._by_word: Mapping[str, list[tuple[int, Recogniser]]] = by_word
        self._cues = frozenset(by_word)

    def choose(self, reading: Reading) -> Sequence[Recogniser]:
        """The recognisers that could find something in the text, in their order."""
        digits, run, text = reading.digit_count, reading.longest_run, reading.lower
        chosen: Sequence[tuple[int, Recogniser]] = self._by_digits[min(digits, self._most_digits)][
            min(run, self._most_in_run)
        ]
        cues = self._cues & reading.vocabulary
        if cues:
            cued = {
                index: recogniser
                for word in cues
                for index, recogniser in self._by_word[word]
                if recogniser.digits <= digits and recogniser.run <= run
            }
            if cued:
                chosen = sorted([*chosen, *cued.items()], key=_order)
        return [recogniser for _, recogniser in chosen if recogniser.character in text]

    def find_all(self, reading: Reading, region: str) -> list[Span]:
        """What the recognisers find that could find something, in their order."""
        spans: list[Span] = []
        for recogniser in self.choose(reading):
            spans += recogniser.find(reading, region)
        return spans


def _order(item: tuple[int, Recogniser]) -> int:
    return item[0]


PERSONAL = Choice(recogniser for family in _OF_PERSONAL_VALUES for recogniser in family.RECOGNISERS)
VARYING = Choice(recogniser for family in _OF_VARYING_VALUES for recogniser in family.RECOGNISERS)

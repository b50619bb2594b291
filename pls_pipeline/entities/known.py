"""Values that are known beforehand: names of contacts, numbers of customers, what the business tells everybody.

Here: finding known names in their variants, and clearing what is public. Not here: recognition by context or shape.
"""

import re
from collections.abc import Iterator
from functools import lru_cache

from pls_pipeline.entities import lexicon as lx
from pls_pipeline.entities.reading import Reading
from pls_pipeline.entities.records import Entity, KnownValues, Span
from pls_pipeline.entities.vocabulary import is_word

RANK = 58
_LETTERS = re.compile(r"[^\W_]+")
_SHORTEST_NUMBER = 7


def _key(text: str) -> str:
    return " ".join(_LETTERS.findall(text.lower()))


def _digits(text: str) -> str:
    return "".join(character for character in text if character in "0123456789")


def is_distinctive(word: str) -> bool:
    """Whether a lower-case name is no other word, so that it is the name wherever it stands."""
    return len(word) > 1 and word not in lx.FUNCTION_WORDS and not is_word(word)


class KnownMatcher:
    """KnownValues made ready for many texts.

    `expected` are parts of known names that are common words too: they count as evidence (people.py), not as a name.
    """

    def __init__(self, known: KnownValues) -> None:
        self.public = frozenset(filter(None, map(_key, known.public)))
        self.public_numbers = frozenset(
            number[-10:] for value in known.public if len(number := _digits(value)) >= _SHORTEST_NUMBER
        )
        self._first: dict[str, list[tuple[str, ...]]] = {}
        expected: set[str] = set()
        for name in known.names:
            parts = tuple(word.lower for word in Reading(name).words if word.lower not in lx.HONORIFICS)
            expected.update(part for part in parts if not is_distinctive(part) and part not in lx.PARTICLES)
            for variant in {
                parts,
                *((part,) for part in parts if is_distinctive(part) and part not in lx.PARTICLES),
            } - {()}:
                if len(variant) > 1 or is_distinctive(variant[0]):
                    self._first.setdefault(variant[0], []).append(variant)
        self.expected = frozenset(expected)

    def find_names(self, reading: Reading) -> Iterator[Span]:
        """Known names, whole or one part of them, in any case."""
        if not self._first or self._first.keys().isdisjoint(word.removesuffix("'s") for word in reading.vocabulary):
            return
        words = reading.words
        for index, word in enumerate(words):
            for variant in self._first.get(word.lower.removesuffix("'s"), ()):
                stretch = words[index : index + len(variant)]
                if tuple(part.lower.removesuffix("'s") for part in stretch) == variant:
                    end = stretch[-1].end - (2 if stretch[-1].lower.endswith("'s") else 0)
                    yield Span(word.start, end, "person", "customer_name", RANK)

    def is_public(self, entity: Entity) -> bool:
        """Whether the business tells this value to everybody."""
        key = _key(entity.text)
        if not key or key in self.public:
            return True
        digits = _digits(entity.text)
        if entity.type in {"phone", "reference", "national_id", "bank_account"} and len(digits) >= _SHORTEST_NUMBER:
            return any(digits[-10:].endswith(number) or number.endswith(digits[-10:]) for number in self.public_numbers)
        return len(key) >= 5 and any(f" {key} " in f" {value} " for value in self.public)


@lru_cache(maxsize=16)
def prepare_known(known: KnownValues) -> KnownMatcher:
    """The matcher of these values; the last sixteen are kept."""
    return KnownMatcher(known)

"""Values that are known beforehand: names of contacts, numbers of customers, what the business tells everybody.

Here: finding known values in their variants, and clearing what is public. Not here: recognition by context or shape.
"""

import re
from collections.abc import Iterator
from functools import lru_cache

from pls_pipeline.entities import lexicon
from pls_pipeline.entities.reading import Reading
from pls_pipeline.entities.records import Entity, KnownValues, Span
from pls_pipeline.entities.vocabulary import is_common

RANK = 95
_LETTERS = re.compile(r"[^\W_]+")
_SHORTEST_NUMBER = 7


def _key(text: str) -> str:
    return " ".join(_LETTERS.findall(text.lower()))


def _digits(text: str) -> str:
    return "".join(character for character in text if character in "0123456789")


class KnownMatcher:
    """KnownValues made ready for many texts."""

    def __init__(self, known: KnownValues) -> None:
        self.public = frozenset(filter(None, map(_key, known.public)))
        self.public_numbers = frozenset(
            number[-10:] for value in known.public if len(number := _digits(value)) >= _SHORTEST_NUMBER
        )
        self.phones = frozenset(
            number[-9:] for value in known.phones if len(number := _digits(value)) >= _SHORTEST_NUMBER
        )
        self._names: dict[str, list[tuple[str, ...]]] = {}
        for name in known.names:
            parts = tuple(Reading(name).words)
            lowers = tuple(part.lower for part in parts)
            for variant in {lowers, lowers[:1], lowers[-1:]} - {()}:
                if variant[0] not in lexicon.FUNCTION_WORDS - lexicon.MAY_BE_NAMES and len("".join(variant)) > 1:
                    self._names.setdefault(variant[0], []).append(variant)

    def find_names(self, reading: Reading) -> Iterator[Span]:
        """Known names: whole, given name or surname alone; one that is a common word too only where it has a capital."""
        if not self._names or self._names.keys().isdisjoint(word.removesuffix("'s") for word in reading.vocabulary):
            return
        words = reading.words
        for index, word in enumerate(words):
            for variant in self._names.get(word.lower.removesuffix("'s"), ()):
                stretch = words[index : index + len(variant)]
                if tuple(part.lower.removesuffix("'s") for part in stretch) != variant:
                    continue
                capital = reading.plain[word.start].isupper() and reading.mixed_case
                if (
                    len(variant) == 1
                    and (is_common(variant[0]) or variant[0] in lexicon.FUNCTION_WORDS)
                    and not capital
                ):
                    continue
                end = stretch[-1].end - (2 if stretch[-1].lower.endswith("'s") else 0)
                yield Span(word.start, end, "person", "customer_name", RANK)

    def is_public(self, entity: Entity) -> bool:
        """Whether the business tells this value to everybody."""
        key = _key(entity.text)
        if not key:
            return True
        if key in self.public:
            return True
        digits = _digits(entity.text)
        if entity.type in {"phone", "reference", "national_id", "bank_account"} and len(digits) >= _SHORTEST_NUMBER:
            return any(digits[-10:].endswith(number) or number.endswith(digits[-10:]) for number in self.public_numbers)
        return len(key) >= 5 and any(f" {key} " in f" {value} " for value in self.public)

    def is_known_phone(self, text: str) -> bool:
        """Whether the digits are those of a customer's number."""
        return _digits(text)[-9:] in self.phones


@lru_cache(maxsize=16)
def prepare_known(known: KnownValues) -> KnownMatcher:
    """The matcher of these values; the last sixteen are kept."""
    return KnownMatcher(known)

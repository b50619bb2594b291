"""Values that are known beforehand: names of people, and what the business tells everybody.

Here: finding known names in their variants, and clearing what is public. Not here: recognition by context or shape.
"""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

from pls_pipeline.entities import lexicon as lx
from pls_pipeline.entities.reading import Reading
from pls_pipeline.entities.records import Entity, KnownValues, Span
from pls_pipeline.entities.vocabulary import is_word

RANK = 58
_LETTERS = re.compile(r"[^\W_]+")
_ASCII_LETTERS = re.compile(r"[a-z0-9]+")
_ANSWERS_KEPT = 8192
_SHORTEST_NUMBER = 7
_SHORTEST_PART = 5
_COMPARED_DIGITS = 10
_NUMBERED_TYPES = frozenset({"phone", "reference", "national_id", "bank_account"})


def _key(text: str) -> str:
    return " ".join(_LETTERS.findall(text.lower()))


def _digits(text: str) -> str:
    return "".join(character for character in text if character in "0123456789")


@lru_cache(maxsize=4096)
def _variants_of(name: str) -> tuple[frozenset[tuple[str, ...]], frozenset[str], frozenset[str]]:
    """What stands for a name: sequences of words; words that are common ones too; the tokens of all its words."""
    words = Reading(name).word_texts
    parts = tuple(word.removesuffix("'s") for word in words if word not in lx.HONORIFICS)
    distinctive = [part for part in parts if _is_distinctive(part) and part not in lx.PARTICLES]
    expected = frozenset(part for part in parts if part not in distinctive and part not in lx.PARTICLES)
    sequences = {parts, *((part,) for part in distinctive)}
    variants = frozenset(words for words in sequences if len(words) > 1 or (words and words[0] in distinctive))
    return variants, expected, frozenset().union(*map(tokens_of, parts))


def tokens_of(text: str) -> frozenset[str]:
    """Runs of letters and digits, in small letters."""
    lower = text.lower()
    return frozenset((_ASCII_LETTERS if lower.isascii() else _LETTERS).findall(lower))


def _is_distinctive(word: str) -> bool:
    """Whether a name in small letters is no other word, so that it is the name wherever it stands."""
    return len(word) > 1 and word not in lx.FUNCTION_WORDS and not is_word(word)


class NameMemory:
    """Names of people to be found in any case, whole or one part of them.

    A part that is a common word too ("Hope") is only expected: it counts as evidence where its place speaks for a name.
    """

    def __init__(self, names: Iterable[str] = ()) -> None:
        self.expected: set[str] = set()
        self._tokens: set[str] = set()
        self._variants: dict[str, set[tuple[str, ...]]] = {}
        self._seen: set[str] = set()
        for name in names:
            self.add(name)

    def add(self, name: str) -> None:
        """Remember a name."""
        if name in self._seen:
            return
        self._seen.add(name)
        variants, expected, tokens = _variants_of(name)
        self._tokens |= tokens
        self.expected |= expected
        for variant in variants:
            self._variants.setdefault(variant[0], set()).add(variant)

    def __bool__(self) -> bool:
        return bool(self._tokens)

    def touches(self, tokens: frozenset[str]) -> bool:
        """Whether a token of a text is a part of a remembered name; without one the memory changes nothing in it."""
        return not self._tokens.isdisjoint(tokens)

    def may_touch(self, lower: str, people: str) -> bool:
        """Whether one of a few remembered names could stand in a text outside the `people` that were found in it.

        Both are in small letters; what is True here is for `touches` to decide.
        """
        return any(token in lower and lower.count(token) > people.count(token) for token in self._tokens)

    def find(self, reading: Reading) -> Iterator[Span]:
        """Remembered names in the text."""
        if not self._variants:
            return
        texts = [word.removesuffix("'s") for word in reading.word_texts]
        for index, text in enumerate(texts):
            for variant in self._variants.get(text, ()):
                last = index + len(variant) - 1
                if tuple(texts[index : last + 1]) == variant:
                    end = reading.word_spans[last][1] - (2 if reading.word_texts[last].endswith("'s") else 0)
                    yield Span(reading.word_spans[index][0], end, "person", "customer_name", RANK)


class PublicValues:
    """What the business tells everybody, in any spelling of marks, spaces and letters."""

    def __init__(self, values: Iterable[str]) -> None:
        self._held: dict[tuple[str, str], bool] = {}
        self._keys = frozenset(filter(None, map(_key, values)))
        numbers = (_digits(value) for value in values)
        self._numbers = frozenset(number[-_COMPARED_DIGITS:] for number in numbers if len(number) >= _SHORTEST_NUMBER)

    def hold(self, entity: Entity) -> bool:
        """Whether the value, or a longer one that it is part of, is public."""
        asked = (entity.type, entity.text)
        held = self._held.get(asked)
        if held is None:
            if len(self._held) >= _ANSWERS_KEPT:
                self._held.clear()
            held = self._held[asked] = self._looks_held(entity)
        return held

    def _looks_held(self, entity: Entity) -> bool:
        key = _key(entity.text)
        if not key or key in self._keys:
            return True
        digits = _digits(entity.text)[-_COMPARED_DIGITS:]
        if entity.type in _NUMBERED_TYPES and len(digits) >= _SHORTEST_NUMBER:
            return any(digits.endswith(number) or number.endswith(digits) for number in self._numbers)
        return len(key) >= _SHORTEST_PART and any(f" {key} " in f" {value} " for value in self._keys)


class CustomerNumbers:
    """Phone numbers of customers: a number among them is a phone, whatever its shape made of it."""

    def __init__(self, phones: Iterable[str]) -> None:
        numbers = (_digits(phone) for phone in phones)
        self._ends = frozenset(number[-_SHORTEST_NUMBER:] for number in numbers if len(number) >= _SHORTEST_NUMBER)

    def correct(self, entity: Entity) -> Entity:
        """The entity as a phone, where its digits are those of a customer's number."""
        if self._ends and entity.type in _NUMBERED_TYPES and _digits(entity.text)[-_SHORTEST_NUMBER:] in self._ends:
            return entity._replace(type="phone", name="phone_number")
        return entity


_remember_names = lru_cache(maxsize=64)(NameMemory)
_remember_public = lru_cache(maxsize=64)(PublicValues)
_remember_numbers = lru_cache(maxsize=64)(CustomerNumbers)


@lru_cache(maxsize=64)
def prepare_known(known: KnownValues) -> tuple[NameMemory, PublicValues, CustomerNumbers]:
    """Known values made ready for many texts; the sets used last are kept."""
    return _remember_names(known.names), _remember_public(known.public), _remember_numbers(known.phones)

"""The records of recognition: Entity, KnownValues, and which types are personal.

Here: what callers of `find_entities` hold in their hands. Not here: how a span is found (the recognisers beside this
file).
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import NamedTuple

from pls_pipeline.entities.reading import Reading

PERSONAL_TYPES: frozenset[str] = frozenset({
    "person", "phone", "email", "url", "address", "card", "card_last4", "card_security", "bank_account", "national_id",
    "access_code", "gift_code", "password", "plate", "ip", "reference", "date_of_birth",
})  # fmt: skip
"""Types whose value must never stand in a template as text."""

VARYING_TYPES: frozenset[str] = frozenset({
    "money", "date", "weekday", "time", "duration", "percent", "unit_number", "count", "temperature", "number",
})  # fmt: skip
"""Types whose value may differ between two sendings of one reply, and tells nothing about a person."""


class Entity(NamedTuple):
    """A typed span: code points `start` to `end` (exclusive) of the text hold `text`.

    `name` is a snake_case variable name that its type and context suggest.
    """

    type: str
    start: int
    end: int
    text: str
    name: str


@dataclass(frozen=True)
class KnownValues:
    """What is known before a text is read.

    `names` are people (contacts, users): found wherever they stand. `phones` are numbers of customers, in any format.
    `public` is what the business tells everybody (its numbers, addresses, sites, promo codes): never personal.
    `recogniser` is the address of a further recogniser, "module:function" (plugin.py); empty for none.
    """

    names: frozenset[str] = frozenset()
    phones: frozenset[str] = frozenset()
    public: frozenset[str] = frozenset()
    recogniser: str = ""


NOTHING_KNOWN = KnownValues()


class Span(NamedTuple):
    """A candidate: where overlapping candidates meet, the higher `rank` wins, then the longer, then the earlier."""

    start: int
    end: int
    type: str
    name: str
    rank: int


Find = Callable[[Reading, str], Iterable[Span]]
"""What a recogniser does: from a text and the region of its phone numbers to spans."""


@dataclass(frozen=True)
class Recogniser:
    """A function from text to spans, and the cheap test that tells when it need not run.

    It runs if the text has at least `digits` digits, `run` of them in one run (Reading.longest_run), and, of what is
    given, the `character` (or characters in this order), one of `words`, a stretch whose shape (shapes.py) holds
    `shape`, and for `capitals` Reading.two_capitals. A function that several tests may call for is listed with each of
    them.
    """

    find: Find
    digits: int = 0
    run: int = 0
    character: str = ""
    words: frozenset[str] = frozenset()
    shape: str = ""
    capitals: bool = False

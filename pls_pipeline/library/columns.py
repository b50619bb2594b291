"""Columns: the places of a frame where its replies differ or hold a value; and what each place is.

Here: the decision whether a place is text, a variable, or the border between two meanings. Not here: how replies were
brought together (frames.py) or how templates are written (wordings.py).

The rules, in short: what never varies is no variable, however much it looks like one; what is personal always is;
numbers that come back are conditions ("after 15 minutes", "after 30 minutes") and part the replies; plain words are a
variable only where many different ones stand in a long frame.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from pls_pipeline.entities import PERSONAL_TYPES

# Types whose values differ from customer to customer: two of them are enough.
_VARYING_TYPES = frozenset({"proper_name", "quoted", "date", "weekday", "time", "location"})
# A unit ("bay 3") says whose reply it is; it is no condition, however few units there are.
_UNIT_TYPES = frozenset({"unit_number"})
# Conversations in which a value has to be the same before it is text; 2 for other types. A number that was never seen
# to differ is part of what is said ("up to 6 players").
_CONSTANT_AFTER = {"unit_number": 4, "date": 3, "number": 1, "count": 1, "duration": 1, "percent": 1}
LEAST_VALUES = 3
LEAST_SHARE_OF_VALUES = 0.5
# Values that come back are conditions ("15 minutes", "30 minutes"): at most so many, and fewer than this share of the
# conversations hold one that no other has, which estimates how likely the next value is a new one (Good-Turing).
MOST_CONDITIONS = 4
LEAST_SHARE_OF_NEW = 0.15
# Other columns with values, beside which two numbers are enough for a variable.
LEAST_COMPANY = 2
LEAST_WORDS_VALUES = 5
LEAST_FIXED_WORDS = 5
MOST_OF_ONE_WORD = 0.6


class Verdict(Enum):
    """What a column is."""

    TEXT = "text"
    VARIABLE = "variable"
    BORDER = "border"


@dataclass(frozen=True)
class Filler:
    """What stands in a column of one reply: offsets in the reply's text, type and name (None for plain words)."""

    text: str
    start: int
    end: int
    type: str | None
    name: str | None


@dataclass(frozen=True)
class FrameFacts:
    """What else is known of the frame: words that never vary, whether it asks, other columns that hold values."""

    fixed_words: int
    is_question: bool
    value_columns: int


def judge_column(fillers: Sequence[tuple[str, Filler]], frame: FrameFacts) -> Verdict:
    """Judge one column from (conversation_key, filler) pairs."""
    by_text: dict[str, set[str]] = {}
    for conversation, filler in fillers:
        by_text.setdefault(_fold(filler.text), set()).add(conversation)
    conversations = len({conversation for conversation, _ in fillers})
    types = Counter(filler.type for _, filler in fillers)
    kind = types.most_common(1)[0][0]
    if kind in PERSONAL_TYPES:
        return Verdict.VARIABLE
    if len(by_text) == 1:
        return Verdict.TEXT if kind is None or conversations >= _CONSTANT_AFTER.get(kind, 2) else Verdict.VARIABLE
    if types[None]:
        return _judge_words(by_text, conversations, types[None] / len(fillers), frame)
    # A reply that tells this customer's bay and time tells this customer's hours too; a policy has no such company.
    is_personal_reply = frame.value_columns >= LEAST_COMPANY
    if kind in _UNIT_TYPES or is_personal_reply:
        return Verdict.VARIABLE
    if _come_back(by_text, conversations):
        return Verdict.BORDER
    enough = 2 if kind in _VARYING_TYPES else LEAST_VALUES
    is_varying = len(by_text) >= enough or len(by_text) / conversations >= LEAST_SHARE_OF_VALUES
    return Verdict.VARIABLE if is_varying else Verdict.BORDER


def _come_back(by_text: dict[str, set[str]], conversations: int) -> bool:
    """Whether a few values are said again and again, and hardly ever another one."""
    new = sum(len(holders) == 1 for holders in by_text.values())
    return len(by_text) <= MOST_CONDITIONS and new < LEAST_SHARE_OF_NEW * conversations


def _judge_words(by_text: dict[str, set[str]], conversations: int, share_of_words: float, frame: FrameFacts) -> Verdict:
    """Plain words: "open" and "close" are no variable, thirty names of drinks are."""
    largest = max(len(holders) for holders in by_text.values())
    many = len(by_text) >= LEAST_WORDS_VALUES and largest <= MOST_OF_ONE_WORD * conversations
    mostly_values = share_of_words < 1 - LEAST_SHARE_OF_VALUES and len(by_text) >= LEAST_VALUES
    informs = frame.value_columns > 0 or (
        not frame.is_question and len(by_text) / conversations >= LEAST_SHARE_OF_VALUES
    )
    if frame.fixed_words >= LEAST_FIXED_WORDS and (mostly_values or (many and informs)):
        return Verdict.VARIABLE
    return Verdict.BORDER


def _fold(text: str) -> str:
    return " ".join(text.casefold().replace("’", "'").split())

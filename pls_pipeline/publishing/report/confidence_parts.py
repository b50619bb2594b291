"""The parts of a pattern's confidence, as docs/confidence.md explains them.

Here: the points that each fact brings. Not here: how facts are counted (library/confidence.py, which has the same
weights; a test holds both together).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

# Rounding of the stored confidence, three decimals, over the share of its support.
_TOLERANCE = 0.0006


@dataclass(frozen=True)
class ConfidencePart:
    """A fact, what was counted, and the points it brings of `most`."""

    name: str
    counted: str
    points: float
    most: float


@dataclass(frozen=True)
class ConfidenceParts:
    """confidence = support · (sum of the points of `parts`). `support` is c / (c + 3), c conversations."""

    conversations: int
    support: float
    parts: tuple[ConfidencePart, ...]


def split_confidence(pattern: Mapping[str, Any], main_wording: int) -> ConfidenceParts | None:
    """Split the confidence of a row of pattern_library; `main_wording`: conversations that hold its first wording.

    The age of its evidence is what the other parts leave of the stored value. None where senders were not counted, or
    where the stored value is not of this formula.
    """
    conversations, operators = pattern["conversation_count"], pattern["operator_count"]
    satisfied, returned = pattern["satisfied_count"], pattern["returned_count"]
    if not conversations or not operators or not pattern["import_count"] or None in (satisfied, returned):
        return None
    share = min(main_wording / conversations, 1.0)
    support = conversations / (conversations + 3)
    parts = [
        ConfidencePart("Evidence is there", "every pattern", 0.5, 0.5),
        ConfidencePart("Said in one wording", f"{main_wording:,} of {conversations:,} conversations", 0.1 * share, 0.1),
        ConfidencePart(
            "Seen in several imports", _plural(pattern["import_count"], "import"),
            0.1 * (1 - 1 / pattern["import_count"]), 0.1,
        ),
        ConfidencePart("Sent by several people", _plural(operators, "sender"), 0.05 * (1 - 1 / operators), 0.05),
        ConfidencePart(
            "Customers were content after it", f"{satisfied:,} content, {returned:,} came back",
            0.15 * (satisfied + 1) / (satisfied + returned + 2), 0.15,
        ),
    ]  # fmt: skip
    left = (pattern["confidence"] or 0.0) / support - sum(part.points for part in parts)
    tolerance = _TOLERANCE / support
    if not -tolerance <= left <= 0.1 + tolerance:
        return None
    age = ConfidencePart("Said lately", "beside the latest reply of all", min(max(left, 0.0), 0.1), 0.1)
    return ConfidenceParts(conversations, support, (*parts, age))


def _plural(value: int, word: str) -> str:
    return f"{value:,} {word}{'' if value == 1 else 's'}"

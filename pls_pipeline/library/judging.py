"""Judges: whether two replies are one answer to one question. The gate is one; a model may be another.

Here: what a judge is asked and answers, and the gate with its thresholds as a judge. Not here: rules on the difference
(gate.py), who is compared with whom (uniting.py).
"""

import math
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from pls_pipeline.library.gate import Difference, find_difference, says_the_same
from pls_pipeline.library.meaning import Meaning

# Nearness that a rewording needs: cosine, and more where customers asked something else before. The means of several
# wordings are surer than one wording, and need less.
LEAST_COSINE = 0.55
LEAST_NEARNESS = 0.79
LEAST_NEARNESS_OF_MEANS = 0.75
WEIGHT_OF_QUESTION = 0.2
# Two replies that are both said often are two on purpose: every doubling beyond so many conversations asks for more.
OFTEN = 4
MORE_FOR_A_DOUBLING = 0.08
# From here on two replies answer one question.
ONE_QUESTION = 0.5
# Differences that no judge is asked about.
_BEYOND_DOUBT = frozenset({Difference.VALUES, Difference.QUESTION, Difference.NUMBERS})


class Verdict(StrEnum):
    """A judge's answer."""

    SAME = "same"
    DIFFERENT = "different"
    UNSURE = "unsure"


@dataclass(frozen=True)
class Comparison:
    """Two replies; `cosine` of what they say, `question`: how near what was asked before them is (both 0 to 1)."""

    left: Meaning
    right: Meaning
    cosine: float
    question: float

    @property
    def nearness(self) -> float:
        """What is compared with LEAST_NEARNESS."""
        often = max(min(self.left.support, self.right.support) / OFTEN, 1.0)
        return self.cosine + WEIGHT_OF_QUESTION * self.question - MORE_FOR_A_DOUBLING * math.log2(often)


@dataclass(frozen=True)
class Ruling:
    """A verdict and its reason: a Difference, `same_words`, `near`, `far`, or a judge's own word."""

    verdict: Verdict
    reason: str


class Judge(Protocol):
    """Answers: same situation and same guidance? If unsure, no."""

    @property
    def name(self) -> str:
        """Who decided, for merge_decisions.decided_by."""

    def judge(self, comparison: Comparison) -> Ruling:
        """The ruling on two replies. A judge that cannot answer now says UNSURE; it raises nothing."""

    def catch_up(self) -> bool:
        """Ask about the pairs on which it said UNSURE for want of an answer; whether it knows any now."""


class Gate:
    """The judge that needs no model: the difference between two replies, then how near they are."""

    name = "gate"

    def __init__(self, least_nearness: float = LEAST_NEARNESS) -> None:
        self.least_nearness = least_nearness

    def judge(self, comparison: Comparison) -> Ruling:
        """SAME for near replies without a difference that matters; UNSURE where another judge may know better."""
        difference = find_difference(comparison.left, comparison.right)
        is_one_question = comparison.question >= ONE_QUESTION
        if difference in _BEYOND_DOUBT:
            return Ruling(Verdict.DIFFERENT, str(difference))
        if difference is not None:
            return Ruling(Verdict.UNSURE if is_one_question else Verdict.DIFFERENT, str(difference))
        if says_the_same(comparison.left, comparison.right):
            return Ruling(Verdict.SAME, "same_words")
        if comparison.cosine >= LEAST_COSINE and comparison.nearness >= self.least_nearness:
            return Ruling(Verdict.SAME, "near")
        return Ruling(Verdict.UNSURE if is_one_question else Verdict.DIFFERENT, "far")

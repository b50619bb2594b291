"""The gate: what differs between two replies, and whether that makes them two answers.

Here: rules on the difference. A model of similarity cannot decide this: "we open at nine" and "we close at nine" are
nearer to each other than most rewordings. Not here: which replies are compared (uniting.py), words (guiding_words.py).
"""

from collections.abc import Iterable
from enum import StrEnum

from rapidfuzz.distance import LCSseq

from pls_pipeline.library.guiding_words import OPPOSED, ORDERING, QUANTITIES, RESTRICTIONS
from pls_pipeline.library.meaning import Meaning

# Share of the longer reply's words that both have in order: from here on they are one sentence with words exchanged.
ONE_FRAME = 0.5
ONE_FRAME_WITHIN_A_PATTERN = 0.6
# Values beside which a number is one too ("a table for 2 on {{date}} at {{time}}"); a policy has no such company. A
# number more or less is another answer there too ("10 rooms, one of them {{name}} at {{price}}").
VALUES_OF_A_PERSONAL_REPLY = 2


class Difference(StrEnum):
    """Why two replies are not one."""

    VALUES = "values"
    QUESTION = "question"
    NUMBERS = "numbers"
    POLARITY = "polarity"
    RESTRICTION = "restriction"
    QUANTITY = "quantity"
    EXCHANGED_WORDS = "exchanged_words"
    OPPOSED_WORDS = "opposed_words"
    ORDER = "order"


def find_difference(left: Meaning, right: Meaning) -> Difference | None:
    """The first difference that parts two replies; None where they may be rewordings of each other."""
    if left.values != right.values:
        return Difference.VALUES
    if left.asks != right.asks:
        return Difference.QUESTION
    within = find_exchange(left, right, ONE_FRAME)
    if within:
        return within
    if _have_other_numbers(left, right):
        return Difference.NUMBERS
    if left.is_negated != right.is_negated:
        return Difference.POLARITY
    if left.vocabulary & RESTRICTIONS != right.vocabulary & RESTRICTIONS:
        return Difference.RESTRICTION
    return None


def says_the_same(left: Meaning, right: Meaning) -> bool:
    """Whether two replies without a difference have the same words that name things and actions, and that guide."""
    return bool(left.content) and left.content == right.content and _guiding(left.tokens) == _guiding(right.tokens)


def find_exchange(left: Meaning, right: Meaning, least_share: float) -> Difference | None:
    """What was exchanged between two replies of one frame; None where they are no frame or nothing that matters was.

    An article or a courtesy is nothing that matters. A content word against another one is, as is "up" against "down",
    "we" against "you", "before" against "after", and what comes first where a word of order stands between.
    """
    only_left, only_right = left.content - right.content, right.content - left.content
    if _common_share(left, right) >= least_share:
        opposed_left, opposed_right = _opposed(left, right)
        if (opposed_left - opposed_right) and (opposed_right - opposed_left):
            return Difference.OPPOSED_WORDS
        if _have_other_numbers(left, right):
            return Difference.NUMBERS
        if left.is_negated != right.is_negated:
            return Difference.POLARITY
        if only_left and only_right:
            return Difference.EXCHANGED_WORDS
        if left.vocabulary & QUANTITIES != right.vocabulary & QUANTITIES:
            return Difference.QUANTITY
        if not only_left and not only_right and opposed_left != opposed_right:
            return Difference.OPPOSED_WORDS
    if not only_left and not only_right and left.tokens != right.tokens and _both_order(left, right):
        return Difference.ORDER
    return None


def _have_other_numbers(left: Meaning, right: Meaning) -> bool:
    is_personal = left.value_count >= VALUES_OF_A_PERSONAL_REPLY
    return len(left.numbers) != len(right.numbers) if is_personal else left.numbers != right.numbers


def _both_order(left: Meaning, right: Meaning) -> bool:
    return bool(left.vocabulary & ORDERING) and bool(right.vocabulary & ORDERING)


def _common_share(left: Meaning, right: Meaning) -> float:
    return float(LCSseq.normalized_similarity(left.tokens, right.tokens))


def _opposed(left: Meaning, right: Meaning) -> tuple[frozenset[str], frozenset[str]]:
    """Words of guidance in what is not common, of each."""
    only_left: list[str] = []
    only_right: list[str] = []
    for block in LCSseq.opcodes(left.tokens, right.tokens):
        if block.tag != "equal":
            only_left += left.tokens[block.src_start : block.src_end]
            only_right += right.tokens[block.dest_start : block.dest_end]
    return _guiding(only_left), _guiding(only_right)


def _guiding(words: Iterable[str]) -> frozenset[str]:
    return OPPOSED.intersection(words)

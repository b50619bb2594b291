"""Figures of a library against gold labels; their meaning is explained in docs/evaluation.md.

Here: the figures. Not here: reading gold (gold.py), showing figures (cli/evaluating.py).
"""

import json
import math
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from pls_pipeline.library.gold import GoldMessage
from pls_pipeline.library.sameness import skeleton
from pls_pipeline.library.state import Row

LEAST_CONVERSATIONS = 5
PURE = 0.9
Pairs = Sequence[tuple[Hashable, Hashable]]


@dataclass(frozen=True)
class Figures:
    """What `score_library` returns; shares from 0 to 1, counts as they are."""

    messages: int
    groups: int
    patterns: int
    coverage: float
    bcubed_p: float
    bcubed_r: float
    bcubed_f1: float
    nmi: float
    ari: float
    duplicate_rate: float
    impure_rate: float
    template_exact: float
    variable_p: float
    variable_r: float
    variable_f1: float


def score_library(
    gold: Iterable[GoldMessage], provenance: Iterable[Row], least_conversations: int = LEAST_CONVERSATIONS
) -> Figures:
    """Score rows of pattern_provenance on the gold messages whose group stands in enough conversations.

    A message that is evidence of several patterns counts for the first row. Raises ValueError without any such message.
    """
    asked = _select(gold, least_conversations)
    if not asked:
        raise ValueError(f"no group stands in {least_conversations} conversations")
    found: dict[str, Row] = {}
    for row in provenance:
        if row["role"] == "response" and row["message_id"] in asked:
            found.setdefault(row["message_id"], row)
    covered = [(found[key]["pattern_id"], message.group) for key, message in asked.items() if key in found]
    alone = [(("alone", key), message.group) for key, message in asked.items() if key not in found]
    precision, recall = measure_bcubed([*covered, *alone])
    duplicates, impure, patterns = _judge_patterns(covered)
    exact, variable_p, variable_r = _judge_templates(asked, found)
    return Figures(
        messages=len(asked),
        groups=len({message.group for message in asked.values()}),
        patterns=patterns,
        coverage=len(covered) / len(asked),
        bcubed_p=precision,
        bcubed_r=recall,
        bcubed_f1=_harmonic(precision, recall),
        nmi=measure_nmi(covered),
        ari=measure_ari(covered),
        duplicate_rate=duplicates,
        impure_rate=impure,
        template_exact=exact,
        variable_p=variable_p,
        variable_r=variable_r,
        variable_f1=_harmonic(variable_p, variable_r),
    )


def _select(gold: Iterable[GoldMessage], least: int) -> dict[str, GoldMessage]:
    messages = {message.message_id: message for message in gold}
    spread: defaultdict[str, set[str]] = defaultdict(set)
    for message in messages.values():
        spread[message.group].add(message.conversation_id)
    return {key: message for key, message in messages.items() if len(spread[message.group]) >= least}


def measure_bcubed(pairs: Pairs) -> tuple[float, float]:
    """B-cubed precision and recall of (pattern, group) pairs, one a message."""
    joint, patterns, groups = _count(pairs)
    precision = sum(count * count / patterns[pattern] for (pattern, _), count in joint.items()) / len(pairs)
    recall = sum(count * count / groups[group] for (_, group), count in joint.items()) / len(pairs)
    return precision, recall


def measure_nmi(pairs: Pairs) -> float:
    """Mutual information over the mean of both entropies; 0 for fewer than two pairs, 1 where nothing varies."""
    if len(pairs) < 2:
        return 0.0
    joint, patterns, groups = (_entropy(counts.values(), len(pairs)) for counts in _count(pairs))
    return 2 * (patterns + groups - joint) / (patterns + groups) if patterns + groups else 1.0


def measure_ari(pairs: Pairs) -> float:
    """Adjusted Rand index; 0 for fewer than two pairs, 1 where chance alone gives the maximum."""
    if len(pairs) < 2:
        return 0.0
    joint, patterns, groups = (sum(math.comb(n, 2) for n in counts.values()) for counts in _count(pairs))
    expected = patterns * groups / math.comb(len(pairs), 2)
    largest = (patterns + groups) / 2
    return (joint - expected) / (largest - expected) if largest != expected else 1.0


def _count(pairs: Pairs) -> tuple[Counter[tuple[Hashable, Hashable]], Counter[Hashable], Counter[Hashable]]:
    return Counter(pairs), Counter(left for left, _ in pairs), Counter(right for _, right in pairs)


def _entropy(counts: Iterable[int], total: int) -> float:
    return -sum(count / total * math.log(count / total) for count in counts)


def _judge_patterns(covered: Sequence[tuple[str, str]]) -> tuple[float, float, int]:
    """duplicate_rate, impure_rate, number of patterns."""
    groups_of: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for pattern, group in covered:
        groups_of[pattern][group] += 1
    if not groups_of:
        return 0.0, 0.0, 0
    main = {pattern: groups.most_common(1)[0] for pattern, groups in groups_of.items()}
    impure = sum(count < PURE * groups_of[pattern].total() for pattern, (_, count) in main.items())
    return 1 - len({group for group, _ in main.values()}) / len(main), impure / len(main), len(main)


def _judge_templates(asked: Mapping[str, GoldMessage], found: Mapping[str, Row]) -> tuple[float, float, float]:
    """template_exact, and precision and recall of variables, on messages whose template is known."""
    exact = known = matched = in_gold = in_library = 0
    for key, message in asked.items():
        if message.template is None:
            continue
        known += 1
        row = found.get(key)
        values = json.loads(row["values"] or "[]") if row else []
        exact += row is not None and skeleton(row["template"]) == skeleton(message.template)
        matched += count_matches(message.slots, [(value["start"], value["end"]) for value in values])
        in_gold += len(message.slots)
        in_library += len(values)
    return _share(exact, known), _share(matched, in_library), _share(matched, in_gold)


def count_matches(gold: Sequence[tuple[int, int]], found: Sequence[tuple[int, int]]) -> int:
    """Gold spans that a found span covers: by half or more of the longer of both. A found span matches once."""
    free = list(found)
    matches = 0
    for start, end in gold:
        for span in free:
            shared = min(end, span[1]) - max(start, span[0])
            if 2 * shared >= max(end - start, span[1] - span[0]):
                free.remove(span)
                matches += 1
                break
    return matches


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 0.0


def _harmonic(left: float, right: float) -> float:
    return 2 * left * right / (left + right) if left + right else 0.0

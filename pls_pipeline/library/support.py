"""Which clusters have enough evidence to be a pattern.

Here: how many conversations a cluster needs, and whether it has them. Not here: confidence in a pattern
(confidence.py), or what reviewers decided, which holds with less (review_replay.py).

A business that sends prepared replies says each in dozens of conversations; what it says in three is then no pattern to
keep and review. Where replies are worded freely, three conversations are much. So what is needed follows from how often
the replies that come back do so: an eighth of the support that three quarters of them have, and never more than one
conversation in a hundred. It is a power of two, so that it hardly ever changes from one import to the next.
"""

import math
from collections.abc import Sequence

from pls_pipeline.library.merging import EMBEDDED, Cluster
from pls_pipeline.library.state import LibraryOptions

# Share of the replies that come back whose support, the smallest first, is what is usual.
SHARE_OF_RARER = 0.25
PART_OF_USUAL = 8
MOST_SHARE_OF_CONVERSATIONS = 0.01


def judge_support(clusters: Sequence[Cluster], options: LibraryOptions, conversations_in_all: int) -> list[bool]:
    """Whether each cluster is a pattern: seen in enough conversations, copies counted once, or found by a model."""
    supports = [len({reply.source for reply in cluster.replies}) for cluster in clusters]
    needed = count_needed(supports, options, conversations_in_all)
    return [
        support >= needed or any(reply.candidate.extractor != EMBEDDED for reply in cluster.replies)
        for cluster, support in zip(clusters, supports, strict=True)
    ]


def count_needed(supports: Sequence[int], options: LibraryOptions, conversations_in_all: int) -> int:
    """Conversations that a cluster of the embedded extractor needs; `supports`: those that each cluster has."""
    if conversations_in_all < options.small_library:
        return 1
    returning = sorted(support for support in supports if support >= options.min_conversations)
    passed, usual = 0, 0
    for support in returning:
        passed, usual = passed + support, support
        if passed >= SHARE_OF_RARER * sum(returning):
            break
    most = MOST_SHARE_OF_CONVERSATIONS * conversations_in_all
    needed = min(_nearest_power(usual / PART_OF_USUAL), _power_below(most))
    return max(needed, options.min_conversations)


def _nearest_power(number: float) -> int:
    return 2 ** round(math.log2(number)) if number > 1 else 1


def _power_below(number: float) -> int:
    return 2 ** math.floor(math.log2(number)) if number > 1 else 1

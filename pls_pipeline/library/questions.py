"""What customers asked before a reply, as weighted stems: replies to one question have profiles that are near.

Here: the profile of each cluster and the nearness of two. Not here: what a reply says (meaning.py).
"""

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from pls_pipeline.library.guiding_words import UNTELLING
from pls_pipeline.library.meaning import stem
from pls_pipeline.library.merging import Cluster

Profile = Mapping[str, float]

_MASKED = re.compile(r"\[[A-Z_0-9]+\]")
_WORD = re.compile(r"\w+(?:'\w+)*")


def profile_questions(clusters: Sequence[Cluster]) -> list[Profile]:
    """A profile of length 1 for each cluster: share of its replies before which a stem was said, times how rare it is.

    Masked values and numbers do not count; a cluster before which nothing telling was said has an empty profile.
    """
    said = [_share_of_replies(cluster) for cluster in clusters]
    holders = Counter(word for shares in said for word in shares)
    rarity = {word: math.log(1 + len(clusters) / count) for word, count in holders.items()}
    return [_to_length_one({word: share * rarity[word] for word, share in shares.items()}) for shares in said]


def compare_profiles(left: Profile, right: Profile) -> float:
    """Cosine of two profiles, 0 to 1."""
    if len(left) > len(right):
        left, right = right, left
    return sum(weight * right.get(word, 0.0) for word, weight in left.items())


def add_profiles(profiles: Iterable[tuple[Profile, int]]) -> Profile:
    """The profile of several clusters, each with its weight."""
    total: Counter[str] = Counter()
    for profile, weight in profiles:
        for word, share in profile.items():
            total[word] += share * weight  # type: ignore[assignment]  # a Counter adds floats too
    return _to_length_one(total)


def _share_of_replies(cluster: Cluster) -> dict[str, float]:
    counts: Counter[str] = Counter()
    replies = cluster.replies
    for reply in replies:
        words = _WORD.findall(_MASKED.sub(" ", reply.candidate.situation).casefold().replace("’", "'"))
        counts.update({stem(word) for word in words if word not in UNTELLING and not word.isdigit()})
    return {word: count / len(replies) for word, count in sorted(counts.items())}


def _to_length_one(weights: Mapping[str, float]) -> Profile:
    length = math.sqrt(sum(weight * weight for weight in weights.values()))
    return {word: weight / length for word, weight in weights.items()} if length else {}

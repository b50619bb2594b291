"""Conflicts: patterns that answer the same question otherwise. Both stay, and each names the other.

Here: which patterns conflict. Not here: which replies are one pattern (uniting.py).
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from pls_pipeline.library.meaning import read_meaning
from pls_pipeline.library.merging import Cluster
from pls_pipeline.library.questions import Profile, compare_profiles, profile_questions
from pls_pipeline.library.similarity import Embedder

# Nearness of what customers asked before: the same question, not only the same topic.
SAME_QUESTION = 0.7
# Nearness of the replies: below, they speak of different things ("give me a minute", "the code is …").
LEAST_COSINE = 0.3
MOST_CONFLICTS = 5
# Words of a question that are looked up, and patterns that may share one: a word of many questions finds nothing.
_WORDS_LOOKED_UP = 4
_MOST_SHARING = 200


def find_conflicts(patterns: Mapping[str, Cluster], embedder: Embedder) -> dict[str, list[str]]:
    """{pattern id: ids of the patterns that it conflicts with, sorted}, up to MOST_CONFLICTS of the nearest for each.

    Only statements conflict: two questions to a customer can both be asked, and an answer with many values is about one
    customer. The relation holds in both directions.
    """
    ids = sorted(patterns)
    clusters = [patterns[pattern_id] for pattern_id in ids]
    meanings = [read_meaning(cluster) for cluster in clusters]
    profiles = profile_questions(clusters)
    pairs = [pair for pair in _pair_up(profiles) if not meanings[pair[0]].asks and not meanings[pair[1]].asks]
    places = sorted({place for pair in pairs for place in pair})
    vectors = dict(zip(places, embedder.embed([meanings[place].spoken for place in places]), strict=True))
    ranked = sorted((-float(vectors[left] @ vectors[right]), left, right) for left, right in pairs)
    conflicts: defaultdict[str, list[str]] = defaultdict(list)
    for negative_cosine, left, right in ranked:
        is_full = any(len(conflicts[ids[place]]) >= MOST_CONFLICTS for place in (left, right))
        if -negative_cosine >= LEAST_COSINE and not is_full:
            conflicts[ids[left]].append(ids[right])
            conflicts[ids[right]].append(ids[left])
    return {pattern_id: sorted(others) for pattern_id, others in conflicts.items() if others}


def _pair_up(profiles: Sequence[Profile]) -> Iterator[tuple[int, int]]:
    """Places of profiles that are of the same question, the smaller first."""
    holders: defaultdict[str, list[int]] = defaultdict(list)
    telling = [sorted(profile, key=lambda word: (-profile[word], word))[:_WORDS_LOOKED_UP] for profile in profiles]
    for place, words in enumerate(telling):
        for word in words:
            holders[word].append(place)
    for left, words in enumerate(telling):
        near = {right for word in words if len(holders[word]) <= _MOST_SHARING for right in holders[word]}
        for right in sorted(near):
            if left < right and compare_profiles(profiles[left], profiles[right]) >= SAME_QUESTION:
                yield left, right

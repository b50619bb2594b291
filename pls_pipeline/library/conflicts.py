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
SAME_QUESTION = 0.6
# Nearness of question and cosine of replies together: the less sure it is that the question is the same, the more the
# replies must speak of one thing ("give me a minute" and "the code is …" do not).
LEAST_TOGETHER = 1.0
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
    places = sorted({place for left, right, _ in pairs for place in (left, right)})
    vectors = dict(zip(places, embedder.embed([meanings[place].spoken for place in places]), strict=True))
    ranked = sorted((-question - float(vectors[left] @ vectors[right]), left, right) for left, right, question in pairs)
    conflicts: defaultdict[str, list[str]] = defaultdict(list)
    for negative, left, right in ranked:
        is_full = any(len(conflicts[ids[place]]) >= MOST_CONFLICTS for place in (left, right))
        if -negative >= LEAST_TOGETHER and not is_full:
            conflicts[ids[left]].append(ids[right])
            conflicts[ids[right]].append(ids[left])
    return {pattern_id: sorted(others) for pattern_id, others in conflicts.items() if others}


def _pair_up(profiles: Sequence[Profile]) -> Iterator[tuple[int, int, float]]:
    """Places of profiles that are of the same question, the smaller first, and how near they are."""
    holders: defaultdict[str, list[int]] = defaultdict(list)
    telling = [sorted(profile, key=lambda word: (-profile[word], word))[:_WORDS_LOOKED_UP] for profile in profiles]
    for place, words in enumerate(telling):
        for word in words:
            holders[word].append(place)
    for left, words in enumerate(telling):
        near = {right for word in words if len(holders[word]) <= _MOST_SHARING for right in holders[word]}
        for right in sorted(near):
            question = compare_profiles(profiles[left], profiles[right]) if left < right else 0.0
            if question >= SAME_QUESTION:
                yield left, right, question

"""Conflicts: patterns that answer the same question otherwise. Both stay, and each names the other.

Here: which patterns conflict. Not here: which replies are one pattern (uniting.py).
"""

import itertools
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from pls_pipeline.library.meaning import speak
from pls_pipeline.library.merging import Cluster
from pls_pipeline.library.questions import Profile, profile_questions
from pls_pipeline.library.similarity import Embedder

if TYPE_CHECKING:
    import numpy as np

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
    said = [cluster.wordings[0] for cluster in clusters]
    pairs = list(_pair_up(profile_questions(clusters), ["?" in wording.template for wording in said]))
    places = sorted({place for left, right, _ in pairs for place in (left, right)})
    spoken = [speak(said[place].template, said[place].variables) for place in places]
    vectors = dict(zip(places, embedder.embed(spoken), strict=True))
    ranked = sorted((-question - float(vectors[left] @ vectors[right]), left, right) for left, right, question in pairs)
    conflicts: defaultdict[str, list[str]] = defaultdict(list)
    for negative, left, right in ranked:
        is_full = any(len(conflicts[ids[place]]) >= MOST_CONFLICTS for place in (left, right))
        if -negative >= LEAST_TOGETHER and not is_full:
            conflicts[ids[left]].append(ids[right])
            conflicts[ids[right]].append(ids[left])
    return {pattern_id: sorted(others) for pattern_id, others in conflicts.items() if others}


def _pair_up(profiles: Sequence[Profile], asks: Sequence[bool]) -> Iterator[tuple[int, int, float]]:
    """Places of statements whose profiles are of the same question, the smaller first, and how near these are."""
    import numpy as np

    telling = [sorted(profile, key=lambda word: (-profile[word], word))[:_WORDS_LOOKED_UP] for profile in profiles]
    said_by: defaultdict[str, list[int]] = defaultdict(list)
    for place, words in enumerate(telling):
        for word in words:
            said_by[word].append(place)
    is_statement = ~np.array(asks, dtype=bool)
    holders = {
        word: np.array([place for place in places if is_statement[place]])
        for word, places in said_by.items()
        if len(places) <= _MOST_SHARING
    }
    matrix = _Profiles(profiles)
    for left in np.flatnonzero(is_statement).tolist():
        near = [holders[word] for word in telling[left] if word in holders]
        if near:
            right = np.unique(np.concatenate(near))
            right = right[right > left]
            questions = matrix.compare(left, right)
            for at in np.flatnonzero(questions >= SAME_QUESTION):
                yield left, int(right[at]), float(questions[at])


class _Profiles:
    """Profiles as rows of a sparse matrix: one is compared with many at once."""

    def __init__(self, profiles: Sequence[Profile]) -> None:
        import numpy as np

        numbers: defaultdict[str, int] = defaultdict(itertools.count().__next__)
        self._words = np.array([numbers[word] for profile in profiles for word in profile], dtype=np.int64)
        self._weights = np.array([weight for profile in profiles for weight in profile.values()])
        self._ends = np.cumsum([len(profile) for profile in profiles])
        self._lengths = np.array([len(profile) for profile in profiles], dtype=np.int64)
        self._one = np.zeros(len(numbers))

    def compare(self, left: int, others: "np.ndarray") -> "np.ndarray":
        """The cosines of one profile and others, none of which is empty."""
        import numpy as np

        if not len(others):
            return np.zeros(0)
        own = slice(self._ends[left] - self._lengths[left], self._ends[left])
        self._one[self._words[own]] = self._weights[own]
        lengths = self._lengths[others]
        begins = np.cumsum(lengths) - lengths
        entries = np.arange(lengths.sum()) + np.repeat(self._ends[others] - lengths - begins, lengths)
        cosines = np.add.reduceat(self._one[self._words[entries]] * self._weights[entries], begins)
        self._one[self._words[own]] = 0.0
        return cosines

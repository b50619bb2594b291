"""Clusters that say the same in other words become one.

Here: who is compared with whom, in PASSES passes, and what was decided. Not here: the decision itself (judging.py,
gate.py), wordings that are equal after normalising (merging.py).

A pass goes from the best supported reply to the least; each joins a leader or becomes one. Nothing joins over a chain:
a reply is compared with leaders, in later passes with the mean of what a leader holds, and two replies that are both
said repeatedly and differ in one exchanged word are not put into one pattern, whoever is near to both.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pls_pipeline.library.gate import ONE_FRAME_WITHIN_A_PATTERN, Difference, find_exchange
from pls_pipeline.library.judging import LEAST_COSINE, LEAST_NEARNESS_OF_MEANS, Comparison, Gate, Judge, Ruling, Verdict
from pls_pipeline.library.meaning import Meaning, read_meaning
from pls_pipeline.library.merging import Cluster
from pls_pipeline.library.neighbours import LeaderIndex
from pls_pipeline.library.questions import Profile, add_profiles, compare_profiles, profile_questions
from pls_pipeline.library.similarity import Embedder

if TYPE_CHECKING:
    import numpy as np

APART = "apart"
PASSES = 5
MOST_COMPARED = 40
MOST_JUDGED = 3
# Conversations from which on a wording is said on purpose, not by chance.
SAID_REPEATEDLY = 3
MOST_MEMBERS_COMPARED = 12


@dataclass(frozen=True)
class Union:
    """What became of a cluster beside its nearest leader: the band (`apart` where the gate kept it for itself), who
    decided, the scores and the reason.
    """

    band: str
    decided_by: str
    cosine: float
    question: float
    reason: str

    @property
    def scores(self) -> dict[str, float | str]:
        """For merge_decisions."""
        return {"cosine": self.cosine, "question": self.question, "reason": self.reason}


@dataclass(frozen=True)
class United:
    """`clusters`, sorted by key; `unions` by the key that a cluster had before."""

    clusters: tuple[Cluster, ...]
    unions: dict[str, Union] = field(default_factory=dict)


@dataclass
class _Group:
    """Clusters under a leader, the first of `members`, while a pass runs. Numbers are places in the input."""

    members: list[int]
    vector: "np.ndarray"
    profile: Profile
    support: int


def unite_clusters(clusters: Sequence[Cluster], embedder: Embedder, judge: Judge | None = None) -> United:
    """The clusters, those joined that mean the same; the order of the input does not matter.

    What the gate is unsure of goes to `judge`, where there is one, and stays apart where it says anything but SAME.
    """
    ordered = sorted(clusters, key=lambda cluster: (-len(cluster.conversations), cluster.key))
    if not ordered:
        return United(())
    meanings = [read_meaning(cluster) for cluster in ordered]
    weaving = _Weaving(ordered, meanings, embedder.embed([meaning.spoken for meaning in meanings]))
    groups = weaving.join(weaving.begin(), Gate(), judge)
    for _ in range(PASSES - 1):
        groups = weaving.join(groups, Gate(LEAST_NEARNESS_OF_MEANS), None)
    joined = (_join_clusters([ordered[i] for i in group.members]) for group in groups)
    return United(tuple(sorted(joined, key=lambda cluster: cluster.key)), weaving.unions)


class _Weaving:
    """The passes over one input; `unions` grows."""

    def __init__(self, clusters: Sequence[Cluster], meanings: Sequence[Meaning], vectors: "np.ndarray") -> None:
        self._clusters = clusters
        self._meanings = meanings
        self._vectors = vectors
        self._profiles = profile_questions(clusters)
        self.unions: dict[str, Union] = {}

    def begin(self) -> list[_Group]:
        """Each cluster as a group of its own."""
        return [self._sum_up([i]) for i in range(len(self._clusters))]

    def join(self, groups: Sequence[_Group], gate: Gate, judge: Judge | None) -> list[_Group]:
        """One pass: each group joins a leader or becomes one. Only replies with equal values and acts are compared."""
        leaders: list[_Group] = []
        index_of: defaultdict[tuple[object, bool], LeaderIndex] = defaultdict(
            lambda: LeaderIndex(len(groups[0].vector))
        )
        for group in sorted(groups, key=lambda group: (-group.support, group.members[0])):
            meaning = self._meanings[group.members[0]]
            index = index_of[meaning.values, meaning.asks]
            near = index.find(group.vector, MOST_COMPARED, LEAST_COSINE)
            leader = self._find_leader(group, [(cosine, leaders[number]) for cosine, number in near], gate, judge)
            if leader is None:
                index.add(len(leaders), group.vector)
                leaders.append(_Group(list(group.members), group.vector, group.profile, group.support))
            else:
                leader.members += group.members
        return [self._sum_up(leader.members) for leader in leaders]

    def _find_leader(
        self, group: _Group, near: Sequence[tuple[float, _Group]], gate: Gate, judge: Judge | None
    ) -> _Group | None:
        """The nearest leader that the gate takes it for; else the nearest that the judge takes it for."""
        best: tuple[float, _Group, Comparison, Ruling] | None = None
        apart: list[tuple[Comparison, _Group, Ruling]] = []
        for cosine, leader in near:
            comparison = self._compare(group, leader, cosine)
            if best is not None and comparison.nearness <= best[0]:
                continue
            ruling = gate.judge(comparison)
            if ruling.verdict is Verdict.SAME and not self._are_apart(group.members, leader.members):
                best = (comparison.nearness, leader, comparison, ruling)
            else:
                apart.append((comparison, leader, ruling))
        if best is not None:
            self._note(group, best[2], "same", gate.name, best[3])
            return best[1]
        apart.sort(key=lambda item: -item[0].nearness)
        if apart and self._clusters[group.members[0]].key not in self.unions:
            self._note(group, apart[0][0], APART, gate.name, apart[0][2])
        unsure = [(comparison, leader) for comparison, leader, ruling in apart if ruling.verdict is Verdict.UNSURE]
        return self._ask(judge, group, unsure[:MOST_JUDGED]) if judge else None

    def _ask(self, judge: Judge, group: _Group, unsure: Sequence[tuple[Comparison, _Group]]) -> _Group | None:
        """The first leader that the judge takes the group for."""
        for comparison, leader in unsure:
            ruling = judge.judge(comparison)
            if ruling.verdict is Verdict.SAME:
                self._note(group, comparison, "judged_same", judge.name, ruling)
                return leader
            if ruling.verdict is Verdict.DIFFERENT:
                self._note(group, comparison, "judged_different", judge.name, ruling)
        return None

    def _compare(self, group: _Group, leader: _Group, cosine: float) -> Comparison:
        return Comparison(
            self._meanings[leader.members[0]],
            self._meanings[group.members[0]],
            cosine,
            compare_profiles(group.profile, leader.profile),
        )

    def _are_apart(self, left: Sequence[int], right: Sequence[int]) -> bool:
        """Whether two wordings differ by an exchange: both said repeatedly, or one a leader and opposed to the other.

        Between a leader and a wording that is said by chance, other content words are taken for a rewording.
        """
        for i in left[:MOST_MEMBERS_COMPARED]:
            for j in right[:MOST_MEMBERS_COMPARED]:
                are_repeated = min(self._meanings[i].support, self._meanings[j].support) >= SAID_REPEATEDLY
                if are_repeated or i == left[0] or j == right[0]:
                    found = find_exchange(self._meanings[i], self._meanings[j], ONE_FRAME_WITHIN_A_PATTERN)
                    if found and (are_repeated or found is not Difference.EXCHANGED_WORDS):
                        return True
        return False

    def _sum_up(self, members: Sequence[int]) -> _Group:
        """The group of these clusters: its vector and profile are means, weighed by conversations."""
        import numpy as np

        ordered = sorted(members)
        weights = [self._meanings[i].support for i in ordered]
        total = np.asarray(weights, dtype=np.float32) @ self._vectors[ordered]
        length = float(np.linalg.norm(total))
        conversations = frozenset().union(*(self._clusters[i].conversations for i in ordered))
        profile = add_profiles(zip((self._profiles[i] for i in ordered), weights, strict=True))
        return _Group(ordered, total / length if length else total, profile, len(conversations))

    def _note(self, group: _Group, comparison: Comparison, band: str, by: str, ruling: Ruling) -> None:
        union = Union(band, by, round(comparison.cosine, 3), round(comparison.question, 3), ruling.reason)
        for i in group.members:
            self.unions[self._clusters[i].key] = union


def _join_clusters(clusters: Sequence[Cluster]) -> Cluster:
    """One cluster under the key of the first, its wordings sorted by support."""
    if len(clusters) == 1:
        return clusters[0]
    wordings = [wording for cluster in clusters for wording in cluster.wordings]
    return Cluster(
        clusters[0].key,
        tuple(sorted(wordings, key=lambda wording: (-len(wording.conversations), wording.template))),
    )

"""Passes over clusters: each group joins a leader that the gate or a judge takes it for, or becomes a leader itself.

Here: one pass, and which groups of a later pass have to be compared anew. Not here: how many passes there are and what
comes out (uniting.py), the decision on two replies (judging.py), the search for near leaders (neighbours.py).

Two groups that a pass kept apart, and that it left as they were, are kept apart by the next pass of the same gate. So a
pass that follows one of the same gate compares only groups of which one has changed.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pls_pipeline.library.gate import ONE_FRAME_WITHIN_A_PATTERN, Difference, find_exchange
from pls_pipeline.library.judging import LEAST_COSINE, Comparison, Gate, Judge, Ruling, Verdict
from pls_pipeline.library.meaning import Meaning
from pls_pipeline.library.merging import Cluster
from pls_pipeline.library.neighbours import Leaders, Search
from pls_pipeline.library.questions import Profile, add_profiles, compare_profiles, profile_questions

if TYPE_CHECKING:
    import numpy as np

APART = "apart"
MOST_COMPARED = 40
MOST_JUDGED = 3
# Conversations from which on a wording is said on purpose, not by chance.
SAID_REPEATEDLY = 3
MOST_MEMBERS_COMPARED = 12

Block = tuple[tuple[tuple[str, int], ...], bool]


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


@dataclass
class Group:
    """Clusters under a leader, the first of `members`, while passes run. Numbers are places in the input."""

    members: list[int]
    vector: "np.ndarray"
    profile: Profile
    support: int

    @property
    def order(self) -> tuple[int, int]:
        """What a pass goes by: the best supported first."""
        return -self.support, self.members[0]


class Weaving:
    """Passes over one input; `unions` grows: by the key of a cluster, what became of it."""

    def __init__(self, clusters: Sequence[Cluster], meanings: Sequence[Meaning], vectors: "np.ndarray") -> None:
        self._clusters = clusters
        self._meanings = meanings
        self._vectors = vectors
        self._profiles = profile_questions(clusters)
        self.unions: dict[str, Union] = {}
        self._gate: Gate | None = None
        # Leaders of the last pass that compared all groups: their places in its order are their numbers.
        self._base = _Blocks(0)
        self._changed_since_base: set[int] = set()
        self._changed: set[int] = set()

    def begin(self) -> list[Group]:
        """Each cluster as a group of its own."""
        return [self._sum_up([i]) for i in range(len(self._clusters))]

    def join(self, groups: Sequence[Group], gate: Gate, judge: Judge | None) -> list[Group]:
        """One pass. Only replies with equal values and acts are compared."""
        dimensions = len(groups[0].vector)
        compares_all = gate is not self._gate or judge is not None
        self._gate = gate
        if compares_all:
            self._base, self._changed_since_base, self._changed = _Blocks(dimensions), set(), set()
        moved, fresh = _Blocks(dimensions), _Blocks(dimensions)
        leaders: dict[int, Group] = {}
        ordered = [(group, self._find_block(group)) for group in sorted(groups, key=lambda group: group.order)]
        changed = [item for item in ordered if item[0].members[0] in self._changed]
        self._base.expect(ordered if compares_all else changed)
        moved.expect(changed)
        fresh.expect([] if compares_all else [item for item in ordered if item[0].members[0] not in self._changed])
        for group, block in ordered:
            near: list[tuple[float, Group]]
            if compares_all:
                near = self._base.find_next(block)
            elif group.members[0] in self._changed:
                still = self._base.find_next(block)
                near = [item for item in still if item[1].members[0] not in self._changed_since_base]
                near += moved.find_next(block)
            else:
                near = fresh.find_next(block)
            standing = [(cosine, leaders[item.members[0]]) for cosine, item in near if item.members[0] in leaders]
            leader = self._find_leader(group, standing, gate, judge)
            if leader is not None:
                leader.members += group.members
                continue
            leaders[group.members[0]] = Group(list(group.members), group.vector, group.profile, group.support)
            if compares_all:
                self._base.add(block, group)
            if group.members[0] in self._changed_since_base:
                moved.add(block, group)
            if group.members[0] in self._changed:
                fresh.add(block, group)
        return self._take_stock(groups, leaders)

    def _find_block(self, group: Group) -> Block:
        """What groups that are compared have in common: classes of values, and whether they ask."""
        meaning = self._meanings[group.members[0]]
        return meaning.values, meaning.asks

    def _take_stock(self, groups: Sequence[Group], leaders: dict[int, Group]) -> list[Group]:
        """The groups that a pass leaves; those that it did not change are the same objects."""
        before = {group.members[0]: group for group in groups}
        after: list[Group] = []
        self._changed = set()
        for first, leader in leaders.items():
            if len(leader.members) == len(before[first].members):
                after.append(before[first])
            else:
                after.append(self._sum_up(leader.members))
                self._changed.add(after[-1].members[0])
        self._changed_since_base |= self._changed
        return after

    def _find_leader(
        self, group: Group, near: Sequence[tuple[float, Group]], gate: Gate, judge: Judge | None
    ) -> Group | None:
        """The nearest leader that the gate takes it for; else the nearest that the judge takes it for."""
        compared = [(self._compare(group, leader, cosine), leader) for cosine, leader in near]
        compared.sort(key=lambda item: -item[0].nearness)
        is_noted = self._clusters[group.members[0]].key in self.unions
        unsure: list[tuple[Comparison, Group]] = []
        for comparison, leader in compared:
            if judge is None and is_noted and comparison.nearness < gate.least_nearness:
                break
            ruling = gate.judge(comparison)
            if ruling.verdict is Verdict.SAME and not self._are_apart(group.members, leader.members):
                self._note(group, comparison, "same", gate.name, ruling)
                return leader
            if not is_noted:
                self._note(group, comparison, APART, gate.name, ruling)
                is_noted = True
            if ruling.verdict is Verdict.UNSURE:
                unsure.append((comparison, leader))
        return self._ask(judge, group, unsure[:MOST_JUDGED]) if judge else None

    def _ask(self, judge: Judge, group: Group, unsure: Sequence[tuple[Comparison, Group]]) -> Group | None:
        """The first leader that the judge takes the group for."""
        for comparison, leader in unsure:
            ruling = judge.judge(comparison)
            if ruling.verdict is Verdict.SAME:
                self._note(group, comparison, "judged_same", judge.name, ruling)
                return leader
            if ruling.verdict is Verdict.DIFFERENT:
                self._note(group, comparison, "judged_different", judge.name, ruling)
        return None

    def _compare(self, group: Group, leader: Group, cosine: float) -> Comparison:
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

    def _sum_up(self, members: Sequence[int]) -> Group:
        """The group of these clusters: its vector and profile are means, weighed by conversations."""
        import numpy as np

        ordered = sorted(members)
        weights = [self._meanings[i].support for i in ordered]
        total = np.asarray(weights, dtype=np.float32) @ self._vectors[ordered]
        length = float(np.linalg.norm(total))
        conversations = frozenset().union(*(self._clusters[i].conversations for i in ordered))
        profile = add_profiles(zip((self._profiles[i] for i in ordered), weights, strict=True))
        return Group(ordered, total / length if length else total, profile, len(conversations))

    def _note(self, group: Group, comparison: Comparison, band: str, by: str, ruling: Ruling) -> None:
        union = Union(band, by, round(comparison.cosine, 3), round(comparison.question, 3), ruling.reason)
        for i in group.members:
            self.unions[self._clusters[i].key] = union


class _Blocks:
    """Leaders by block, and the groups that will be looked up among them."""

    def __init__(self, dimensions: int) -> None:
        self._leaders: defaultdict[Block, Leaders] = defaultdict(lambda: Leaders(dimensions))
        self._searches: dict[Block, Search] = {}
        self._groups: list[Group] = []

    def expect(self, asking: Sequence[tuple[Group, Block]]) -> None:
        """Say which groups `find_next` will be asked about, block by block, in their order."""
        import numpy as np

        vectors: defaultdict[Block, list[np.ndarray]] = defaultdict(list)
        for group, block in asking:
            vectors[block].append(group.vector)
        self._searches = {block: Search(self._leaders[block], np.stack(rows)) for block, rows in vectors.items()}

    def add(self, block: Block, group: Group) -> None:
        """Add a leader."""
        self._leaders[block].add(len(self._groups), group.vector)
        self._groups.append(group)

    def find_next(self, block: Block) -> list[tuple[float, Group]]:
        """(cosine, leader) of up to MOST_COMPARED leaders for the next group of the block, the nearest first."""
        found = self._searches[block].find_next(MOST_COMPARED, LEAST_COSINE)
        return [(cosine, self._groups[number]) for cosine, number in found]

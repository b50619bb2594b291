"""Clusters that say the same in other words become one.

Here: how many passes go over them, and what comes out. Not here: one pass (weaving.py), the decision (judging.py,
gate.py), wordings that are equal after normalising (merging.py).

Nothing joins over a chain: a reply is compared with leaders, in later passes with the mean of what a leader holds, and
two replies that are both said repeatedly and differ in one exchanged word are not put into one pattern, whoever is near
to both.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from pls_pipeline.library.judging import LEAST_NEARNESS_OF_MEANS, Gate, Judge
from pls_pipeline.library.meaning import read_meaning
from pls_pipeline.library.merging import Cluster
from pls_pipeline.library.similarity import Embedder
from pls_pipeline.library.weaving import Union, Weaving

PASSES = 5
# Where a judge has answered, other leaders may be near, and other pairs unsure.
MOST_ROUNDS = 4


@dataclass(frozen=True)
class United:
    """`clusters`, sorted by key; `unions` by the key that a cluster had before."""

    clusters: tuple[Cluster, ...]
    unions: dict[str, Union] = field(default_factory=dict)


def unite_clusters(clusters: Sequence[Cluster], embedder: Embedder, judge: Judge | None = None) -> United:
    """The clusters, those joined that mean the same; the order of the input does not matter.

    What the gate is unsure of goes to `judge`, where there is one, and stays apart where it says anything but SAME.
    """
    ordered = sorted(clusters, key=lambda cluster: (-len(cluster.conversations), cluster.key))
    if not ordered:
        return United(())
    meanings = [read_meaning(cluster) for cluster in ordered]
    vectors = embedder.embed([meaning.spoken for meaning in meanings])
    for _ in range(MOST_ROUNDS):
        weaving = Weaving(ordered, meanings, vectors)
        groups = weaving.join(weaving.begin(), Gate(), judge)
        if judge is None or not judge.catch_up():
            break
    gate_of_means = Gate(LEAST_NEARNESS_OF_MEANS)
    for _ in range(PASSES - 1):
        groups = weaving.join(groups, gate_of_means, None)
    joined = (_join_clusters([ordered[i] for i in group.members]) for group in groups)
    return United(tuple(sorted(joined, key=lambda cluster: cluster.key)), weaving.unions)


def _join_clusters(clusters: Sequence[Cluster]) -> Cluster:
    """One cluster under the key of the first, its wordings sorted by support."""
    if len(clusters) == 1:
        return clusters[0]
    wordings = [wording for cluster in clusters for wording in cluster.wordings]
    return Cluster(
        clusters[0].key,
        tuple(sorted(wordings, key=lambda wording: (-len(wording.conversations), wording.template))),
    )

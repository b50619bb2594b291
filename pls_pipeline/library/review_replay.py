"""What decisions make of clusters: wordings split off, clusters joined, ids that keep their pattern.

Here: the structure of the library as reviewers want it. Not here: status and text of one pattern (review_standing.py),
or which ids clusters have by themselves (identity.py).
"""

from collections import defaultdict
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from pls_pipeline.library.decisions import STATUS_OF, Action, Decision, follow_merges
from pls_pipeline.library.identity import KnownPatterns, identify_clusters
from pls_pipeline.library.merging import Cluster
from pls_pipeline.library.sameness import skeleton
from pls_pipeline.library.wordings import Wording


@dataclass(frozen=True)
class Part:
    """A cluster with its id, and the id that it was given by its messages (`own_id`) before reviewers joined it.

    `is_split`: a reviewer split it off; its id follows the decision, and claims no message.
    """

    pattern_id: str
    own_id: str
    cluster: Cluster
    is_split: bool = False


def find_favoured(decisions: Sequence[Decision]) -> set[str]:
    """Ids that a reviewer stands behind: approved last, or edited and not rejected or retired since."""
    favoured: set[str] = set()
    for decision in decisions:
        if decision.action in {Action.APPROVE, Action.EDIT}:
            favoured.add(decision.pattern_id)
        elif decision.action in STATUS_OF:
            favoured.discard(decision.pattern_id)
    return favoured


def find_decided(decisions: Sequence[Decision]) -> set[str]:
    """Ids that a decision names: they stay in the library with less evidence than a new pattern needs."""
    return {subject for decision in decisions for subject in decision.subjects}


def place_clusters(
    clusters: Sequence[Cluster], supported: Sequence[bool], known: KnownPatterns, decisions: Sequence[Decision]
) -> list[Part]:
    """The parts of the library, without clusters that have neither support nor a decision.

    Parts of one id are one pattern.
    """
    rest, split_off = split_clusters(clusters, supported, decisions)
    decided = find_decided(decisions)
    own_ids = identify_clusters([cluster for cluster, _ in rest], known, [has for _, has in rest])
    parts = [
        (own_id, cluster)
        for (cluster, has_support), own_id in zip(rest, own_ids, strict=True)
        if own_id is not None and (has_support or own_id in decided)
    ]
    joining = _Joining(decisions, decided, known.living)
    return [
        Part(joining.find_pattern(own_id, cluster), own_id, cluster, is_split)
        for found, is_split in ((parts, False), (split_off, True))
        for own_id, cluster in found
    ]


def split_clusters(
    clusters: Sequence[Cluster], supported: Sequence[bool], decisions: Sequence[Decision]
) -> tuple[list[tuple[Cluster, bool]], list[tuple[str, Cluster]]]:
    """Clusters (with their support) without what was split off; and (new id, cluster) of what was.

    A wording is split off where half of its messages or more were when the decision was made, or where it is a wording
    that was named then, in a cluster that holds such messages.
    """
    splits = [decision for decision in decisions if decision.action is Action.SPLIT]
    if not splits:
        return list(zip(clusters, supported, strict=True)), []
    rest: list[tuple[Cluster, bool]] = []
    taken: defaultdict[str, list[Wording]] = defaultdict(list)
    parted = frozenset(key for split in splits for key in split.message_keys)
    for cluster, has_support in zip(clusters, supported, strict=True):
        keys = cluster.message_keys
        if parted.isdisjoint(keys):
            rest.append((cluster, has_support))
            continue
        touching = [split for split in splits if not split.message_keys.isdisjoint(keys)]
        kept: list[Wording] = []
        for wording in cluster.wordings:
            target = _find_split(wording, touching)
            (taken[target] if target else kept).append(wording)
        if kept:
            rest.append(
                (cluster if len(kept) == len(cluster.wordings) else Cluster(cluster.key, tuple(kept)), has_support)
            )
    return rest, [(pattern_id, join_wordings(wordings)) for pattern_id, wordings in sorted(taken.items())]


def _find_split(wording: Wording, splits: Sequence[Decision]) -> str | None:
    """The latest split that the wording belongs to."""
    keys = {message.message_key for item in wording.instances for message in item.reply.candidate.responses}
    for split in reversed(splits):
        named = skeleton(wording.template) in {skeleton(template) for template in split.fields["templates"]}
        if named or 2 * len(keys & split.message_keys) >= len(keys):
            return str(split.fields["new_pattern_id"])
    return None


class _Joining:
    """Which pattern the clusters of an id belong to: merges, and texts that a reviewer wrote."""

    def __init__(self, decisions: Sequence[Decision], decided: AbstractSet[str], living: AbstractSet[str]) -> None:
        self._decided = decided
        self._living = living
        self._merged = follow_merges(decisions)
        self._merges = [decision for decision in reversed(decisions) if decision.action is Action.MERGE]
        self._written = {
            skeleton(decision.fields["response_template"]): decision.pattern_id
            for decision in decisions
            if decision.action is Action.EDIT and "response_template" in decision.fields
        }

    def find_pattern(self, own_id: str, cluster: Cluster) -> str:
        """The id of the pattern: where this one was merged into, or whose written text it says; else its own."""
        if own_id in self._merged:
            return self._merged[own_id]
        if own_id in self._decided:
            return own_id
        is_new = own_id not in self._living
        keys = cluster.message_keys if is_new and self._merges else frozenset()
        for merge in self._merges if keys else ():
            if 2 * len(keys & merge.message_keys) >= len(keys):
                return self._merged.get(merge.pattern_id, own_id)
        # Two patterns of one template would be one reply with two ids; of a known pattern, only the main one counts.
        for wording in cluster.wordings[: None if is_new else 1] if self._written else ():
            writer = self._written.get(skeleton(wording.template))
            if writer is not None:
                return self._merged.get(writer, writer)
        return own_id


def join_wordings(wordings: Sequence[Wording]) -> Cluster:
    """One cluster of wordings, the best supported first."""
    ordered = tuple(sorted(wordings, key=lambda wording: (-len(wording.conversations), wording.template)))
    return Cluster(skeleton(ordered[0].template), ordered)


def join_parts(parts: Sequence[Part]) -> dict[str, Cluster]:
    """{pattern id: its cluster}, by id."""
    clusters: defaultdict[str, list[Cluster]] = defaultdict(list)
    for part in parts:
        clusters[part.pattern_id].append(part.cluster)
    return {
        pattern_id: found[0] if len(found) == 1 else join_wordings([w for cluster in found for w in cluster.wordings])
        for pattern_id, found in sorted(clusters.items())
    }

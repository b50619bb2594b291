"""Identity: which pattern a cluster is, by the messages that patterns rested on first; new ids; who took over whom.

Here: matching and minting. Not here: what changed in a pattern (versions.py), what reviewers joined (review_replay.py).

A message is claimed by the first pattern that rested on it, for ever (pattern_evidence): an import that is removed and
comes back finds its ids, and patterns that an import had joined part again under their own when it goes.
An id is made from what its pattern said first. It is never given to another reply: an id that stands for something else
gets a salt.
"""

import base64
import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import datetime

from pls_pipeline.library.merging import Cluster
from pls_pipeline.library.state import LibraryState, Row


@dataclass(frozen=True)
class KnownPatterns:
    """What is known of ids before a build.

    living: ids that clusters had in the last build; claims: {message key: ids}; candidates: {living id: ids of its
    candidates}; favoured: ids that a reviewer approved or edited, which a cluster takes before larger ones; forbidden:
    ids that no new pattern may get.
    """

    living: AbstractSet[str] = frozenset()
    claims: Mapping[str, AbstractSet[str]] = field(default_factory=dict)
    candidates: Mapping[str, AbstractSet[str]] = field(default_factory=dict)
    favoured: AbstractSet[str] = frozenset()
    forbidden: AbstractSet[str] = frozenset()


def recall(previous: LibraryState, joined: Iterable[str] = (), favoured: Iterable[str] = ()) -> KnownPatterns:
    """What the last library knows. `joined`: ids that a reviewer merged into others: clusters still have them."""
    claims: defaultdict[str, set[str]] = defaultdict(set)
    for row in previous.evidence:
        claims[row["message_key"]].add(row["pattern_id"])
    candidates: defaultdict[str, set[str]] = defaultdict(set)
    for row in previous.provenance:
        candidates[row["pattern_id"]].add(row["candidate_id"])
        # A library that was stored before pattern_evidence was kept.
        if not previous.evidence and row["role"] == "response":
            claims[row["message_key"]].add(row["pattern_id"])
    living = {row["pattern_id"] for row in previous.patterns} | set(joined)
    former = {row["former_pattern_id"] for row in previous.aliases}
    return KnownPatterns(living, claims, candidates, frozenset(favoured), living | former)


def identify_clusters(
    clusters: Sequence[Cluster], known: KnownPatterns, mintable: Sequence[bool] | None = None
) -> list[str | None]:
    """The id of each cluster, in order: that of the pattern whose messages it holds, else a new one.

    A cluster of the same candidates as a living pattern is that pattern. For the others, living patterns come before
    ended ones, those that a reviewer stands behind before the others where the cluster holds half of their messages or
    more, then those with most messages. A cluster that is not `mintable` gets None instead of a new id.
    """
    assigned = _find_unchanged(clusters, known)
    taken = set(assigned.values())
    present: Counter[str] = Counter()
    shared = []
    for cluster in clusters:
        counts = Counter(pattern for key in sorted(cluster.message_keys) for pattern in known.claims.get(key, ()))
        shared.append(counts)
        present.update(counts)
    pairs = []
    for number, counts in enumerate(shared):
        if number in assigned:
            continue
        mine = {reply.candidate.candidate_id for reply in clusters[number].replies}
        for pattern_id, count in counts.items():
            is_favoured = pattern_id in known.favoured and 2 * count >= present[pattern_id]
            in_common = len(mine & known.candidates.get(pattern_id, frozenset()))
            pairs.append((pattern_id not in known.living, not is_favoured, -count, -in_common, pattern_id, number))
    for *_, pattern_id, number in sorted(pairs):
        if number not in assigned and pattern_id not in taken:
            assigned[number] = pattern_id
            taken.add(pattern_id)
    forbidden = set(known.forbidden) | taken
    for number, cluster in enumerate(clusters):
        if number not in assigned and (mintable is None or mintable[number]):
            assigned[number] = mint_id(cluster.key, forbidden)
            forbidden.add(assigned[number])
    return [assigned.get(number) for number in range(len(clusters))]


def _find_unchanged(clusters: Sequence[Cluster], known: KnownPatterns) -> dict[int, str]:
    by_candidates = {frozenset(ids): pattern_id for pattern_id, ids in sorted(known.candidates.items())}
    found: dict[str, int] = {}
    for number, cluster in enumerate(clusters):
        pattern_id = by_candidates.get(frozenset(reply.candidate.candidate_id for reply in cluster.replies))
        if pattern_id is None or pattern_id not in known.living:
            continue
        # A pattern that another was merged into may hold that one's messages alone; they stay the other's.
        if any(pattern_id in known.claims.get(key, ()) for key in cluster.message_keys):
            found.setdefault(pattern_id, number)
    return {number: pattern_id for pattern_id, number in found.items()}


def mint_id(key: str, forbidden: AbstractSet[str]) -> str:
    """A new id made from `key`: `pat_` and 12 characters."""
    salt = 0
    while True:
        digest = hashlib.sha256(f"{salt}\x1f{key}".encode()).digest()
        pattern_id = "pat_" + base64.b32encode(digest).decode().lower()[:12]
        if pattern_id not in forbidden:
            return pattern_id
        salt += 1


def claim_messages(
    evidence: Sequence[Row], patterns: Iterable[tuple[str, AbstractSet[str]]], now: datetime
) -> list[Row]:
    """New rows of pattern_evidence for (pattern id, message keys): messages that nobody claimed, and all messages of a
    pattern that claims none of them.
    """
    claimed = {row["message_key"] for row in evidence}
    claims = {(row["pattern_id"], row["message_key"]) for row in evidence}
    return [
        {"message_key": key, "pattern_id": pattern_id, "claimed_at": now}
        for pattern_id, keys in sorted(patterns)
        for has_claim in [any((pattern_id, key) in claims for key in keys)]
        for key in sorted(keys)
        if key not in claimed or not has_claim
    ]


def find_heirs(
    ended: Iterable[str], known: KnownPatterns, holders: Mapping[str, AbstractSet[str]]
) -> tuple[dict[str, str], list[str]]:
    """{ended id: the pattern that holds most of the messages that it claimed}, and the ended ids without an heir.

    `holders`: ids of the patterns that rest on a message now, by message key.
    """
    counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
    wanted = set(ended)
    for key, claimants in known.claims.items():
        for pattern_id in claimants & wanted:
            counts[pattern_id].update(sorted(holders.get(key, ())))
    heirs = {
        pattern_id: min(found, key=lambda heir: (-found[heir], heir))
        for pattern_id, found in sorted(counts.items())
        if found
    }
    return heirs, sorted(wanted - set(heirs))

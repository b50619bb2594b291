"""Identity: which pattern a cluster is, by what patterns rested on first; new ids; who took over whom.

Here: matching and minting. Not here: what changed in a pattern (versions.py), what reviewers joined (review_replay.py).

A candidate and its messages are claimed by the first pattern that rested on them, for ever (pattern_evidence): an
import that is removed and comes back finds its ids, and patterns that an import had joined part again under their own
when it goes. One message may hold several candidates.
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
class Claims:
    """Which patterns rested on what first: {candidate id: pattern ids}, {message key: pattern ids}."""

    by_candidate: Mapping[str, AbstractSet[str]] = field(default_factory=dict)
    by_message: Mapping[str, AbstractSet[str]] = field(default_factory=dict)


@dataclass(frozen=True)
class KnownPatterns:
    """What is known of ids before a build.

    living: ids that clusters had in the last build; claims; candidates: {living id: ids of its candidates}; favoured:
    ids that a reviewer approved or edited, which a cluster takes before larger ones; forbidden: ids that no new pattern
    may get.
    """

    living: AbstractSet[str] = frozenset()
    claims: Claims = field(default_factory=Claims)
    candidates: Mapping[str, AbstractSet[str]] = field(default_factory=dict)
    favoured: AbstractSet[str] = frozenset()
    forbidden: AbstractSet[str] = frozenset()


def recall(previous: LibraryState, joined: Iterable[str] = (), favoured: Iterable[str] = ()) -> KnownPatterns:
    """What the last library knows. `joined`: ids that a reviewer merged into others: clusters still have them."""
    # A library that was stored before pattern_evidence was kept has its provenance alone.
    evidence = previous.evidence or [row for row in previous.provenance if row["role"] == "response"]
    by_candidate: defaultdict[str, set[str]] = defaultdict(set)
    by_message: defaultdict[str, set[str]] = defaultdict(set)
    for row in evidence:
        by_candidate[row["candidate_id"]].add(row["pattern_id"])
        by_message[row["message_key"]].add(row["pattern_id"])
    candidates: defaultdict[str, set[str]] = defaultdict(set)
    for row in previous.provenance:
        candidates[row["pattern_id"]].add(row["candidate_id"])
    living = {row["pattern_id"] for row in previous.patterns} | set(joined)
    former = {row["former_pattern_id"] for row in previous.aliases}
    return KnownPatterns(living, Claims(by_candidate, by_message), candidates, frozenset(favoured), living | former)


def identify_clusters(
    clusters: Sequence[Cluster], known: KnownPatterns, mintable: Sequence[bool] | None = None
) -> list[str | None]:
    """The id of each cluster, in order: that of the pattern whose candidates it holds, else a new one.

    A cluster of the same candidates as a living pattern is that pattern. For the others, living patterns come before
    ended ones, those that a reviewer stands behind before the others where the cluster holds half of their claims or
    more, then those with most claims in it. Where nothing is left of a pattern's candidates, since another extractor
    made others, its messages count. A cluster that is not `mintable` gets None instead of a new id.
    """
    assigned = _find_unchanged(clusters, known)
    taken = set(assigned.values())
    shared = _share_claims(clusters, known.claims)
    present: Counter[str] = Counter()
    for counts in shared:
        present.update(counts)
    pairs = [
        (
            pattern_id not in known.living,
            not (pattern_id in known.favoured and 2 * count >= present[pattern_id]),
            -count,
            pattern_id,
            number,
        )
        for number, counts in enumerate(shared)
        if number not in assigned
        for pattern_id, count in counts.items()
    ]
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
        candidates = find_candidates(cluster)
        pattern_id = by_candidates.get(candidates)
        if pattern_id is None or pattern_id not in known.living:
            continue
        # A pattern that another was merged into may hold that one's candidates alone; they stay the other's.
        if any(pattern_id in known.claims.by_candidate.get(key, ()) for key in candidates):
            found.setdefault(pattern_id, number)
    return {number: pattern_id for pattern_id, number in found.items()}


def find_candidates(cluster: Cluster) -> frozenset[str]:
    """Ids of a cluster's candidates."""
    return frozenset(reply.candidate.candidate_id for reply in cluster.replies)


def _share_claims(clusters: Sequence[Cluster], claims: Claims) -> list[Counter[str]]:
    """For each cluster, how much of each pattern's claims it holds."""
    shared = [_count_claims(find_candidates(cluster), claims.by_candidate) for cluster in clusters]
    by_candidate = {pattern_id for counts in shared for pattern_id in counts}
    for counts, cluster in zip(shared, clusters, strict=True):
        by_message = _count_claims(cluster.message_keys, claims.by_message)
        counts.update({key: count for key, count in by_message.items() if key not in by_candidate})
    return shared


def _count_claims(keys: AbstractSet[str], claims: Mapping[str, AbstractSet[str]]) -> Counter[str]:
    return Counter(pattern_id for key in keys for pattern_id in claims.get(key, ()))


def mint_id(key: str, forbidden: AbstractSet[str]) -> str:
    """A new id made from `key`: `pat_` and 12 characters."""
    salt = 0
    while True:
        digest = hashlib.sha256(f"{salt}\x1f{key}".encode()).digest()
        pattern_id = "pat_" + base64.b32encode(digest).decode().lower()[:12]
        if pattern_id not in forbidden:
            return pattern_id
        salt += 1


def claim_candidates(evidence: Sequence[Row], clusters: Iterable[tuple[str, Cluster]], now: datetime) -> list[Row]:
    """New rows of pattern_evidence: candidates that nobody claimed, and all those of a pattern that claims none."""
    claimed = {row["candidate_id"] for row in evidence}
    claims = {(row["pattern_id"], row["candidate_id"]) for row in evidence}
    rows: list[Row] = []
    for pattern_id, cluster in sorted(clusters, key=lambda item: item[0]):
        candidates = sorted({reply.candidate.candidate_id: reply.candidate for reply in cluster.replies}.items())
        has_claim = any((pattern_id, candidate_id) in claims for candidate_id, _ in candidates)
        rows += [
            {"message_key": key, "candidate_id": candidate_id, "pattern_id": pattern_id, "claimed_at": now}
            for candidate_id, candidate in candidates
            if candidate_id not in claimed or not has_claim
            for key in sorted({message.message_key for message in candidate.responses})
        ]
    return rows


def find_heirs(
    ended: Iterable[str], known: KnownPatterns, patterns: Mapping[str, Cluster]
) -> tuple[dict[str, str], list[str]]:
    """{ended id: the pattern that holds most of what it claimed}, and the ended ids without an heir.

    `patterns`: the clusters of the new library by id. Candidates count; messages, where no candidate is left.
    """
    wanted = set(ended)
    by_candidate: defaultdict[str, Counter[str]] = defaultdict(Counter)
    by_message: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for heir, cluster in patterns.items() if wanted else ():
        for counts, keys, claims in (
            (by_candidate, find_candidates(cluster), known.claims.by_candidate),
            (by_message, cluster.message_keys, known.claims.by_message),
        ):
            for pattern_id, count in _count_claims(keys, claims).items():
                counts[pattern_id][heir] += count
    heirs = {}
    for pattern_id in sorted(wanted):
        found = by_candidate.get(pattern_id) or by_message.get(pattern_id)
        if found:
            heirs[pattern_id] = min(found, key=lambda heir: (-found[heir], heir))
    return heirs, sorted(wanted - set(heirs))

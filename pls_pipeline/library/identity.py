"""Identity: which pattern of the previous library a cluster is, by the messages both rest on; new ids; aliases.

Here: matching and minting. Not here: what changed in a pattern (versions.py).

An id is made from what its pattern said first, so that removing an import and importing it again gives the same id. It
is never given to another pattern: an id that ever stood for something else gets a salt.
"""

import base64
import hashlib
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pls_pipeline.library.merging import Cluster
from pls_pipeline.library.state import LibraryState


@dataclass(frozen=True)
class Identities:
    """`pattern_ids`: one for each cluster, in order. `merged`: living ids whose evidence went to another pattern.

    `vanished`: living ids without any evidence now.
    """

    pattern_ids: tuple[str, ...]
    merged: Mapping[str, str]
    vanished: tuple[str, ...]


def identify_clusters(clusters: Sequence[Cluster], previous: LibraryState) -> Identities:
    """Give every cluster the id of the previous pattern that it shares most messages with, else a new one."""
    pattern_ids_of: defaultdict[str, set[str]] = defaultdict(set)
    for row in previous.provenance:
        if row["role"] == "response":
            pattern_ids_of[row["message_key"]].add(row["pattern_id"])
    shared = [
        Counter(pattern_id for key in cluster.message_keys for pattern_id in pattern_ids_of.get(key, ()))
        for cluster in clusters
    ]
    living = {row["pattern_id"] for row in previous.patterns}
    pairs = sorted(
        (-count, pattern_id, number)
        for number, counts in enumerate(shared)
        for pattern_id, count in counts.items()
        if pattern_id in living
    )
    assigned: dict[int, str] = {}
    taken: set[str] = set()
    for _, pattern_id, number in pairs:
        if number not in assigned and pattern_id not in taken:
            assigned[number] = pattern_id
            taken.add(pattern_id)
    forbidden = living | {row["former_pattern_id"] for row in previous.aliases}
    for number, cluster in enumerate(clusters):
        if number not in assigned:
            assigned[number] = _mint(cluster.key, forbidden)
            forbidden.add(assigned[number])
    heirs: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for number, counts in enumerate(shared):
        for pattern_id, count in counts.items():
            heirs[pattern_id][assigned[number]] += count
    left = sorted(living - taken)
    merged = {
        pattern_id: min(heirs[pattern_id], key=lambda heir: (-heirs[pattern_id][heir], heir))
        for pattern_id in left
        if heirs[pattern_id]
    }
    return Identities(
        tuple(assigned[number] for number in range(len(clusters))),
        merged,
        tuple(pattern_id for pattern_id in left if pattern_id not in merged),
    )


def _mint(key: str, forbidden: set[str]) -> str:
    salt = 0
    while True:
        digest = hashlib.sha256(f"{salt}\x1f{key}".encode()).digest()
        pattern_id = "pat_" + base64.b32encode(digest).decode().lower()[:12]
        if pattern_id not in forbidden:
            return pattern_id
        salt += 1

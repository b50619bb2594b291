"""Clusters: wordings that mean the same are one pattern.

Here: which wordings are one after normalising. Not here: alignment of values (wordings.py), which clusters have enough
evidence to be a pattern (support.py), ids (identity.py).
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from pls_pipeline.library.canonical import canonical_key
from pls_pipeline.library.replies import Reply
from pls_pipeline.library.wordings import Instance, Wording

EMBEDDED = "embedded"


@dataclass(frozen=True)
class Cluster:
    """Wordings of one meaning, the best supported first."""

    key: str
    wordings: tuple[Wording, ...]

    @cached_property
    def instances(self) -> tuple[Instance, ...]:
        """Instances of all wordings."""
        return tuple(instance for wording in self.wordings for instance in wording.instances)

    @cached_property
    def replies(self) -> tuple[Reply, ...]:
        """Replies of all wordings."""
        return tuple(instance.reply for instance in self.instances)

    @cached_property
    def conversations(self) -> frozenset[str]:
        """Conversations that hold one of the wordings."""
        return frozenset(reply.conversation_key for reply in self.replies)

    @cached_property
    def message_keys(self) -> frozenset[str]:
        """Operator messages that are its evidence."""
        return frozenset(message.message_key for reply in self.replies for message in reply.candidate.responses)


def merge_wordings(wordings: Sequence[Wording]) -> list[Cluster]:
    """Clusters of the wordings that are the same after normalising, sorted by key."""
    by_key: defaultdict[str, list[Wording]] = defaultdict(list)
    for wording in wordings:
        by_key[canonical_key(wording.template, wording.variables)].append(wording)
    return [
        Cluster(key, tuple(sorted(by_key[key], key=lambda wording: (-len(wording.conversations), wording.template))))
        for key in sorted(by_key)
    ]

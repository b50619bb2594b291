"""Decisions of reviewers, as records and as rows of review_decisions.

Here: what a decision is, and the ids that decisions join or part. Not here: whether a request may become a decision
(review_requests.py), or what decisions make of the library (review_replay.py).
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from pls_pipeline.library.state import Row


class Action(StrEnum):
    """What a reviewer does to a pattern."""

    APPROVE = "approve"
    REJECT = "reject"
    RETIRE = "retire"
    EDIT = "edit"
    SPLIT = "split"
    MERGE = "merge"


STATUS_OF: Mapping[Action, str] = {
    Action.APPROVE: "approved",
    Action.REJECT: "rejected",
    Action.RETIRE: "retired",
}
EDITABLE = ("situation", "category", "response_template", "variables")


@dataclass(frozen=True)
class Decision:
    """One row of review_decisions; `fields` is that column read, `message_keys` as a set."""

    decision_id: str
    pattern_id: str
    version_seen: int
    action: Action
    reply: str
    who: str
    why: str
    decided_at: datetime
    fields: Mapping[str, Any] = field(default_factory=dict)
    message_keys: frozenset[str] = frozenset()

    @classmethod
    def from_row(cls, row: Row) -> "Decision":
        """The decision of a row."""
        return cls(
            **{name: row[name] for name in ("decision_id", "pattern_id", "version_seen", "reply", "who", "why")},
            action=Action(row["action"]),
            decided_at=row["decided_at"],
            fields=json.loads(row["fields"]),
            message_keys=frozenset(row["message_keys"] or ()),
        )

    def to_row(self) -> Row:
        """The row of review_decisions."""
        return {
            "decision_id": self.decision_id,
            "pattern_id": self.pattern_id,
            "version_seen": self.version_seen,
            "action": str(self.action),
            "fields": json.dumps(self.fields, ensure_ascii=False, sort_keys=True),
            "reply": self.reply,
            "message_keys": sorted(self.message_keys),
            "who": self.who,
            "why": self.why,
            "decided_at": self.decided_at,
        }

    @property
    def subjects(self) -> tuple[str, ...]:
        """Ids of the patterns that the decision changes."""
        other = self.fields.get("into") or self.fields.get("new_pattern_id")
        return (self.pattern_id, other) if other else (self.pattern_id,)


def read_decisions(rows: Iterable[Row]) -> list[Decision]:
    """The decisions of the rows of review_decisions, in their order."""
    return [Decision.from_row(row) for row in rows]


def make_decision_id(position: int, pattern_id: str, action: Action, decided_at: datetime) -> str:
    """`dec_` and 12 hex digits of what makes the decision unique: its place in the table comes first."""
    text = "\x1f".join((str(position), pattern_id, action, decided_at.isoformat()))
    return f"dec_{hashlib.sha256(text.encode()).hexdigest()[:12]}"


def follow_merges(decisions: Sequence[Decision]) -> dict[str, str]:
    """{id: the pattern that it was merged into}, followed to the end. A later merge in the other direction wins."""
    into: dict[str, str] = {}
    for decision in decisions:
        if decision.action is Action.MERGE:
            into[decision.pattern_id] = decision.fields["into"]
            into.pop(decision.fields["into"], None)
    return {former: _end_of(former, into) for former in into}


def _end_of(pattern_id: str, into: Mapping[str, str]) -> str:
    seen = {pattern_id}
    while pattern_id in into and into[pattern_id] not in seen:
        pattern_id = into[pattern_id]
        seen.add(pattern_id)
    return pattern_id

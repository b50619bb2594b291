"""Versions: what changed in a pattern, why, and by which import or decision. Rows are appended, never altered.

Here: the comparison of a pattern with its previous row. Not here: what a pattern says (describing.py), or the library
as it was (replaying.py).
"""

import json
from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from pls_pipeline.library.review_standing import ReviewBook
from pls_pipeline.library.state import LibraryState, Row

NOT_COMPARED = frozenset({"pattern_id", "version", "updated_at"})
ENDED = frozenset({"merged", "evidence_removed"})
"""Reasons of a pattern's last version: after it, the pattern is not in the library."""
_NO_CAUSE: Mapping[str, str | None] = {"import_key": None, "extractor": None, "prompt_version": None}


class VersionLog:
    """Collects the rows of a build: `patterns` with their versions, and the rows `appended` to pattern_versions."""

    def __init__(self, previous: LibraryState, book: ReviewBook, now: datetime) -> None:
        self.living = {row["pattern_id"]: row for row in previous.patterns}
        self.patterns: list[Row] = []
        self.appended: list[Row] = []
        self._book = book
        self._now = now
        self._history: defaultdict[str, list[Row]] = defaultdict(list)
        for row in previous.versions:
            self._history[row["pattern_id"]].append(row)

    def record(self, content: Mapping[str, Any], cause: Mapping[str, str | None]) -> None:
        """Take a pattern's content in: its previous row where nothing changed, else a row with the next version.

        `cause` holds import_key, extractor and prompt_version.
        """
        pattern_id = content["pattern_id"]
        before, history = self.living.get(pattern_id), self._history[pattern_id]
        changes = {
            name: [plain(before.get(name)) if before else None, plain(value)]
            for name, value in content.items()
            if name not in NOT_COMPARED and (before is None or plain(before.get(name)) != plain(value))
        }
        if before is not None and not changes:
            self.patterns.append(before)
            return
        number = 1 + max((int(row["version"]) for row in history), default=0)
        decision = self._book.find_latest(pattern_id, last_decision(history))
        why = _name_change(content, before, history, is_reviewed=decision is not None)
        decision_id = decision.decision_id if decision else None
        self.patterns.append({**content, "version": number, "updated_at": self._now})
        self.append(_row(pattern_id, number, changes, why, cause, decision_id, self._now))

    def append(self, row: Row) -> None:
        """Take a row of pattern_versions in."""
        self.appended.append(row)


def _name_change(content: Mapping[str, Any], before: Row | None, history: list[Row], *, is_reviewed: bool) -> str:
    if is_reviewed:
        return "reviewed"
    if before is None:
        return "restored" if history else "created"
    is_reopened = content["status"] == "proposed" and before["status"] != "proposed"
    return "reopened" if is_reopened else "enhanced"


def end_version(before: Row, heir: str | None, *, is_reviewed: bool, book: ReviewBook, now: datetime) -> Row:
    """The last version row of a pattern that is no more: `merged` into its heir, or `evidence_removed`."""
    pattern_id = before["pattern_id"]
    decision = book.find_latest(pattern_id, before.get("decision_id")) if is_reviewed else None
    changes: dict[str, list[object]] = (
        {"pattern_id": [pattern_id, heir]} if heir else {"conversation_count": [before["conversation_count"], 0]}
    )
    why = "merged" if heir else "evidence_removed"
    decision_id = decision.decision_id if decision else None
    return _row(pattern_id, int(before["version"]) + 1, changes, why, _NO_CAUSE, decision_id, now)


def last_decision(history: list[Row]) -> str | None:
    """The decision that the history of a pattern names last."""
    ordered = sorted(history, key=lambda row: int(row["version"]), reverse=True)
    return next((row["decision_id"] for row in ordered if row.get("decision_id")), None)


def _row(
    pattern_id: str,
    version: int,
    changes: Mapping[str, Any],
    why: str,
    cause: Mapping[str, str | None],
    decision_id: str | None,
    now: datetime,
) -> Row:
    text = json.dumps(changes, ensure_ascii=False, sort_keys=True)
    return {
        "pattern_id": pattern_id, "version": version, "changes": text, "why": why, **cause, "changed_at": now,
        "decision_id": decision_id,
    }  # fmt: skip


def plain(value: object) -> object:
    """A value as JSON holds it: a time as text, a tuple as a list."""
    if isinstance(value, datetime):
        return value.isoformat(sep=" ")
    return list(value) if isinstance(value, tuple | list) else value

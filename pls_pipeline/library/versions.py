"""Versions: what changed in a pattern, why, and by which import. Rows are appended, never altered.

Here: the comparison of a pattern with its previous row. Not here: what a pattern says (describing.py).
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from pls_pipeline.library.state import Row

_NOT_COMPARED = frozenset({"pattern_id", "version", "updated_at"})


def next_version(
    pattern: Row, previous: Row | None, history: Sequence[Row], *, cause: Mapping[str, str | None], now: datetime
) -> tuple[Row, Row | None]:
    """The pattern's row with version and time, and the row of pattern_versions, None where nothing changed.

    `history` holds the pattern's former versions, for a pattern that had lost all evidence and comes back.
    `cause` holds import_key, extractor and prompt_version.
    """
    changes = {
        name: [_plain(previous[name]) if previous else None, _plain(value)]
        for name, value in pattern.items()
        if name not in _NOT_COMPARED and (previous is None or _plain(previous[name]) != _plain(value))
    }
    if previous is not None and not changes:
        return previous, None
    number = 1 + max((int(row["version"]) for row in history), default=0)
    why = "enhanced" if previous else ("restored" if history else "created")
    return {**pattern, "version": number, "updated_at": now}, _row(
        pattern["pattern_id"], number, changes, why, cause, now
    )


def end_versions(
    previous: Iterable[Row], merged: Mapping[str, str], vanished: Iterable[str], now: datetime
) -> list[Row]:
    """The last version row of each pattern that is no more: `merged` into another, or `evidence_removed`."""
    rows = {row["pattern_id"]: row for row in previous}
    nothing: dict[str, str | None] = {"import_key": None, "extractor": None, "prompt_version": None}
    ended: list[tuple[str, str, dict[str, list[object]]]] = [
        (pattern_id, "merged", {"pattern_id": [pattern_id, heir]}) for pattern_id, heir in sorted(merged.items())
    ]
    ended += [
        (pattern_id, "evidence_removed", {"conversation_count": [rows[pattern_id]["conversation_count"], 0]})
        for pattern_id in vanished
    ]
    return [
        _row(pattern_id, int(rows[pattern_id]["version"]) + 1, changes, why, nothing, now)
        for pattern_id, why, changes in ended
    ]


def last_status(history: Sequence[Row]) -> str | None:
    """The status that the history of a pattern ends with."""
    status: str | None = None
    for row in sorted(history, key=lambda row: int(row["version"])):
        status = json.loads(row["changes"]).get("status", [None, status])[1]
    return status


def _row(
    pattern_id: str, version: int, changes: Mapping[str, Any], why: str, cause: Mapping[str, str | None], now: datetime
) -> Row:
    text = json.dumps(changes, ensure_ascii=False, sort_keys=True)
    return {"pattern_id": pattern_id, "version": version, "changes": text, "why": why, **cause, "changed_at": now}


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat(sep=" ")
    return list(value) if isinstance(value, tuple | list) else value

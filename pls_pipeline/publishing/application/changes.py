"""What a library makes of the rows that an application has: new texts, other statuses.

Here: values alone. Not here: the database (writing.py).
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

Row = Mapping[str, Any]

_COPIED = (
    "category", "situation", "trigger_examples", "response_template", "wordings", "confidence", "conversation_count",
    "import_count",
)  # fmt: skip
_VERSIONED = (
    "id",
    "version",
    "status",
    "category",
    "situation",
    "response_template",
    "wordings",
    "variables",
    "updated_at",
)


class ForeignLibraryError(RuntimeError):
    """The application has patterns, and this library knows none of them."""


@dataclass(frozen=True)
class Standing:
    """What becomes of a row whose pattern is not approved: `values` are columns of decision_patterns."""

    pattern_id: str
    values: Mapping[str, Any]


@dataclass(frozen=True)
class ApplicationChanges:
    """`approved`: whole rows of decision_patterns; `versions`: rows of decision_pattern_versions that may be new."""

    approved: tuple[Row, ...]
    standings: tuple[Standing, ...]
    versions: tuple[Row, ...]


def plan_changes(patterns: Sequence[Row], aliases: Iterable[Row], published: frozenset[str]) -> ApplicationChanges:
    """Decide on every pattern that is approved or was published before.

    `patterns` and `aliases`: rows of PATTERN_LIBRARY and PATTERN_ALIASES; `published`: ids in the application's table.
    Raises ForeignLibraryError, so that another library in the same database does not mark all its patterns as removed.
    """
    living = {row["pattern_id"]: row for row in patterns}
    successors = {row["former_pattern_id"]: row["pattern_id"] for row in aliases}
    if published and published.isdisjoint(living) and published.isdisjoint(successors):
        raise ForeignLibraryError(
            f"the table holds {len(published)} patterns, and this library knows none of them; set "
            "PLS_APPLICATION_SCHEMA to another schema, or empty the table if this library is to replace it"
        )
    approved = [make_row(row) for row in patterns if row["status"] == "approved"]
    known = [living[key] for key in sorted(published & living.keys())]
    marked = [
        Standing(row["pattern_id"], {"status": row["status"], "version": row["version"], "successor_id": None})
        for row in known
        if row["status"] != "approved"
    ]
    gone = [_mark_gone(key, successors, living) for key in sorted(published - living.keys())]
    told = approved + [make_row(row) for row in known if row["status"] != "approved"]
    versions = tuple({name: row[name] for name in _VERSIONED} for row in told)
    return ApplicationChanges(tuple(approved), (*marked, *gone), versions)


def make_row(pattern: Row) -> dict[str, Any]:
    """The row of decision_patterns of a pattern of the library; its times are given their zone, UTC."""
    return {
        "id": pattern["pattern_id"],
        "version": pattern["version"],
        "approved_version": pattern["version"],
        "status": pattern["status"],
        "successor_id": None,
        **{name: pattern[name] for name in _COPIED},
        "variables": json.loads(pattern["variables"]),
        **{name: _with_zone(pattern[name]) for name in ("first_seen_at", "last_seen_at", "updated_at")},
    }


def _mark_gone(pattern_id: str, successors: Mapping[str, str], living: Mapping[str, Row]) -> Standing:
    seen = {pattern_id}
    successor = successors.get(pattern_id)
    while successor is not None and successor not in living and successor not in seen:
        seen.add(successor)
        successor = successors.get(successor)
    if successor in living:
        return Standing(pattern_id, {"status": "merged", "successor_id": successor})
    return Standing(pattern_id, {"status": "removed", "successor_id": None, "trigger_examples": []})


def _with_zone(moment: datetime | None) -> datetime | None:
    return moment.replace(tzinfo=UTC) if moment else None

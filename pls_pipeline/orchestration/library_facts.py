"""What must hold of the library, as the ids that break it.

Here: functions on rows of pattern_library and pattern_provenance. Not here: facts about an import (facts.py).
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

Row = Mapping[str, Any]

_NOT_IN_USE = frozenset({"retired", "rejected"})


def find_patterns_without_provenance(patterns: Iterable[Row], provenance: Iterable[Row]) -> list[str]:
    """Ids of patterns, retired ones apart, that no reply of an operator stands behind."""
    grounded = {row["pattern_id"] for row in provenance if row["role"] == "response"}
    return sorted(
        row["pattern_id"] for row in patterns if row["status"] != "retired" and row["pattern_id"] not in grounded
    )


def find_shared_templates(patterns: Iterable[Row]) -> list[str]:
    """Ids of patterns in use whose template is also that of another one."""
    holders: dict[str, list[str]] = defaultdict(list)
    for row in patterns:
        if row["status"] not in _NOT_IN_USE:
            holders[row["response_template"]].append(row["pattern_id"])
    return sorted(pattern_id for ids in holders.values() if len(ids) > 1 for pattern_id in ids)


def find_orphaned_provenance(patterns: Iterable[Row], provenance: Iterable[Row]) -> list[str]:
    """Ids in pattern_provenance that are no pattern."""
    known = {row["pattern_id"] for row in patterns}
    return sorted({row["pattern_id"] for row in provenance} - known)

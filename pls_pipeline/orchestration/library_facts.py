"""What must hold of the library, as the ids that break it.

Here: functions on rows of pattern_library and pattern_provenance. Not here: facts about an import (facts.py).
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

Row = Mapping[str, Any]

# What has no place in a library in any wording; names, times and prices are judged where patterns are made.
_NEVER = frozenset(
    {"phone", "email", "card", "bank_account", "national_id", "access_code", "gift_code", "password", "ip"}
)
_NOT_IN_USE = frozenset({"retired", "rejected"})
_PLACEHOLDER = re.compile(r"\[[A-Z][A-Z0-9_]*_\d+\]")


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


def find_personal_patterns(patterns: Iterable[Row], public: Iterable[str], region: str) -> list[str]:
    """Ids of patterns in use that hold a number, address, code or password which is not among the `public` values."""
    from pls_pipeline.entities import KnownValues, find_entities
    from pls_pipeline.privacy import scan_personal

    known = KnownValues(public=frozenset(public))

    def is_personal(row: Row) -> bool:
        templates = (row["response_template"], *row["wordings"])
        said = (_PLACEHOLDER.sub(" ", text or "") for text in (row["situation"], *row["trigger_examples"]))
        scans = [scan_personal(text, known, region) for text in templates]
        scans += [tuple(find_entities(text, known, region)) for text in said]
        return any(entity.type in _NEVER for found in scans for entity in found)

    return sorted(row["pattern_id"] for row in patterns if row["status"] not in _NOT_IN_USE and is_personal(row))


def find_orphaned_provenance(patterns: Iterable[Row], provenance: Iterable[Row]) -> list[str]:
    """Ids in pattern_provenance that are no pattern."""
    known = {row["pattern_id"] for row in patterns}
    return sorted({row["pattern_id"] for row in provenance} - known)

"""What a build of the library changed, and which import caused it: the audit trail that the UI shows.

Here: versions that are new, by import, as numbers, tables and observations of the imports' partitions. Not here: the
versions themselves (library/versions.py). Ids and counts alone; the report has the words.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import dagster as dg

from pls_pipeline.orchestration.markdown import draw_table
from pls_pipeline.orchestration.metadata import divide

if TYPE_CHECKING:
    from pls_pipeline.library import LibraryState

_IDS_SHOWN = 12
_IMPORTS_SHOWN = 50
_STATUSES = ("proposed", "approved", "rejected", "retired")

Row = Mapping[str, Any]


@dataclass(frozen=True)
class ImportChanges:
    """Ids of the patterns that an import created, enhanced, and changed otherwise, in one build."""

    created: tuple[str, ...]
    enhanced: tuple[str, ...]
    changed: tuple[str, ...]


def list_changes(before: Iterable[Row], after: Iterable[Row]) -> dict[str, ImportChanges]:
    """{import key: its changes}, from rows of pattern_versions before and after; "" where no import caused one."""
    known = {(row["pattern_id"], row["version"]) for row in before}
    found: dict[str, dict[str, list[str]]] = {}
    for row in after:
        if (row["pattern_id"], row["version"]) in known:
            continue
        why = row["why"] if row["why"] in {"created", "enhanced"} else "changed"
        kinds = found.setdefault(row["import_key"] or "", {"created": [], "enhanced": [], "changed": []})
        kinds[why].append(row["pattern_id"])
    return {key: ImportChanges(**{kind: tuple(ids) for kind, ids in kinds.items()}) for key, kinds in found.items()}


def describe_library(
    before: "LibraryState", after: "LibraryState", changes: Mapping[str, ImportChanges]
) -> dict[str, int | float | str | None]:
    """Numbers that the UI plots: patterns by status, what this build changed, means."""
    statuses = Counter(row["status"] for row in after.patterns)
    living, were = ({row["pattern_id"] for row in state.patterns} for state in (after, before))
    counts = len(after.patterns)
    return {
        **{f"patterns_{status}": statuses[status] for status in _STATUSES},
        "patterns_created": sum(len(item.created) for item in changes.values()),
        "patterns_enhanced": sum(len(item.enhanced) for item in changes.values()),
        "patterns_changed_otherwise": sum(len(item.changed) for item in changes.values()),
        "patterns_gone": len(were - living),
        "patterns_in_conflict": sum(bool(row["conflicts_with"]) for row in after.patterns),
        "mean_confidence": divide(sum(row["confidence"] or 0 for row in after.patterns), counts),
        "conversations_each": divide(sum(row["conversation_count"] or 0 for row in after.patterns), counts),
    }


def draw_changes(changes: Mapping[str, ImportChanges]) -> str:
    """A table: what each import created and enhanced in this build."""
    rows = [
        (key or "no import", *map(_draw_ids, (item.created, item.enhanced, item.changed)))
        for key, item in sorted(changes.items())[-_IMPORTS_SHOWN:]
    ]
    return draw_table(("import", "created", "enhanced", "changed otherwise"), rows)


def draw_origins(patterns: Iterable[Row]) -> str:
    """A table: how many of the living patterns began with each import, and how many rest on it last."""
    first: Counter[str] = Counter()
    last: Counter[str] = Counter()
    for row in patterns:
        first[row["first_import_key"]] += 1
        last[row["last_import_key"]] += 1
    keys = sorted(first | last, key=lambda key: (-first[key], key))[:_IMPORTS_SHOWN]
    return draw_table(
        ("import", "patterns that began with it", "patterns whose latest evidence it has"),
        [(key, first[key], last[key]) for key in keys],
    )


def observe_imports(asset: dg.AssetKey, changes: Mapping[str, ImportChanges]) -> Sequence[dg.AssetObservation]:
    """An observation of each import's partition: the patterns that it created and enhanced in this build."""
    imports = [key for key in sorted(changes) if key][-_IMPORTS_SHOWN:]
    return [
        dg.AssetObservation(
            asset,
            partition=key,
            metadata={
                "patterns_created": len(changes[key].created),
                "patterns_enhanced": len(changes[key].enhanced),
                "patterns": dg.MetadataValue.md(draw_changes({key: changes[key]})),
            },
        )
        for key in imports
    ]


def _draw_ids(ids: Sequence[str]) -> str:
    if not ids:
        return ""
    more = f" and {len(ids) - _IDS_SHOWN} more" if len(ids) > _IDS_SHOWN else ""
    return f"{len(ids)}: {', '.join(ids[:_IDS_SHOWN])}{more}"

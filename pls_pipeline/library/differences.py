"""What differs between two libraries.

Here: patterns that began, ended and changed. Not here: which two libraries are compared (orchestration/comparing.py),
or how a difference is shown.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pls_pipeline.library.state import Row
from pls_pipeline.library.versions import NOT_COMPARED


@dataclass(frozen=True)
class PatternChange:
    """One pattern that is not the same: kind is created | merged | vanished | changed.

    `fields`: {column: (before, after)} of a changed one; `heir`: the pattern that a merged one went to; `reply`: its
    template, the later one where there are two.
    """

    pattern_id: str
    kind: str
    reply: str
    heir: str | None = None
    fields: Mapping[str, tuple[Any, Any]] = field(default_factory=dict)


def compare_libraries(before: Iterable[Row], after: Iterable[Row], aliases: Sequence[Row] = ()) -> list[PatternChange]:
    """The patterns that differ: created first, then merged, vanished and changed; by id. Versions are not compared."""
    old = {row["pattern_id"]: row for row in before}
    new = {row["pattern_id"]: row for row in after}
    heirs = {row["former_pattern_id"]: row["pattern_id"] for row in aliases}
    changes = [PatternChange(key, "created", new[key]["response_template"]) for key in sorted(new.keys() - old.keys())]
    for key in sorted(old.keys() - new.keys()):
        heir = heirs.get(key)
        changes.append(PatternChange(key, "merged" if heir else "vanished", old[key]["response_template"], heir))
    for key in sorted(old.keys() & new.keys()):
        fields = {
            name: (old[key].get(name), new[key][name])
            for name in new[key]
            if name not in NOT_COMPARED and old[key].get(name) != new[key][name]
        }
        if fields:
            changes.append(PatternChange(key, "changed", new[key]["response_template"], None, fields))
    order = ("created", "merged", "vanished", "changed")
    return sorted(changes, key=lambda change: (order.index(change.kind), change.pattern_id))

"""The library as it was: versions replayed up to a time, or a pattern up to one of its versions.

Here: from rows of pattern_versions to rows of pattern_library. Not here: what differs between two libraries
(differences.py).
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from pls_pipeline.library.state import Row
from pls_pipeline.library.versions import ENDED
from pls_pipeline.tables import PATTERN_LIBRARY

_TIMES = frozenset(column.name for column in PATTERN_LIBRARY.columns if column.type == "TIMESTAMP")


def replay_library(versions: Iterable[Row], until: datetime | None = None) -> list[Row]:
    """The rows of pattern_library after all versions up to and including `until` (naive UTC), by id."""
    histories: defaultdict[str, list[Row]] = defaultdict(list)
    for row in versions:
        if until is None or row["changed_at"] <= until:
            histories[row["pattern_id"]].append(row)
    replayed = (_replay(histories[pattern_id]) for pattern_id in sorted(histories))
    return [row for row in replayed if row is not None]


def replay_version(versions: Iterable[Row], pattern_id: str, version: int) -> Row | None:
    """The pattern's row as that version left it; None where there is no such version, or the pattern ended with it."""
    history = [row for row in versions if row["pattern_id"] == pattern_id and row["version"] <= version]
    return _replay(history) if any(row["version"] == version for row in history) else None


def _replay(history: Sequence[Row]) -> Row | None:
    row: dict[str, Any] | None = None
    for change in sorted(history, key=lambda item: int(item["version"])):
        if change["why"] in ENDED:
            row = None
            continue
        row = {**(row or dict.fromkeys(PATTERN_LIBRARY.column_names))}
        row |= {name: _read(name, after) for name, (_, after) in json.loads(change["changes"]).items()}
        row |= {
            "pattern_id": change["pattern_id"], "version": change["version"], "updated_at": change["changed_at"],
        }  # fmt: skip
    return row


def _read(name: str, value: object) -> object:
    """A value of `changes` as its column holds it: times are text there."""
    return datetime.fromisoformat(value) if name in _TIMES and isinstance(value, str) else value

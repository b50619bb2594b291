"""The library at a point of its history: a date, a time, an import, before the last change.

Here: what a point means. Not here: replaying (library/replaying.py), comparing
(library/differences.py), showing (cli/).
"""

import re
from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from pls_pipeline.tables import PATTERN_ALIASES, PATTERN_VERSIONS

if TYPE_CHECKING:
    from pls_pipeline.library.differences import PatternChange
    from pls_pipeline.library.state import Row
    from pls_pipeline.orchestration.pipeline import Pipeline

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_MOMENT = timedelta(microseconds=1)


class UnknownPointError(LookupError):
    """A text that is neither a date, nor a time, nor an import; one sentence says what may be written."""


def library_at(pipeline: "Pipeline", point: str | None) -> "list[Row]":
    """The rows of pattern_library at a point, by id; None: now. Raises UnknownPointError."""
    from pls_pipeline.library.replaying import replay_library

    versions = pipeline.lake.read(PATTERN_VERSIONS)
    return replay_library(versions, find_time(pipeline, versions, point) if point else None)


def compare_points(pipeline: "Pipeline", since: str | None, until: str | None) -> "list[PatternChange]":
    """What differs between two points. `since` None: before the last change; `until` None: now."""
    from pls_pipeline.library.differences import compare_libraries
    from pls_pipeline.library.replaying import replay_library

    versions = pipeline.lake.read(PATTERN_VERSIONS)
    before = find_time(pipeline, versions, since) if since else _before_last_change(versions)
    after = find_time(pipeline, versions, until) if until else None
    aliases = [row for row in pipeline.lake.read(PATTERN_ALIASES) if after is None or row["changed_at"] <= after]
    return compare_libraries(replay_library(versions, before), replay_library(versions, after), aliases)


def find_time(pipeline: "Pipeline", versions: Sequence[dict[str, Any]], point: str) -> datetime:
    """The time of a point, naive UTC: a date is its end, an import the last change that it made.

    An import that changed nothing is the time of its arrival. Raises UnknownPointError.
    """
    from pls_pipeline.imports import UnknownImportError

    try:
        moment = datetime.fromisoformat(point)
    except ValueError:
        moment = None
    if moment is not None:
        if _DATE.fullmatch(point):
            return datetime.combine(moment, time.max)
        return (moment.astimezone(UTC) if moment.tzinfo else moment).replace(tzinfo=None)
    caused: list[datetime] = [row["changed_at"] for row in versions if row["import_key"] == point]
    if caused:
        return max(caused)
    try:
        return pipeline.registry.get(point).received_at
    except UnknownImportError:
        raise UnknownPointError(
            f"{point!r} is neither a date (2026-01-31), a time (2026-01-31T14:00, UTC) nor an import; "
            "`pls history` lists the imports"
        ) from None


def _before_last_change(versions: Sequence[dict[str, Any]]) -> datetime:
    times: list[datetime] = [row["changed_at"] for row in versions]
    return max(times) - _MOMENT if times else datetime(1, 1, 1)

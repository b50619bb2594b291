"""A review sheet as requests: what each of its rows asks for.

Here: rows of a sheet to ReviewRequest, with what each row was made on. Not here: the cells
(publishing/review_sheet.py), whether a request is allowed (library/review_requests.py).
"""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from pls_pipeline.orchestration.reviewing import Refusal, ReviewReport, record_reviews

if TYPE_CHECKING:
    from pls_pipeline.library.review_requests import ReviewRequest
    from pls_pipeline.library.state import Row
    from pls_pipeline.orchestration.pipeline import Pipeline
    from pls_pipeline.publishing.review_sheet import SheetRow

_VERSION = re.compile(r"([0-9]+)(?:[.,]0+)?")


def record_sheet(pipeline: "Pipeline", path: Path, who: str = "", why: str = "") -> ReviewReport:
    """Store the decisions that a sheet asks for; `who` and `why` are those of rows that do not say.

    A row without a name takes that of the row above it. Raises UnreadableSheetError, OSError.
    """
    from pls_pipeline.publishing.review_sheet import read_review_sheet
    from pls_pipeline.tables import PATTERN_VERSIONS

    rows = read_review_sheet(path)
    versions = pipeline.lake.read(PATTERN_VERSIONS)
    requests, refusals = read_requests(rows, versions, who, why or f"reviewed in {path.name}")
    report = record_reviews(pipeline, requests)
    return ReviewReport(report.decisions, (*refusals, *report.refusals), report.unchanged)


def read_requests(
    rows: "Sequence[SheetRow]", versions: "Sequence[Row]", who: str, why: str
) -> "tuple[list[ReviewRequest], list[Refusal]]":
    """The requests of a sheet's rows, and the rows that cannot be read. A row that decides nothing asks for nothing."""
    from pls_pipeline.library.replaying import replay_version

    histories: dict[str, list[Row]] = {}
    for version in versions:
        histories.setdefault(version["pattern_id"], []).append(version)
    requests: list[ReviewRequest] = []
    refusals: list[Refusal] = []
    for row in rows:
        who = row.who or who
        # Spreadsheets write a number as 3.0 or 3,0 where a column is formatted so.
        written = _VERSION.fullmatch(row.version)
        number = int(written[1]) if written else 0
        seen = replay_version(histories.get(row.pattern_id, []), row.pattern_id, number)
        if seen is None:
            known = "is no version" if row.pattern_id in histories else "and its id is that of no pattern"
            reason = f"row {row.line}: {row.pattern_id!r} with version {row.version!r} {known}; export the sheet anew"
            refusals.append(Refusal(row.pattern_id, "refused", reason))
            continue
        try:
            request = _read_request(row, number, seen, who, row.why or why)
        except ValueError as error:
            refusals.append(Refusal(row.pattern_id, "refused", f"row {row.line}: {error}"))
            continue
        if request is not None:
            requests.append(request)
    return requests, refusals


def _read_request(row: "SheetRow", version: int, seen: "Row", who: str, why: str) -> "ReviewRequest | None":
    from pls_pipeline.library.decisions import Action
    from pls_pipeline.library.review_requests import ReviewRequest
    from pls_pipeline.publishing.review_sheet import find_edits

    edits = find_edits(row.texts, seen)
    if not row.decision and not edits:
        return None
    if row.decision and row.decision not in set(Action):
        raise ValueError(f"{row.decision!r} is no decision; write one of {', '.join(Action)}, or nothing")
    action = Action(row.decision) if row.decision else Action.EDIT
    if action is Action.MERGE and not row.merge_into:
        raise ValueError("merge_into is empty; write the id of the pattern that stays")
    return ReviewRequest(
        row.pattern_id,
        who,
        why,
        action,
        version_seen=version,
        edits=edits,
        into=row.merge_into or None if action is Action.MERGE else None,
        wordings=row.split_wordings,
        seen=seen,
    )

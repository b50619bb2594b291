"""Rows of a review sheet become requests, or a sentence that names the row."""

from datetime import datetime
from typing import Any

from pls_pipeline.library.decisions import Action
from pls_pipeline.library.review_standing import ReviewBook
from pls_pipeline.library.state import LibraryState
from pls_pipeline.library.versions import VersionLog
from pls_pipeline.orchestration.review_sheets import read_requests
from pls_pipeline.publishing.review_sheet import SheetRow
from tests.publishing.test_review_sheet import make_row

NOW = datetime(2025, 9, 2)


def versions() -> list[Any]:
    log = VersionLog(LibraryState.empty(), ReviewBook(()), NOW)
    cause = {"import_key": None, "extractor": None, "prompt_version": None}
    log.record({name: value for name, value in make_row().items() if name != "version"}, cause)
    return log.appended


def sheet_row(line: int = 2, **fields: Any) -> SheetRow:
    given = {"pattern_id": "pat_1", "version": "1", "texts": {"situation": "asks"}, **fields}
    return SheetRow(line=line, **given)


def read(*rows: SheetRow, who: str = "") -> tuple[list[Any], list[str]]:
    requests, refusals = read_requests(rows, versions(), who, "reviewed in sheet.csv")
    return requests, [refusal.reason for refusal in refusals]


def test_a_row_that_decides_nothing_asks_for_nothing() -> None:
    assert read(sheet_row()) == ([], [])


def test_a_text_that_was_written_over_is_an_edit_and_goes_with_a_decision() -> None:
    (edit, approval), refused = read(
        sheet_row(texts={"situation": "wants"}, who="Ana"), sheet_row(decision="approve", why="so", version="1,0")
    )
    assert refused == []
    assert (edit.action, dict(edit.edits), edit.who, edit.why) == (
        Action.EDIT,
        {"situation": "wants"},
        "Ana",
        "reviewed in sheet.csv",
    )
    assert (approval.action, approval.who, approval.why, approval.version_seen) == (Action.APPROVE, "Ana", "so", 1)


def test_what_cannot_be_read_names_its_row() -> None:
    requests, refused = read(
        sheet_row(version="7", texts={"situation": "wants"}),
        sheet_row(3, version="", decision="approve"),
        sheet_row(4, pattern_id="pat_none", decision="approve"),
        sheet_row(5, decision="like"),
        sheet_row(6, decision="merge"),
    )
    assert requests == []
    assert refused[0].startswith("row 2: 'pat_1' with version '7' is no version")
    assert refused[1].startswith("row 3: 'pat_1' with version '' is no version")
    assert refused[2].startswith("row 4: 'pat_none' with version '1' and its id is that of no pattern")
    assert refused[3].startswith("row 5: 'like' is no decision; write one of approve, reject")
    assert refused[4].startswith("row 6: merge_into is empty")

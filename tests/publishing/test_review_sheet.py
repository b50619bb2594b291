"""The review sheet: what goes out comes back, whatever a spreadsheet does to the file meanwhile."""

import csv
import io
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pls_pipeline.publishing.review_sheet import (
    COLUMNS,
    EDITED,
    UnreadableSheetError,
    find_edits,
    is_review_sheet,
    read_review_sheet,
    write_review_sheet,
)

# How spreadsheets save a CSV: encoding, delimiter, line end, whether every text is quoted.
SAVED = {
    "libreoffice": ("utf-8", ",", "\n", csv.QUOTE_MINIMAL),
    "libreoffice, all text quoted": ("utf-8", ",", "\n", csv.QUOTE_ALL),
    "excel, CSV UTF-8": ("utf-8-sig", ",", "\r\n", csv.QUOTE_MINIMAL),
    "excel, German": ("utf-8-sig", ";", "\r\n", csv.QUOTE_MINIMAL),
    "excel, Unicode text": ("utf-16", "\t", "\r\n", csv.QUOTE_MINIMAL),
}
TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=40)
FORMULAS = st.sampled_from(
    ["=1+1", "+49 170", "-5 °C", "@all", "\t=cmd", "'=kept", "a\n=b", "ça va\r\nà bientôt", " x ", "0042", "''9:30"]
)


def make_row(**fields: Any) -> dict[str, Any]:
    row = {
        "pattern_id": "pat_1", "version": 3, "status": "proposed", "category": "general", "situation": "asks",
        "response_template": "Hi {{name}}", "wordings": ["Hey {{name}}"], "trigger_examples": [], "confidence": 0.5,
        "conversation_count": 2, "import_count": 1, "conflicts_with": [],
    }  # fmt: skip
    return {**row, **fields}


def save_again(path: Path, how: str) -> None:
    """Open the file and save it as a spreadsheet would."""
    encoding, delimiter, line_end, quoting = SAVED[how]
    records = list(csv.reader(io.StringIO(path.read_text("utf-8-sig"), newline="")))
    target = io.StringIO(newline="")
    csv.writer(target, delimiter=delimiter, lineterminator=line_end, quoting=quoting).writerows(records)  # type: ignore[arg-type]  # csv's constants are ints
    path.write_bytes(target.getvalue().encode(encoding))


def change(path: Path, **cells: str) -> None:
    """Write cells of the first row."""
    header, first, *rest = csv.reader(io.StringIO(path.read_text("utf-8-sig"), newline=""))
    record = dict(zip(header, first, strict=True)) | cells
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows([header, list(record.values()), *rest])


@pytest.mark.parametrize("how", SAVED)
@given(texts=st.fixed_dictionaries({name: st.one_of(TEXTS, FORMULAS) for name in EDITED}))
@settings(max_examples=60, deadline=None)
def test_a_sheet_that_is_opened_and_saved_edits_nothing(how: str, texts: Mapping[str, str]) -> None:
    row = make_row(**texts)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "review.csv"
        write_review_sheet([row], path)
        for cell in next(iter(list(csv.reader(io.StringIO(path.read_text("utf-8-sig"), newline="")))[1:])):
            assert not cell.lstrip(" ").startswith(("=", "+", "-", "@", "\t", "\r"))
        save_again(path, how)
        assert is_review_sheet(path)
        (read,) = read_review_sheet(path)
    assert (read.pattern_id, read.version, read.decision) == ("pat_1", "3", "")
    assert find_edits(read.texts, row) == {}


@pytest.mark.parametrize("how", SAVED)
def test_what_a_reviewer_writes_comes_back(how: str, tmp_path: Path) -> None:
    path = tmp_path / "review.csv"
    row = make_row(response_template="=Hi {{name}}\nà bientôt")
    write_review_sheet([row, make_row(pattern_id="pat_2")], path)
    reply = "'=Salut {{name}},\nà très bientôt"
    change(path, decision="Approve", why="plus court", who="Anaïs", response_template=reply, split_wordings="Hey\nHo")
    save_again(path, how)
    first, second = read_review_sheet(path)
    assert (first.decision, first.why, first.who, first.line) == ("approve", "plus court", "Anaïs", 2)
    assert find_edits(first.texts, row) == {"response_template": "=Salut {{name}},\nà très bientôt"}
    assert first.split_wordings == ("Hey", "Ho")
    assert find_edits(second.texts, make_row(pattern_id="pat_2")) == {}


def test_columns_may_be_taken_away_but_for_those_that_name_the_version(tmp_path: Path) -> None:
    path = tmp_path / "review.csv"
    path.write_text("Version;decision;pattern_id\n3;reject;pat_1\n;;\n")
    assert is_review_sheet(path)
    (row,) = read_review_sheet(path)
    assert (row.pattern_id, row.version, row.decision, dict(row.texts)) == ("pat_1", "3", "reject", {})
    path.write_text("decision;pattern_id\nreject;pat_1\n")
    assert not is_review_sheet(path)
    with pytest.raises(UnreadableSheetError, match="its first line lacks pattern_id, version or decision"):
        read_review_sheet(path)


@pytest.mark.parametrize("content", [b"", b"x", b"PK\x03\x04", b"id,conversationId,body\n1,2,3\n", b"\xff\xfe"])
def test_other_files_are_no_sheets(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(content)
    assert not is_review_sheet(path)


def test_the_columns_are_those_that_the_documentation_names() -> None:
    assert COLUMNS[:8] == (
        "pattern_id", "version", "status", "decision", "why", "who", "merge_into", "split_wordings",
    )  # fmt: skip

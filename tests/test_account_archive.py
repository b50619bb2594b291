"""The account's archive through `pls import`: weekly zips, repeats, contacts, removal."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest
from click.testing import CliRunner

from pls_pipeline.cli import main
from pls_pipeline.lake import Lake
from pls_pipeline.tables import ALL, CONTACTS, GROUPED_CONVERSATIONS, LINE_NUMBERS, PATTERN_PROVENANCE
from tests.sources.archives import HEADER, account, archive, row

Import = Callable[[str, bytes], dict[str, Any]]
# The line sends nothing and gets no text alone: that it is ours stands in the archive only.
GROUP_TEXT = 'AC90,CN2,"hello all",,"+14165550101,+16037891234",+19022345678,incoming,2025-09-02T13:00:00.000Z\n'


def week(last: int) -> str:
    """The messages of all weeks up to this one: a question and an answer each."""
    return "".join(
        row(2 * number, f"Is bay {number} free?")
        + row(2 * number + 1, f"Yes Anne, bay {number} is all yours today.", "outgoing")
        for number in range(1, last + 1)
    )


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


@pytest.fixture
def bring(tmp_path: Path, data: Path) -> Import:
    """Import these bytes as a file of that name, in a folder of its own; return the report."""

    def import_bytes(name: str, content: bytes) -> dict[str, Any]:
        folder = tmp_path / f"week {len(list(tmp_path.iterdir()))}"
        folder.mkdir()
        (folder / name).write_bytes(content)
        ended = run("import", str(folder / name), "--json", data=data)
        report: dict[str, Any] = json.loads(ended)[0]
        return report

    return import_bytes


def run(*arguments: str, data: Path) -> str:
    runner = CliRunner(env={"PLS_EXTRACTOR": "embedded"})
    return runner.invoke(main, [*arguments, "--data-dir", str(data)], catch_exceptions=False).stdout


def test_weekly_archives_of_one_name_are_imports_of_their_own_and_bring_what_is_new(bring: Import, data: Path) -> None:
    reports = [bring("OR1_export.zip", account(week(last))) for last in (1, 2, 3)]
    assert [report["status"] for report in reports] == ["imported"] * 3
    assert len({report["import_key"] for report in reports}) == 3
    assert [(report["counts"]["rows"], report["counts"]["new_messages"]) for report in reports] == [
        (2, 2),
        (4, 2),
        (6, 2),
    ]
    again = bring("renamed.zip", account(week(2)))
    assert (again["status"], again["import_key"]) == ("already_imported", reports[1]["import_key"])
    named = {found["file_name"] for found in Lake(str(data / "lake")).read(PATTERN_PROVENANCE)}
    assert named == {"OR1_export.zip:OR1_messages.csv"}


def test_an_archive_of_messages_that_came_as_a_plain_file_brings_none(bring: Import) -> None:
    bring("OR1_messages.csv", (HEADER + week(2)).encode())
    report = bring("OR1_export.zip", account(week(2)))
    assert report["status"] == "imported"
    assert (report["counts"]["new_messages"], report["counts"]["duplicates_across"]) == (0, 4)


def test_a_line_of_an_earlier_archive_is_known_to_be_ours(bring: Import, data: Path) -> None:
    bring("OR1_export.zip", account(row(1)))
    report = bring("group.csv", (HEADER + GROUP_TEXT).encode())
    (grouped,) = Lake(str(data / "lake")).read(GROUPED_CONVERSATIONS, [report["import_key"]])
    assert (grouped["own_number"], grouped["participants"]) == ("+16037891234", ["+14165550101", "+19022345678"])


def test_removing_an_archive_removes_its_contacts_and_numbers(bring: Import, data: Path) -> None:
    key = bring("OR1_export.zip", account(week(1)))["import_key"]
    lake = Lake(str(data / "lake"))
    assert (lake.partitions(CONTACTS), lake.partitions(LINE_NUMBERS)) == ([key], [key])
    run("remove", key, "--yes", data=data)
    assert [table.name for table in ALL if table.partitioned and lake.partitions(table)] == []


def test_a_rejected_row_names_its_file_and_the_analysts_database_no_contact(bring: Import, data: Path) -> None:
    bring("OR1_export.zip", account(week(1) + "AC9,CN1,short\n"))
    rejected = (data / "exports" / "rejected_rows.csv").read_text(encoding="utf-8-sig")
    assert "OR1_export.zip:OR1_messages.csv" in rejected
    with duckdb.connect(str(data / "pls.duckdb"), read_only=True) as warehouse:
        contacts = warehouse.table("contacts")
        assert set(contacts.columns) == {"import_key", "kind", "member", "row_number"}
        assert "phone" not in warehouse.table("line_numbers").columns


def test_an_inspection_lists_the_files_of_an_archive(tmp_path: Path, data: Path) -> None:
    path = tmp_path / "OR1_export.zip"
    path.write_bytes(account(week(1)))
    shown = [line.split() for line in run("inspect", str(path), data=data).splitlines()]
    assert ["OR1_messages.csv", "messages", "2"] in shown
    assert ["OR1_calls.csv", "calls,", "counted", "only", "1"] in shown


def test_a_refused_archive_registers_nothing(bring: Import, data: Path) -> None:
    report = bring("evil.zip", archive({"../messages.csv": HEADER + week(1)}))
    assert report["status"] == "refused"
    assert not list((data / "imports").glob("*/manifest.json"))
    assert not list(data.parent.glob("**/messages.csv"))

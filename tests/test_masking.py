"""`pls mask`: what would be masked before a model sees the messages of a file."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from pls_pipeline.cli.main import main
from tests.made_exports import talk, write_export


@pytest.fixture
def export(tmp_path: Path) -> Path:
    said = [
        *talk(1, "This is Priya, my mail is priya@example.org", "Thanks Priya, write to desk@example.com"),
        *talk(2, "Are you open?", "We are"),
    ]
    return write_export(tmp_path / "export.csv", [*said, said[0]])


def run(tmp_path: Path, export: Path, *options: str, **environment: str) -> str:
    arguments = ["mask", "--data-dir", str(tmp_path / "data"), str(export), *options]
    result = CliRunner().invoke(main, arguments, env=environment)
    assert result.exit_code == 0, result.output
    return result.output


def test_a_line_for_each_message_names_its_spans(tmp_path: Path, export: Path) -> None:
    rows = [json.loads(line) for line in run(tmp_path, export, "--json").splitlines()]
    assert len({row["message_id"] for row in rows}) == len(rows) == 4
    first = next(row for row in rows if row["row_number"] == 1)
    body = "This is Priya, my mail is priya@example.org"
    assert {(span["type"], body[span["start"] : span["end"]]) for span in first["spans"]} == {
        ("person", "Priya"), ("email", "priya@example.org"),
    }  # fmt: skip


def test_what_is_public_is_not_masked(tmp_path: Path, export: Path) -> None:
    output = run(tmp_path, export, "--rows", "5", COLUMNS="200", PLS_PUBLIC_VALUES="desk@example.com; +1 902 555 0100")
    assert "desk@example.com [EMAIL" not in output
    assert "priya@example.org [EMAIL_1]" in output


def test_names_stay_where_the_setting_says_so(tmp_path: Path, export: Path) -> None:
    output = run(tmp_path, export, "--rows", "5", PLS_MASK_NAMES="false")
    assert "Thanks Priya, write" in output


def test_without_a_terminal_only_counts_are_shown(tmp_path: Path, export: Path) -> None:
    output = run(tmp_path, export)
    assert "Priya" not in output
    assert "email" in output


def test_nothing_is_registered(tmp_path: Path, export: Path) -> None:
    run(tmp_path, export)
    assert not list((tmp_path / "data").rglob("*.parquet"))


def test_a_file_that_is_no_export_is_refused_with_a_sentence(tmp_path: Path) -> None:
    path = tmp_path / "notes.csv"
    path.write_text("shopping,list\nmilk,2\n", encoding="utf-8")
    result = CliRunner().invoke(main, ["mask", "--data-dir", str(tmp_path / "data"), str(path)])
    assert result.exit_code == 1
    assert "notes.csv" in result.output

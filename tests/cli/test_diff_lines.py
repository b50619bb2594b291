"""The lines of `pls diff`, and what a command says of its data folder."""

from datetime import datetime

import pytest
from click.testing import CliRunner

from pls_pipeline.cli.developing import silence_supersession
from pls_pipeline.cli.diff_lines import tell_fields, tell_status
from pls_pipeline.cli.main import main
from pls_pipeline.cli.terminal import open_console


def test_a_change_is_told_without_json() -> None:
    fields = {
        "status": ("proposed", "approved"),
        "decision_id": (None, "dec_1"),
        "variables": ('[{"name": "time", "type": "time"}]', '[{"name": "bay", "type": "unit_number"}]'),
        "wordings": (["one", "two"], ["two", "three\nlines"]),
        "conflicts_with": (["a", "b"], ["b", "a"]),
        "last_seen_at": (datetime(2025, 9, 2, 12, 0, 5, 7), datetime(2025, 9, 3)),
        "first_import_key": (None, "march-1"),
    }
    assert tell_status(fields) == "proposed → approved"
    assert list(tell_fields(fields)) == [
        "- variable: time (time)",
        "+ variable: bay (unit_number)",
        "- wording: one",
        "+ wording: three ⏎ lines",
        "conflict: in another order",
        "last_seen_at: 2025-09-02 12:00 → 2025-09-03 00:00",
        "first_import_key: nothing → march-1",
    ]
    assert tell_status({"confidence": (0.1, 0.2)}) == ""


@pytest.mark.parametrize(("columns", "width"), [("72", 72), ("", 120), ("wide", 120)])
def test_without_a_terminal_the_width_is_that_of_columns(
    columns: str, width: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    assert open_console().width == width


@pytest.mark.parametrize("command", ["check", "dev", "patterns"])
def test_help_says_which_folder_is_taken(command: str) -> None:
    assert "[default: PLS_DATA_DIR, else ./data]" in " ".join(
        CliRunner().invoke(main, [command, "--help"]).output.split()
    )


def test_one_warning_of_dagster_is_silenced_and_no_filter_is_lost() -> None:
    assert silence_supersession("error::BytesWarning").split(",") == [
        "error::BytesWarning",
        silence_supersession(""),
    ]

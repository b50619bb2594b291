"""`pls import`, `history`, `patterns`, `trace` and `export`, over real files."""

import functools
import shutil
import subprocess
import sys
from pathlib import Path

import dagster as dg
import pytest

from pls_pipeline.cli.terminal import choose_columns
from pls_pipeline.orchestration.instance import open_instance
from pls_pipeline.orchestration.names import PARTITIONS
from pls_pipeline.settings import Settings
from tests.cli.terminal import Terminal
from tests.made_exports import resets, write_export

pytestmark = pytest.mark.xdist_group("cli")


def test_history_counts_what_was_brought(made: Terminal) -> None:
    march, april = made.ask("history")
    assert (march["rows"], march["new_messages"], march["duplicates_across"]) == (6, 6, 0)
    assert (april["rows"], april["new_messages"], april["duplicates_across"]) == (4, 2, 2)
    assert {march["status"], april["status"]} == {"analysed"}


def test_patterns_are_listed_as_a_table_and_as_json(made: Terminal) -> None:
    (pattern,) = made.ask("patterns")
    assert pattern["conversation_count"] == 4
    table = made.pls("patterns").output
    assert pattern["pattern_id"] in table
    assert "{{bay_number}}" in table
    assert made.ask("patterns", "--status", "approved") == []


def test_a_trace_ends_in_files_rows_and_words(made: Terminal) -> None:
    pattern_id = made.ask("patterns")[0]["pattern_id"]
    text = made.pls("trace", pattern_id).output
    assert "march.csv row 2, line 3" in text
    assert "I just restarted bay 1." in text
    assert "The screen in bay 1 is frozen" in text


def test_a_trace_of_an_unknown_pattern_is_a_sentence(made: Terminal) -> None:
    result = made.pls("trace", "pat_none")
    assert result.exit_code == 1
    assert "pat_none" in result.output


def test_runs_of_the_command_line_are_in_the_instance_with_their_file(made: Terminal) -> None:
    with open_instance(Settings(data_dir=made.data_dir)) as instance:
        runs = instance.get_runs()
        assert {run.tags["pls/file_name"] for run in runs} == {"march.csv", "april.csv"}
        assert {run.job_name for run in runs} == {"import_job"}
        assert len(instance.get_dynamic_partitions(PARTITIONS)) == 2


def test_a_known_file_is_named_and_nothing_runs(terminal: Terminal, tmp_path: Path) -> None:
    copy = shutil.copy(terminal.exports / "march.csv", tmp_path / "copy.csv")
    result = terminal.pls("import", copy)
    assert result.exit_code == 0
    assert f"copy.csv is already imported as {terminal.key_of('march.csv')}" in result.output
    with open_instance(Settings(data_dir=terminal.data_dir)) as instance:
        assert len(instance.get_runs()) == 2


def test_one_bad_file_does_not_stop_the_others(terminal: Terminal, tmp_path: Path) -> None:
    letter = tmp_path / "letter.csv"
    letter.write_text("Dear all,\n")
    good = write_export(tmp_path / "may.csv", resets(7))
    result = terminal.pls("import", tmp_path / "gone.csv", letter, tmp_path, good)
    assert result.exit_code == 1
    assert "gone.csv: there is no such file" in result.output
    assert "letter.csv" in result.output
    assert "may.csv: imported as may-" in result.output
    assert len(terminal.ask("history")) == 3


def test_an_import_over_the_limit_goes_on_when_it_is_named_again(
    terminal: Terminal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PLS_CONVERSATION_LIMIT", "2")
    path = write_export(tmp_path / "may.csv", resets(11, 12, 13))
    first, second = (terminal.pls("import", path) for _ in range(2))
    assert "1 conversations deferred: import it again to go on" in first.output
    assert "continued" in second.output
    assert terminal.ask("history")[-1]["analysed"] == 3


def test_an_import_whose_run_was_cut_off_goes_on(terminal: Terminal) -> None:
    key = terminal.key_of("april.csv")
    with open_instance(Settings(data_dir=terminal.data_dir)) as instance:
        (run,) = instance.get_runs(filters=dg.RunsFilter(tags={"dagster/partition": key}))
        instance.report_run_failed(run)
    assert "continued" in terminal.pls("import", terminal.exports / "april.csv").output


def test_export_writes_every_file(made: Terminal, tmp_path: Path) -> None:
    files = made.ask("export", "--out", tmp_path / "out")["files"]
    assert sorted(str(Path(file).relative_to(tmp_path / "out")) for file in files) == [
        "import_history.csv",
        "pattern_library.csv",
        "pattern_library.jsonl",
        "pattern_library.parquet",
        "pattern_provenance.jsonl",
        "pattern_provenance.parquet",
        "rejected_rows.csv",
        "report.html",
        "report/index.html",
    ]
    assert all(Path(file).stat().st_size for file in files)


def test_columns_that_do_not_fit_are_left_out_in_the_given_order() -> None:
    rows = [("pat_1", 12, "a reply of many words " * 9)]
    choose = functools.partial(choose_columns, ("pattern", "count", "reply"), rows, dropped_first=("count", "pattern"))
    assert choose(width=100) == ["pattern", "count", "reply"]
    assert choose(width=55) == ["pattern", "reply"]
    assert choose(width=20) == ["reply"]


@pytest.mark.parametrize(
    "command",
    [
        ["patterns"],
        ["history"],
        ["trace", "pat_none"],
        ["--help"],
        ["diff"],
        ["review", "list"],
        ["review", "show", "p"],
    ],
)
def test_questions_are_answered_without_dagster(command: list[str], tmp_path: Path) -> None:
    where = [] if command == ["--help"] else ["--data-dir", str(tmp_path)]
    code = (
        "import atexit, sys; atexit.register(lambda: print('dagster' in sys.modules, file=sys.stderr)); "
        "from pls_pipeline.cli import main; main(sys.argv[1:])"
    )
    result = subprocess.run([sys.executable, "-c", code, *command, *where], capture_output=True, text=True)
    assert "False" in result.stderr.splitlines(), result.stderr


def test_an_estimate_names_the_cost_and_imports_nothing(
    terminal: Terminal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PLS_EXTRACTOR", "openai")
    monkeypatch.setenv("PLS_MODEL", "gpt-4o")
    new = write_export(tmp_path / "june.csv", resets(8, 9))
    [estimate] = terminal.ask("import", "--estimate", new)
    assert estimate["cost"]["conversations"] == estimate["cost"]["requests"] == 2
    assert 0.005 < estimate["cost"]["cost_usd"] < 0.05
    assert len(terminal.ask("history")) == 2
    letter = tmp_path / "letter.csv"
    letter.write_text("Dear all,\n")
    result = terminal.pls("import", "--estimate", new, letter)
    assert result.exit_code == 1
    assert "june.csv" in result.output
    assert "letter.csv: " in result.output

"""The command `pls`, in this process, over real files."""

import functools
import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import dagster as dg
import pytest
from click.testing import CliRunner, Result

from pls_pipeline.cli import main
from pls_pipeline.cli.terminal import choose_columns
from pls_pipeline.orchestration.instance import open_instance
from pls_pipeline.orchestration.names import PARTITIONS
from pls_pipeline.settings import Settings
from tests.made_exports import resets, write_export

pytestmark = pytest.mark.xdist_group("cli")


@dataclass(frozen=True)
class Terminal:
    """A person at a terminal, with a data folder and a folder of exports."""

    data_dir: Path
    exports: Path

    def pls(self, *arguments: str | Path, answer: str | None = None) -> Result:
        """Run a command; a traceback would be an exception that is no exit."""
        words = [str(argument) for argument in arguments]
        result = CliRunner().invoke(main, [*words, "--data-dir", str(self.data_dir)], input=answer)
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        return result

    def ask(self, *arguments: str | Path) -> Any:
        """Run a command with --json; return what it printed."""
        return json.loads(self.pls(*arguments, "--json").stdout)


@pytest.fixture(autouse=True)
def _plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DAGSTER_HOME", "PLS_DATA_DIR", "OPENAI_API_KEY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PLS_EXTRACTOR", "embedded")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Terminal]:
    """Two overlapping exports, imported once."""
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("DAGSTER_HOME", raising=False)
        patch.setenv("PLS_EXTRACTOR", "embedded")
        folder = tmp_path_factory.mktemp("cli")
        exports = folder / "exports"
        exports.mkdir()
        write_export(exports / "march.csv", resets(1, 2, 3))
        write_export(exports / "april.csv", resets(3, 4))
        terminal = Terminal(folder / "data", exports)
        result = terminal.pls("import", exports / "march.csv", exports / "april.csv")
        assert result.exit_code == 0, result.output
        yield terminal


@pytest.fixture
def terminal(made: Terminal, tmp_path: Path) -> Terminal:
    """A copy of that folder, for one test."""
    shutil.copytree(made.data_dir, tmp_path / "data")
    return Terminal(tmp_path / "data", made.exports)


def _key(terminal: Terminal, file_name: str) -> str:
    return next(str(row["import_key"]) for row in terminal.ask("history") if row["file_name"] == file_name)


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
    assert f"copy.csv is already imported as {_key(terminal, 'march.csv')}" in result.output
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
    key = _key(terminal, "april.csv")
    with open_instance(Settings(data_dir=terminal.data_dir)) as instance:
        (run,) = instance.get_runs(filters=dg.RunsFilter(tags={"dagster/partition": key}))
        instance.report_run_failed(run)
    assert "continued" in terminal.pls("import", terminal.exports / "april.csv").output


def test_export_writes_every_file(made: Terminal, tmp_path: Path) -> None:
    files = made.ask("export", "--out", tmp_path / "out")["files"]
    assert sorted(Path(file).name for file in files) == [
        "import_history.csv",
        "pattern_library.csv",
        "pattern_library.jsonl",
        "pattern_library.parquet",
        "pattern_provenance.jsonl",
        "pattern_provenance.parquet",
        "rejected_rows.csv",
        "report.html",
    ]
    assert all(Path(file).stat().st_size for file in files)


class TestRemoving:
    def test_it_says_what_changes_and_asks(self, terminal: Terminal) -> None:
        key = _key(terminal, "march.csv")
        result = terminal.pls("remove", key, answer="n\n")
        assert result.exit_code == 1
        assert "Patterns that lose evidence and stay: 1 (pat_" in result.output
        assert f"Run again: {_key(terminal, 'april.csv')}" in result.output
        assert len(terminal.ask("history")) == 2

    def test_messages_that_others_brought_too_pass_to_them(self, terminal: Terminal) -> None:
        before = terminal.ask("patterns")[0]
        result = terminal.pls("remove", _key(terminal, "march.csv"), "--yes")
        assert result.exit_code == 0, result.output
        (april,) = terminal.ask("history")
        assert (april["new_messages"], april["duplicates_across"], april["analysed"]) == (4, 0, 2)
        (after,) = terminal.ask("patterns")
        assert after["pattern_id"] == before["pattern_id"]
        assert after["conversation_count"] == 2

    def test_nothing_of_the_import_is_left(self, terminal: Terminal) -> None:
        key = _key(terminal, "march.csv")
        terminal.pls("remove", key, "--yes")
        left = [path for folder in ("lake", "imports") for path in (terminal.data_dir / folder).rglob(f"*{key}*")]
        assert left == []
        assert key not in (terminal.data_dir / "exports" / "import_history.csv").read_text()
        with open_instance(Settings(data_dir=terminal.data_dir)) as instance:
            assert key not in instance.get_dynamic_partitions(PARTITIONS)

    def test_it_can_be_imported_anew(self, terminal: Terminal) -> None:
        pattern_id = terminal.ask("patterns")[0]["pattern_id"]
        terminal.pls("remove", _key(terminal, "march.csv"), "--yes")
        assert terminal.pls("import", terminal.exports / "march.csv").exit_code == 0
        (pattern,) = terminal.ask("patterns")
        assert (pattern["pattern_id"], pattern["conversation_count"]) == (pattern_id, 4)

    def test_a_removal_that_was_cut_off_is_finished_when_it_is_repeated(
        self, terminal: Terminal, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        key = _key(terminal, "march.csv")
        monkeypatch.setenv("PLS_EXTRACTOR", "openai")
        stopped = terminal.pls("remove", key, "--yes")
        assert stopped.exit_code == 1
        assert "run the command again" in stopped.output
        monkeypatch.setenv("PLS_EXTRACTOR", "embedded")
        assert terminal.pls("remove", key, "--yes").exit_code == 0
        (april,) = terminal.ask("history")
        assert (april["new_messages"], april["analysed"]) == (4, 2)
        assert terminal.ask("patterns")[0]["conversation_count"] == 2

    def test_an_unknown_key_is_a_sentence(self, made: Terminal) -> None:
        result = made.pls("remove", "nothing-12345678", "--yes")
        assert result.exit_code == 1
        assert "nothing-12345678" in result.output

    def test_it_refuses_while_a_run_is_under_way(self, terminal: Terminal) -> None:
        key = _key(terminal, "march.csv")
        with open_instance(Settings(data_dir=terminal.data_dir)) as instance:
            run = instance.get_runs(limit=1)[0]
            instance.add_run(run.with_status(dg.DagsterRunStatus.STARTED)._replace(run_id="11111111-run"))
        result = terminal.pls("remove", key, "--yes")
        assert result.exit_code == 1
        assert "A run is under way" in result.output
        assert len(terminal.ask("history")) == 2


class TestChecking:
    def test_all_is_well_after_an_import(self, made: Terminal) -> None:
        result = made.pls("check")
        assert result.exit_code == 0, result.output

    def test_a_wrong_setting_is_named_without_its_value(self, made: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("PLS_CONVERSATION_LIMIT", "sk-secret")
        result = made.pls("check")
        assert result.exit_code == 1
        assert "PLS_CONVERSATION_LIMIT" in result.output
        assert "sk-secret" not in result.output

    def test_a_missing_key_gets_advice(self, made: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("PLS_EXTRACTOR", "openai")
        result = made.pls("check")
        assert result.exit_code == 1
        assert "set the key, or PLS_EXTRACTOR=embedded" in result.output

    @pytest.mark.parametrize("content", ["concurrency: 7\n", "nonsense: {}\n", "a: [\n"])
    def test_a_broken_configuration_of_dagster_gets_advice(self, terminal: Terminal, content: str) -> None:
        config = terminal.data_dir / "dagster" / "dagster.yaml"
        config.write_text(content)
        for words in (["check"], ["import", terminal.exports / "march.csv"]):
            result = terminal.pls(*words)
            assert result.exit_code == 1
            assert f"mend {config}, or delete it" in result.output

    def test_pools_that_let_several_steps_in_get_advice(self, terminal: Terminal) -> None:
        (terminal.data_dir / "dagster" / "dagster.yaml").write_text("concurrency: {pools: {default_limit: 3}}\n")
        assert "set concurrency.pools.default_limit to 1" in terminal.pls("check").output

    def test_a_file_in_the_place_of_a_folder_is_named(self, tmp_path: Path) -> None:
        (tmp_path / "data").write_text("not a folder")
        result = CliRunner().invoke(main, ["check", "--data-dir", str(tmp_path / "data" / "deeper")])
        assert result.exit_code == 1
        assert "is a file" in result.output


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

"""`pls check`: one line of advice for each fault."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from pls_pipeline.cli import main
from tests.cli.terminal import Terminal

pytestmark = pytest.mark.xdist_group("cli")


def test_all_is_well_after_an_import(made: Terminal) -> None:
    result = made.pls("check")
    assert result.exit_code == 0, result.output


def test_a_wrong_setting_is_named_without_its_value(made: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLS_CONVERSATION_LIMIT", "sk-secret")
    result = made.pls("check")
    assert result.exit_code == 1
    assert "PLS_CONVERSATION_LIMIT" in result.output
    assert "sk-secret" not in result.output


def test_a_missing_key_gets_advice(made: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLS_EXTRACTOR", "openai")
    result = made.pls("check")
    assert result.exit_code == 1
    assert "set the key, or PLS_EXTRACTOR=embedded" in result.output


@pytest.mark.parametrize("content", ["concurrency: 7\n", "nonsense: {}\n", "a: [\n"])
def test_a_broken_configuration_of_dagster_gets_advice(terminal: Terminal, content: str) -> None:
    config = terminal.data_dir / "dagster" / "dagster.yaml"
    config.write_text(content)
    for words in (["check"], ["import", terminal.exports / "march.csv"]):
        result = terminal.pls(*words)
        assert result.exit_code == 1
        assert f"mend {config}, or delete it" in result.output


def test_pools_that_let_several_steps_in_get_advice(terminal: Terminal) -> None:
    (terminal.data_dir / "dagster" / "dagster.yaml").write_text("concurrency: {pools: {default_limit: 3}}\n")
    assert "set concurrency.pools.default_limit to 1" in terminal.pls("check").output


def test_a_file_in_the_place_of_a_folder_is_named(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("not a folder")
    result = CliRunner().invoke(main, ["check", "--data-dir", str(tmp_path / "data" / "deeper")])
    assert result.exit_code == 1
    assert "is a file" in result.output

"""`pls remove` and what it leaves: evidence, approvals, ids that come back, a line in the history."""

import dagster as dg
import pytest

from pls_pipeline.orchestration.instance import open_instance
from pls_pipeline.orchestration.names import PARTITIONS
from pls_pipeline.settings import Settings
from tests.cli.terminal import Terminal
from tests.made_exports import resets, write_export

pytestmark = pytest.mark.xdist_group("cli")


def test_it_says_what_changes_and_asks(terminal: Terminal) -> None:
    key = terminal.key_of("march.csv")
    result = terminal.pls("remove", key, answer="n\n")
    assert result.exit_code == 1
    assert "Patterns that lose evidence and stay: 1 (pat_" in result.output
    assert f"Run again: {terminal.key_of('april.csv')}" in result.output
    assert len(terminal.ask("history")) == 2


def test_messages_that_others_brought_too_pass_to_them(terminal: Terminal) -> None:
    before = terminal.ask("patterns")[0]
    result = terminal.pls("remove", terminal.key_of("march.csv"), "--yes")
    assert result.exit_code == 0, result.output
    (april,) = terminal.ask("history")
    assert (april["new_messages"], april["duplicates_across"], april["analysed"]) == (4, 0, 2)
    (after,) = terminal.ask("patterns")
    assert after["pattern_id"] == before["pattern_id"]
    assert after["conversation_count"] == 2


def test_nothing_of_the_import_is_left(terminal: Terminal) -> None:
    key = terminal.key_of("march.csv")
    terminal.pls("remove", key, "--yes")
    left = [path for folder in ("lake", "imports") for path in (terminal.data_dir / folder).rglob(f"*{key}*")]
    assert left == []
    assert key not in (terminal.data_dir / "exports" / "import_history.csv").read_text()
    with open_instance(Settings(data_dir=terminal.data_dir)) as instance:
        assert key not in instance.get_dynamic_partitions(PARTITIONS)


def test_it_can_be_imported_anew(terminal: Terminal) -> None:
    pattern_id = terminal.ask("patterns")[0]["pattern_id"]
    terminal.pls("remove", terminal.key_of("march.csv"), "--yes")
    assert terminal.pls("import", terminal.exports / "march.csv").exit_code == 0
    (pattern,) = terminal.ask("patterns")
    assert (pattern["pattern_id"], pattern["conversation_count"]) == (pattern_id, 4)


def test_a_removal_that_was_cut_off_is_finished_when_it_is_repeated(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = terminal.key_of("march.csv")
    monkeypatch.setenv("PLS_EXTRACTOR", "openai")
    stopped = terminal.pls("remove", key, "--yes")
    assert stopped.exit_code == 1
    assert "run the command again" in stopped.output
    monkeypatch.setenv("PLS_EXTRACTOR", "embedded")
    assert terminal.pls("remove", key, "--yes").exit_code == 0
    (april,) = terminal.ask("history")
    assert (april["new_messages"], april["analysed"]) == (4, 2)
    assert terminal.ask("patterns")[0]["conversation_count"] == 2


def test_an_unknown_key_is_a_sentence(made: Terminal) -> None:
    result = made.pls("remove", "nothing-12345678", "--yes")
    assert result.exit_code == 1
    assert "nothing-12345678" in result.output


def test_it_refuses_while_a_run_is_under_way(terminal: Terminal) -> None:
    key = terminal.key_of("march.csv")
    with open_instance(Settings(data_dir=terminal.data_dir)) as instance:
        run = instance.get_runs(limit=1)[0]
        instance.add_run(run.with_status(dg.DagsterRunStatus.STARTED)._replace(run_id="11111111-run"))
    result = terminal.pls("remove", key, "--yes")
    assert result.exit_code == 1
    assert "A run is under way" in result.output
    assert len(terminal.ask("history")) == 2


def test_it_says_which_patterns_vanish_and_lose_their_approval(march: Terminal) -> None:
    (imported,) = march.ask("history")
    pattern_id = march.ask("patterns")[0]["pattern_id"]
    march.pls("review", "approve", pattern_id, "--by", "Ana", "--why", "so")
    said = march.pls("remove", imported["import_key"], answer="n\n").output
    assert f"Patterns that vanish: 1 ({pattern_id})" in said
    assert f"Patterns that lose their approval: 1 ({pattern_id})" in said
    assert march.ask("history") == [imported]
    became = march.ask("remove", imported["import_key"], "--yes")["became"]
    assert became == {"changing": [], "vanishing": [pattern_id], "losing_approval": [pattern_id]}
    assert march.ask("history") == []
    (removed,) = march.ask("history", "--removed")
    assert (removed["import_key"], removed["messages"], removed["approvals_lost"]) == (imported["import_key"], 6, 1)
    assert imported["import_key"] in march.pls("history", "--removed").output
    march.pls("import", march.exports / "march.csv")
    (back,) = march.ask("patterns")
    assert (back["pattern_id"], back["status"]) == (pattern_id, "approved")


def test_messages_that_another_import_holds_keep_the_pattern_and_its_approval(march: Terminal) -> None:
    key = march.ask("history")[0]["import_key"]
    march.pls("import", write_export(march.exports / "april.csv", resets(2, 3)))
    pattern_id = march.ask("patterns")[0]["pattern_id"]
    march.pls("review", "approve", pattern_id, "--by", "Ana", "--why", "so")
    said = march.ask("remove", key, "--yes")
    assert said["forecast"] == said["became"] == {"changing": [pattern_id], "vanishing": [], "losing_approval": []}
    (left,) = march.ask("patterns")
    assert (left["conversation_count"], left["status"]) == (2, "approved")

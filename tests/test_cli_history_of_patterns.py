"""`pls diff`, `pls rebuild` and `pls patterns --at`, over real files."""

import pytest

from tests.made_exports import resets, write_export
from tests.test_cli import Terminal
from tests.test_cli_review import terminal

__all__ = ["terminal"]

pytestmark = pytest.mark.xdist_group("cli")


def test_the_library_as_of_an_import_and_what_changed_since(terminal: Terminal) -> None:
    (march,) = terminal.ask("history")
    terminal.pls("import", write_export(terminal.exports / "april.csv", resets(4, 5)))
    april = terminal.ask("history")[1]
    assert terminal.ask("patterns")[0]["conversation_count"] == 5
    assert terminal.ask("patterns", "--at", march["import_key"])[0]["conversation_count"] == 3
    assert terminal.ask("patterns", "--at", "2001-01-01") == []
    assert terminal.ask("patterns", "--at", "2999-01-01") == terminal.ask("patterns")
    (change,) = terminal.ask("diff", "--from", march["import_key"], "--to", april["import_key"])
    assert (change["kind"], change["fields"]["conversation_count"]) == ("changed", [3, 5])
    assert terminal.ask("diff") == terminal.ask("diff", "--from", march["import_key"])
    assert [change["kind"] for change in terminal.ask("diff", "--from", "2001-01-01")] == ["created"]
    assert "conversation_count: 3 → 5" in terminal.pls("diff").output


def test_a_rebuild_of_the_same_inputs_changes_nothing(terminal: Terminal) -> None:
    before = terminal.ask("patterns")
    said = terminal.ask("rebuild")
    assert (said["ids_kept"], said["changes"]) == (len(before), [])
    assert terminal.ask("patterns") == before


def test_a_rebuild_under_another_setting_keeps_ids_and_says_what_changed(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = terminal.ask("patterns")
    monkeypatch.setenv("PLS_CATEGORIES", "screens,general")
    assert "1 of 1 ids kept" in terminal.pls("rebuild").output
    assert [row["pattern_id"] for row in terminal.ask("patterns")] == [row["pattern_id"] for row in before]


@pytest.mark.parametrize("command", [("diff", "--from"), ("patterns", "--at")])
def test_a_point_that_is_none_is_a_sentence(terminal: Terminal, command: tuple[str, ...]) -> None:
    result = terminal.pls(*command, "yesterday")
    assert result.exit_code == 1
    assert "'yesterday' is neither a date" in result.output

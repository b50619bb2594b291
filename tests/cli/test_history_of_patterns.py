"""`pls diff`, `pls rebuild` and `pls patterns --at`, over real files."""

import pytest

from tests.cli.terminal import Terminal
from tests.made_exports import resets, write_export

pytestmark = pytest.mark.xdist_group("cli")


def test_the_library_as_of_an_import_and_what_changed_since(march: Terminal) -> None:
    (imported,) = march.ask("history")
    march.pls("import", write_export(march.exports / "april.csv", resets(4, 5)))
    april = march.ask("history")[1]
    assert march.ask("patterns")[0]["conversation_count"] == 5
    assert march.ask("patterns", "--at", imported["import_key"])[0]["conversation_count"] == 3
    assert march.ask("patterns", "--at", "2001-01-01") == []
    assert march.ask("patterns", "--at", "2999-01-01") == march.ask("patterns")
    (change,) = march.ask("diff", "--from", imported["import_key"], "--to", april["import_key"])
    assert (change["kind"], change["fields"]["conversation_count"]) == ("changed", [3, 5])
    assert march.ask("diff") == march.ask("diff", "--from", imported["import_key"])
    assert [change["kind"] for change in march.ask("diff", "--from", "2001-01-01")] == ["created"]
    assert "conversation_count: 3 → 5" in march.pls("diff").output


def test_a_rebuild_of_the_same_inputs_changes_nothing(march: Terminal) -> None:
    before = march.ask("patterns")
    said = march.ask("rebuild")
    assert (said["ids_kept"], said["changes"]) == (len(before), [])
    assert march.ask("patterns") == before


def test_a_rebuild_under_another_setting_keeps_ids_and_says_what_changed(
    march: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = march.ask("patterns")
    monkeypatch.setenv("PLS_CATEGORIES", "screens,general")
    assert "1 of 1 ids kept" in march.pls("rebuild").output
    assert [row["pattern_id"] for row in march.ask("patterns")] == [row["pattern_id"] for row in before]


@pytest.mark.parametrize("command", [("diff", "--from"), ("patterns", "--at")])
def test_a_point_that_is_none_is_a_sentence(march: Terminal, command: tuple[str, ...]) -> None:
    result = march.pls(*command, "yesterday")
    assert result.exit_code == 1
    assert "'yesterday' is neither a date" in result.output

"""`pls remove` and what it leaves: approvals, ids that come back, a line in the history."""

import pytest

from tests.made_exports import resets, write_export
from tests.test_cli import Terminal
from tests.test_cli_review import terminal

__all__ = ["terminal"]

pytestmark = pytest.mark.xdist_group("cli")


def test_it_says_which_patterns_vanish_and_lose_their_approval(terminal: Terminal) -> None:
    (march,) = terminal.ask("history")
    pattern_id = terminal.ask("patterns")[0]["pattern_id"]
    terminal.pls("review", "approve", pattern_id, "--by", "Ana", "--why", "so")
    said = terminal.pls("remove", march["import_key"], answer="n\n").output
    assert f"Patterns that vanish: 1 ({pattern_id})" in said
    assert f"Patterns that lose their approval: 1 ({pattern_id})" in said
    assert terminal.ask("history") == [march]
    became = terminal.ask("remove", march["import_key"], "--yes")["became"]
    assert became == {"changing": [], "vanishing": [pattern_id], "losing_approval": [pattern_id]}
    assert terminal.ask("history") == []
    (removed,) = terminal.ask("history", "--removed")
    assert (removed["import_key"], removed["messages"], removed["approvals_lost"]) == (march["import_key"], 6, 1)
    assert march["import_key"] in terminal.pls("history", "--removed").output
    terminal.pls("import", terminal.exports / "march.csv")
    (back,) = terminal.ask("patterns")
    assert (back["pattern_id"], back["status"]) == (pattern_id, "approved")


def test_messages_that_another_import_holds_keep_the_pattern_and_its_approval(terminal: Terminal) -> None:
    march = terminal.ask("history")[0]["import_key"]
    terminal.pls("import", write_export(terminal.exports / "april.csv", resets(2, 3)))
    pattern_id = terminal.ask("patterns")[0]["pattern_id"]
    terminal.pls("review", "approve", pattern_id, "--by", "Ana", "--why", "so")
    said = terminal.ask("remove", march, "--yes")
    assert said["forecast"] == said["became"] == {"changing": [pattern_id], "vanishing": [], "losing_approval": []}
    (left,) = terminal.ask("patterns")
    assert (left["conversation_count"], left["status"]) == (2, "approved")

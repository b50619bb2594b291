"""`pls review` in this process, over real files."""

import csv
import io
from pathlib import Path

import pytest

from tests.made_exports import resets, write_export
from tests.test_cli import Terminal

pytestmark = pytest.mark.xdist_group("cli")


@pytest.fixture
def terminal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Terminal:
    for name in ("DAGSTER_HOME", "PLS_DATA_DIR", "OPENAI_API_KEY", "PLS_REVIEWER"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PLS_EXTRACTOR", "embedded")
    terminal = Terminal(tmp_path / "data", tmp_path)
    result = terminal.pls("import", write_export(tmp_path / "march.csv", resets(1, 2, 3)))
    assert result.exit_code == 0, result.output
    return terminal


def test_a_decision_is_kept_shown_and_held_through_an_import(terminal: Terminal) -> None:
    pattern_id = terminal.ask("review", "list")[0]["pattern_id"]
    said = terminal.pls("review", "approve", pattern_id, "--by", "Ana", "--why", "as we say it")
    assert f"{pattern_id}: approve" in said.output
    terminal.pls("import", write_export(terminal.exports / "april.csv", resets(3, 4, 5)))
    (pattern,) = terminal.ask("patterns")
    assert (pattern["pattern_id"], pattern["status"]) == (pattern_id, "approved")
    assert terminal.ask("review", "list") == []
    shown = terminal.pls("review", "show", pattern_id).output
    assert "as we say it" in shown
    assert "enhanced" in shown


def test_an_edit_on_an_older_version_is_refused_with_both(terminal: Terminal) -> None:
    pattern_id = terminal.ask("patterns")[0]["pattern_id"]
    edit = ("review", "edit", pattern_id, "--by", "Ana", "--why", "so", "--version", "1", "--reply")
    assert terminal.pls(*edit, "Bay {{bay_number}} is back.").exit_code == 0
    refused = terminal.pls(*edit, "Bay {{bay_number}} works again.")
    assert refused.exit_code == 1
    assert "was version 1 when it was looked at and is version 2 now" in refused.output
    assert "I just restarted bay {{bay_number}}." in refused.output
    assert "Bay {{bay_number}} is back." in refused.output


def test_a_sheet_goes_out_and_comes_back(terminal: Terminal) -> None:
    path = terminal.exports / "review.csv"
    assert "1 patterns" in terminal.pls("review", "export", path).output
    header, record = csv.reader(io.StringIO(path.read_text("utf-8-sig"), newline=""))
    row = dict(zip(header, record, strict=True))
    row |= {"decision": "approve", "situation": "L'écran est figé\n=à voir", "why": "mieux"}
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=";").writerows([header, list(row.values())])
    path.write_bytes(text.getvalue().encode("utf-16"))
    unsigned = terminal.pls("review", "import", path)
    assert unsigned.exit_code == 1
    assert "it is not said who decides" in unsigned.output
    assert terminal.pls("review", "import", path, "--by", "Ana").exit_code == 0
    (pattern,) = terminal.ask("patterns")
    assert (pattern["status"], pattern["situation"]) == ("approved", "L'écran est figé\n=à voir")
    assert "asked for what is so already" in terminal.pls("review", "import", path, "--by", "Ana").output


def test_a_file_that_is_no_sheet_is_a_sentence(terminal: Terminal) -> None:
    result = terminal.pls("review", "import", terminal.exports / "march.csv")
    assert result.exit_code == 1
    assert "is no review sheet" in result.output

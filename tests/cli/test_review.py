"""`pls review` in this process, over real files."""

import csv
import io

import pytest

from tests.cli.terminal import Terminal
from tests.made_exports import resets, write_export

pytestmark = pytest.mark.xdist_group("cli")


def test_a_decision_is_kept_shown_and_held_through_an_import(march: Terminal) -> None:
    pattern_id = march.ask("review", "list")[0]["pattern_id"]
    said = march.pls("review", "approve", pattern_id, "--by", "Ana", "--why", "as we say it")
    assert f"{pattern_id}: approve" in said.output
    march.pls("import", write_export(march.exports / "april.csv", resets(3, 4, 5)))
    (pattern,) = march.ask("patterns")
    assert (pattern["pattern_id"], pattern["status"]) == (pattern_id, "approved")
    assert march.ask("review", "list") == []
    shown = march.pls("review", "show", pattern_id).output
    assert "as we say it" in shown
    assert "enhanced" in shown


def test_an_edit_on_an_older_version_is_refused_with_both(march: Terminal) -> None:
    pattern_id = march.ask("patterns")[0]["pattern_id"]
    edit = ("review", "edit", pattern_id, "--by", "Ana", "--why", "so", "--version", "1", "--reply")
    assert march.pls(*edit, "Bay {{bay_number}} is back.").exit_code == 0
    refused = march.pls(*edit, "Bay {{bay_number}} works again.")
    assert refused.exit_code == 1
    assert "was version 1 when it was looked at and is version 2 now" in refused.output
    assert "I just restarted bay {{bay_number}}." in refused.output
    assert "Bay {{bay_number}} is back." in refused.output


def test_a_sheet_goes_out_and_comes_back(march: Terminal) -> None:
    path = march.exports / "review.csv"
    assert "1 patterns" in march.pls("review", "export", path).output
    header, record = csv.reader(io.StringIO(path.read_text("utf-8-sig"), newline=""))
    row = dict(zip(header, record, strict=True))
    row |= {"decision": "approve", "situation": "L'écran est figé\n=à voir", "why": "mieux"}
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=";").writerows([header, list(row.values())])
    path.write_bytes(text.getvalue().encode("utf-16"))
    unsigned = march.pls("review", "import", path)
    assert unsigned.exit_code == 1
    assert "it is not said who decides" in unsigned.output
    assert march.pls("review", "import", path, "--by", "Ana").exit_code == 0
    (pattern,) = march.ask("patterns")
    assert (pattern["status"], pattern["situation"]) == ("approved", "L'écran est figé\n=à voir")
    assert "asked for what is so already" in march.pls("review", "import", path, "--by", "Ana").output


def test_a_file_that_is_no_sheet_is_a_sentence(march: Terminal) -> None:
    result = march.pls("review", "import", march.exports / "march.csv")
    assert result.exit_code == 1
    assert "is no review sheet" in result.output

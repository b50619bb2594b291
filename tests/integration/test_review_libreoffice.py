"""A review sheet through LibreOffice, headless: opened as a person opens it, saved, and read again.

Skipped where LibreOffice Calc is not installed (Debian: libreoffice-calc).
"""

import csv
import re
import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest

from pls_pipeline.publishing.review_sheet import EDITED, find_edits, read_review_sheet, write_review_sheet
from tests.publishing.test_review_sheet import make_row

SOFFICE = shutil.which("soffice")
REPLIES = (
    "=1+1", "+49 170 1234567", "-5 °C outside", "@all of you", "\t=cmd|' /C calc'!A0", "'=kept", "a\n=b\n+c",
    "ça va, à bientôt ; œuf €5\r\nligne deux", " spaces ", "two\n\n\nlines ", '"quoted", he said', "1.9027E+10",
    "0042", "12/05/2025", "9:30", "TRUE", "50%", "$20.00", "Hi {{name}}; code {{code}}, ok?",
    "日本語 😀 👨‍👩‍👧 e\u0301",
    "zero\u200bwidth \\u200B said", "x" * 30_000, "", "=HYPERLINK(\"http://example.com\";\"x\")",
)  # fmt: skip
# How a person may save: field separator, text delimiter, UTF-8, first line, and whether every text cell is quoted.
# Source: LibreOffice help, "Filter Options for CSV Filter"; tokens 1-4, 6, 8.
SAVED_AS = {
    "comma": "44,34,76,1,,0,false,true",
    "semicolon, all text quoted": "59,34,76,1,,0,true,true",
    "tab": "9,34,76,1,,0,false,true",
}
OPENED_AS = "CSV:44,34,76,1"

pytestmark = [
    pytest.mark.skipif(SOFFICE is None, reason="LibreOffice Calc is not installed: soffice is not on the path"),
    pytest.mark.timeout(300),
]


def convert(source: Path, target: str, folder: Path) -> Path:
    """The file that LibreOffice writes after it opened `source`."""
    command = [
        str(SOFFICE), f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless", "--norestore",
        f"--infilter={OPENED_AS}", "--convert-to", target, "--outdir", str(folder / "saved"), str(source),
    ]  # fmt: skip
    done = subprocess.run(command, check=True, capture_output=True, text=True, timeout=120)
    saved = folder / "saved" / f"{source.stem}.{target.partition(':')[0]}"
    assert saved.is_file(), done.stdout + done.stderr
    return saved


def test_every_cell_comes_back_and_none_is_a_formula(tmp_path: Path) -> None:
    rows = [
        make_row(pattern_id=f"pat_{number}", response_template=reply, situation=reply, wordings=[reply, f"{reply} too"])
        for number, reply in enumerate(REPLIES)
    ]
    sheet = tmp_path / "review.csv"
    write_review_sheet(rows, sheet)
    for how, filter_options in SAVED_AS.items():
        saved = convert(sheet, f"csv:Text - txt - csv (StarCalc):{filter_options}", tmp_path)
        read = {row.pattern_id: row for row in read_review_sheet(saved)}
        assert list(read) == [row["pattern_id"] for row in rows], how
        for row in rows:
            again = read[row["pattern_id"]]
            assert set(again.texts) == set(EDITED)
            assert find_edits(again.texts, row) == {}, (how, row["response_template"][:40])
            assert (again.version, again.decision) == ("3", ""), how
    with zipfile.ZipFile(convert(sheet, "ods", tmp_path)) as document:
        content = document.read("content.xml").decode()
    assert not re.search("table:formula", content)
    assert "ça va, à bientôt ; œuf €5" in content
    with sheet.open(encoding="utf-8-sig", newline="") as file:
        assert len(list(csv.reader(file))) == len(rows) + 1

"""Hostile text and file names, imported, and their canaries looked for.

Here: the files that scan_canaries.py reads and what it says. Not here: the rules of escaping.
"""

import codecs
import subprocess
import sys
import tempfile
from pathlib import Path


def count_canaries(folder: Path, truth: Path, data: Path, log: Path) -> int:
    """Findings of scan_canaries.py in exports, report, library, log and the names of all files."""
    exports = data / "exports"
    with tempfile.TemporaryDirectory() as unmarked:
        sheets = [_without_mark(sheet, Path(unmarked)) for sheet in sorted(exports.glob("*.csv"))]
        return _scan(folder, truth, data, log, sheets)


def _without_mark(sheet: Path, folder: Path) -> Path:
    # The scanner takes the byte order mark, by which Excel knows UTF-8, for a control character.
    (folder / sheet.name).write_bytes(sheet.read_bytes().removeprefix(codecs.BOM_UTF8))
    return folder / sheet.name


def _scan(folder: Path, truth: Path, data: Path, log: Path, sheets: list[Path]) -> int:
    exports = data / "exports"
    options = {
        "--html": sorted(exports.rglob("*.html")),
        "--csv": sheets,
        "--patterns": [exports / "pattern_library.jsonl"],
        "--log": [log],
        "--tree": [data],
    }
    arguments = [text for option, paths in options.items() for text in (option, *map(str, paths)) if paths]
    command = [sys.executable, str(folder / "generators/scan_canaries.py"), str(truth), *arguments]
    lines = subprocess.run(command, check=False, capture_output=True, text=True).stdout.splitlines()
    return int(lines[-1].split()[0])

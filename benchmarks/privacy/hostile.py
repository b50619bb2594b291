"""Hostile text and file names, imported, and their canaries looked for.

Here: the files that scan_canaries.py reads and what it says. Not here: the rules of escaping.
"""

import subprocess
import sys
from pathlib import Path


def count_canaries(folder: Path, truth: Path, data: Path, log: Path) -> int:
    """Findings of scan_canaries.py in exports, report, library, log and the names of all files."""
    exports = data / "exports"
    options = {
        "--html": sorted(exports.rglob("*.html")),
        "--csv": sorted(exports.glob("*.csv")),
        "--patterns": [exports / "pattern_library.jsonl"],
        "--log": [log],
        "--tree": [data],
    }
    arguments = [text for option, paths in options.items() for text in (option, *map(str, paths)) if paths]
    command = [sys.executable, str(folder / "generators/scan_canaries.py"), str(truth), *arguments]
    lines = subprocess.run(command, check=False, capture_output=True, text=True).stdout.splitlines()
    return int(lines[-1].split()[0])

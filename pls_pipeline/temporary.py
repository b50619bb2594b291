"""Temporary files and folders that a killed process leaves behind, and how the next one knows them.

Here: names that carry the number of their process, and the removal of those whose process is gone. Not here: what is
written (lake.py, sources/, conversations/).
"""

import os
import re
import shutil
import tempfile
import uuid
from pathlib import Path

_BEGINNING = "pls-"
# DuckDB's options for a file that is read once or twice.
SPILL_FORMAT = "FORMAT parquet, COMPRESSION lz4_raw, PARQUET_VERSION v2, DICTIONARY_SIZE_LIMIT 2000"


def new_mark() -> str:
    """Part of a temporary name: the number of this process, and what no other name has."""
    return f"{os.getpid()}-{uuid.uuid4().hex}"


def name_spill_folder() -> Path:
    """A path among the system's temporary files (TMPDIR) that nothing has; folders of killed processes are removed."""
    folder = Path(tempfile.gettempdir())
    sweep(folder, _BEGINNING, "")
    return folder / f"{_BEGINNING}{new_mark()}"


class SpillFolder:
    """A folder for rows that do not fit into memory; it goes when nothing refers to it any more."""

    def __init__(self) -> None:
        self.path = name_spill_folder()
        self.path.mkdir(mode=0o700)

    def __del__(self) -> None:
        shutil.rmtree(self.path, ignore_errors=True)


def sweep(folder: Path, beginning: str, ending: str) -> None:
    """Remove temporary files and folders whose process is gone: beginning, mark, ending."""
    name = re.compile(rf"{re.escape(beginning)}(\d+)-[0-9a-f]{{32}}{re.escape(ending)}")
    try:
        with os.scandir(folder) as entries:
            found = [(Path(entry.path), int(match[1])) for entry in entries if (match := name.fullmatch(entry.name))]
    except FileNotFoundError:
        return
    for path, process in found:
        if _is_alive(process):
            continue
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)


def _is_alive(process: int) -> bool:
    """Whether a process of this machine has the number, whoever's it is."""
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True

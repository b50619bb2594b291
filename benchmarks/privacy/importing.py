"""Planted exports imported by `pls import`, as a user does it, with the embedded extractor.

Here: the command in a process of its own, its output kept as the log. Not here: what is looked for in what it wrote.
"""

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

_PROGRAM = "from pls_pipeline.cli.main import main; main()"
_OURS = "PLS_"


class FailedImportError(RuntimeError):
    """The import ended with a fault; what it printed last says which."""


def import_export(export: Path, data: Path, settings: Mapping[str, str]) -> Path:
    """Import the export into the folder `data`; return the log of the command. Settings of the environment are not
    taken over. Raises CalledProcessError where the import fails.
    """
    environment = {name: value for name, value in os.environ.items() if not name.startswith((_OURS, "OPENAI_"))}
    environment |= {"PLS_EXTRACTOR": "embedded", "PLS_CONVERSATION_LIMIT": "100000", **settings}
    log = data.with_suffix(".log")
    with log.open("wb") as file:
        command = [sys.executable, "-c", _PROGRAM, "import", "--data-dir", str(data), str(export)]
        done = subprocess.run(command, check=False, env=environment, stdout=file, stderr=subprocess.STDOUT)
    if done.returncode:
        raise FailedImportError(log.read_text("utf-8", "ignore")[-2000:])
    return log

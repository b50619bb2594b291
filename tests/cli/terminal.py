"""A person at a terminal: `pls` called in this process. Not here: what was imported before (conftest.py)."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result

from pls_pipeline.cli import main


@dataclass(frozen=True)
class Terminal:
    """A person at a terminal, with a data folder and a folder of exports."""

    data_dir: Path
    exports: Path

    def pls(self, *arguments: str | Path, answer: str | None = None) -> Result:
        """Run a command; a traceback would be an exception that is no exit."""
        words = [str(argument) for argument in arguments]
        result = CliRunner().invoke(main, [*words, "--data-dir", str(self.data_dir)], input=answer)
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        return result

    def ask(self, *arguments: str | Path) -> Any:
        """Run a command with --json; return what it printed."""
        return json.loads(self.pls(*arguments, "--json").stdout)

    def key_of(self, file_name: str) -> str:
        """The import key of a file that was imported."""
        return next(str(row["import_key"]) for row in self.ask("history") if row["file_name"] == file_name)

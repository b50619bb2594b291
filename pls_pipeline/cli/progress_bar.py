"""The bar of `pls import`: which file, how many conversations of how many, the time left.

Here: the ProgressListener that draws. Not here: what is counted (extraction/). Nothing is drawn unless a person looks.
"""

from types import TracebackType
from typing import Self

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

from pls_pipeline.cli.terminal import open_console


class ImportBar:
    """Draws on standard error while the block runs."""

    def __init__(self) -> None:
        console = open_console(stderr=True)
        self._progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("conversations"),
            TimeRemainingColumn(),
            console=console,
            transient=True,
            disable=not console.is_terminal,
        )
        self._task: TaskID | None = None
        self._name = ""

    def __enter__(self) -> Self:
        """Begin to draw."""
        self._progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Leave the terminal as it was."""
        self._progress.stop()

    def begin(self, name: str) -> None:
        """Show that a file is read; how many conversations it holds is not known yet."""
        if self._task is not None:
            self._progress.remove_task(self._task)
        self._name = name
        self._task = self._progress.add_task(f"{name}: reading", total=None)

    def advance(self, import_key: str, done: int, total: int) -> None:  # noqa: ARG002 - the bar shows the file's name
        """Show how far the extraction has come."""
        if self._task is not None:
            doing = "analysing" if done < total else "building the library"
            self._progress.update(self._task, description=f"{self._name}: {doing}", completed=done, total=total)

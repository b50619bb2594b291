"""The bar of `pls import`: which file, how many conversations of how many, tokens and dollars, the time left.

Here: the ProgressListener that draws. Not here: what is counted (extraction/). Nothing is drawn unless a person looks.
"""

from types import TracebackType
from typing import TYPE_CHECKING, Self

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

from pls_pipeline.cli.terminal import open_console

if TYPE_CHECKING:
    from rich.console import Console

    from pls_pipeline.extraction.progress import ExtractionProgress


class ImportBar:
    """Draws on standard error while the block runs."""

    def __init__(self, console: "Console | None" = None) -> None:
        console = console or open_console(stderr=True)
        self._progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("conversations{task.fields[use]}"),
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
        self._task = self._progress.add_task(f"{name}: reading", total=None, use="")

    def advance(self, import_key: str, progress: "ExtractionProgress") -> None:  # noqa: ARG002 - the file's name is shown
        """Show how far the extraction has come, and what it used."""
        if self._task is None:
            return
        doing = "analysing" if progress.done < progress.total else "building the library"
        use = f", {progress.describe_use()}" if progress.tokens else ""
        self._progress.update(
            self._task,
            description=f"{self._name}: {doing}",
            completed=progress.done,
            total=progress.total,
            use=use,
        )

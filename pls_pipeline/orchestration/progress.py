"""How far an extraction has come, for the run's log and for whoever waits at a terminal.

Here: the resource `progress` and its default, and the line that is logged. Not here: the bar (cli/).
"""

import logging
import time
from collections.abc import Callable
from typing import Protocol


class ProgressListener(Protocol):
    """Is told after every commit how many conversations of the run are done."""

    def advance(self, import_key: str, done: int, total: int) -> None:
        """Take note of it."""


class Unwatched:
    """Nobody waits: what a run of the UI or the sensor has for a listener."""

    def advance(self, import_key: str, done: int, total: int) -> None:
        """Do nothing."""


def report_progress(log: logging.Logger, listener: ProgressListener, import_key: str) -> Callable[[int, int], None]:
    """A callback for run_extraction that logs done, total and the time left, and tells the listener."""
    started = time.monotonic()

    def report(done: int, total: int) -> None:
        listener.advance(import_key, done, total)
        log.info(describe_progress(done, total, time.monotonic() - started))

    return report


def describe_progress(done: int, total: int, seconds: float) -> str:
    """One line: how many of how many, and the time left at the pace so far."""
    line = f"{done} of {total} conversations analysed"
    if not 0 < done < total:
        return line
    left = seconds / done * (total - done)
    return f"{line}, about {left:.0f} s left" if left < 100 else f"{line}, about {left / 60:.0f} min left"

"""How far an extraction has come, for the run's log, the asset's plots and whoever waits at a terminal.

Here: the resource `progress` and its default, the line that is logged, the metadata that are observed. Not here: the
bar (cli/), when progress is told (extraction/runner.py).
"""

import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Protocol

import dagster as dg

if TYPE_CHECKING:
    from pls_pipeline.extraction.progress import ExtractionProgress


class ProgressListener(Protocol):
    """Is told after every few conversations how far the run has come."""

    def advance(self, import_key: str, progress: "ExtractionProgress") -> None:
        """Take note of it."""


class Unwatched:
    """Nobody waits: what a run of the UI or the sensor has for a listener."""

    def advance(self, import_key: str, progress: "ExtractionProgress") -> None:
        """Do nothing."""


def report_progress(
    context: dg.AssetExecutionContext, listener: ProgressListener, clock: Callable[[], float] = time.monotonic
) -> "Callable[[ExtractionProgress], None]":
    """A callback for run_extraction: a line of the log, an observation of the asset's partition, the listener.

    `clock` gives seconds. The observations are what the UI plots while the step runs.
    """
    started = clock()

    def report(progress: "ExtractionProgress") -> None:
        seconds = clock() - started
        listener.advance(context.partition_key, progress)
        context.log.info(describe_progress(progress, seconds))
        context.log_event(
            dg.AssetObservation(
                asset_key=context.asset_key,
                partition=context.partition_key,
                metadata=measure_progress(progress, seconds),
            )
        )

    return report


def measure_progress(progress: "ExtractionProgress", seconds: float) -> Mapping[str, int | float]:
    """Numbers by name; those that are not known (dollars without a price, the time left before a result) are left out.

    Rates are those of the run so far: `requests_per_minute` and `tokens_per_minute` in use.
    """
    measured: dict[str, int | float | None] = {
        "done": progress.done,
        "total": progress.total,
        "deferred": progress.deferred,
        "patterns": progress.patterns,
        "rejected": progress.rejected,
        "requests": progress.requests,
        "tokens": progress.tokens,
        "cost_usd": progress.cost_usd,
        "requests_per_minute": round(progress.requests / seconds * 60, 1) if seconds else None,
        "tokens_per_minute": round(progress.tokens / seconds * 60, 1) if seconds else None,
        "seconds": round(seconds, 1),
        "seconds_left": _estimate_left(progress, seconds),
    }
    return {name: value for name, value in measured.items() if value is not None}


def describe_progress(progress: "ExtractionProgress", seconds: float) -> str:
    """One line: how many of how many, what they brought and used, and the time left at the pace so far."""
    parts = [f"{progress.done - progress.deferred} of {progress.total} conversations analysed"]
    if progress.deferred:
        parts.append(f"{progress.deferred} deferred")
    if progress.done:
        parts.append(f"{progress.patterns} patterns, {progress.rejected} rejected")
    if progress.tokens:
        parts.append(progress.describe_use())
    left = _estimate_left(progress, seconds)
    if left and progress.done:
        parts.append(f"about {left:.0f} s left" if left < 100 else f"about {left / 60:.0f} min left")
    return ", ".join(parts)


def _estimate_left(progress: "ExtractionProgress", seconds: float) -> float | None:
    """Seconds until all are done, at the pace so far; None before the first result."""
    if not progress.total or progress.done == progress.total:
        return 0.0
    return round(seconds / progress.done * (progress.total - progress.done), 1) if progress.done else None

"""Which runs are at work, and which were left behind by a process that is gone.

Here: a file lock held for as long as a run's process lives, and the release of runs that lost theirs. Not here:
Dagster's run monitoring, which cannot see whether the process of a run is alive that a terminal or the default launcher
started. A run left behind would hold its pools' slots for ever, and every later import would wait for it.
"""

import contextlib
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import dagster as dg
from filelock import FileLock, Timeout

_AT_WORK = (dg.DagsterRunStatus.STARTING, dg.DagsterRunStatus.STARTED, dg.DagsterRunStatus.CANCELING)
_LATEST_START = timedelta(minutes=2)
_WAITING = (dg.DagsterRunStatus.QUEUED, dg.DagsterRunStatus.NOT_STARTED)


@contextlib.contextmanager
def hold_run_lock(instance: dg.DagsterInstance | None, run_id: str | None) -> Iterator[None]:
    """Hold the lock of a run; does nothing outside a run or in an instance without a folder."""
    if instance is None or run_id is None or not instance.is_persistent:
        yield
        return
    path = _lock_path(instance, run_id)
    path.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(path):
        try:
            yield
        finally:
            path.unlink(missing_ok=True)


def release_abandoned_runs(instance: dg.DagsterInstance) -> list[str]:
    """Mark as failed the runs of this machine whose process is gone, free their slots, and return their ids."""
    released = []
    for run in instance.get_runs(filters=dg.RunsFilter(statuses=list(_AT_WORK))):
        path = _lock_path(instance, run.run_id)
        if path.exists() and _is_free(path):
            _release(instance, run)
            path.unlink(missing_ok=True)
            released.append(run.run_id)
    # A run of a command starts at once; one that was killed before it took its lock would never end.
    created = dg.RunsFilter(
        statuses=[dg.DagsterRunStatus.NOT_STARTED], created_before=datetime.now(UTC) - _LATEST_START
    )
    for run in instance.get_runs(filters=created):
        _release(instance, run)
        released.append(run.run_id)
    return released


def _release(instance: dg.DagsterInstance, run: dg.DagsterRun) -> None:
    instance.report_run_failed(run, message="The process of this run is gone. Import the file again.")
    instance.event_log_storage.free_concurrency_slots_for_run(run.run_id)


def find_runs_under_way(instance: dg.DagsterInstance) -> Sequence[dg.DagsterRun]:
    """Runs that are queued or at work."""
    return instance.get_runs(filters=dg.RunsFilter(statuses=[*_WAITING, *_AT_WORK]))


def _lock_path(instance: dg.DagsterInstance, run_id: str) -> Path:
    return Path(instance.root_directory) / "run_locks" / f"{run_id}.lock"


def _is_free(path: Path) -> bool:
    try:
        with FileLock(path, timeout=0):
            return path.exists()
    except Timeout:
        return False

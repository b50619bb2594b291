"""Which runs are at work, and which were left behind by a process that is gone.

Here: a lock held for as long as a run's process lives, and the release of runs that lost theirs. Not here: Dagster's
run monitoring, which cannot see whether the process of a run is alive that a terminal or the default launcher started.
A run left behind would hold its pools' slots for ever, and every later import would wait for it.

The lock is a file, which this machine alone sees. Where several share a database of locks (PLS_LOCKS_URL), the run
holds one there too and is tagged so: each of them can then tell that a run's process is gone, or its whole machine.
"""

import contextlib
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import dagster as dg
from filelock import FileLock, Timeout

from pls_pipeline.locks import LostLockError, PostgresLocks
from pls_pipeline.orchestration.names import SHARED_LOCK_TAG

_AT_WORK = (dg.DagsterRunStatus.STARTING, dg.DagsterRunStatus.STARTED, dg.DagsterRunStatus.CANCELING)
_LATEST_START = timedelta(minutes=2)
_WAITING = (dg.DagsterRunStatus.QUEUED, dg.DagsterRunStatus.NOT_STARTED)


@contextlib.contextmanager
def hold_run_lock(
    instance: dg.DagsterInstance | None, run_id: str | None, locks_url: str | None = None
) -> Iterator[None]:
    """Hold the lock of a run; does nothing outside a run or in an instance without a folder.

    Raises UnreachableDatabaseError where `locks_url` is given and does not answer.
    """
    if instance is None or run_id is None or not instance.is_persistent:
        yield
        return
    path = _lock_path(instance, run_id)
    path.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(path), _hold_shared_lock(instance, run_id, locks_url):
        try:
            yield
        finally:
            path.unlink(missing_ok=True)


@contextlib.contextmanager
def _hold_shared_lock(instance: dg.DagsterInstance, run_id: str, locks_url: str | None) -> Iterator[None]:
    if locks_url is None:
        yield
        return
    # A lock that broke is no fault of the run; what it writes is guarded by locks of its own.
    with contextlib.suppress(LostLockError), PostgresLocks(locks_url).hold(_lock_name(run_id)):
        # The value tells it from a tag that a retry was given with its parent's others, before it holds a lock.
        instance.add_run_tags(run_id, {SHARED_LOCK_TAG: run_id})
        yield


def release_abandoned_runs(instance: dg.DagsterInstance, locks_url: str | None = None) -> list[str]:
    """Mark as failed the runs whose process is gone, free their slots, and return their ids.

    Those of this machine; where `locks_url` is given, those of all machines that use it. Raises
    UnreachableDatabaseError.
    """
    released = []
    for run in instance.get_runs(filters=dg.RunsFilter(statuses=list(_AT_WORK))):
        path = _lock_path(instance, run.run_id)
        if locks_url and run.tags.get(SHARED_LOCK_TAG) == run.run_id:
            is_gone = PostgresLocks(locks_url).is_free(_lock_name(run.run_id))
        else:
            is_gone = path.exists() and _is_free(path)
        if is_gone:
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


def _lock_name(run_id: str) -> str:
    return f"run/{run_id}"


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

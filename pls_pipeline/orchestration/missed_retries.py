"""Runs that Dagster should have run again and did not.

Here: which those are, and asking once more. Not here: the rule of what is run again (`run_retries` in dagster.yaml),
and finding runs whose process is gone (run_locks.py).

Dagster's daemon looks at the event of a failure once (dagster 1.13.27, EventLogConsumerDaemon). Where it looks between
the event and the run's new status, which are two transactions, or while the code server is not loaded yet, it passes on
and never comes back: after the loss of a code server the import would stay failed. A further event of the failure makes
it look again; it does not start a second retry where there is one.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import dagster as dg
from dagster._core.events import RunFailureReason
from dagster._core.execution.retries import auto_reexecution_should_retry_run
from dagster._core.storage.tags import RUN_FAILURE_REASON_TAG

# The daemon looks every five seconds; on a busy machine a retry needs some more to be there.
_PATIENCE = timedelta(seconds=30)
_LOOKED_BACK = timedelta(hours=1)
_MOST_EVENTS = 4
_RUNS_A_LOOK = 100


def repeat_missed_retries(instance: dg.DagsterInstance, now: datetime) -> list[str]:
    """Ask again for the retries of runs that failed more than 30 seconds before `now` and have none; return their ids.

    At most three times for a run, and within an hour of its last change.
    """
    if not instance.run_retries_enabled:
        return []
    failed = instance.get_runs(
        filters=dg.RunsFilter(statuses=[dg.DagsterRunStatus.FAILURE], updated_after=now - _LOOKED_BACK),
        limit=_RUNS_A_LOOK,
    )
    missed = [run for run in failed if _wants_retry(instance, run) and _is_due(instance, run, now)]
    for run in missed:
        instance.report_run_failed(run, message="This run was to be run again and was not; it is asked for once more.")
    return [run.run_id for run in missed]


def _wants_retry(instance: dg.DagsterInstance, run: dg.DagsterRun) -> bool:
    """Whether Dagster's own rule has it run again, and nobody has done so."""
    # Those of a command have no origin: the daemon does not know how to start them.
    if run.remote_job_origin is None:
        return False
    reason = run.tags.get(RUN_FAILURE_REASON_TAG)
    if not auto_reexecution_should_retry_run(instance, run, RunFailureReason(reason) if reason else None):
        return False
    return all(other.parent_run_id != run.run_id for other in _find_group(instance, run))


def _find_group(instance: dg.DagsterInstance, run: dg.DagsterRun) -> Sequence[dg.DagsterRun]:
    group = instance.get_run_group(run.run_id)
    return list(group[1]) if group else []


def _is_due(instance: dg.DagsterInstance, run: dg.DagsterRun, now: datetime) -> bool:
    events = instance.all_logs(run.run_id, of_type=dg.DagsterEventType.RUN_FAILURE)
    if not 0 < len(events) < _MOST_EVENTS:
        return False
    return now - datetime.fromtimestamp(events[-1].timestamp, UTC) > _PATIENCE

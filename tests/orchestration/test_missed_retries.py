"""Retries that Dagster's daemon passed over are asked for again: a real instance, and the daemon's own look."""

import logging
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import dagster as dg
import pytest
from dagster._core.events import DagsterEvent, JobFailureData, RunFailureReason
from dagster._core.instance import InstanceRef
from dagster._core.remote_origin import RegisteredCodeLocationOrigin, RemoteRepositoryOrigin
from dagster._daemon.auto_run_reexecution.event_log_consumer import EventLogConsumerDaemon

from pls_pipeline.orchestration.missed_retries import repeat_missed_retries

_RETRIES = {"run_retries": {"enabled": True, "max_retries": 2, "retry_on_asset_or_op_failure": False}}
_ORIGIN = RemoteRepositoryOrigin(RegisteredCodeLocationOrigin("pls_pipeline"), "__repository__")


@dg.job
def job() -> None:
    """A job without steps."""


@pytest.fixture
def instance(tmp_path: Path) -> Iterator[dg.DagsterInstance]:
    with dg.DagsterInstance.from_ref(InstanceRef.from_dir(str(tmp_path), overrides=_RETRIES)) as opened:
        yield opened


def start_run(instance: dg.DagsterInstance, **origin: object) -> dg.DagsterRun:
    found = origin or {"remote_job_origin": _ORIGIN.get_job_origin("job")}
    return instance.create_run_for_job(job, status=dg.DagsterRunStatus.STARTED, **found)  # type: ignore[arg-type]


def look(instance: dg.DagsterInstance) -> None:
    """What the daemon does every five seconds."""
    daemon = EventLogConsumerDaemon()
    daemon._logger = logging.getLogger("tests")
    list(daemon.run_iteration(SimpleNamespace(instance=instance)))  # type: ignore[arg-type]


def test_a_retry_that_the_daemon_passed_over_is_asked_for_until_there_is_one(instance: dg.DagsterInstance) -> None:
    look(instance)
    run, later = start_run(instance), datetime.now(UTC) + timedelta(minutes=1)
    store = instance.event_log_storage
    event = DagsterEvent("PIPELINE_FAILURE", "job", message="its process is gone")
    entry = dg.EventLogEntry(None, logging.ERROR, "", run.run_id, datetime.now(UTC).timestamp(), None, "job", event)  # type: ignore[no-untyped-call]
    # The event is stored, the daemon looks, then the status follows: Dagster's own order.
    store.store_event(entry)
    look(instance)
    instance.run_storage.handle_run_event(run.run_id, event, datetime.now(UTC))
    failures = {"of_type": dg.DagsterEventType.RUN_FAILURE}

    assert repeat_missed_retries(instance, datetime.now(UTC)) == [], "the daemon may be about to"
    assert repeat_missed_retries(instance, later) == [run.run_id]
    assert len(instance.all_logs(run.run_id, **failures)) == 2
    # The daemon looks again. Here it knows no code and cannot start the run, and gives up for good; we do not at once.
    look(instance)
    assert instance.get_run_by_id(run.run_id).tags["dagster/will_retry"] == "false"  # type: ignore[union-attr]
    assert repeat_missed_retries(instance, later + timedelta(minutes=1)) == [run.run_id]
    assert repeat_missed_retries(instance, later + timedelta(minutes=2)) == [run.run_id]
    assert repeat_missed_retries(instance, later + timedelta(minutes=3)) == [], "three times are enough"


def test_what_dagster_does_not_run_again_is_left_alone(instance: dg.DagsterInstance) -> None:
    in_a_step, of_a_command, retried = (
        start_run(instance),
        start_run(instance, remote_job_origin=None),
        start_run(instance),
    )
    instance.report_run_failed(
        in_a_step, job_failure_data=JobFailureData(None, failure_reason=RunFailureReason.STEP_FAILURE)
    )
    instance.report_run_failed(of_a_command)
    instance.report_run_failed(retried)
    group = {"dagster/parent_run_id": retried.run_id, "dagster/root_run_id": retried.run_id}
    instance.create_run_for_job(job, parent_run_id=retried.run_id, root_run_id=retried.run_id, tags=group)
    assert repeat_missed_retries(instance, datetime.now(UTC) + timedelta(minutes=1)) == []

"""The daily maintenance: what killed processes left, logs and runs that nobody needs any more.

Here: the job, its steps as functions, and its schedule. Nothing of the library is touched: the analysts' database is
made anew at each publication, and needs no compaction. Runs that materialized something are kept, since the UI draws
partitions and plots from their events.
"""

import shutil
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import dagster as dg

from pls_pipeline.orchestration.names import (
    CONTINUE_JOB,
    FILE_IMPORT_JOB,
    INSPECTION_JOB,
    MAINTENANCE_JOB,
    MAINTENANCE_SCHEDULE,
    PASTE_IMPORT_JOB,
)
from pls_pipeline.orchestration.resources import PipelineResource
from pls_pipeline.orchestration.run_config_erasing import erase_left_configs
from pls_pipeline.orchestration.run_locks import release_abandoned_runs

_PASSING_JOBS = (INSPECTION_JOB, CONTINUE_JOB, FILE_IMPORT_JOB, PASTE_IMPORT_JOB, MAINTENANCE_JOB)
_ENDED = [dg.DagsterRunStatus.SUCCESS, dg.DagsterRunStatus.FAILURE, dg.DagsterRunStatus.CANCELED]
_RUNS_A_TIME = 1000


@dg.op(
    description="Frees what killed processes left, erases pasted texts, deletes old logs and runs that made nothing."
)
def tidy(context: dg.OpExecutionContext, pipeline: PipelineResource) -> None:
    """Log how much of each was done."""
    settings = pipeline.open().settings
    before = datetime.now(UTC) - timedelta(days=settings.keep_logs_days)
    released = release_abandoned_runs(context.instance, settings.lock_database)
    erased = erase_left_configs(context.instance)
    runs = delete_passing_runs(context.instance, before)
    logs = delete_step_logs(Path(context.instance.storage_directory()), before)
    left = sweep_temporary(Path(settings.data_dir))
    context.log.info(
        "%s runs of dead processes ended, %s pasted texts erased, %s runs and the logs of %s older than %s days "
        "deleted, %s temporary files removed",
        len(released), erased, runs, logs, settings.keep_logs_days, left,
    )  # fmt: skip


@dg.job(
    name=MAINTENANCE_JOB,
    executor_def=dg.in_process_executor,
    description="Tidy up: ends runs whose process is gone, erases pasted texts that a killed run left in its "
    "configuration, deletes logs of steps older than PLS_KEEP_LOGS_DAYS and runs as old that made nothing (looks, "
    "requests), and temporary files of killed processes. maintenance_schedule runs it each night.",
)
def maintenance_job() -> None:
    """One step."""
    tidy()


maintenance_schedule = dg.ScheduleDefinition(
    name=MAINTENANCE_SCHEDULE,
    job=maintenance_job,
    cron_schedule="30 3 * * *",
    execution_timezone="UTC",
    default_status=dg.DefaultScheduleStatus.RUNNING,
    description="Runs maintenance_job each night at 3:30 UTC.",
)


def delete_passing_runs(instance: dg.DagsterInstance, before: datetime) -> int:
    """Delete ended runs of jobs that only look or ask, created before that time; return their number."""
    old = [
        record.dagster_run.run_id
        for job in _PASSING_JOBS
        for record in instance.get_run_records(
            filters=dg.RunsFilter(job_name=job, statuses=_ENDED, created_before=before), limit=_RUNS_A_TIME
        )
    ]
    for run_id in old:
        instance.delete_run(run_id)
    return len(old)


def delete_step_logs(storage: Path, before: datetime) -> int:
    """Delete what steps wrote to their standard streams before that time; return how many runs' it was."""
    if not storage.is_dir():
        return 0
    old = [folder for folder in storage.glob("*/compute_logs") if _is_older(folder, before)]
    for folder in old:
        shutil.rmtree(folder, ignore_errors=True)
    return len(old)


def sweep_temporary(data_dir: Path) -> int:
    """Remove temporary files of processes that are gone, in the data folder's tables and files; return how many."""
    from pls_pipeline.temporary import name_spill_folder, sweep

    name_spill_folder()  # removes what is left among the system's temporary files
    folders = [data_dir, *_folders(data_dir / "lake"), *_folders(data_dir / "imports"), *_folders(data_dir / "exports")]
    found = [path for folder in folders for path in folder.glob(".*.tmp")]
    for path in found:
        name = path.name.rsplit(".", 2)[0]
        sweep(path.parent, f"{name}.", ".tmp")
    return sum(not path.exists() for path in found)


def _folders(root: Path) -> Iterable[Path]:
    return [root, *(path for path in root.rglob("*") if path.is_dir())] if root.is_dir() else []


def _is_older(path: Path, before: datetime) -> bool:
    return datetime.fromtimestamp(path.stat().st_mtime, UTC) < before

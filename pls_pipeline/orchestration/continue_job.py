"""The job `continue_job`, and the sensor and schedule that go on with imports by themselves.

Here: configuration, op, shells. Not here: which imports have work left (waiting.py), how their runs start
(asking_runs.py).
"""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import dagster as dg
from pydantic import Field

from pls_pipeline.orchestration.asking_runs import ASKING_TAGS, ask_for_runs
from pls_pipeline.orchestration.choosing_files import UnknownFileError, find_import
from pls_pipeline.orchestration.jobs import import_job
from pls_pipeline.orchestration.launchpad import show_fields
from pls_pipeline.orchestration.names import (
    CONTINUATION_SENSOR,
    CONTINUE_JOB,
    DAILY_BUDGET_SCHEDULE,
    IMPORT_JOB,
)
from pls_pipeline.orchestration.resources import PipelineResource
from pls_pipeline.orchestration.run_locks import find_runs_under_way
from pls_pipeline.orchestration.run_requests import tag_run
from pls_pipeline.orchestration.waiting import (
    WaitingImport,
    choose_continuations,
    choose_of_the_day,
    describe_waiting,
    find_waiting,
)

if TYPE_CHECKING:
    from pls_pipeline.orchestration.pipeline import Pipeline

_INTERVAL_SECONDS = 60
_PARTITION_TAG = "dagster/partition"


class ContinueConfig(dg.Config):
    """Which imports go on."""

    import_keys: list[str] = Field(
        default=[],
        description="Import keys, as the partitions of import_files name them. Empty: all imports that have "
        "conversations deferred or failed, or were never analysed.",
    )


@dg.op(description="Finds the imports that have work left, and asks for a run of each.")
def ask_for_continuations(context: dg.OpExecutionContext, config: ContinueConfig, pipeline: PipelineResource) -> None:
    """Fail with a sentence where a key is that of no import; imports under way are left alone."""
    opened = pipeline.open()
    manifests = {manifest.import_key: manifest for manifest in opened.registry.manifests()}
    try:
        named = [find_import(list(manifests.values()), key).import_key for key in config.import_keys]
    except UnknownFileError as error:
        raise dg.Failure(str(error), allow_retries=False) from None
    waiting = load_waiting(opened)
    chosen = named or [item.import_key for item in waiting]
    under_way = find_imports_under_way(context.instance)
    context.log.info(describe_waiting(waiting))
    for key in chosen:
        if key in under_way:
            context.log.info("%s is under way: left alone", key)
    ask_for_runs(context, [manifests[key] for key in chosen if key not in under_way])


@dg.job(
    name=CONTINUE_JOB,
    executor_def=dg.in_process_executor,
    config=show_fields("ask_for_continuations", ContinueConfig()),
    tags=ASKING_TAGS,
    description="Go on with imports: conversations that were deferred (limit, budget) or failed are analysed by "
    "another run of import_job for each import. Nothing is analysed twice. No keys: all imports with work left.",
)
def continue_job() -> None:
    """All imports with work left, or those named."""
    ask_for_continuations()


def load_waiting(pipeline: "Pipeline") -> list[WaitingImport]:
    """The imports with work left, from the lake."""
    with pipeline.session() as session:
        return find_waiting(session, pipeline.registry.manifests())


def find_imports_under_way(instance: dg.DagsterInstance) -> frozenset[str]:
    """Imports that have a run queued or at work."""
    runs = find_runs_under_way(instance)
    return frozenset(run.tags[_PARTITION_TAG] for run in runs if _PARTITION_TAG in run.tags)


@dg.sensor(
    name=CONTINUATION_SENSOR,
    job=import_job,
    minimum_interval_seconds=_INTERVAL_SECONDS,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="With PLS_CONTINUE_DEFERRED=true: runs an import again by itself while conversations of it are "
    "deferred, and stops where a run brought nothing further. Otherwise its ticks say what waits. What failed is "
    "left to continue_job.",
)
def continuation_sensor(context: dg.SensorEvaluationContext, pipeline: PipelineResource) -> dg.SensorResult:
    """One look at what is deferred."""
    opened = pipeline.open()
    waiting = load_waiting(opened)
    if not opened.settings.continue_deferred:
        advice = " PLS_CONTINUE_DEFERRED is off: run continue_job to go on." if waiting else ""
        return dg.SensorResult(skip_reason=describe_waiting(waiting) + advice)
    requests = _request(opened, context.instance, waiting, choose_continuations, CONTINUATION_SENSOR)
    if not requests:
        return dg.SensorResult(skip_reason=describe_waiting(waiting))
    return dg.SensorResult(run_requests=requests)


@dg.schedule(
    name=DAILY_BUDGET_SCHEDULE,
    job=import_job,
    cron_schedule="5 0 * * *",
    execution_timezone="UTC",
    default_status=dg.DefaultScheduleStatus.STOPPED,
    description="Each day after midnight UTC: goes on with the imports that the budget of the day before held back "
    "(PLS_BUDGET_DAY_USD). Off until somebody switches it on, since it spends.",
)
def daily_budget_schedule(
    context: dg.ScheduleEvaluationContext, pipeline: PipelineResource
) -> list[dg.RunRequest] | dg.SkipReason:
    """A new day, a new budget."""
    opened = pipeline.open()
    requests = _request(opened, context.instance, load_waiting(opened), choose_of_the_day, DAILY_BUDGET_SCHEDULE)
    return requests or dg.SkipReason("No import waits for the budget of a day.")


def _request(
    pipeline: "Pipeline",
    instance: dg.DagsterInstance,
    waiting: list[WaitingImport],
    choose: Callable[..., Mapping[str, str]],
    origin: str,
) -> list[dg.RunRequest]:
    chosen = choose(waiting, find_imports_under_way(instance), datetime.now(UTC).date())
    return [
        dg.RunRequest(
            run_key=f"continue:{key}@{mark}",
            job_name=IMPORT_JOB,
            partition_key=key,
            tags=tag_run(pipeline.registry.get(key), origin),
        )
        for key, mark in chosen.items()
    ]

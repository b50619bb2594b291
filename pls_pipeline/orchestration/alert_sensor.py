"""The sensor that tells people of runs that failed.

Here: which runs those are, what their message says, and the shell. Not here: sending (alerts/). Without a channel in
the settings its ticks say so, and nothing is sent.
"""

import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta

import dagster as dg

from pls_pipeline.alerts import Alert, UndeliveredAlertError, choose_channels, deliver
from pls_pipeline.orchestration.names import ALERT_SENSOR
from pls_pipeline.orchestration.resources import PipelineResource
from pls_pipeline.orchestration.run_faults import explain_failure

_INTERVAL_SECONDS = 30
_LOOKED_BACK = timedelta(days=2)
_RUNS_A_LOOK = 200
_ALERTS_A_LOOK = 10
_PARTITION_TAG = "dagster/partition"


@dg.sensor(
    name=ALERT_SENSOR,
    minimum_interval_seconds=_INTERVAL_SECONDS,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Tells people when a run fails: by a webhook, Slack or mail, as the settings PLS_ALERT_… name. A "
    "message holds the job, the import, the step and the reason, and nothing of a conversation.",
)
def alert_sensor(context: dg.SensorEvaluationContext, pipeline: PipelineResource) -> dg.SkipReason:
    """One look at the runs that failed. A message that no channel took is sent again by the next look."""
    settings = pipeline.open().settings
    failed = find_failed_runs(context.instance)
    if context.cursor is None:
        context.update_cursor(write_cursor(failed))
        return dg.SkipReason("Runs that fail from now on are told.")
    told = read_cursor(context.cursor)
    channels = choose_channels(settings)
    new = [run for run_id, run in failed.items() if run_id not in told][:_ALERTS_A_LOOK]
    sent = set(told) & failed.keys()
    for run in new:
        if channels:
            try:
                deliver(describe_failed_run(context.instance, run, settings.ui_url), channels)
            except UndeliveredAlertError as error:
                context.update_cursor(write_cursor(sent))
                return dg.SkipReason(f"{error} Run {run.run_id[:8]}; it is sent again.")
        sent.add(run.run_id)
    context.update_cursor(write_cursor(sent))
    if not channels:
        return dg.SkipReason("No channel is set (PLS_ALERT_WEBHOOK_URL, PLS_ALERT_SLACK_URL, PLS_ALERT_SMTP_URL).")
    return dg.SkipReason(f"Runs that were told: {len(new)}." if new else "No further run has failed.")


def find_failed_runs(instance: dg.DagsterInstance) -> Mapping[str, dg.DagsterRun]:
    """The runs that failed in the last two days, by id, the earliest first."""
    records = instance.get_run_records(
        filters=dg.RunsFilter(statuses=[dg.DagsterRunStatus.FAILURE], updated_after=datetime.now(UTC) - _LOOKED_BACK),
        limit=_RUNS_A_LOOK,
    )
    return {record.dagster_run.run_id: record.dagster_run for record in reversed(records)}


def describe_failed_run(instance: dg.DagsterInstance, run: dg.DagsterRun, ui_url: str) -> Alert:
    """The message on a run: a sentence for each step that failed, else that its process ended."""
    entries = instance.all_logs(run.run_id, of_type=dg.DagsterEventType.STEP_FAILURE)
    checks = instance.all_logs(run.run_id, of_type=dg.DagsterEventType.ASSET_CHECK_EVALUATION)
    failed_checks = [
        evaluation.check_name
        for entry in checks
        if entry.dagster_event and not (evaluation := entry.dagster_event.asset_check_evaluation_data).passed
    ]
    faults = tuple(explain_failure(entry.dagster_event, failed_checks) for entry in entries if entry.dagster_event)
    return Alert(
        job=run.job_name,
        run_id=run.run_id,
        subject=run.tags.get(_PARTITION_TAG, ""),
        faults=faults or ("The process of the run ended before the run did.",),
        url=f"{ui_url.rstrip('/')}/runs/{run.run_id}",
    )


def write_cursor(runs: Iterable[str]) -> str:
    """Ids of the runs that were told and still lie within what is looked at."""
    return json.dumps(sorted(runs))


def read_cursor(cursor: str) -> frozenset[str]:
    """What write_cursor wrote."""
    return frozenset(json.loads(cursor))

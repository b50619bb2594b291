"""Runs of import_job that a job asks for: what the job leaves behind, and the sensor that asks Dagster for them.

A job cannot start another one. It notes the imports whose run it wants as observations of `import_files`, and the
sensor requests those runs: they wait in the queue, keep to the pools and can be ended one by one, like the inbox's.
Here: note, decision and shell. Not here: which imports a job asks for (file_import_job.py, paste_import_job.py,
continue_job.py).
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import dagster as dg

from pls_pipeline.orchestration.jobs import import_job
from pls_pipeline.orchestration.landed_files import describe_landing
from pls_pipeline.orchestration.names import ASKED_RUNS_SENSOR, ASKING_TAG, IMPORT_JOB, LANDED_FILES, PARTITIONS
from pls_pipeline.orchestration.resources import PipelineResource
from pls_pipeline.orchestration.run_requests import tag_run

if TYPE_CHECKING:
    from pls_pipeline.imports import Manifest

ASKING_TAGS = {ASKING_TAG: "true"}
_LOOKED_BACK = timedelta(days=2)
_RUNS_A_LOOK = 200


def ask_for_runs(context: dg.OpExecutionContext, manifests: "Sequence[Manifest]", *, landed: bool = False) -> None:
    """Note that these imports want a run, and make their partitions known; `landed`: their files are new."""
    keys = [manifest.import_key for manifest in manifests]
    context.instance.add_dynamic_partitions(PARTITIONS, keys)
    for manifest in manifests:
        if landed:
            context.log_event(describe_landing(manifest))
        context.log_event(
            dg.AssetObservation(LANDED_FILES, partition=manifest.import_key, metadata={"run_asked_for": True})
        )
        context.log.info("A run of %s is asked for: partition %s", IMPORT_JOB, manifest.import_key)


@dg.sensor(
    name=ASKED_RUNS_SENSOR,
    job=import_job,
    minimum_interval_seconds=5,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Starts the imports that the jobs import_file, import_pasted_csv and continue_job ask for. While it is "
    "off, they wait.",
)
def asked_runs_sensor(context: dg.SensorEvaluationContext, pipeline: PipelineResource) -> dg.SensorResult:
    """One look at the jobs that have ended."""
    ended = find_asking_runs(context.instance)
    answered = frozenset(context.cursor.split()) if context.cursor else frozenset()
    registry = pipeline.open().registry
    known = {manifest.import_key: manifest for manifest in registry.manifests()} if ended.keys() - answered else {}
    requests = [
        request_asked(run_id, known[key], job_name)
        for run_id, job_name in ended.items()
        if run_id not in answered
        for key in read_asked(context.instance, run_id)
        if key in known
    ]
    cursor = " ".join(sorted(ended))
    if not requests:
        return dg.SensorResult(skip_reason="No job has asked for the run of an import.", cursor=cursor)
    return dg.SensorResult(run_requests=requests, cursor=cursor)


def find_asking_runs(instance: dg.DagsterInstance) -> Mapping[str, str]:
    """{run id: job} of the asking runs that ended well in the last two days, the earliest first."""
    records = instance.get_run_records(
        filters=dg.RunsFilter(
            tags=ASKING_TAGS,
            statuses=[dg.DagsterRunStatus.SUCCESS],
            updated_after=datetime.now(UTC) - _LOOKED_BACK,
        ),
        limit=_RUNS_A_LOOK,
    )
    return {record.dagster_run.run_id: record.dagster_run.job_name for record in reversed(records)}


def read_asked(instance: dg.DagsterInstance, run_id: str) -> list[str]:
    """The imports whose run a run asked for, in its order."""
    entries = instance.all_logs(run_id, of_type=dg.DagsterEventType.ASSET_OBSERVATION)
    return list(dict.fromkeys(_read_partitions(entries)))


def _read_partitions(entries: Iterable[dg.EventLogEntry]) -> Iterable[str]:
    for entry in entries:
        observation = entry.asset_observation
        if observation and observation.partition and observation.asset_key == dg.AssetKey(LANDED_FILES):
            yield observation.partition


def request_asked(run_id: str, manifest: "Manifest", job_name: str) -> dg.RunRequest:
    """Ask for the run of an import, once for each run that asked for it."""
    return dg.RunRequest(
        run_key=f"asked:{run_id}:{manifest.import_key}",
        job_name=IMPORT_JOB,
        partition_key=manifest.import_key,
        tags=tag_run(manifest, job_name),
    )

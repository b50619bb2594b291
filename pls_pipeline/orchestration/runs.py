"""Runs in the process of a command: the same jobs in the same instance as those that the UI starts.

Here: registering a partition, running a job for it, saying why it failed, asking how the last run of an import ended.
Not here: what a command prints (cli/), what the sensor asks for (sensors.py).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import dagster as dg

from pls_pipeline.orchestration.names import FILE_TAG, IMPORT_JOB, LIBRARY_JOB, LOCATION_TAGS, ORIGIN_TAG, PARTITIONS
from pls_pipeline.orchestration.run_faults import explain_failure
from pls_pipeline.orchestration.run_requests import tag_run

if TYPE_CHECKING:
    from pls_pipeline.imports import Manifest

# A terminal shows a bar and a summary; all events of the run are in the instance, where the UI shows them.
_QUIET = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}


@dataclass(frozen=True)
class RunReport:
    """How a run ended: `faults` has a sentence for each step that failed, `warnings` the checks that did not pass.

    `interrupted`: the user ended it (Ctrl-C).
    """

    run_id: str
    succeeded: bool
    interrupted: bool = False
    faults: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


def register_import(instance: dg.DagsterInstance, import_key: str) -> None:
    """Make the partition of an import known to Dagster; does nothing where it is."""
    instance.add_dynamic_partitions(PARTITIONS, [import_key])


def run_import(
    instance: dg.DagsterInstance,
    definitions: dg.Definitions,
    manifest: "Manifest",
    origin: str,
    stages: Sequence[str] | None = None,
) -> RunReport:
    """Run import_job for a landed file, or those of its stages that are named."""
    register_import(instance, manifest.import_key)
    job = definitions.resolve_job_def(IMPORT_JOB)
    result = job.execute_in_process(
        instance=instance,
        partition_key=manifest.import_key,
        tags={**LOCATION_TAGS, **tag_run(manifest, origin)},
        run_config=_QUIET,
        raise_on_error=False,
        asset_selection=[dg.AssetKey(stage) for stage in stages] if stages else None,
    )
    return _report(result)


def run_library(instance: dg.DagsterInstance, definitions: dg.Definitions, origin: str) -> RunReport:
    """Run library_job: library and publication from what is in the lake."""
    job = definitions.resolve_job_def(LIBRARY_JOB)
    tags = {**LOCATION_TAGS, ORIGIN_TAG: origin}
    return _report(job.execute_in_process(instance=instance, tags=tags, run_config=_QUIET, raise_on_error=False))


def find_last_run(instance: dg.DagsterInstance, import_key: str) -> dg.DagsterRun | None:
    """The latest run of an import, whoever started it."""
    runs = instance.get_runs(filters=dg.RunsFilter(tags={"dagster/partition": import_key}), limit=1)
    return runs[0] if runs else None


def describe_run(run: dg.DagsterRun) -> str:
    """What a sentence calls a run: what it is about, who started it, its id."""
    tags: Mapping[str, str] = run.tags
    subject = tags.get(FILE_TAG) or run.job_name
    return f"{subject}, started by {tags.get(ORIGIN_TAG, 'the Dagster UI')}, run {run.run_id[:8]}"


def _report(result: dg.ExecuteInProcessResult) -> RunReport:
    evaluations = result.get_asset_check_evaluations()
    failed = tuple(evaluation.check_name for evaluation in evaluations if not evaluation.passed)
    if result.success:
        return RunReport(result.run_id, succeeded=True, warnings=failed)
    failures = [event for event in result.all_events if event.is_step_failure]
    if not failures or any(_is_interruption(event) for event in failures):
        return RunReport(result.run_id, succeeded=False, interrupted=True, faults=("interrupted",), warnings=failed)
    faults = tuple(explain_failure(event, failed) for event in failures)
    return RunReport(result.run_id, succeeded=False, faults=faults, warnings=failed)


def _is_interruption(event: dg.DagsterEvent) -> bool:
    error = event.step_failure_data.error
    return error is not None and error.cls_name == "DagsterExecutionInterruptedError"

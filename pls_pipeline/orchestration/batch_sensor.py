"""The sensor that asks for a run of an import when a batch that it waits for has ended.

Here: the decision, and the shell between Dagster and extraction/batches/: a look (watching.py), and what no run waits
for (withdrawing.py). Not here: collecting, which is a run's work. What a tick says names batches and imports and holds
no contents.
"""

import hashlib
from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from typing import TYPE_CHECKING

import dagster as dg

from pls_pipeline.orchestration.jobs import import_job
from pls_pipeline.orchestration.names import BATCH_SENSOR, PARTITIONS
from pls_pipeline.orchestration.resources import PipelineResource
from pls_pipeline.orchestration.run_requests import request_collection

if TYPE_CHECKING:
    from pls_pipeline.extraction.batches.watching import WatchedBatch

_INTERVAL_SECONDS = 120


@dg.sensor(
    name=BATCH_SENSOR,
    job=import_job,
    minimum_interval_seconds=_INTERVAL_SECONDS,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Runs an import again when a batch of requests that it submitted to the model's provider has ended "
    "(PLS_OPENAI_MODE=batch). Such a run takes only what waits for a batch; it begins nothing else.",
)
def batch_sensor(context: dg.SensorEvaluationContext, pipeline: PipelineResource) -> dg.SensorResult:
    """One look at the batches."""
    from pls_pipeline.extraction.batches.collecting import utc_now
    from pls_pipeline.extraction.batches.watching import watch_batches
    from pls_pipeline.extraction.batches.withdrawing import tend_batches
    from pls_pipeline.extraction.records import ExtractionStoppedError, ExtractorSettingsError

    opened = pipeline.open()
    try:
        tend_batches(opened.settings, utc_now())
        batches = watch_batches(opened.settings, utc_now())
    except (ExtractionStoppedError, ExtractorSettingsError) as stop:
        return dg.SensorResult(skip_reason=f"The batches cannot be looked at: {stop}.")
    collections = choose_collections(batches, frozenset(context.instance.get_dynamic_partitions(PARTITIONS)))
    if not collections:
        return dg.SensorResult(skip_reason=describe_batches(batches))
    return dg.SensorResult(
        run_requests=[request_collection(opened.registry.get(key), mark) for key, mark in collections.items()]
    )


def choose_collections(batches: Sequence["WatchedBatch"], imports: AbstractSet[str]) -> dict[str, str]:
    """Say which imports to run, with a mark that is another one when another batch of theirs has ended.

    `imports`: those that Dagster knows; one that was removed has no run.
    """
    waiting = {key for batch in batches for key in batch.imports if batch.is_due and key in imports}
    return {
        key: _mark(batch.marker for batch in batches if batch.is_due and key in batch.imports)
        for key in sorted(waiting)
    }


def describe_batches(batches: Sequence["WatchedBatch"]) -> str:
    """What a tick says that asks for no run."""
    if not batches:
        return "No batch is open."
    imports = len({key for batch in batches for key in batch.imports})
    return f"Batches that are open: {len(batches)}. Imports that wait for them: {imports}."


def _mark(markers: Iterable[str]) -> str:
    return hashlib.sha256(" ".join(sorted(markers)).encode()).hexdigest()[:16]

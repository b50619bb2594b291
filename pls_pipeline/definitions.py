"""The composition root: assets, checks, jobs, sensor and resources as one set of definitions.

Here: what belongs together. Not here: anything that runs: `defs` is called by Dagster, and nothing happens at import.
"""

from collections.abc import Mapping

import dagster as dg

from assets import (
    deduplicated_messages,
    extracted_patterns,
    grouped_conversations,
    pattern_library,
    published_library,
    raw_messages,
    review_decisions,
)
from pls_pipeline.orchestration.batch_sensor import batch_sensor
from pls_pipeline.orchestration.inspection_job import inspected_files, inspection_job
from pls_pipeline.orchestration.jobs import import_job, library_job, review_job
from pls_pipeline.orchestration.progress import Unwatched
from pls_pipeline.orchestration.resources import PipelineResource
from pls_pipeline.orchestration.sensors import inbox_sensor

_STAGES = (
    raw_messages,
    deduplicated_messages,
    grouped_conversations,
    extracted_patterns,
    review_decisions,
    pattern_library,
    published_library,
)


def build_defs(resources: Mapping[str, object] | None = None) -> dg.Definitions:
    """All definitions; `resources` take the place of the defaults of the same name (pipeline, progress)."""
    return dg.Definitions(
        assets=[*dg.load_assets_from_modules(_STAGES), inspected_files],
        asset_checks=dg.load_asset_checks_from_modules(_STAGES),
        jobs=[import_job, library_job, review_job, inspection_job],
        sensors=[inbox_sensor, batch_sensor],
        resources={"pipeline": PipelineResource(), "progress": Unwatched(), **(resources or {})},
    )


@dg.definitions
def defs() -> dg.Definitions:
    """What workspace.yaml and the tools load."""
    return build_defs()

"""The composition root: assets, checks, jobs, sensor and resources as one set of definitions.

Here: what belongs together. Not here: anything that runs: `defs` is called by Dagster, and nothing happens at import.
"""

from collections.abc import Mapping

import dagster as dg

from assets import (
    deduplicated_messages,
    extracted_patterns,
    grouped_conversations,
    import_history,
    pattern_library,
    published_library,
    raw_messages,
    review_decisions,
)
from pls_pipeline.file_modes import keep_files_to_owner
from pls_pipeline.orchestration.alert_sensor import alert_sensor
from pls_pipeline.orchestration.asking_runs import asked_runs_sensor
from pls_pipeline.orchestration.batch_sensor import batch_sensor
from pls_pipeline.orchestration.continue_job import continuation_sensor, continue_job, daily_budget_schedule
from pls_pipeline.orchestration.file_import_job import file_import_job
from pls_pipeline.orchestration.forgetting_job import forget_job
from pls_pipeline.orchestration.inspection_job import inspected_files, inspection_job
from pls_pipeline.orchestration.jobs import export_job, import_job, library_job, review_job
from pls_pipeline.orchestration.landed_files import import_files
from pls_pipeline.orchestration.maintenance import maintenance_job, maintenance_schedule
from pls_pipeline.orchestration.paste_import_job import paste_import_job
from pls_pipeline.orchestration.progress import Unwatched
from pls_pipeline.orchestration.removal_job import removal_job, removed_imports
from pls_pipeline.orchestration.resources import PipelineResource
from pls_pipeline.orchestration.sensors import inbox_sensor

_STAGES = (
    raw_messages,
    deduplicated_messages,
    grouped_conversations,
    extracted_patterns,
    review_decisions,
    pattern_library,
    import_history,
    published_library,
)
_IMPORT_JOBS = (import_job, file_import_job, paste_import_job, inspection_job, continue_job, removal_job)
_LIBRARY_JOBS = (library_job, review_job, export_job, forget_job)


def build_defs(resources: Mapping[str, object] | None = None) -> dg.Definitions:
    """All definitions; `resources` take the place of defaults of the same name (pipeline, progress, definitions)."""
    return dg.Definitions(
        assets=[import_files, *dg.load_assets_from_modules(_STAGES), inspected_files, removed_imports],
        asset_checks=dg.load_asset_checks_from_modules(_STAGES),
        jobs=[*_IMPORT_JOBS, *_LIBRARY_JOBS, maintenance_job],
        schedules=[maintenance_schedule, daily_budget_schedule],
        sensors=[inbox_sensor, asked_runs_sensor, batch_sensor, continuation_sensor, alert_sensor],
        # What the UI materializes outside of the jobs runs in one process too: a process a step costs seconds each.
        executor=dg.in_process_executor,
        resources={
            "pipeline": PipelineResource(),
            "progress": Unwatched(),
            "definitions": lambda: build_defs(resources),
            **(resources or {}),
        },
    )


@dg.definitions
def defs() -> dg.Definitions:
    """What workspace.yaml and the tools load; what their processes write is the owner's alone."""
    keep_files_to_owner()
    return build_defs()

"""The jobs over assets: one file through all stages, the library alone, decisions on it, its publication.

Here: selections and executors. Not here: how a run starts (runs.py, sensors.py).
"""

import dagster as dg

from pls_pipeline.orchestration.launchpad import show_fields
from pls_pipeline.orchestration.names import EXPORT_JOB, IMPORT_JOB, LIBRARY_JOB, REVIEW_JOB
from pls_pipeline.orchestration.review_config import ReviewConfig

IMPORT_STAGES = ("raw_messages", "deduplicated_messages", "grouped_conversations", "extracted_patterns")
LIBRARY_STAGES = ("pattern_library", "import_history", "published_library")
EXPORT_STAGES = ("import_history", "published_library")
REVIEW_STAGES = ("review_decisions", *LIBRARY_STAGES)

# Dagster writes every event of every step to the terminal of `pls dev` unless told otherwise; all are in the UI.
_CONFIG = {"loggers": {"console": {"config": {"log_level": "INFO"}}}}

import_job = dg.define_asset_job(
    IMPORT_JOB,
    selection=dg.AssetSelection.assets(*IMPORT_STAGES, *LIBRARY_STAGES),
    executor_def=dg.in_process_executor,
    config=_CONFIG,
    description="One import file, from its records to the published library: all stages in one process, in one run. "
    "Run it again for conversations that were deferred or failed: what is analysed already is not analysed again.",
)

library_job = dg.define_asset_job(
    LIBRARY_JOB,
    selection=dg.AssetSelection.assets(*LIBRARY_STAGES),
    executor_def=dg.in_process_executor,
    config=_CONFIG,
    description="Rebuilds the library and its publication from the candidates of all imports and all decisions, "
    "without reading any file. Patterns keep their ids by the messages that they rest on.",
)

review_job = dg.define_asset_job(
    REVIEW_JOB,
    selection=dg.AssetSelection.assets(*REVIEW_STAGES),
    executor_def=dg.in_process_executor,
    config=show_fields("review_decisions", ReviewConfig()) | _CONFIG,
    description="Decide on patterns: approve, reject, retire, edit, split or merge, by the configuration of "
    "review_decisions or by a review sheet in the inbox; then build and publish the library.",
)

export_job = dg.define_asset_job(
    EXPORT_JOB,
    selection=dg.AssetSelection.assets(*EXPORT_STAGES),
    executor_def=dg.in_process_executor,
    config=_CONFIG,
    description="Writes the published files, the report and the analysts' database anew, from the library as it "
    "stands. Every import does so by itself; this is for files that were deleted or moved.",
)

"""The jobs: one file through all stages, and the library alone.

Here: selections and executors. Not here: how a run starts (runs.py, sensors.py).
"""

import dagster as dg

from pls_pipeline.orchestration.names import IMPORT_JOB, LIBRARY_JOB

IMPORT_STAGES = ("raw_messages", "deduplicated_messages", "grouped_conversations", "extracted_patterns")
LIBRARY_STAGES = ("pattern_library", "published_library")

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
    description="The library and its publication from the candidates of all imports, without reading any file.",
)

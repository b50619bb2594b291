"""Beside stage 6: what became of each import, derived from the tables of the lake and stored nowhere."""

import dagster as dg

from assets.pattern_library import pattern_library
from pls_pipeline.orchestration.checks import judge_ids
from pls_pipeline.orchestration.data_versions import version_rows
from pls_pipeline.orchestration.history_facts import describe_history, find_unbalanced
from pls_pipeline.orchestration.importing import load_history
from pls_pipeline.orchestration.metadata import describe_columns
from pls_pipeline.orchestration.names import LIBRARY_GROUP, OWNERS
from pls_pipeline.orchestration.resources import PipelineResource
from pls_pipeline.publishing.history_tables import IMPORT_HISTORY


@dg.asset(
    deps=[pattern_library],
    group_name=LIBRARY_GROUP,
    kinds={"duckdb", "view"},
    owners=OWNERS,
    metadata=describe_columns(IMPORT_HISTORY),
)
def import_history(pipeline: PipelineResource) -> dg.MaterializeResult[None]:
    """What became of each import: rows, conversations, patterns created and enhanced, cost.

    A view: it is counted anew from the tables each time, here, in `pls history`, in `import_history.csv` and in
    `pls.duckdb`, and never written by hand.
    """
    history = load_history(pipeline.open())
    return dg.MaterializeResult(metadata=describe_history(history), data_version=version_rows(history))


@dg.asset_check(asset=import_history)
def every_row_and_conversation_is_accounted_for(pipeline: PipelineResource) -> dg.AssetCheckResult:
    """Rows = rejected + duplicates + new messages, and conversations = those of all statuses, in every import.

    A warning: an import that runs at this moment may be seen between two of its tables, and its own stages judge it.
    """
    return judge_ids(find_unbalanced(load_history(pipeline.open())), dg.AssetCheckSeverity.WARN)

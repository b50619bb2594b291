"""Stage 3: whole conversations, with what earlier imports hold of them, and what of them can be analysed."""

import dagster as dg

from assets.deduplicated_messages import deduplicated_messages
from pls_pipeline.orchestration.checks import import_check, judge_import
from pls_pipeline.orchestration.facts import count_automated_messages, count_statuses
from pls_pipeline.orchestration.ledger import find_earlier
from pls_pipeline.orchestration.metadata import describe_columns, divide
from pls_pipeline.orchestration.names import IMPORT_GROUP, OWNERS
from pls_pipeline.orchestration.partitions import IMPORT_FILES
from pls_pipeline.orchestration.people import load_own_numbers
from pls_pipeline.orchestration.previews import preview_conversations
from pls_pipeline.orchestration.resources import PipelineResource
from pls_pipeline.orchestration.soundness import misplaced_messages
from pls_pipeline.orchestration.stage_results import show_stage
from pls_pipeline.tables import DEDUPLICATED_MESSAGES, DUPLICATE_ROWS, GROUPED_CONVERSATIONS


@dg.asset(
    deps=[deduplicated_messages],
    partitions_def=IMPORT_FILES,
    group_name=IMPORT_GROUP,
    kinds={"duckdb", "parquet"},
    owners=OWNERS,
    metadata=describe_columns(GROUPED_CONVERSATIONS),
)
def grouped_conversations(context: dg.AssetExecutionContext, pipeline: PipelineResource) -> dg.MaterializeResult[None]:
    """The conversations to which the import brought a message, whole: messages of earlier imports are their context.

    Automated, one-sided and empty ones are kept apart by their status. Metadata: conversations by status, new messages
    that are automatic by reason.
    """
    from pls_pipeline.conversations import GroupingOptions, group_conversations

    key, opened = context.partition_key, pipeline.open()
    earlier = find_earlier(opened.lake, key)
    with opened.session() as session:
        conversations = group_conversations(
            session.connection,
            session.load(DEDUPLICATED_MESSAGES, [key]),
            session.load(DEDUPLICATED_MESSAGES, earlier),
            key,
            GroupingOptions.from_settings(opened.settings),
            duplicates=session.load(DUPLICATE_ROWS, [*earlier, key]),
            arrival=[*earlier, key],
            own_numbers=load_own_numbers(session, [*earlier, key]),
        )
        rows = session.store(conversations, GROUPED_CONVERSATIONS, key)
        grouped = session.load(GROUPED_CONVERSATIONS, [key])
        counts = count_statuses(grouped) | count_automated_messages(grouped)
        previews = {"conversations": preview_conversations(grouped)}
    context.log.info("%s conversations, %s can be analysed", rows, counts.get("eligible", 0))
    rated = {**counts, "eligible_rate": divide(counts.get("eligible", 0), rows)}
    return show_stage(opened.lake, (GROUPED_CONVERSATIONS,), rows, rated, previews, key)


@import_check(grouped_conversations)
def every_message_is_in_exactly_one_conversation(
    context: dg.AssetCheckExecutionContext, pipeline: PipelineResource
) -> dg.AssetCheckResult:
    """Each message of this import is new in exactly one of its conversations."""
    with pipeline.open().session() as session:
        return judge_import(misplaced_messages(session, [context.partition_key]), context.partition_key)

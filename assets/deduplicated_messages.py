"""Stage 2: each message once, whichever import brought it first."""

import dagster as dg

from assets.raw_messages import raw_messages
from pls_pipeline.orchestration import soundness
from pls_pipeline.orchestration.checks import import_check, judge_import
from pls_pipeline.orchestration.ledger import take_position
from pls_pipeline.orchestration.metadata import describe_columns, divide
from pls_pipeline.orchestration.names import IMPORT_GROUP, LEDGER_POOL, OWNERS
from pls_pipeline.orchestration.partitions import IMPORT_FILES
from pls_pipeline.orchestration.previews import preview_duplicates
from pls_pipeline.orchestration.resources import PipelineResource
from pls_pipeline.orchestration.stage_results import show_stage
from pls_pipeline.tables import DEDUPLICATED_MESSAGES, DUPLICATE_ROWS, RAW_MESSAGES


@dg.asset(
    deps=[raw_messages],
    partitions_def=IMPORT_FILES,
    pool=LEDGER_POOL,
    group_name=IMPORT_GROUP,
    kinds={"duckdb", "parquet"},
    owners=OWNERS,
    metadata=describe_columns(DEDUPLICATED_MESSAGES),
)
def deduplicated_messages(context: dg.AssetExecutionContext, pipeline: PipelineResource) -> dg.MaterializeResult[None]:
    """The messages that no other import holds. The others lie in `duplicate_rows`, each with the row that holds it."""
    from pls_pipeline.messages import deduplicate

    key, opened = context.partition_key, pipeline.open()
    with opened.lake.serialised(LEDGER_POOL), opened.session() as session:
        owned = session.load(DEDUPLICATED_MESSAGES, session.others(DEDUPLICATED_MESSAGES, key))
        divided = deduplicate(session.connection, session.load(RAW_MESSAGES, [key]), key, owned)
        repeated = session.store(divided.duplicates, DUPLICATE_ROWS, key)
        kept = session.store(divided.messages, DEDUPLICATED_MESSAGES, key)
        position = take_position(opened.lake, key)
        previews = {"duplicates": preview_duplicates(session.load(DUPLICATE_ROWS, [key]))}
    counts = {
        "duplicate_rows": repeated,
        "duplicate_rate": divide(repeated, kept + repeated),
        "ledger_position": position,
    }
    context.log.info("%s messages kept, %s rows repeat a message", kept, repeated)
    return show_stage(opened.lake, (DEDUPLICATED_MESSAGES, DUPLICATE_ROWS), kept, counts, previews, key)


@import_check(deduplicated_messages)
def every_message_is_kept_or_a_duplicate(
    context: dg.AssetCheckExecutionContext, pipeline: PipelineResource
) -> dg.AssetCheckResult:
    """Raw messages = deduplicated messages + duplicate rows."""
    with pipeline.open().session() as session:
        return judge_import(soundness.unaccounted_messages(session, [context.partition_key]), context.partition_key)


@import_check(deduplicated_messages)
def message_keys_are_unique_in_the_import(
    context: dg.AssetCheckExecutionContext, pipeline: PipelineResource
) -> dg.AssetCheckResult:
    """No message key stands twice in this import."""
    with pipeline.open().session() as session:
        return judge_import(soundness.repeated_keys(session, [context.partition_key]), context.partition_key)


@import_check(deduplicated_messages)
def every_duplicate_has_its_message(
    context: dg.AssetCheckExecutionContext, pipeline: PipelineResource
) -> dg.AssetCheckResult:
    """The import that a duplicate row names holds its message, at the row that it names."""
    with pipeline.open().session() as session:
        return judge_import(soundness.ownerless_duplicates(session, [context.partition_key]), context.partition_key)


@import_check(deduplicated_messages)
def messages_are_unique_across_imports(
    context: dg.AssetCheckExecutionContext, pipeline: PipelineResource
) -> dg.AssetCheckResult:
    """No message of this import is held by another one: the backstop of the ledger's lock."""
    with pipeline.open().session() as session:
        return judge_import(soundness.keys_owned_twice(session, [context.partition_key]), context.partition_key)

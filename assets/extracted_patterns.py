"""Stage 4: what operators answer to what customers ask: candidate patterns, each from one conversation."""

import dagster as dg

from assets.grouped_conversations import grouped_conversations
from pls_pipeline.orchestration import soundness
from pls_pipeline.orchestration.checks import import_check, judge_import
from pls_pipeline.orchestration.extraction_facts import describe_summary
from pls_pipeline.orchestration.facts import count_analysed, count_deferred
from pls_pipeline.orchestration.metadata import describe_columns
from pls_pipeline.orchestration.names import EXTRACTION_POOL, IMPORT_GROUP, OWNERS
from pls_pipeline.orchestration.partitions import IMPORT_FILES
from pls_pipeline.orchestration.previews import preview_candidates, preview_outcomes
from pls_pipeline.orchestration.progress import ProgressListener, report_progress
from pls_pipeline.orchestration.resources import PipelineResource
from pls_pipeline.orchestration.run_requests import takes_only_awaited
from pls_pipeline.orchestration.stage_results import show_stage
from pls_pipeline.tables import EXTRACTED_PATTERNS, EXTRACTION_OUTCOMES, REJECTED_CANDIDATES


@dg.asset(
    deps=[grouped_conversations],
    partitions_def=IMPORT_FILES,
    pool=EXTRACTION_POOL,
    group_name=IMPORT_GROUP,
    kinds={"openai", "parquet"},
    owners=OWNERS,
    metadata=describe_columns(EXTRACTED_PATTERNS),
)
def extracted_patterns(
    context: dg.AssetExecutionContext, pipeline: PipelineResource, progress: dg.ResourceParam[ProgressListener]
) -> dg.MaterializeResult[None]:
    """Reply patterns found in the eligible conversations, with the messages that prove them.

    What became of each conversation lies in `extraction_outcomes`; candidates that were put aside, in
    `rejected_candidates`. A run analyses up to the limit of the settings; the next run takes the rest.
    """
    from pls_pipeline.extraction.records import ExtractionStoppedError, ExtractorSettingsError
    from pls_pipeline.extraction.runner import run_extraction
    from pls_pipeline.orchestration.knowledge import load_knowledge
    from pls_pipeline.orchestration.results import LakeResults, load_eligible

    key, opened = context.partition_key, pipeline.open()
    with opened.session() as session:
        conversations = load_eligible(session, key)
        knowledge = load_knowledge(session, opened.settings.public_values, opened.settings.recogniser)
    try:
        summary = run_extraction(
            conversations,
            opened.make_extractor(knowledge),
            LakeResults(opened.lake, key),
            import_key=key,
            limit=opened.settings.conversation_limit,
            commit_every=opened.settings.commit_every,
            run_id=context.run.run_id,
            only_awaited=takes_only_awaited(context.run.tags),
            on_progress=report_progress(context, progress),
        )
    except (ExtractionStoppedError, ExtractorSettingsError) as stop:
        raise dg.Failure(str(stop), allow_retries=False) from stop
    with opened.session() as session:
        previews = {
            "outcomes": preview_outcomes(session.load(EXTRACTION_OUTCOMES, [key])),
            "candidates": preview_candidates(session.load(EXTRACTED_PATTERNS, [key])),
        }
    rows = opened.lake.count(EXTRACTED_PATTERNS, key)
    stored = (EXTRACTED_PATTERNS, REJECTED_CANDIDATES)
    return show_stage(opened.lake, stored, rows, describe_summary(summary), previews, key)


@import_check(extracted_patterns)
def every_eligible_conversation_has_an_outcome(
    context: dg.AssetCheckExecutionContext, pipeline: PipelineResource
) -> dg.AssetCheckResult:
    """Each eligible conversation is extracted, nothing, failed or deferred, as it is grouped now."""
    with pipeline.open().session() as session:
        return judge_import(soundness.unanswered_conversations(session, [context.partition_key]), context.partition_key)


@import_check(extracted_patterns)
def at_most_the_limit_is_analysed(
    context: dg.AssetCheckExecutionContext, pipeline: PipelineResource
) -> dg.AssetCheckResult:
    """No more conversations were analysed in this run than the settings allow."""
    opened = pipeline.open()
    analysed = count_analysed(opened.lake.read(EXTRACTION_OUTCOMES, [context.partition_key]), context.run.run_id)
    limit = opened.settings.conversation_limit
    return dg.AssetCheckResult(passed=analysed <= limit, metadata={"analysed": analysed, "limit": limit})


@import_check(extracted_patterns, blocking=False)
def no_conversation_is_deferred(
    context: dg.AssetCheckExecutionContext, pipeline: PipelineResource
) -> dg.AssetCheckResult:
    """Nothing waits for another run of this import. A warning: run the import again."""
    deferred = count_deferred(pipeline.open().lake.read(EXTRACTION_OUTCOMES, [context.partition_key]))
    return dg.AssetCheckResult(
        passed=deferred == 0, severity=dg.AssetCheckSeverity.WARN, metadata={"deferred": deferred}
    )


@import_check(extracted_patterns)
def templates_are_well_formed(
    context: dg.AssetCheckExecutionContext, pipeline: PipelineResource
) -> dg.AssetCheckResult:
    """Every template can be read and declares the variables that it uses, no more and no fewer."""
    with pipeline.open().session() as session:
        return judge_import(soundness.malformed_templates(session, [context.partition_key]), context.partition_key)


@import_check(extracted_patterns)
def evidence_is_resolvable(context: dg.AssetCheckExecutionContext, pipeline: PipelineResource) -> dg.AssetCheckResult:
    """Every message that is evidence is in the lake, at the row that it names, and every span lies within its body."""
    with pipeline.open().session() as session:
        return judge_import(soundness.unresolvable_evidence(session, [context.partition_key]), context.partition_key)

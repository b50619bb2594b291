"""What reviewers decide: a side entrance to the library, beside the candidates of the imports."""

import dagster as dg

from pls_pipeline.orchestration.data_versions import version_tables
from pls_pipeline.orchestration.metadata import describe_columns, describe_counts
from pls_pipeline.orchestration.names import LIBRARY_GROUP, LIBRARY_POOL, OWNERS
from pls_pipeline.orchestration.resources import PipelineResource
from pls_pipeline.orchestration.review_config import ReviewConfig
from pls_pipeline.tables import REVIEW_DECISIONS


@dg.asset(
    pool=LIBRARY_POOL,
    group_name=LIBRARY_GROUP,
    kinds={"python", "parquet"},
    owners=OWNERS,
    metadata=describe_columns(REVIEW_DECISIONS),
)
def review_decisions(config: ReviewConfig, pipeline: PipelineResource) -> dg.MaterializeResult[None]:
    """Decisions on patterns, each with who, when and why; the library is built with them.

    The configuration holds one decision, or names a review sheet in the inbox. Without either nothing is decided.
    Refused requests are listed in `review_refused.csv` beside the exported files, with what was seen and what stands.
    """
    from pls_pipeline.orchestration.review_run import describe_refusals, run_review

    opened = pipeline.open()
    report = run_review(opened, config)
    counts = {"decided": len(report.decisions), "already_so": report.unchanged}
    described = describe_counts(REVIEW_DECISIONS, opened.lake.count(REVIEW_DECISIONS), counts)
    return dg.MaterializeResult(
        metadata={**described, **describe_refusals(report.refusals)},
        data_version=version_tables(opened.lake, REVIEW_DECISIONS),
    )


@dg.asset_check(asset=review_decisions)
def every_request_became_a_decision(pipeline: PipelineResource) -> dg.AssetCheckResult:
    """The last review left no request refused; `review_refused.csv` beside the exported files lists those it did."""
    from pls_pipeline.orchestration.review_run import count_refused

    refused = count_refused(pipeline.open().settings)
    return dg.AssetCheckResult(passed=not refused, severity=dg.AssetCheckSeverity.WARN, metadata={"refused": refused})

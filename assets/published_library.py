"""Stage 6: what people open: the export files, the report, the analysts' database."""

import dagster as dg

from assets.import_history import import_history
from assets.pattern_library import pattern_library
from pls_pipeline.orchestration.application import describe_application
from pls_pipeline.orchestration.checks import judge_ids
from pls_pipeline.orchestration.data_versions import version_tables
from pls_pipeline.orchestration.metadata import describe_columns
from pls_pipeline.orchestration.names import LIBRARY_GROUP, LIBRARY_POOL, OWNERS
from pls_pipeline.orchestration.published_links import link_files
from pls_pipeline.orchestration.resources import PipelineResource
from pls_pipeline.tables import PATTERN_LIBRARY, PATTERN_PROVENANCE


@dg.asset(
    deps=[pattern_library, import_history],
    pool=LIBRARY_POOL,
    group_name=LIBRARY_GROUP,
    kinds={"duckdb", "html", "csv"},
    owners=OWNERS,
    metadata=describe_columns(PATTERN_LIBRARY),
)
def published_library(pipeline: PipelineResource) -> dg.MaterializeResult[None]:
    """The library as files (JSON lines, CSV, Parquet), as a report of pages, and as the analysts' DuckDB file.

    Where PLS_APPLICATION_DATABASE_URL is set, its approved patterns also go into that PostgreSQL.
    """
    from pls_pipeline.orchestration.publication import publish
    from pls_pipeline.postgresql import UnusableDatabaseError

    opened = pipeline.open()
    try:
        published = publish(opened)
    except UnusableDatabaseError as error:
        raise dg.Failure(str(error)) from None
    return dg.MaterializeResult(
        metadata={
            "dagster/row_count": published.patterns,
            "files": len(published.files),
            "bytes": sum(path.stat().st_size for path in published.files),
            **link_files(opened.settings, published.files),
            **describe_application(published.application),
        },
        data_version=version_tables(opened.lake, PATTERN_LIBRARY, PATTERN_PROVENANCE),
    )


@dg.asset_check(asset=published_library)
def every_file_is_published(pipeline: PipelineResource) -> dg.AssetCheckResult:
    """Export files, report and database are there, none of them empty."""
    from pls_pipeline.orchestration.publication import find_missing_files

    return judge_ids(find_missing_files(pipeline.open().settings))

"""One publication: the tables of the lake, read once, written as files, report and database, and to an application.

Here: what is written where. Not here: how a file is written (publishing/).
"""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pls_pipeline.orchestration.names import LIBRARY_POOL

if TYPE_CHECKING:
    from pls_pipeline.orchestration.pipeline import Pipeline
    from pls_pipeline.publishing.application.writing import ApplicationPublication
    from pls_pipeline.settings import Settings

EXPORT_NAMES = (
    "pattern_library.jsonl", "pattern_library.csv", "pattern_library.parquet", "pattern_provenance.jsonl",
    "pattern_provenance.parquet", "import_history.csv", "rejected_rows.csv", "report.html", "report/index.html",
)  # fmt: skip


@dataclass(frozen=True)
class Publication:
    """Number of patterns, paths of the files, the database last, and what an application got, where there is one."""

    patterns: int
    files: tuple[Path, ...]
    application: "ApplicationPublication | None" = None


def publish(pipeline: "Pipeline") -> Publication:
    """Write everything into the settings' places; one publication at a time, so that the last written is the newest.

    Raises ApplicationDatabaseError once all files are written.
    """
    from pls_pipeline.orchestration.application import publish_to_application
    from pls_pipeline.publishing.warehouse import write_warehouse

    settings = pipeline.settings
    with pipeline.lake.serialised(LIBRARY_POOL):
        patterns, files = write_exports(pipeline, settings.exports_path)
        with pipeline.session() as session:
            manifests = pipeline.registry.manifests()
            warehouse = write_warehouse(
                session.connection, pipeline.lake, manifests, settings.warehouse_path, settings.publish_texts
            )
        application = publish_to_application(pipeline)
    return Publication(patterns, (*files, warehouse), application)


def write_exports(pipeline: "Pipeline", out: Path) -> tuple[int, list[Path]]:
    """Write the export files and the report into a folder; return the number of patterns and the paths.

    Of the report's pages, the path of the index is returned.
    """
    from pls_pipeline.publishing.files import publish_files
    from pls_pipeline.publishing.published_tables import PublishedTables
    from pls_pipeline.publishing.report.single_file import write_report
    from pls_pipeline.publishing.report.site import write_report_pages
    from pls_pipeline.publishing.report.tables import ReportTables

    with pipeline.session() as session:
        manifests = pipeline.registry.manifests()
        tables = PublishedTables.collect(
            session.connection, pipeline.lake, manifests, include_texts=pipeline.settings.publish_texts
        )
        texts = pipeline.settings.report_texts
        more = ReportTables.collect(session.connection, pipeline.lake, manifests, texts=texts)
    files = [*publish_files(tables, out), write_report(tables, out)]
    index, _ = write_report_pages(tables, more, out)
    return tables.patterns.num_rows, [*files, index]


def find_missing_files(settings: "Settings") -> list[str]:
    """Names of what should be published and is absent or empty."""
    expected = [settings.exports_path / name for name in EXPORT_NAMES] + [settings.warehouse_path]
    return [path.name for path in expected if not path.is_file() or not path.stat().st_size]

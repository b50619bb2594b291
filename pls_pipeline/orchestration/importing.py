"""Importing one file from a command: land it or find what is known of it, run what is left to do, say what came of it.

Here: the decision between a new, a finished and an unfinished import. Not here: output (cli/), the run (runs.py).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import dagster as dg

from pls_pipeline.orchestration import runs
from pls_pipeline.orchestration.extraction_facts import describe_deferred
from pls_pipeline.orchestration.landed_files import describe_landing
from pls_pipeline.orchestration.unreadable import describe_unreadable
from pls_pipeline.tables import EXTRACTION_OUTCOMES

if TYPE_CHECKING:
    from pls_pipeline.imports import Manifest
    from pls_pipeline.orchestration.pipeline import Pipeline

ImportStatus = Literal["imported", "continued", "already_imported", "under_way", "refused", "failed", "interrupted"]

_ORIGIN = "pls import"
_AT_WORK = frozenset({dg.DagsterRunStatus.STARTING, dg.DagsterRunStatus.STARTED, dg.DagsterRunStatus.QUEUED})


@dataclass(frozen=True)
class FileReport:
    """What came of one file. `sentence` is for a person; `counts` is the import's row of import_history.

    `deferred`: a sentence for each reason why conversations wait for another run.
    """

    file_name: str
    status: ImportStatus
    sentence: str
    import_key: str | None = None
    run_id: str | None = None
    counts: dict[str, Any] | None = None
    deferred: tuple[str, ...] = ()

    @property
    def is_well(self) -> bool:
        """Whether nothing is left that a person must look at."""
        failed = self.counts["failed"] if self.counts else 0
        return self.status not in {"refused", "failed", "interrupted"} and not failed


class Importer:
    """Imports files one after the other into one pipeline."""

    def __init__(self, pipeline: "Pipeline", instance: dg.DagsterInstance, definitions: dg.Definitions) -> None:
        self._pipeline = pipeline
        self._instance = instance
        self._definitions = definitions

    def import_file(self, path: Path) -> FileReport:
        """Import a file, or go on with an import that was not finished. A file that is no export is refused."""
        from pls_pipeline.imports import AlreadyImportedError
        from pls_pipeline.sources import UnreadableExportError

        try:
            manifest = self._pipeline.registry.land(path)
        except AlreadyImportedError as known:
            return self._continue(path.name, known.manifest)
        except UnreadableExportError as error:
            return FileReport(path.name, "refused", str(error))
        except OSError as error:
            return FileReport(path.name, "refused", describe_unreadable(path, error))
        self._instance.report_runless_asset_event(describe_landing(manifest))
        return self._run(path.name, manifest, "imported")

    def _continue(self, file_name: str, manifest: "Manifest") -> FileReport:
        key = manifest.import_key
        last = runs.find_last_run(self._instance, key)
        if last and last.status in _AT_WORK:
            sentence = f"{file_name} is being imported as {key} ({runs.describe_run(last)})"
            return FileReport(file_name, "under_way", sentence, key, last.run_id)
        counts = load_counts(self._pipeline, key)
        if counts["status"] == "analysed" and (last is None or last.status == dg.DagsterRunStatus.SUCCESS):
            return FileReport(
                file_name, "already_imported", f"{file_name} is already imported as {key}", key, counts=counts
            )
        return self._run(file_name, manifest, "continued")

    def _run(self, file_name: str, manifest: "Manifest", status: ImportStatus) -> FileReport:
        key = manifest.import_key
        report = runs.run_import(self._instance, self._definitions, manifest, _ORIGIN)
        counts = load_counts(self._pipeline, key)
        deferred = tuple(describe_deferred(self._pipeline.lake.read(EXTRACTION_OUTCOMES, [key])))
        if report.interrupted:
            sentence = f"{file_name}: interrupted; what is done is kept, import it again to go on"
            return FileReport(file_name, "interrupted", sentence, key, report.run_id, counts, deferred)
        if not report.succeeded:
            sentence = f"{file_name}: {'; '.join(report.faults)} (import {key}, run {report.run_id})"
            return FileReport(file_name, "failed", sentence, key, report.run_id, counts, deferred)
        sentence = describe_import(file_name, status, counts)
        return FileReport(file_name, status, sentence, key, report.run_id, counts, deferred)


def load_history(pipeline: "Pipeline") -> list[dict[str, Any]]:
    """The rows of import_history, in the order of arrival."""
    return _count(pipeline, pipeline.registry.manifests())


def load_counts(pipeline: "Pipeline", import_key: str) -> dict[str, Any]:
    """The row of import_history of one import."""
    (row,) = _count(pipeline, [pipeline.registry.get(import_key)])
    return row


def _count(pipeline: "Pipeline", manifests: "Sequence[Manifest]") -> list[dict[str, Any]]:
    from pls_pipeline.publishing.history import import_history

    with pipeline.session() as session:
        history = import_history(session.connection, pipeline.lake, manifests)
        rows: list[dict[str, Any]] = history.to_arrow_table().to_pylist()
        return rows


def describe_import(file_name: str, status: ImportStatus, counts: dict[str, Any]) -> str:
    """One sentence: what was done and what is left."""
    key = counts["import_key"]
    done = f"already imported as {key}, continued" if status == "continued" else f"imported as {key}"
    left = [f"{counts[name]} conversations {name}" for name in ("deferred", "failed") if counts[name]]
    return f"{file_name}: {done}" + (f"; {' and '.join(left)}: import it again to go on" if left else "")

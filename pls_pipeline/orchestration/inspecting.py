"""Inspecting a file, or masking it, against the lake of a pipeline, which is only read.

Here: what of the lake an inspection is given, and which file of the inbox a name means. Not here: the inspection
(inspection/), showing it (cli/inspecting.py, inspection_job.py), or Dagster.
"""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from pls_pipeline.orchestration.inbox import list_inbox
from pls_pipeline.orchestration.knowledge import load_approved
from pls_pipeline.orchestration.ledger import read_positions
from pls_pipeline.orchestration.pipeline import Session
from pls_pipeline.tables import CONTACTS, DEDUPLICATED_MESSAGES, DUPLICATE_ROWS, EXTRACTION_OUTCOMES, LINE_NUMBERS

if TYPE_CHECKING:
    from pls_pipeline.inspection import FileInspection, KnownFile, KnownImports
    from pls_pipeline.inspection.masking import MaskedMessage
    from pls_pipeline.orchestration.pipeline import Pipeline

_NAMES_SHOWN = 10


class UnknownInboxFileError(LookupError):
    """A name that is not that of a file in the inbox; one sentence says which there are."""


def inspect_path(pipeline: "Pipeline", path: Path, rows: int = 0) -> "FileInspection":
    """Inspect a file as it lies there; raises OSError where it cannot be read.

    `rows`: how many messages come with it, which hold texts and numbers of people.
    """
    from pls_pipeline.inspection import InspectionOptions, inspect_export
    from pls_pipeline.orchestration.remaining_cost import estimate_rest

    with pipeline.session() as session:
        options = InspectionOptions(pipeline.settings, rows)
        known, known_as = _load_known(pipeline, session), _find_known(pipeline, path)
        inspection = inspect_export(session.connection, path, path.name, known, options, known_as)
        # All its messages are known, so the file itself brings nothing; what earlier runs left is what a run pays.
        rest = estimate_rest(pipeline, session, known_as.import_key) if known_as else None
        if rest is None or inspection.content is None:
            return inspection
        return replace(inspection, content=replace(inspection.content, cost=rest))


def mask_path(pipeline: "Pipeline", path: Path) -> "Iterator[MaskedMessage]":
    """What would be masked in each message of a file, values included.

    Raises OSError where it cannot be read, UnreadableExportError where it is no export.
    """
    from pls_pipeline.inspection.masking import mask_export

    with pipeline.session() as session:
        yield from mask_export(session.connection, path, path.name, _load_known(pipeline, session), pipeline.settings)


def _load_known(pipeline: "Pipeline", session: Session) -> "KnownImports":
    from pls_pipeline.inspection import KnownImports

    positions = read_positions(pipeline.lake)
    return KnownImports(
        session.load(DEDUPLICATED_MESSAGES),
        session.load(DUPLICATE_ROWS),
        session.load(CONTACTS),
        session.load(LINE_NUMBERS),
        sorted(positions, key=positions.__getitem__),
        load_approved(session),
    )


def find_in_inbox(inbox: Path, file_name: str) -> Path:
    """The file of that name in the inbox; raises UnknownInboxFileError for anything else, a path included."""
    names = [file.name for file in list_inbox(inbox).files]
    path = inbox / file_name if file_name in names else None
    if path is None or path.resolve().parent != inbox.resolve():
        listed = ", ".join(names[:_NAMES_SHOWN]) + (" …" if len(names) > _NAMES_SHOWN else "")
        there = f"there are {listed}" if names else "it holds no files"
        asked = f"{file_name!r} is not the name of a file in the inbox" if file_name else "no file is named"
        raise UnknownInboxFileError(f"{asked}; give the name of a file in {inbox}, without folders: {there}.")
    return path


def _find_known(pipeline: "Pipeline", path: Path) -> "KnownFile | None":
    from pls_pipeline.imports import hash_content
    from pls_pipeline.inspection import KnownFile

    manifest = pipeline.registry.find_content(hash_content(path))
    if manifest is None:
        return None
    outcomes = pipeline.lake.read(EXTRACTION_OUTCOMES, [manifest.import_key])
    return KnownFile(
        manifest.import_key,
        manifest.file_name,
        manifest.received_at,
        is_analysed=pipeline.lake.exists(EXTRACTION_OUTCOMES, manifest.import_key),
        waiting=sum(outcome["status"] in {"deferred", "failed"} for outcome in outcomes),
    )

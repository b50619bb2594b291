"""Forgotten customers stay out: what a landed file holds of them is taken out before it is read.

Here: whose marks are in force, and a landed copy without his records. Not here: forgetting somebody (forgetting.py).
Every run of an import comes by here, so that neither a later export nor an old one brings a customer back.
"""

import contextlib
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import dagster as dg

from pls_pipeline.orchestration.pipeline import Session
from pls_pipeline.tables import FORGOTTEN_CUSTOMERS

if TYPE_CHECKING:
    from pls_pipeline.erasure.marks import Marks
    from pls_pipeline.erasure.redacting import Redaction
    from pls_pipeline.erasure.register import Erasure
    from pls_pipeline.imports import Manifest
    from pls_pipeline.lake import Lake
    from pls_pipeline.orchestration.pipeline import Pipeline


def load_register(lake: "Lake") -> "list[Erasure]":
    """All erasures, in their order."""
    from pls_pipeline.erasure.register import read_register

    return read_register(lake.read(FORGOTTEN_CUSTOMERS))


def store_register(lake: "Lake", register: "Sequence[Erasure]") -> None:
    """Store all erasures; the caller holds the library's lock."""
    lake.write_records([erasure.to_row() for erasure in register], FORGOTTEN_CUSTOMERS)


@contextlib.contextmanager
def open_landed_copy(pipeline: "Pipeline", session: Session, manifest: "Manifest") -> Iterator[Path]:
    """The landed copy of an import as a file of this machine, without the records of forgotten customers.

    Raises dg.Failure where they cannot be kept out.
    """
    from pls_pipeline.erasure.register import MissingSecretError, load_marks
    from pls_pipeline.sources import UnreadableExportError

    try:
        marks = load_marks(load_register(pipeline.lake), pipeline.settings.data_dir)
        if marks:
            redact_landed_copy(pipeline, session, manifest, marks)
    except (MissingSecretError, UnreadableExportError) as error:
        raise dg.Failure(str(error), allow_retries=False) from error
    with pipeline.registry.local_file(manifest.import_key) as path:
        yield path


def redact_landed_copy(pipeline: "Pipeline", session: Session, manifest: "Manifest", marks: "Marks") -> "Redaction":
    """Take the records of these customers out of the landed copy of an import; its hash stays known."""
    from pls_pipeline.erasure.redacting import redact_file
    from pls_pipeline.sources import ReadingOptions

    options = ReadingOptions(pipeline.settings.default_region, pipeline.settings.naive_timezone)
    with tempfile.TemporaryDirectory() as folder, pipeline.registry.local_file(manifest.import_key) as path:
        target = Path(folder) / "redacted"
        redaction = redact_file(session.connection, path, manifest.file_name, options, marks, target)
        if redaction:
            pipeline.registry.replace_content(manifest.import_key, target)
    return redaction

"""Exports of messages: recognise a file, read its records.

Here: what the rest of the pipeline calls. `recognise_export` looks at the head, `read_export` reads the whole file.
Not here: where files are kept (imports.py).
"""

from pls_pipeline.sources.gathering import read_export, recognise_export
from pls_pipeline.sources.reading import ExportFacts, ExportReading, MemberFacts, ReadingOptions, UnreadableExportError

__all__ = [
    "ExportFacts",
    "ExportReading",
    "MemberFacts",
    "ReadingOptions",
    "UnreadableExportError",
    "read_export",
    "recognise_export",
]

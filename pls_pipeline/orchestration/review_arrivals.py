"""Which files of the inbox are review sheets.

Here: a look at the head of each file that stands still. Not here: exports (arrivals.py), applying a sheet
(review_run.py).
"""

from collections.abc import Iterable
from pathlib import Path

from pls_pipeline.orchestration.inbox import FileState


def part_sheets(inbox: Path, files: Iterable[FileState]) -> tuple[list[tuple[FileState, str]], list[FileState]]:
    """Review sheets, each with the SHA-256 of its content, and the other files; one that cannot be read is another."""
    from pls_pipeline.imports import hash_content
    from pls_pipeline.publishing.review_sheet import is_review_sheet

    sheets, others = [], []
    for file in files:
        path = inbox / file.name
        try:
            found = (file, hash_content(path)) if is_review_sheet(path) else None
        except OSError:
            found = None
        if found:
            sheets.append(found)
        else:
            others.append(file)
    return sheets, others

"""Files of the inbox that were refused: where a person finds them, with the reason.

Here: refused_files.csv beside the published files, and the observation of `import_files`. Not here: why a file is
refused (arrivals.py), remembering it (inbox.py). A refused file stays where it is; it is looked at again when it
changes, and leaves the list when it is imported or deleted.
"""

import csv
from collections.abc import Mapping
from pathlib import Path

import dagster as dg

from pls_pipeline.orchestration.markdown import draw_table
from pls_pipeline.orchestration.names import LANDED_FILES

REFUSED_FILES = "refused_files.csv"
_SHOWN = 50


def list_refused(refused: Mapping[str, str], target: Path) -> None:
    """Write file_name and reason of each; without any, the file goes."""
    from pls_pipeline.lake import replacing
    from pls_pipeline.publishing.cells import escape_cell, fit_cell

    if not refused:
        target.unlink(missing_ok=True)
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    with replacing(target) as temporary, temporary.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("file_name", "reason"))
        writer.writerows([fit_cell(escape_cell(text)) for text in row] for row in sorted(refused.items()))


def observe_refused(refused: Mapping[str, str]) -> dg.AssetObservation:
    """How many files of the inbox are refused, and the first of them with the reason."""
    rows = sorted(refused.items())[:_SHOWN]
    return dg.AssetObservation(
        LANDED_FILES,
        metadata={
            "refused_files": len(refused),
            "refused": dg.MetadataValue.md(draw_table(("file in the inbox", "why it is not imported"), rows)),
        },
    )

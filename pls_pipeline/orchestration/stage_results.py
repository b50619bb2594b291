"""What a stage hands to Dagster: counts, rates, a preview and the data version of what it stored.

Here: putting them together. Not here: the numbers (assets/, *_facts.py), the previews (previews.py).
"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import dagster as dg

from pls_pipeline.orchestration.data_versions import version_tables
from pls_pipeline.orchestration.metadata import describe_counts

if TYPE_CHECKING:
    from pls_pipeline.lake import Lake
    from pls_pipeline.tables import Table

Counts = Mapping[str, int | float | str | None]


def show_stage(
    lake: "Lake",
    stored: "Sequence[Table]",
    rows: int,
    counts: Counts,
    previews: Mapping[str, str],
    partition: str | None = None,
    further: Mapping[str, dg.MetadataValue[Any]] | None = None,
) -> dg.MaterializeResult[None]:
    """The result of a stage that stored these tables, the stage's own first; `previews` are tables in Markdown."""
    # A table without rows is its head and a rule: two lines.
    drawn = {
        f"preview_{name}": dg.MetadataValue.md(text) for name, text in previews.items() if len(text.splitlines()) > 2
    }
    return dg.MaterializeResult(
        metadata={**drawn, **describe_counts(stored[0], rows, counts), **(further or {})},
        data_version=version_tables(lake, *stored, partition=partition),
    )

"""The history of imports as metadata: totals, rates, and a table of the latest imports.

Here: numbers and keys, from rows of import_history. Not here: how they are counted (publishing/history.py).
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import dagster as dg

from pls_pipeline.orchestration.markdown import draw_table
from pls_pipeline.orchestration.metadata import divide

_IMPORTS_SHOWN = 30
_SHOWN = {
    "import": "import_key",
    "status": "status",
    "rows": "rows",
    "rejected": "rejected",
    "new": "new_messages",
    "eligible": "eligible",
    "analysed": "analysed",
    "deferred": "deferred",
    "failed": "failed",
    "created": "patterns_created",
    "enhanced": "patterns_enhanced",
    "cost $": "cost_usd",
    "judge $": "judge_cost_usd",
}
_TOTALS = (
    "rows", "rejected", "new_messages", "conversations", "eligible", "analysed", "deferred", "failed",
    "patterns_created", "patterns_enhanced", "tokens",
)  # fmt: skip

_GROUPED = ("grouped", "partly_analysed", "analysed")

Row = Mapping[str, Any]


def describe_history(history: Sequence[Row]) -> dict[str, int | float | dg.MetadataValue]:
    """Totals over all imports, rates, and the latest imports as a table, the newest first."""
    totals = {name: sum(row[name] for row in history) for name in _TOTALS}
    described: dict[str, int | float | None] = {
        "dagster/row_count": len(history),
        **totals,
        "imports_with_work_left": sum(row["status"] != "analysed" for row in history),
        "rejected_rate": divide(totals["rejected"], totals["rows"]),
        "analysed_rate": divide(totals["analysed"], totals["eligible"]),
        "cost_usd": _sum_known(row["cost_usd"] for row in history),
        "judge_cost_usd": _sum_known(row["judge_cost_usd"] for row in history),
    }
    rows = [[row[column] for column in _SHOWN.values()] for row in reversed(history[-_IMPORTS_SHOWN:])]
    return {
        "latest_imports": dg.MetadataValue.md(draw_table(tuple(_SHOWN), rows)),
        **{name: value for name, value in described.items() if value is not None},
    }


def _sum_known(costs: Iterable[float | None]) -> float | None:
    found = list(costs)
    return None if None in found else round(math.fsum(cost for cost in found if cost is not None), 6)


def find_unbalanced(history: Sequence[Row]) -> list[str]:
    """Imports that are grouped and in which rows or conversations do not add up to their parts."""
    return [row["import_key"] for row in history if row["status"] in _GROUPED and not _is_balanced(row)]


def _is_balanced(row: Row) -> bool:
    rows = row["rejected"] + row["duplicates_within"] + row["duplicates_across"] + row["new_messages"]
    conversations = row["eligible"] + row["automated"] + row["one_sided"] + row["empty"]
    return bool(rows == row["rows"] and conversations == row["conversations"])

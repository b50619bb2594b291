"""`pls import --estimate`: what importing files would cost, before anything is imported or asked.

Here: the table and the exit code. Not here: how a cost is estimated (extraction/estimate.py, and
orchestration/judge_costs.py for the library's judge).
"""

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pls_pipeline.cli.inspecting import inspect_one
from pls_pipeline.cli.project import print_json
from pls_pipeline.publishing.cells import name_unseen

if TYPE_CHECKING:
    from pls_pipeline.extraction.estimate import CostEstimate
    from pls_pipeline.inspection import FileInspection
    from pls_pipeline.orchestration.judge_costs import JudgingForecast
    from pls_pipeline.orchestration.pipeline import Pipeline

_COLUMNS = ("file", "conversations", "requests", "tokens read", "tokens written", "US dollars")


def estimate_files(pipeline: "Pipeline", files: Sequence[Path], *, as_json: bool) -> None:
    """Print the estimate of each file; ends with 1 where one cannot be imported."""
    from pls_pipeline.orchestration.judge_costs import foresee_judging

    inspections = [inspect_one(pipeline, path, rows=0) for path in files]
    judging = foresee_judging(pipeline.settings)
    if as_json:
        print_json([_to_record(inspection, judging) for inspection in inspections])
    else:
        _show(inspections, judging)
    if any(inspection.content is None for inspection in inspections):
        raise SystemExit(1)


def _to_record(inspection: "FileInspection", judging: "JudgingForecast | None") -> dict[str, object]:
    cost = asdict(inspection.content.cost) if inspection.content else None
    judge = asdict(judging) if judging and inspection.content else None
    return {"file_name": inspection.file_name, "refusal": inspection.refusal, "cost": cost, "judge_at_most": judge}


def _show(inspections: Sequence["FileInspection"], judging: "JudgingForecast | None") -> None:
    from pls_pipeline.cli.terminal import make_table, open_console

    rows = [_to_row(inspection.file_name, inspection.content.cost) for inspection in inspections if inspection.content]
    if rows:
        open_console().print(make_table(_COLUMNS, rows))
        if judging:
            dollars = "unknown" if judging.cost_usd is None else f"${judging.cost_usd:.2f}"
            click.echo(
                f"The judge of the library asks about {judging.pairs} pairs of replies an import in addition at most "
                f"({dollars}; PLS_JUDGE=off: none)."
            )
    for inspection in inspections:
        if inspection.content is None:
            click.echo(name_unseen(f"{inspection.file_name}: {inspection.refusal}"), err=True)


def _to_row(file_name: str, cost: "CostEstimate") -> tuple[object, ...]:
    dollars = "unknown: set PLS_MODEL_PRICES" if cost.cost_usd is None else f"{cost.cost_usd:.4f}"
    return (file_name, cost.conversations, cost.requests, cost.prompt_tokens, cost.completion_tokens, dollars)

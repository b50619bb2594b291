"""`pls evaluate`: the library against labels of the user's own.

Here: the command. Not here: the format (library/gold.py), the figures (library/evaluation.py). Dagster is not loaded.
"""

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pls_pipeline.cli.project import print_json, project_command

if TYPE_CHECKING:
    from pls_pipeline.orchestration.pipeline import Pipeline

_MEANINGS = {
    "messages": "labelled operator messages that are scored",
    "groups": "groups of them",
    "patterns": "patterns that hold one of them",
    "coverage": "share that is evidence of a pattern",
    "bcubed_p": "precision: what a pattern holds belongs together",
    "bcubed_r": "recall: what belongs together is in one pattern",
    "bcubed_f1": "both",
    "nmi": "agreement of patterns and groups, covered messages alone",
    "ari": "the same, adjusted for chance",
    "duplicate_rate": "share of patterns that are not the only one of their group",
    "impure_rate": "share of patterns with less than 90 % of one group",
    "template_exact": "share of messages whose template is the labelled one",
    "variable_p": "share of the library's values that are labelled",
    "variable_r": "share of the labelled values that the library has",
    "variable_f1": "both",
}


@click.command()
@click.argument("gold", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@click.option(
    "--min-conversations", "least", type=click.IntRange(min=1), default=5, show_default=True,
    help="Only groups that stand in so many conversations.",
)  # fmt: skip
@project_command
def evaluate(pipeline: "Pipeline", as_json: bool, gold: Path, least: int) -> None:
    """Score the library against labelled messages: a .jsonl file, described in docs/evaluation.md."""
    from pls_pipeline.library.evaluation import score_library
    from pls_pipeline.library.gold import UnreadableGoldError, read_gold
    from pls_pipeline.tables import PATTERN_PROVENANCE

    try:
        figures = asdict(score_library(read_gold(gold), pipeline.lake.read(PATTERN_PROVENANCE), least))
    except UnreadableGoldError as error:
        raise click.ClickException(str(error)) from error
    except ValueError as error:
        raise click.ClickException(f"{gold.name}: {error}; `--min-conversations 1` scores all") from error
    if as_json:
        print_json(figures)
        return
    from pls_pipeline.cli.terminal import make_table, open_console

    rows = [
        (name, value if isinstance(value, int) else f"{value:.3f}", _MEANINGS[name]) for name, value in figures.items()
    ]
    open_console().print(make_table(("figure", "value", "meaning"), rows))

"""`pls diff`: what changed in the library between two points of its history.

Here: arguments and the console. Not here: how a change is worded (diff_lines.py), what a point means
(orchestration/comparing.py). Dagster is not loaded.
"""

from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from pls_pipeline.cli.project import print_json, project_command

if TYPE_CHECKING:
    from pls_pipeline.library.differences import PatternChange
    from pls_pipeline.orchestration.pipeline import Pipeline

_POINT = "a date (its end), a time (UTC) or an import (after it)"


@click.command()
@click.option("--from", "since", metavar="POINT", help=f"{_POINT}.  [default: before the last change]")
@click.option("--to", "until", metavar="POINT", help=f"{_POINT}.  [default: now]")
@project_command
def diff(pipeline: "Pipeline", as_json: bool, since: str | None, until: str | None) -> None:
    """What changed in the library: patterns that began, were merged, vanished or say something else."""
    from pls_pipeline.orchestration.comparing import UnknownPointError, compare_points

    try:
        changes = compare_points(pipeline, since, until)
    except UnknownPointError as error:
        raise click.ClickException(str(error)) from error
    if as_json:
        print_json([asdict(change) for change in changes])
        return
    show_changes(changes)


def show_changes(changes: "Sequence[PatternChange]") -> None:
    """Print a line for each pattern, and one for each of its texts that changed."""
    from rich.markup import escape

    from pls_pipeline.cli.diff_lines import tell_fields, tell_status
    from pls_pipeline.cli.terminal import open_console
    from pls_pipeline.publishing.cells import name_unseen

    console = open_console()
    for change in changes:
        told = [change.kind + (f" into {change.heir}" if change.heir else ""), change.pattern_id]
        told += [status] if (status := tell_status(change.fields)) else []
        reply = escape(name_unseen(change.reply.replace("\n", " ⏎ ")))
        console.print(f"[bold]{'  '.join(told)}[/bold]  {reply}")
        for line in tell_fields(change.fields):
            console.print(f"    [dim]{escape(name_unseen(line))}[/dim]")
    console.print(count_changes(changes))


def count_changes(changes: "Sequence[PatternChange]") -> str:
    """A sentence: how many patterns were created, merged, changed, and vanished."""
    counts = {kind: sum(change.kind == kind for change in changes) for kind in ("created", "merged", "changed")}
    vanished = sum(change.kind == "vanished" for change in changes)
    told = ", ".join(f"{count} {kind}" for kind, count in {**counts, "vanished": vanished}.items() if count)
    return f"Patterns: {told}." if told else "No pattern changed."

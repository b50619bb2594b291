"""`pls trace`: from a pattern over its wordings and messages to the rows of files.

Here: how a trace is printed. Not here: the query (publishing/trace.py). Dagster is not loaded.
"""

from dataclasses import asdict
from itertools import groupby
from typing import TYPE_CHECKING

import click

from pls_pipeline.cli.project import print_json, project_command

if TYPE_CHECKING:
    from pls_pipeline.orchestration.pipeline import Pipeline
    from pls_pipeline.publishing.trace import PatternTrace


@click.command()
@click.argument("pattern_id")
@project_command
def trace(pipeline: "Pipeline", as_json: bool, pattern_id: str) -> None:
    """Pattern -> wording -> message -> row -> file."""
    from pls_pipeline.publishing.trace import UnknownPatternError, trace_pattern

    with pipeline.session() as session:
        try:
            found = trace_pattern(session.connection, pipeline.lake, pattern_id)
        except UnknownPatternError as error:
            raise click.ClickException(str(error)) from error
    if as_json:
        print_json(asdict(found))
        return
    _show(found)


def _show(found: "PatternTrace") -> None:
    from rich.markup import escape

    from pls_pipeline.cli.terminal import open_console

    console, pattern = open_console(), found.pattern
    if found.asked != pattern["pattern_id"]:
        console.print(f"{escape(found.asked)} was merged into this pattern.")
    console.print(
        f"[bold]{pattern['pattern_id']}[/bold]  version {pattern['version']}, {pattern['status']}, "
        f"{pattern['category']}, confidence {pattern['confidence']:.2f}"
    )
    console.print(f"When:  {escape(pattern['situation'])}")
    console.print(f"Reply: {escape(pattern['response_template'])}")
    responses = [message for message in found.messages if message.role == "response"]
    triggers = {message.candidate_id: message for message in found.messages if message.role == "trigger"}
    for wording, messages in groupby(responses, key=lambda message: message.template):
        console.print(f"\n[bold]Wording:[/bold] {escape(wording or '')}")
        for message in messages:
            asked = triggers.get(message.candidate_id)
            for part, label in ((asked, "customer"), (message, "operator")):
                if part:
                    at = f", line {part.line_number}" if part.line_number else ""
                    time = f"{part.occurred_at:%Y-%m-%d %H:%M} " if part.occurred_at else ""
                    console.print(f"  {escape(part.file_name)} row {part.row_number}{at}")
                    console.print(f"    [dim]{time}{label}:[/dim] {escape(part.body or '(the row is gone)')}")

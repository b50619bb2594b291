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
    from pls_pipeline.publishing.trace import PatternTrace, TracedMessage


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
    from pls_pipeline.publishing.cells import name_unseen

    console, pattern = open_console(), found.pattern
    if found.asked != pattern["pattern_id"]:
        console.print(f"{escape(found.asked)} was merged into this pattern.")
    console.print(
        f"[bold]{pattern['pattern_id']}[/bold]  version {pattern['version']}, {pattern['status']}, "
        f"{pattern['category']}, confidence {pattern['confidence']:.2f}"
    )
    console.print(f"When:  {escape(name_unseen(pattern['situation']))}")
    console.print(f"Reply: {escape(name_unseen(pattern['response_template']))}")
    responses = [message for message in found.messages if message.role == "response"]
    triggers: dict[str, list[TracedMessage]] = {}
    for message in found.messages:
        if message.role == "trigger":
            triggers.setdefault(message.candidate_id, []).append(message)
    for wording, messages in groupby(responses, key=lambda message: message.template):
        console.print(f"\n[bold]Wording:[/bold] {escape(name_unseen(wording or ''))}")
        for message in messages:
            for said in (*triggers.pop(message.candidate_id, ()), message):
                console.print(_describe(said))


def _describe(message: "TracedMessage") -> str:
    """Where the message stands, and its words."""
    from rich.markup import escape

    from pls_pipeline.publishing.cells import name_unseen

    line = f", line {message.line_number}" if message.line_number else ""
    time = f"{message.occurred_at:%Y-%m-%d %H:%M} " if message.occurred_at else ""
    speaker = "customer" if message.role == "trigger" else "operator"
    body = "(the row is no longer in the lake)" if message.body is None else message.body
    place = f"  {escape(name_unseen(message.file_name))} row {message.row_number}{line}"
    return f"{place}\n    [dim]{time}{speaker}:[/dim] {escape(name_unseen(body))}"

"""`pls inspect`: look at files before they are imported.

Here: how an inspection is printed, and the exit code. Not here: what is looked at (inspection/). Dagster is not loaded.
"""

import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pls_pipeline.cli.project import print_json, project_command
from pls_pipeline.publishing.cells import name_unseen

if TYPE_CHECKING:
    from rich.console import Console

    from pls_pipeline.inspection import FileInspection
    from pls_pipeline.inspection.records import ShownRow
    from pls_pipeline.orchestration.pipeline import Pipeline

_ROWS_AT_A_TERMINAL = 3
_LONGEST_TEXT = 200


@click.command("inspect")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--rows",
    type=click.IntRange(min=0),
    help=f"Show the first N messages, texts and numbers as they stand.  [default: {_ROWS_AT_A_TERMINAL}, and 0 where "
    "the output is no terminal or JSON]",
)
@project_command
def inspect_files(pipeline: "Pipeline", as_json: bool, files: tuple[Path, ...], rows: int | None) -> None:
    """Say what importing files would do, without registering anything.

    Ends with 0 where every file can be imported and nothing of it is rejected or lost.
    """
    shown = choose_rows(rows, as_json=as_json)
    inspections = [inspect_one(pipeline, path, shown) for path in files]
    if as_json:
        print_json([to_record(inspection) for inspection in inspections])
    else:
        show_inspections(inspections)
    if not all(inspection.is_clean for inspection in inspections):
        raise SystemExit(1)


def choose_rows(asked: int | None, *, as_json: bool) -> int:
    """How many messages are shown: what was asked for, else some to a person at a terminal and none to a file."""
    if asked is not None:
        return asked
    return 0 if as_json or not sys.stdout.isatty() else _ROWS_AT_A_TERMINAL


def inspect_one(pipeline: "Pipeline", path: Path, rows: int) -> "FileInspection":
    """Inspect a file; one that cannot be opened is refused with a sentence."""
    from pls_pipeline.inspection import FileInspection
    from pls_pipeline.orchestration.inspecting import inspect_path
    from pls_pipeline.orchestration.unreadable import describe_unreadable

    try:
        return inspect_path(pipeline, path, rows)
    except OSError as error:
        return FileInspection(path.name, 0, refusal=f"{describe_unreadable(path, error)}.")


def to_record(inspection: "FileInspection") -> dict[str, Any]:
    """The inspection for a machine, with the answers that its properties give."""
    from pls_pipeline.inspection.sections import describe_verdict

    return {
        "result": describe_verdict(inspection),
        "can_import": inspection.can_import,
        "is_clean": inspection.is_clean,
        **asdict(inspection),
    }


def show_inspections(inspections: Sequence["FileInspection"]) -> None:
    """Print verdict, sentences and tables of each file."""
    from pls_pipeline.cli.terminal import open_console

    console = open_console()
    for inspection in inspections:
        _show(console, inspection)


def _show(console: "Console", inspection: "FileInspection") -> None:
    from rich.markup import escape

    from pls_pipeline.cli.terminal import make_table
    from pls_pipeline.inspection.sections import describe_verdict, list_sections

    console.print(f"[bold]{escape(name_unseen(describe_verdict(inspection)))}[/bold]")
    for finding in inspection.findings:
        console.print(f"{'!' if finding.kind == 'loss' else '·'} {escape(name_unseen(finding.sentence))}")
    for section in list_sections(inspection):
        console.print(make_table(section.columns, section.rows, section.title))
    if inspection.rows:
        columns = ("row", "line", "time", "direction", "from", "to", "text")
        console.print(make_table(columns, map(_list_cells, inspection.rows), "First messages"))


def _list_cells(row: "ShownRow") -> tuple[object, ...]:
    text = row.body if len(row.body) <= _LONGEST_TEXT else row.body[:_LONGEST_TEXT] + "…"
    numbers = ", ".join(row.recipients)
    return (row.row_number, row.line_number, row.occurred_at, row.direction, row.sender, numbers, text)

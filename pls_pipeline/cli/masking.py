"""`pls mask`: show what would be masked in the messages of a file before a model sees them.

Here: how masked messages are printed. Not here: what is masked (inspection/masking.py). Dagster is not loaded.
"""

import json
import sys
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pls_pipeline.cli.project import project_command

if TYPE_CHECKING:
    from rich.text import Text

    from pls_pipeline.inspection.masking import MaskedMessage
    from pls_pipeline.orchestration.pipeline import Pipeline

_ROWS_AT_A_TERMINAL = 20


@click.command("mask")
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--rows",
    type=click.IntRange(min=0),
    help="Show the first N messages that hold something, values as they stand.  "
    f"[default: {_ROWS_AT_A_TERMINAL}, and 0 where the output is no terminal]",
)
@project_command
def mask_file(pipeline: "Pipeline", as_json: bool, file: Path, rows: int | None) -> None:
    """Show what would be masked before a model sees the messages of a file; nothing is stored or sent.

    With --json, a line for each message: message_id, row_number, spans of type, start, end (code points of the text).
    """
    from pls_pipeline.orchestration.inspecting import mask_path
    from pls_pipeline.orchestration.unreadable import describe_unreadable
    from pls_pipeline.sources import UnreadableExportError

    try:
        messages = mask_path(pipeline, file)
        if as_json:
            _print_lines(messages)
        else:
            _show(messages, rows if rows is not None else _ROWS_AT_A_TERMINAL if sys.stdout.isatty() else 0)
    except UnreadableExportError as error:
        raise click.ClickException(str(error)) from error
    except OSError as error:
        raise click.ClickException(f"{describe_unreadable(file, error)}.") from error


def _print_lines(messages: "Iterable[MaskedMessage]") -> None:
    for message in messages:
        spans = [{"type": item.type, "start": item.start, "end": item.end} for item in message.masked.replacements]
        line = {"message_id": message.message_id, "row_number": message.row_number, "spans": spans}
        click.echo(json.dumps(line, ensure_ascii=False))


def _show(messages: "Iterable[MaskedMessage]", shown: int) -> None:
    from pls_pipeline.cli.terminal import make_table, open_console

    counts: Counter[str] = Counter()
    total = 0
    rows: list[tuple[int, str, Text]] = []
    for message in messages:
        total += 1
        counts.update(item.type for item in message.masked.replacements)
        if message.masked.replacements and len(rows) < shown:
            rows.append((message.row_number, message.direction, _highlight(message)))
    console = open_console()
    if rows:
        table = make_table(("row", "direction"), [])
        table.add_column("text", overflow="fold")
        for number, direction, text in rows:
            table.add_row(str(number), direction, text)
        console.print(table)
    console.print(make_table(("what", "masked"), counts.most_common(), f"{total:,} messages"))


def _highlight(message: "MaskedMessage") -> "Text":
    """The body, each masked value struck out before its placeholder."""
    from rich.text import Text

    from pls_pipeline.publishing.cells import name_unseen

    text, position = Text(), 0
    for item in message.masked.replacements:
        text.append(name_unseen(message.body[position : item.start]))
        text.append(name_unseen(message.body[item.start : item.end]), style="red strike")
        text.append(f" {item.placeholder}", style="bold green")
        position = item.end
    return text.append(name_unseen(message.body[position:]))

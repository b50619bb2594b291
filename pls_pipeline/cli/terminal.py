"""How things look at a terminal: two consoles, tables, numbers, times.

Here: rich. Not here: what is shown. Results go to standard output; progress, notes and faults to standard error.
"""

import os
from collections.abc import Iterable, Sequence
from datetime import datetime

from rich import box
from rich.cells import cell_len
from rich.console import Console
from rich.table import Table
from rich.text import Text

from pls_pipeline.publishing.cells import name_unseen

_WIDTH_OF_FILES = 120
_BROKEN_AT = 40
_NEVER_BROKEN = frozenset({"pattern", "import", "status", "received"})


def open_console(*, stderr: bool = False) -> Console:
    """A console of the terminal's width; for a file or a pipe of COLUMNS, or of 120 where that is not set."""
    console = Console(stderr=stderr, highlight=False, soft_wrap=False)
    if not console.is_terminal and not os.environ.get("COLUMNS", "").isdigit():
        console.width = _WIDTH_OF_FILES
    return console


def make_table(columns: Sequence[str], rows: Iterable[Sequence[object]], title: str = "") -> Table:
    """A table; numbers stand to the right. Texts of messages and files are shown as they stand, never as markup."""
    cells = [[_cell(value) for value in row] for row in rows]
    numeric = [bool(cells) and all(row[i].justify == "right" for row in cells) for i in range(len(columns))]
    table = Table(box=box.SIMPLE_HEAD, title=title or None, title_justify="left", pad_edge=False)
    for name, is_number in zip(columns, numeric, strict=True):
        table.add_column(name, justify="right" if is_number else "left", overflow="fold", no_wrap=name in _NEVER_BROKEN)
    for row in cells:
        table.add_row(*row)
    return table


def choose_columns(
    columns: Sequence[str], rows: Sequence[Sequence[object]], width: int, dropped_first: Sequence[str]
) -> list[str]:
    """The columns of a table that fit into the width; where they do not, those of `dropped_first` go, one by one.

    A cell of text counts with up to 40 characters: longer ones are broken.
    """
    needed = {
        name: 3 + max([len(name), *(min(_BROKEN_AT, cell_len(_cell(row[i]).plain)) for row in rows)])
        for i, name in enumerate(columns)
    }
    kept = list(columns)
    for name in dropped_first:
        if sum(needed[column] for column in kept) <= width:
            break
        kept.remove(name)
    return kept


def _cell(value: object) -> Text:
    if value is None:
        return Text("")
    if isinstance(value, bool):
        return Text("yes" if value else "no")
    if isinstance(value, int):
        return Text(f"{value:,}", justify="right")
    if isinstance(value, float):
        return Text(f"{value:.2f}", justify="right")
    if isinstance(value, datetime):
        return Text(f"{value:%Y-%m-%d %H:%M}")
    return Text(name_unseen(str(value)))

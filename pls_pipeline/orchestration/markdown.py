"""Tables in Markdown, as the Dagster UI draws them.

Here: the drawing, and the escaping of a stranger's text (names of files and columns). Not here: which rows are shown
(previews.py, inspection_job.py).
"""

from collections.abc import Iterable, Sequence

_ENTITIES = {ord(character): f"&#{ord(character)};" for character in "&\\`*_[]<>|#"}


def draw_table(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A table; numbers get separators of thousands, None is empty, and no character of a text is markup."""
    lines: list[Sequence[object]] = [columns, *rows]
    drawn = [f"| {' | '.join(_draw_cell(cell) for cell in line)} |" for line in lines]
    return "\n".join([drawn[0], f"| {' | '.join('---' for _ in columns)} |", *drawn[1:]])


def _draw_cell(cell: object) -> str:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, float):
        return f"{cell:,.4g}" if abs(cell) < 1 else f"{cell:,.2f}"
    return f"{cell:,}" if isinstance(cell, int) else escape_text(str(cell))


def escape_text(text: str) -> str:
    """A text in one line, in which no character is markup."""
    return " ".join(text.split()).translate(_ENTITIES)

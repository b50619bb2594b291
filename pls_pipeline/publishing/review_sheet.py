r"""The review sheet: a CSV of patterns that goes out, is edited in a spreadsheet, and comes back.

Here: its columns, writing it, recognising it and reading it. Not here: what its rows ask for becomes (library/), or
which patterns go out.

Written like the other CSV files (files.py): UTF-8 with a byte order mark, commas, cells escaped as cells.py and
cell_values.py say. Read in any encoding and with any delimiter that a spreadsheet saves (UTF-8, UTF-16, Windows-1252;
comma, semicolon, tab). Line breaks in a cell come back as \n.
"""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pls_pipeline.lake import replacing
from pls_pipeline.publishing.cell_values import mark_value, unmark_value
from pls_pipeline.publishing.cells import escape_cell, escape_list, fit_cell, unescape_cell, unescape_list
from pls_pipeline.sources.dialect import DELIMITERS
from pls_pipeline.sources.encoding import detect_format, read_head, read_text, settle_format

# What the reviewer fills in; `decision` is approve | reject | retire | merge | split, empty to edit texts alone.
ASKED = ("decision", "why", "who", "merge_into", "split_wordings")
# Columns of pattern_library whose cells may be edited, and those that are shown.
EDITED = ("category", "situation", "response_template")
SHOWN = ("wordings", "trigger_examples", "confidence", "conversation_count", "import_count", "conflicts_with")
COLUMNS = ("pattern_id", "version", "status", *ASKED, *EDITED, *SHOWN)
_PACKED = frozenset({b"PK", b"\x1f\x8b"})
_LARGEST = 50 * 1024**2
_MARKS = frozenset({"pattern_id", "version", "decision"})


class UnreadableSheetError(ValueError):
    """A file that is no review sheet, or one that lost a column; the sentence says what to do."""


@dataclass(frozen=True)
class SheetRow:
    """One row: `line` counts records from 1, the header being 1. Cells of ASKED and EDITED as text, unescaped.

    `texts` holds the cells of EDITED that the sheet still has.
    """

    line: int
    pattern_id: str
    version: str
    decision: str = ""
    why: str = ""
    who: str = ""
    merge_into: str = ""
    split_wordings: tuple[str, ...] = ()
    texts: Mapping[str, str] = field(default_factory=dict)


def write_review_sheet(patterns: Iterable[Mapping[str, Any]], target: Path) -> int:
    """Write rows of pattern_library as a review sheet; return their number. Raises OSError."""
    target.parent.mkdir(parents=True, exist_ok=True)
    count = 0
    with replacing(target) as temporary, temporary.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        for row in patterns:
            writer.writerow([_write_cell(row.get(name)) for name in COLUMNS])
            count += 1
    return count


def _write_cell(value: object) -> object:
    if isinstance(value, str):
        return fit_cell(mark_value(escape_cell(value)))
    if isinstance(value, list):
        return fit_cell(escape_list(value))
    return value


def is_review_sheet(path: Path) -> bool:
    """Whether the first line names pattern_id, version and decision. Raises OSError.

    Looks at the head; archives and files over 50 MB are none, since to tell an encoding may need the whole file.
    """
    with path.open("rb") as file:
        start = file.read(2)
    if len(start) < 2 or start in _PACKED or path.stat().st_size > _LARGEST:
        return False
    return _find_delimiter(read_head(path, detect_format(path))) is not None


def read_review_sheet(path: Path) -> list[SheetRow]:
    """The rows of a sheet, blank ones left out. Raises UnreadableSheetError, OSError."""
    text = "".join(read_text(path, settle_format(path, detect_format(path))))
    delimiter = _find_delimiter(text)
    if delimiter is None:
        raise UnreadableSheetError(
            f"{path.name} is no review sheet: its first line lacks pattern_id, version or decision; "
            "`pls review export` writes one"
        )
    try:
        records = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
    except csv.Error as error:
        raise UnreadableSheetError(f"{path.name} cannot be read as CSV: {error}; save it again as CSV") from error
    header = [name.strip().casefold() for name in records[0]]
    return [
        _read_row(line, dict(zip(header, record, strict=False)))
        for line, record in enumerate(records[1:], 2)
        if any(cell.strip() for cell in record)
    ]


def _find_delimiter(text: str) -> str | None:
    first = text.split("\n", 1)[0].split("\r", 1)[0]
    for delimiter in DELIMITERS:
        names = {name.strip().casefold() for name in next(csv.reader([first], delimiter=delimiter), [])}
        if names >= _MARKS:
            return delimiter
    return None


def _read_row(line: int, cells: Mapping[str, str]) -> SheetRow:
    def cell(name: str) -> str:
        return read_cell(cells.get(name, "")).strip()

    return SheetRow(
        line=line,
        pattern_id=cell("pattern_id"),
        version=cell("version"),
        decision=cell("decision").casefold(),
        why=cell("why"),
        who=cell("who"),
        merge_into=cell("merge_into"),
        split_wordings=tuple(unescape_list(_lines(cells.get("split_wordings", "").strip("\r\n")))),
        texts={name: _lines(cells[name]) for name in EDITED if name in cells},
    )


def read_cell(cell: str) -> str:
    """The text of a cell that was written by `write_review_sheet`, with line breaks as a spreadsheet leaves them."""
    return unescape_cell(unmark_value(_lines(cell)))


def find_edits(texts: Mapping[str, str], seen: Mapping[str, Any]) -> dict[str, str]:
    """{column: new text} of the cells that are not what was written for the row `seen`."""
    return {name: read_cell(cell) for name, cell in texts.items() if cell != _lines(str(_write_cell(str(seen[name]))))}


def _lines(cell: str) -> str:
    return cell.replace("\r\n", "\n").replace("\r", "\n")


def select_rows(patterns: Sequence[Mapping[str, Any]], statuses: Sequence[str]) -> list[Mapping[str, Any]]:
    """Patterns of these statuses (all where none is named), those with most evidence first."""
    chosen = [row for row in patterns if not statuses or row["status"] in statuses]
    return sorted(chosen, key=lambda row: (-row["conversation_count"], row["pattern_id"]))

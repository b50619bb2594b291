"""Cells back into their columns where a comma was not quoted.

Here: which cells belong together, judged by the fixed columns around them. Not here: finding records, or the final
reading of times and numbers (times.py, numbers.py): what passes here is judged again there.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pls_pipeline.sources.openphone import DIRECTIONS, Columns

_TIME = re.compile(
    r"\s*(?:\d{9,19}(?:\.\d+)?|\d(?:\.\d+)?[eE]\+?\d+|\d{5}(?:\.\d+)?|\d{4}[-/]\d{1,2}[-/]\d{1,2}\D.*|\d{4}[-/]\d{1,2}[-/]\d{1,2}"
    r"|\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}.*|[A-Za-z]{3,9}\.? \d{1,2},? \d{4}.*)\s*",
    re.DOTALL,
)
_NUMBER = re.compile(r"\s*(?:[+(\d][\d\s().+\-,;eE]*|[A-Za-z ]{0,12})\s*")


@dataclass(frozen=True)
class Shape:
    """What the cells of a record must look like: indexes of the columns that can be judged."""

    size: int
    body: int
    direction: int
    times: tuple[int, ...]
    numbers: tuple[int, ...]
    recipients: int | None
    extra: tuple[int, ...]
    optional_tail: int

    @classmethod
    def of(cls, columns: Columns) -> "Shape":
        """The shape of records below this header; `optional_tail` counts the last columns that are not ours."""
        positions = columns.positions
        return cls(
            size=len(columns.header),
            body=positions["body"],
            direction=positions["direction"],
            times=tuple(positions[name] for name in ("created_at", "sent_at") if name in positions),
            numbers=tuple(positions[name] for name in ("sender", "recipients") if name in positions),
            recipients=positions.get("recipients"),
            extra=columns.extra,
            optional_tail=len(columns.header) - 1 - max(positions.values()),
        )

    def is_plausible(self, fields: Sequence[str]) -> bool:
        """Whether direction and a time can be read; every record that is read in the end is plausible."""
        return (
            len(fields) == self.size
            and fields[self.direction].strip().casefold() in DIRECTIONS
            and any(_TIME.fullmatch(fields[index]) for index in self.times)
        )

    def count_misfits(self, fields: Sequence[str]) -> int:
        """Number and time columns that hold something else."""
        times = sum(1 for index in self.times if fields[index].strip() and not _TIME.fullmatch(fields[index]))
        return times + sum(1 for index in self.numbers if not _NUMBER.fullmatch(fields[index]))


def place_fields(fields: Sequence[str], pieces: Sequence[str], shape: Shape, delimiter: str) -> list[str] | None:
    """The record's cells, or None where no way of putting them together is plausible.

    `fields` are the cells, more than the header has; `pieces` the same as they stand in the file, quotes included.
    The body takes what is too much if the other columns then fit; else the recipients do, both, or a column that is not
    ours.
    """
    best: list[str] | None = None
    fewest = 0
    for candidate in _candidates(fields, pieces, shape, delimiter):
        if shape.is_plausible(candidate):
            misfits = shape.count_misfits(candidate)
            if best is None or misfits < fewest:
                best, fewest = candidate, misfits
            if misfits == 0:
                return best
    return best


def _candidates(fields: Sequence[str], pieces: Sequence[str], shape: Shape, delimiter: str) -> Iterator[list[str]]:
    surplus = len(fields) - shape.size

    def widen(widths: dict[int, int]) -> list[str]:
        cells, position = [], 0
        for index in range(shape.size):
            width = 1 + widths.get(index, 0)
            cells.append(fields[position] if width == 1 else delimiter.join(pieces[position : position + width]))
            position += width
        return cells

    yield widen({shape.body: surplus})
    if not any(field.strip() for field in fields[shape.size :]):
        yield list(fields[: shape.size])
    if shape.recipients is not None:
        for taken in range(1, surplus + 1):
            yield widen({shape.recipients: taken, shape.body: surplus - taken})
    for index in shape.extra:
        yield widen({index: surplus})

"""Cells back into their columns where a comma was not quoted.

Here: which cells belong together, judged by the fixed columns around them. Not here: finding records, or the final
reading of times and numbers (times.py, numbers.py): what passes here is judged again there.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pls_pipeline.sources.openphone import DIRECTIONS, Columns

# Both are matched against stripped text: white space at both ends of a pattern would make it quadratic.
_TIME = re.compile(
    r"\d{9,19}(?:\.\d+)?|\d(?:[.,]\d+)?[eE]\+?\d+|\d{5}(?:[.,]\d+)?|\d{4}[-/]\d{1,2}[-/]\d{1,2}\D.*|\d{4}[-/]\d{1,2}[-/]\d{1,2}"
    r"|\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}.*|[A-Za-z]{3,9}[.,\s]+\d{1,2}[,\s]+\d{4}.*",
    re.DOTALL,
)
_NUMBER = re.compile(r"[+(\d][\d\s().+\-,;eE]*|[A-Za-z ]{0,12}")
_MOST_RECIPIENTS = 32


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
            and any(_TIME.fullmatch(fields[index].strip()) for index in self.times)
        )

    def count_misfits(self, fields: Sequence[str]) -> int:
        """Number and time columns that hold something else."""
        times = (fields[index].strip() for index in self.times)
        numbers = (fields[index].strip() for index in self.numbers)
        return sum(1 for time in times if time and not _TIME.fullmatch(time)) + sum(
            1 for number in numbers if not _NUMBER.fullmatch(number)
        )


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
    yield _joined(fields, pieces, {shape.body: surplus}, delimiter)
    if not any(field.strip() for field in fields[shape.size :]):
        yield list(fields[: shape.size])
    if shape.recipients is not None:
        for taken in range(1, min(surplus, _MOST_RECIPIENTS) + 1):
            widths = {shape.recipients: taken, shape.body: surplus - taken}
            yield _joined(fields, pieces, widths, delimiter)
    for index in shape.extra:
        yield _joined(fields, pieces, {index: surplus}, delimiter)


def _joined(fields: Sequence[str], pieces: Sequence[str], widths: dict[int, int], delimiter: str) -> list[str]:
    """The cells where the column at each index of `widths` takes that many more."""
    cells: list[str] = []
    position = 0
    for index in sorted(widths):
        untouched = index - len(cells)
        cells += fields[position : position + untouched]
        position += untouched
        end = position + 1 + widths[index]
        cells.append(fields[position] if end == position + 1 else delimiter.join(pieces[position:end]))
        position = end
    cells += fields[position:]
    return cells

"""Charts as places and sizes; the templates draw them as SVG.

Here: shares of a whole, columns over steps. Not here: which figures (index_page.py, import_page.py, pattern_page.py),
colours and markup (page/). Lengths are in units of the chart's own box, `width` by `height`.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

WIDTH = 560.0
_HEIGHT = 190.0
_LEFT, _RIGHT, _TOP, _BOTTOM = 44.0, 4.0, 8.0, 24.0
_WIDEST_COLUMN = 44.0
_LABELS = 6
_TICKS = 4
_LEAST = 1e-6


@dataclass(frozen=True)
class Share:
    """A part of a whole: `kind` names its colour, `x` and `width` its place in a box of WIDTH."""

    label: str
    kind: str
    count: int
    share: float
    x: float
    width: float


@dataclass(frozen=True)
class Whole:
    """A bar of parts; `total` is their sum. Parts of nothing are left out."""

    title: str
    total: int
    shares: tuple[Share, ...]


@dataclass(frozen=True)
class Column:
    """A step: its label, its values, and a rectangle (kind, x, y, width, height) for each value above nothing."""

    label: str
    values: tuple[float | None, ...]
    bars: tuple[tuple[str, float, float, float, float], ...]


@dataclass(frozen=True)
class ColumnChart:
    """Columns over steps. `ticks`: (y, value); `labels`: (x, text) of as many steps as have room."""

    width: float
    height: float
    columns: tuple[Column, ...]
    ticks: tuple[tuple[float, float], ...]
    labels: tuple[tuple[float, str], ...]


def divide(title: str, parts: Sequence[tuple[str, str, int]]) -> Whole:
    """A bar of (label, kind, count)."""
    total = sum(count for _, _, count in parts)
    shares, x = [], 0.0
    for label, kind, count in parts:
        if count:
            width = WIDTH * count / total
            shares.append(Share(label, kind, count, count / total, round(x, 2), round(width, 2)))
            x += width
    return Whole(title, total, tuple(shares))


def stack_columns(kinds: Sequence[str], steps: Sequence[tuple[str, Sequence[float | None]]]) -> ColumnChart | None:
    """Columns of (label, a value for each of `kinds`), values on top of each other; None is not known.

    None where no step reaches a millionth: counts are whole, costs are kept to a millionth of a dollar.
    """
    highest = max((sum(value or 0 for value in values) for _, values in steps), default=0)
    if highest < _LEAST:
        return None
    tick = _round_up(highest / _TICKS)
    ceiling = tick * math.ceil(highest / tick)
    room, depth = (WIDTH - _LEFT - _RIGHT) / len(steps), _HEIGHT - _TOP - _BOTTOM
    wide = min(room * 0.7, _WIDEST_COLUMN)
    columns = []
    for place, (label, values) in enumerate(steps):
        x, y, bars = _LEFT + room * place + (room - wide) / 2, _TOP + depth, []
        for kind, value in zip(kinds, values, strict=True):
            if value:
                height = depth * value / ceiling
                y -= height
                bars.append((kind, round(x, 2), round(y, 2), round(wide, 2), round(height, 2)))
        columns.append(Column(label, tuple(values), tuple(bars)))
    every = math.ceil(len(steps) / _LABELS)
    return ColumnChart(
        width=WIDTH,
        height=_HEIGHT,
        columns=tuple(columns),
        ticks=tuple(
            (round(_TOP + depth * (1 - tick * number / ceiling), 2), tick * number)
            for number in range(round(ceiling / tick) + 1)
        ),
        labels=tuple(
            (round(_LEFT + room * (place + 0.5), 2), label)
            for place, (label, _) in enumerate(steps)
            if place % every == 0
        ),
    )


def _round_up(value: float) -> float:
    """The next of 1, 2, 5 times a power of ten."""
    power = 10.0 ** math.floor(math.log10(value))
    return next(step * power for step in (1, 2, 5, 10) if step * power >= value * (1 - 1e-9))

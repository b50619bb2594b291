"""Which replies are worth comparing: the nearest leaders of a block, found without looking at all of them.

Here: an index of vectors that grows. Not here: what is done with a neighbour (uniting.py).
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

# The first leaders of a block divide it into cells; a search looks at all members of the nearest cells. Below that
# number it looks at all leaders.
_CELLS = 512
_CELLS_SEARCHED = 24


class LeaderIndex:
    """Vectors of one block by number. The same additions in the same order give the same answers."""

    def __init__(self, dimensions: int) -> None:
        self._anchors = _Rows(dimensions)
        self._cells: list[tuple[list[int], _Rows]] = []
        self._dimensions = dimensions

    def add(self, number: int, vector: "np.ndarray") -> None:
        """Add a leader."""
        if len(self._cells) < _CELLS:
            self._anchors.add(vector)
            self._cells.append(([], _Rows(self._dimensions)))
            cell = len(self._cells) - 1
        else:
            cell = int((self._anchors.filled @ vector).argmax())
        numbers, rows = self._cells[cell]
        numbers.append(number)
        rows.add(vector)

    def find(self, vector: "np.ndarray", most: int, least: float) -> list[tuple[float, int]]:
        """Up to `most` leaders with a cosine of `least` or more, as (cosine, number), the nearest first."""
        import numpy as np

        if not self._cells:
            return []
        cosines = self._anchors.filled @ vector
        chosen = np.argsort(-cosines, kind="stable")
        if len(chosen) == _CELLS:
            chosen = chosen[:_CELLS_SEARCHED]
        found: list[tuple[float, int]] = []
        for cell in chosen:
            numbers, rows = self._cells[cell]
            if len(numbers) == 1:
                if cosines[cell] >= least:
                    found.append((float(cosines[cell]), numbers[0]))
                continue
            near = rows.filled @ vector
            found += [(float(near[place]), numbers[place]) for place in np.flatnonzero(near >= least)]
        return sorted(found, key=lambda item: (-item[0], item[1]))[:most]


class _Rows:
    """Rows of a matrix that grows by doubling."""

    def __init__(self, dimensions: int) -> None:
        import numpy as np

        self._matrix = np.zeros((4, dimensions), dtype=np.float32)
        self._count = 0

    @property
    def filled(self) -> "np.ndarray":
        """The rows that were added."""
        return self._matrix[: self._count]

    def add(self, row: "np.ndarray") -> None:
        """Append a row."""
        import numpy as np

        if self._count == len(self._matrix):
            self._matrix = np.concatenate([self._matrix, np.zeros_like(self._matrix)])
        self._matrix[self._count] = row
        self._count += 1

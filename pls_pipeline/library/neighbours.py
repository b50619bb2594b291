"""Which replies are worth comparing: the nearest leaders of a block, those that stand when a reply's turn comes.

Here: vectors of leaders that grow while replies are looked up among them. Not here: what is done with a neighbour
(weaving.py).

The replies of a pass are known before it, their leaders are not. So cosines of many replies with the leaders so far are
computed at once, and one by one only those with the leaders that came since: products of matrices are ten times as fast
as those of a matrix and one vector, and no leader has to be left out for the sake of time.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

_AT_ONCE = 256
# Cosines are compared to so many places: the last bits of a product depend on what else is computed with it.
_PLACES = 5


class Leaders:
    """Vectors of the leaders of one block, by number."""

    def __init__(self, dimensions: int) -> None:
        import numpy as np

        self._matrix = np.zeros((4, dimensions), dtype=np.float32)
        self._numbers: list[int] = []

    def __len__(self) -> int:
        return len(self._numbers)

    @property
    def numbers(self) -> list[int]:
        """The numbers, in the order of addition."""
        return self._numbers

    @property
    def vectors(self) -> "np.ndarray":
        """A row for each leader, in the order of addition."""
        return self._matrix[: len(self._numbers)]

    def add(self, number: int, vector: "np.ndarray") -> None:
        """Add a leader; numbers ascend."""
        import numpy as np

        if len(self._numbers) == len(self._matrix):
            self._matrix = np.concatenate([self._matrix, np.zeros_like(self._matrix)])
        self._matrix[len(self._numbers)] = vector
        self._numbers.append(number)


class Search:
    """Looks up the rows of `queries`, one after the other, among leaders that may grow between two of them."""

    def __init__(self, leaders: Leaders, queries: "np.ndarray") -> None:
        self._leaders = leaders
        self._queries = queries
        self._next = 0
        self._first = 0
        self._cosines: np.ndarray | None = None

    def find_next(self, most: int, least: float) -> list[tuple[float, int]]:
        """For the next row: up to `most` leaders with a cosine of `least` or more, as (cosine, number), nearest first.

        Of leaders that are equally near, the lower number comes first.
        """
        import numpy as np

        place = self._next
        self._next += 1
        if not len(self._leaders):
            return []
        if self._cosines is None or place >= self._first + len(self._cosines):
            self._first = place
            self._cosines = self._queries[place : place + _AT_ONCE] @ self._leaders.vectors.T
        known = self._cosines[place - self._first]
        since = self._leaders.vectors[len(known) :] @ self._queries[place]
        # Half a place less, since what is rounded up is near enough.
        floor = least - 0.5 * 10**-_PLACES
        near = np.concatenate([np.flatnonzero(known >= floor), np.flatnonzero(since >= floor) + len(known)])
        if not len(near):
            return []
        cosines = np.round(
            np.concatenate([known[near[near < len(known)]], since[near[near >= len(known)] - len(known)]]), _PLACES
        )
        chosen = np.argsort(-cosines, kind="stable")[:most]
        numbers = self._leaders.numbers
        return [(float(cosines[item]), numbers[near[item]]) for item in chosen]

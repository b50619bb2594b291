"""How many requests may be under way at once at a server that does not tell its limits.

Here: the bound and how it moves. Not here: waiting (pace.py). A server that computes answers itself works on a few at a
time and lets the rest wait, until they time out; one that tells its limits is bounded by these alone.
"""

_FIRST = 4.0
# An answer that takes this many times the fastest one has waited in a queue.
_QUEUED = 2.0
_COOLING_SECONDS = 1.0


class Window:
    """Grows with answers that come quickly, halves when the server is overloaded, never above `most`."""

    def __init__(self, most: int, *, is_trusted: bool) -> None:
        self._most = float(most)
        self._is_trusted = is_trusted
        self._size = self._most if is_trusted else min(_FIRST, self._most)
        self._threshold = self._most
        self._fastest: float | None = None
        self._halved_at = 0.0
        self._is_open = False

    @property
    def size(self) -> int:
        """Requests that may be under way."""
        return int(self._size)

    def trust(self) -> None:
        """Open the window: the server tells its limits, and a single fault of it says nothing of them."""
        self._size = self._most
        self._is_open = True

    def distrust(self) -> None:
        """Begin anew with few, where the window was opened by what the server told: that were no limits of its pace."""
        if self._is_open:
            self._is_open = False
            self._size = self._most if self._is_trusted else min(_FIRST, self._most)

    def note_answer(self, seconds: float, under_way: int) -> None:
        """Take note of an answer and of the time that it took, with so many requests under way."""
        self._fastest = seconds if self._fastest is None else min(self._fastest, seconds)
        if under_way < self._size - 1 or seconds > _QUEUED * self._fastest:
            return
        self._size = min(self._most, self._size + (1.0 if self._size < self._threshold else 1.0 / self._size))

    def note_overload(self, now: float, under_way: int) -> None:
        """Take note of a timeout or a refusal; several within a second are one."""
        if self._is_open or now - self._halved_at < _COOLING_SECONDS:
            return
        self._halved_at = now
        self._size = max(1.0, min(self._size, float(under_way)) / 2)
        self._threshold = self._size

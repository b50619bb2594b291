"""Which kept answers' cost an outcome carries already, so that each dollar stands in one outcome.

Here: the claim of an answer by the first outcome that rests on it. Not here: the answers (answer_store.py), the sums of
one conversation (findings.py).

A run that is killed leaves answers that were paid and that no outcome rests on. The first outcome made of such an
answer carries its tokens and cost although it is `cached`; every later one carries 0. Outcomes name the answers they
carry (`answer_keys` in extraction_outcomes), so that a later process knows; an import that is removed takes its
outcomes with it, and what is made of its answers afterwards carries their cost anew.
"""

from collections.abc import Iterable


class CountedAnswers:
    """Keys of the answers whose cost is counted. `keys` None: that of every answer that was kept before this run."""

    def __init__(self, keys: Iterable[str] | None = None) -> None:
        self._all_kept = keys is None
        self._keys = set(keys or ())

    def claim(self, key: str, *, is_stored: bool) -> bool:
        """Whether the cost of this answer is still to be counted; from now on it is."""
        if is_stored and (self._all_kept or key in self._keys):
            return False
        self._keys.add(key)
        return True

"""Shapes of what holds digits: "Bay 3, 4821#" is "0," and "0000#" in one stretch, "0, 0000#".

Here: the stretches of a text that hold digits, their shapes (0 for a digit, a for a letter of ASCII), and what counts
in them. Not here: which recogniser wants which shape (Recogniser.shape, choosing.py). Texts differ in their digits,
hardly in their shapes, so that what is asked of a shape is answered once.
"""

import re
from collections.abc import Sequence
from functools import lru_cache

# Words with a digit, and those beside them with at most a mark of telephone numbers alone between the two; a star or
# hash after a space belongs to the word. A word is entered at its beginning only, so that one of 100,000 letters is
# read once.
_WORD = r"[^\s0-9]*[0-9]\S*(?: [#*](?=[.,!?)]*(?:\s|\Z)))?"
_STRETCH = re.compile(rf"(?<!\S){_WORD}(?:(?:\s{{1,3}}|\s[().\-/]\s){_WORD})*")
_SHAPE = str.maketrans("123456789bcdefghijklmnopqrstuvwxyz", "0" * 9 + "a" * 25)
_RUN = re.compile(r"0(?:[ ().\-/]{0,3}0)*")
_MARKS_OF_RUNS = str.maketrans("", "", " ().-/")
_MIXED = re.compile(r"0[/-]?a|a[/-]?0")
_SHAPES_KEPT = 16384
LONGEST_KEPT = 64
"""Answers about longer shapes are not kept: they hardly come back."""


def shapes_of(lower: str) -> Sequence[str]:
    """Shapes of the stretches of a text in small letters that hold digits, in order."""
    return [stretch.translate(_SHAPE) for stretch in _STRETCH.findall(lower)]


def measure_shape(shape: str) -> tuple[int, int, bool]:
    """Digits, digits of the longest run, and whether a letter and a digit meet, be it at a hyphen or a slash.

    A run has at most three spaces, brackets, dots, dashes or slashes between two digits.
    """
    return _kept_measures(shape) if len(shape) <= LONGEST_KEPT else _measure(shape)


def _measure(shape: str) -> tuple[int, int, bool]:
    runs = [len(run.translate(_MARKS_OF_RUNS)) for run in _RUN.findall(shape)]
    return sum(runs), max(runs), _MIXED.search(shape) is not None


_kept_measures = lru_cache(maxsize=_SHAPES_KEPT)(_measure)

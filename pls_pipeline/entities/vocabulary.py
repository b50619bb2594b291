"""Which words are common words of English.

Here: the word list and the question whether a word is in it. Not here: names; the list holds none that is not a word too.
words_en.txt holds the entries of SCOWL's word lists (sizes 10 to 50; American, British and Canadian spelling; entries
with capitals, abbreviations and names left out). It serves as evidence against a name where only small letters stand.
"""

from functools import cache
from importlib.resources import files


@cache
def common_words() -> frozenset[str]:
    """All words, lower case. Read at first use."""
    return frozenset((files(__package__) / "words_en.txt").read_text("ascii").split())


def is_common(word: str) -> bool:
    """Whether a lower-case word is a common word of English."""
    return word in common_words()

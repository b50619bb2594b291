"""Which words are words of English, and how common.

Here: the word lists and the question whether a word is in them. Not here: names; the lists hold none that is not a word too.
The lists hold entries of SCOWL (American, British and Canadian spelling): common ones of sizes 10 to 35, rarer ones of sizes 40
and 50; entries with capitals, abbreviations and names were left out. They serve as evidence against a name.
"""

from functools import cache
from importlib.resources import files


@cache
def _words(name: str) -> frozenset[str]:
    return frozenset((files(__package__) / name).read_text("ascii").split())


def is_common(word: str) -> bool:
    """Whether a lower-case word is a common word of English. The list is read at first use."""
    return word in _words("words_common_en.txt")


def is_word(word: str) -> bool:
    """Whether a lower-case word is a word of English, common or rarer."""
    return word in _words("words_common_en.txt") or word in _words("words_rare_en.txt")

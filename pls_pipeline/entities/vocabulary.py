"""Which words are words of English, and how common.

Here: the word lists and the question whether a word is in them. Not here: names; the lists hold none that is not a
word too. The lists hold entries of SCOWL (American, British and Canadian spelling): common ones of sizes 10 to 35,
rarer ones of sizes 40 and 50; entries with capitals, abbreviations and names were left out. They serve as evidence
against a name.
"""

from functools import cache
from importlib.resources import files


@cache
def common_words() -> frozenset[str]:
    """Common words of English, lower case. The list is read at first use."""
    return frozenset((files(__package__) / "words_common_en.txt").read_text("ascii").split())


@cache
def english_words() -> frozenset[str]:
    """Words of English, common or rarer, lower case. The lists are read at first use."""
    return common_words().union((files(__package__) / "words_rare_en.txt").read_text("ascii").split())


def is_common(word: str) -> bool:
    """Whether a lower-case word is a common word of English."""
    return word in common_words()


def is_word(word: str) -> bool:
    """Whether a lower-case word is a word of English, common or rarer."""
    return word in english_words()

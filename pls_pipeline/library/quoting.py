"""What of a customer's words may stand in the library: words of the language, and words that many customers use.

Here: leaving out of a situation the words that few people say, among which are names that nothing announces ("andre
becker and hannah ito"). Not here: values that recognisers find, which are masked before (privacy.py).
"""

import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence

from pls_pipeline.entities import is_word
from pls_pipeline.library.merging import EMBEDDED
from pls_pipeline.patterns import Candidate

# Conversations that must use a word before it is taken for one of the trade ("pls", "wifi"), not for somebody's name.
LEAST_SPEAKERS = 5
LEFT_OUT = "…"
_WRITTEN_LARGE = frozenset(
    """
    i i'm i'll i've i'd monday tuesday wednesday thursday friday saturday sunday january february march april may june
    july august september october november december
    """.split()  # noqa: SIM905 - a word list reads better as text
)
_CONTRACTED = ("n't", "'t", "'s", "'d", "'m", "'ll", "'re", "'ve")
_TOKEN = re.compile(r"\[[A-Z][A-Z0-9_]*_\d+\]|[^\W\d_]+(?:['’][^\W\d_]+)*")
_RUN_OF_LEFT_OUT = re.compile(rf"{LEFT_OUT}(?:[\s,&]*{LEFT_OUT})+")


def count_speakers(candidates: Sequence[Candidate]) -> Mapping[str, int]:
    """Conversations by word of the customers' own words, in lower case."""
    speakers: defaultdict[str, set[str]] = defaultdict(set)
    for candidate in candidates:
        if candidate.extractor == EMBEDDED:
            for token in _TOKEN.findall(candidate.situation):
                speakers[_fold(token)].add(candidate.conversation_key)
    return Counter({word: len(conversations) for word, conversations in speakers.items()})


def quote(situation: str, speakers: Mapping[str, int]) -> str:
    """The situation with `…` in place of words that are neither English nor used in LEAST_SPEAKERS conversations.

    A capital letter within a sentence counts as a name, unless the word is used so often.
    """

    def keep(match: re.Match[str]) -> str:
        token = match.group()
        word = _fold(token)
        is_masked = token.startswith("[")
        begins = re.search(r"(?:^|[.!?/:]\s*)$", situation[: match.start()]) is not None
        is_plain = token.islower() or begins or token.isupper() or word in _WRITTEN_LARGE
        is_said = speakers.get(word, 0) >= LEAST_SPEAKERS
        return token if is_masked or is_said or (is_plain and _is_english(word)) else LEFT_OUT

    return _RUN_OF_LEFT_OUT.sub(LEFT_OUT, _TOKEN.sub(keep, situation))


def _is_english(word: str) -> bool:
    """In the language, a letter, or a contraction, with its apostrophe or without ("dont", "I've", "dog's")."""
    if len(word) == 1 or is_word(word) or word in _WRITTEN_LARGE or (word.endswith("nt") and is_word(word[:-2])):
        return True
    return any(word.endswith(end) and _is_base(word[: -len(end)]) for end in _CONTRACTED)


def _is_base(word: str) -> bool:
    return len(word) == 1 or is_word(word)


def _fold(word: str) -> str:
    return word.casefold().replace("’", "'")

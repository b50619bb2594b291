"""What a reply says, in the terms that two replies are compared by: words, values, numbers, negations, content.

Here: from a cluster's main wording to its Meaning, and the text that an embedder reads. Not here: the comparison
(gate.py).
"""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pls_pipeline.library.guiding_words import NEGATIONS, NUMBER_WORDS, PLEASANT, REGRETS, UNTELLING
from pls_pipeline.library.merging import Cluster
from pls_pipeline.library.replies import class_of
from pls_pipeline.patterns import Slot, Variable, parse_template

_TOKEN = re.compile(r"<[A-Z]+>|\w+(?:'\w+)*|\?")
_NO_CONTENT = UNTELLING | PLEASANT | REGRETS | NEGATIONS
_ENDINGS = ("ing", "ed", "es", "s", "ly")
_SHORTEST_STEM = 3
MOST_ASKED = 3
# What stands for a value where an embedder reads a template: a common word of its kind, so that it reads a sentence.
_SPOKEN = {
    "person": "Alex", "proper_name": "Acme", "quoted": "it", "address": "the address", "location": "London",
    "text": "that", "number": "5", "count": "5", "unit_number": "5", "temperature": "20 degrees", "percent": "5",
    "money": "$20", "duration": "two", "time": "3 pm", "date": "Monday", "weekday": "Monday", "phone": "the number",
    "email": "the email", "url": "the link",
}  # fmt: skip
_SPOKEN_OTHERWISE = "the code"


@dataclass(frozen=True)
class Meaning:
    """One wording. `asked`: what customers said before, most often first; `tokens` in order; `values`: how many of each
    class; `numbers`: those said as text, in digits; `content`: stems of words that name things and actions; `support`:
    conversations; `spoken`: what an embedder reads.
    """

    template: str
    asked: tuple[str, ...]
    tokens: tuple[str, ...]
    vocabulary: frozenset[str]
    values: tuple[tuple[str, int], ...]
    numbers: frozenset[str]
    is_negated: bool
    asks: bool
    content: frozenset[str]
    support: int
    spoken: str

    @property
    def value_count(self) -> int:
        """Values in it."""
        return sum(count for _, count in self.values)


def read_meaning(cluster: Cluster) -> Meaning:
    """The meaning of the cluster's main wording."""
    wording = cluster.wordings[0]
    types = {variable.name: variable.type for variable in wording.variables}
    tokens = tuple(_TOKEN.findall(_write(wording.template, types).replace("’", "'")))
    words = [token for token in tokens if token != "?" and not token.startswith("<")]  # noqa: S105 - no password
    numbers = frozenset(NUMBER_WORDS.get(word, word) for word in words if word.isdigit() or word in NUMBER_WORDS)
    content = frozenset(
        stem(word) for word in words if word not in _NO_CONTENT and not word.isdigit() and word not in NUMBER_WORDS
    )
    values = Counter(token for token in tokens if token.startswith("<"))
    asked = Counter(reply.candidate.situation for reply in cluster.replies)
    return Meaning(
        template=wording.template,
        asked=tuple(sorted(asked, key=lambda said: (-asked[said], said))[:MOST_ASKED]),
        tokens=tokens,
        vocabulary=frozenset(tokens),
        values=tuple(sorted(values.items())),
        numbers=numbers,
        is_negated=_is_negated(words),
        asks="?" in tokens,
        content=content,
        support=len(cluster.conversations),
        spoken=speak(wording.template, wording.variables),
    )


def speak(template: str, variables: tuple[Variable, ...]) -> str:
    """The template as a sentence, a common word in place of each value."""
    types = {variable.name: variable.type for variable in variables}
    parts = (
        _SPOKEN.get(types.get(segment.name, "text"), _SPOKEN_OTHERWISE) if isinstance(segment, Slot) else segment.text
        for segment in parse_template(template)
    )
    return " ".join("".join(parts).split())


def stem(word: str) -> str:
    """A word without an English ending, so that "refund", "refunds" and "refunded" are one."""
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _SHORTEST_STEM:
            return word[: -len(ending)]
    return word


def _is_negated(words: Sequence[str]) -> bool:
    """Whether negations are odd in number: two undo each other, as in "it won't start unless". Without any, a regret
    is one ("Unfortunately we are full").
    """
    negations = sum(word in NEGATIONS for word in words)
    return negations % 2 == 1 if negations else any(word in REGRETS for word in words)


def _write(template: str, types: Mapping[str, str]) -> str:
    return "".join(
        f" <{class_of(types.get(segment.name, 'text'))}> " if isinstance(segment, Slot) else segment.text.casefold()
        for segment in parse_template(template)
    )

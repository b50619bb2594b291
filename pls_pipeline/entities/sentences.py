"""A reading seen as words in sentences: case, borders, distance.

Here: questions about a word's place that every rule about names asks. Not here: what a place means (name_contexts.py).
"""

import re
from functools import cache

from pls_pipeline.entities import lexicon as lx
from pls_pipeline.entities.reading import Reading
from pls_pipeline.entities.vocabulary import english_words

_CLOSER = re.compile(r"\s*(?:[.!?;:)\n\"\]]|$|-+(?:\s|$)|[^\w\s,'\"(&@/+#$€£*-])")
_INNER_CAPITAL = re.compile(r"(?<=[^\W\d_])[A-Z]")
_NAME_PREFIX = re.compile(r"^(?:Mc|Mac|De|Di|La|Le|Van|O')(?=[A-Z])")
_OPENING_MARKS = " \"'(*-[{<"
_SENTENCE_MARKS = frozenset(".!?;")
_TOKEN_MARKS = frozenset("/@._=&?#+\\")
_TOKEN_GOES_ON = re.compile(r"[@_=\\]|/\w|://|\.[a-z0-9]")
_TOKEN_GOES_ON_WITH = frozenset(r"@_=\/:.")
_SMALLEST_SAMPLE, _SAMPLE = 3, 40


@cache
def familiar_words() -> frozenset[str]:
    """Function words and words of English."""
    return english_words() | lx.FUNCTION_WORDS


class Words:
    """The words of a reading: `lower`, `stem` (without a possessive s), `starts`, `ends` and `capital` by index."""

    def __init__(self, reading: Reading) -> None:
        self.reading = reading
        self.plain = reading.plain
        self.lower = reading.word_texts
        possessive = "'s" in reading.lower
        self.stem = [word.removesuffix("'s") for word in self.lower] if possessive else self.lower
        self.starts = reading.word_starts
        self.ends = reading.word_ends
        self.count = len(self.lower)
        self._foreign: bool | None = None
        if reading.mixed_case:
            plain = self.plain
            self.capital = [plain[start].isupper() for start in self.starts]
        else:
            self.capital = [False] * self.count

    @property
    def foreign(self) -> bool:
        """Whether most words are no English: then a word that no list holds tells nothing."""
        if self._foreign is None:
            sample = [word for word, capital in zip(self.stem[:_SAMPLE], self.capital, strict=False) if not capital]
            known = sum(map(familiar_words().__contains__, sample))
            self._foreign = len(sample) >= _SMALLEST_SAMPLE and known * 2 < len(sample)
        return self._foreign

    def gap(self, index: int) -> str:
        """The text between word `index` and the next; after the last word, the rest."""
        end = self.starts[index + 1] if index + 1 < self.count else len(self.plain)
        return self.plain[self.ends[index] : end]

    def after(self, index: int, length: int) -> str:
        """The next `length` characters after the word."""
        end = self.ends[index]
        return self.plain[end : end + length]

    def starts_sentence(self, index: int) -> bool:
        """Whether a sentence or a line begins with the word."""
        if not index:
            return True
        gap = self.plain[self.ends[index - 1] : self.starts[index]]
        return gap != " " and ("\n" in gap or gap.rstrip(_OPENING_MARKS)[-1:] in _SENTENCE_MARKS)

    def early(self, index: int) -> bool:
        """Whether the word is among the first five of its sentence."""
        return any(self.starts_sentence(here) for here in range(max(0, index - 4), index))

    def closed(self, index: int) -> bool:
        """Whether the clause ends after the word; a comma does not end it."""
        return _CLOSER.match(self.plain, self.ends[index]) is not None

    def within_token(self, index: int) -> bool:
        """Whether the word is part of a link, an address or a path."""
        start, end = self.starts[index], self.ends[index]
        if start and self.plain[start - 1] in _TOKEN_MARKS:
            return True
        return self.plain[end : end + 1] in _TOKEN_GOES_ON_WITH and _TOKEN_GOES_ON.match(self.plain, end) is not None

    def odd_capitals(self, index: int) -> bool:
        """Whether capitals stand where names have none: GPS, TrackMan; McKenzie, Jean-Luc and O'Brien have none."""
        word = self.plain[self.starts[index] : self.ends[index]]
        if len(word) < 2 or word[1:].islower():
            return False
        parts = word.removesuffix("'S").replace("-", " ").split()
        return any(_INNER_CAPITAL.search(_NAME_PREFIX.sub("", part)) for part in parts)

    def unknown(self, index: int) -> bool:
        """Whether the word is neither a function word nor a word of English, nor joined of such words."""
        word = self.stem[index]
        if word in familiar_words() or len(word) < 2:
            return False
        return "-" not in word or not all(part in familiar_words() for part in word.split("-"))

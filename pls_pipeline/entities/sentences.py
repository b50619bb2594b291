"""A reading seen as words in sentences: case, borders, distance.

Here: questions about a word's place that every rule about names asks. Not here: what a place means (name_contexts.py).
"""

import re
from functools import cached_property

from pls_pipeline.entities import lexicon as lx
from pls_pipeline.entities.reading import Reading
from pls_pipeline.entities.vocabulary import is_word

_CLOSER = re.compile(r"\s*(?:[.!?;:)\n\"\]]|$|-+(?:\s|$)|[^\w\s,'\"(&@/+#$€£*-])")
_INNER_CAPITAL = re.compile(r"(?<=[^\W\d_])[A-Z]")
_NAME_PREFIX = re.compile(r"^(?:Mc|Mac|De|Di|La|Le|Van|O')(?=[A-Z])")
_OPENING_MARKS = " \"'(*-[{<"


class Words:
    """The words of a reading: `lower`, `stem` (without a possessive s) and `capital` by index."""

    def __init__(self, reading: Reading) -> None:
        self.reading = reading
        self.plain = reading.plain
        self.spans = reading.words
        self.lower = [word.lower for word in self.spans]
        self.stem = [word[:-2] if word.endswith("'s") else word for word in self.lower]
        self.capital = (
            [self.plain[word.start].isupper() for word in self.spans]
            if reading.mixed_case
            else [False] * len(self.spans)
        )
        self.count = len(self.spans)

    @cached_property
    def foreign(self) -> bool:
        """Whether most words are no English: then a word that no list holds tells nothing."""
        sample = [word for word, capital in zip(self.stem[:40], self.capital, strict=False) if not capital]
        known = sum(word in lx.FUNCTION_WORDS or is_word(word) for word in sample)
        return len(sample) >= 3 and known * 2 < len(sample)

    def gap(self, index: int) -> str:
        """The text between word `index` and the next; after the last word, the rest."""
        end = self.spans[index + 1].start if index + 1 < self.count else len(self.plain)
        return self.plain[self.spans[index].end : end]

    def after(self, index: int, length: int) -> str:
        """The next `length` characters after the word."""
        end = self.spans[index].end
        return self.plain[end : end + length]

    def starts_sentence(self, index: int) -> bool:
        """Whether a sentence or a line begins with the word."""
        if not index:
            return True
        gap = self.gap(index - 1)
        return gap != " " and ("\n" in gap or gap.rstrip(_OPENING_MARKS)[-1:] in {".", "!", "?", ";"})

    def early(self, index: int) -> bool:
        """Whether the word is among the first five of its sentence."""
        return any(self.starts_sentence(here) for here in range(max(0, index - 4), index))

    def closed(self, index: int) -> bool:
        """Whether the clause ends after the word; a comma does not end it."""
        return _CLOSER.match(self.plain, self.spans[index].end) is not None

    def odd_capitals(self, index: int) -> bool:
        """Whether capitals stand where names have none: GPS, TrackMan; McKenzie, Jean-Luc and O'Brien have none."""
        word = self.plain[self.spans[index].start : self.spans[index].end]
        if len(word) < 2 or word[1:].islower():
            return False
        parts = word.removesuffix("'S").replace("-", " ").split()
        return any(_INNER_CAPITAL.search(_NAME_PREFIX.sub("", part)) for part in parts)

    def unknown(self, index: int) -> bool:
        """Whether the word is neither a function word nor a word of English."""
        word = self.stem[index]
        return len(word) > 1 and word not in lx.FUNCTION_WORDS and not is_word(word)

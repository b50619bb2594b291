"""Approved patterns that resemble a conversation, offered to the model as demonstrations that it may cite.

Here: which patterns may be offered, and the choice of a handful for one part of a conversation. Not here: how they are
written in the request (prompt.py), what a citation must keep to (verification.py), which were offered before
(offering.py).

A pattern resembles a part where a reply of the operator has most words of one of its templates, words counting by how
few templates have them (idf), and a little more where the customer's words are those that were said before it.
"""

import json
import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pls_pipeline.entities import KnownValues
from pls_pipeline.extraction.people import People
from pls_pipeline.extraction.transcript import TranscriptPart
from pls_pipeline.patterns import Literal, MalformedTemplateError, Variable, parse_template
from pls_pipeline.privacy import scan_personal

MOST_OFFERED = 5
# A reply is an instance of a template when it has all words of it; half of them leave room for other wordings.
_LEAST_RESEMBLANCE = 0.5
_WEIGHT_OF_QUESTION = 0.3
_WORD = re.compile(r"[^\W\d_]{2,}")


@dataclass(frozen=True)
class KnownPattern:
    """An approved pattern of the library. `templates`: the reply and its other wordings.

    `examples` are what customers said before, for the choice alone: they are not offered.
    """

    pattern_id: str
    category: str
    situation: str
    templates: tuple[str, ...]
    variables: tuple[Variable, ...] = ()
    examples: tuple[str, ...] = ()

    @classmethod
    def from_row(cls, row: Mapping[str, Any]) -> "KnownPattern":
        """The pattern of a row of pattern_library."""
        return cls(
            row["pattern_id"],
            row["category"],
            row["situation"],
            (row["response_template"], *(row["wordings"] or ())),
            tuple(Variable(**variable) for variable in json.loads(row["variables"])),
            tuple(row["trigger_examples"] or ()),
        )


def choose_offerable(rows: Iterable[Mapping[str, Any]], people: People) -> tuple[KnownPattern, ...]:
    """The approved ones among rows of pattern_library, less templates that hold personal values or cannot be read."""
    known = KnownValues(names=people.staff, public=people.lines)
    patterns = []
    for row in rows:
        if row["status"] != "approved":
            continue
        pattern = KnownPattern.from_row(row)
        templates = tuple(template for template in pattern.templates if _is_clean(template, known))
        if templates:
            patterns.append(KnownPattern(**{**vars(pattern), "templates": templates}))
    return tuple(patterns)


class PatternChooser:
    """Chooses among known patterns those that resemble a part of a conversation, best first."""

    def __init__(self, patterns: Sequence[KnownPattern]) -> None:
        self._patterns = patterns
        words = [[_words_of(template) for template in pattern.templates] for pattern in patterns]
        counts = Counter(word for templates in words for word in set().union(*templates))
        self._weight = {word: math.log(1 + len(patterns) / count) for word, count in counts.items()}
        self._templates = [(place, found) for place, templates in enumerate(words) for found in templates]
        self._questions = [_words(" ".join((pattern.situation, *pattern.examples))) for pattern in patterns]
        self._holding: defaultdict[str, list[int]] = defaultdict(list)
        for number, (_, found) in enumerate(self._templates):
            for word in found:
                self._holding[word].append(number)

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to choose from."""
        return not self._patterns

    def choose(self, part: TranscriptPart) -> tuple[KnownPattern, ...]:
        """Return at most MOST_OFFERED patterns, the most resembling first."""
        if not self._patterns:
            return ()
        said: defaultdict[int, float] = defaultdict(float)
        for turn in _find_turns(part):
            for place, share in self._share_words(turn):
                said[place] = max(said[place], share)
        asked = _words(" ".join(m.masked.text for m in part.messages if m.role == "customer"))
        scores = {place: share + _WEIGHT_OF_QUESTION * self._compare(asked, place) for place, share in said.items()}
        best = sorted(scores, key=lambda place: (-scores[place], self._patterns[place].pattern_id))
        return tuple(self._patterns[place] for place in best[:MOST_OFFERED] if scores[place] >= _LEAST_RESEMBLANCE)

    def _share_words(self, turn: frozenset[str]) -> Iterator[tuple[int, float]]:
        """Yield for each template that shares a word with the turn its pattern, and how much of it the turn has."""
        shared: defaultdict[int, float] = defaultdict(float)
        for word in turn & self._holding.keys():
            for number in self._holding[word]:
                shared[number] += self._weight[word]
        for number, weight in shared.items():
            place, words = self._templates[number]
            yield place, weight / sum(self._weight[word] for word in words)

    def _compare(self, asked: frozenset[str], place: int) -> float:
        question = self._questions[place]
        return len(asked & question) / len(asked | question) if asked and question else 0.0


def _find_turns(part: TranscriptPart) -> Iterator[frozenset[str]]:
    """Yield the words of each of the operator's new turns; several messages in a row may be one reply."""
    turn: list[str] = []
    for message in part.messages:
        if message.role == "operator" and not message.is_context:
            turn.append(message.masked.text)
        elif turn:
            yield _words(" ".join(turn))
            turn = []
    if turn:
        yield _words(" ".join(turn))


def _words_of(template: str) -> frozenset[str]:
    return _words("".join(s.text if isinstance(s, Literal) else " " for s in parse_template(template)))


def _words(text: str) -> frozenset[str]:
    return frozenset(_WORD.findall(text.casefold()))


def _is_clean(template: str, known: KnownValues) -> bool:
    try:
        return not scan_personal(template, known)
    except MalformedTemplateError:
        return False

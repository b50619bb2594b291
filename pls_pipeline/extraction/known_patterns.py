"""Approved patterns that resemble a conversation, offered to the model as demonstrations that it may cite.

Here: which patterns may be offered, and the choice of a handful for one part of a conversation. Not here: how they are
written in the request (prompt.py), what a citation must keep to (verification.py), which were offered before
(offering.py).

A pattern resembles a reply of the operator that shares most words with one of its templates, words counting by how few
patterns have them (idf), and a little more where the customer's words are those that were said before it. Each reply of
a part brings the pattern that resembles it most before any brings its second.
"""

import heapq
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

MOST_OFFERED = 6
# The share of words (Dice) is 1 where a reply is an instance of a template; half leaves room for other wordings.
_LEAST_RESEMBLANCE = 0.5
_WEIGHT_OF_QUESTION = 0.2
# The rarest words of a reply have most of its weight: a template that shares little of them is not compared.
_WORDS_LOOKED_UP = 6
_LEAST_LOOKED_UP = 0.3
_UNIT = 1_000
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
    known = KnownValues(names=people.staff, public=people.lines | people.public)
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
        # Whole numbers: sums of them are the same in whatever order a set yields its words, so is the choice.
        self._weight = {word: round(_UNIT * math.log(1 + len(patterns) / count)) for word, count in counts.items()}
        templates = [(place, found) for place, each in enumerate(words) for found in each]
        self._places = [place for place, _ in templates]
        self._words = [found for _, found in templates]
        self._totals = [self._weigh(found) for _, found in templates]
        self._questions = [_words(" ".join((pattern.situation, *pattern.examples))) for pattern in patterns]
        self._holding: defaultdict[str, list[int]] = defaultdict(list)
        for number, (_, found) in enumerate(templates):
            for word in found:
                self._holding[word].append(number)

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to choose from."""
        return not self._patterns

    def choose(self, part: TranscriptPart) -> tuple[KnownPattern, ...]:
        """Return at most MOST_OFFERED patterns, the most resembling first."""
        if self.is_empty:
            return ()
        asked = _words(" ".join(m.masked.text for m in part.messages if m.role == "customer"))
        # The best rank that a pattern has for any reply, and its score there.
        best: dict[int, tuple[int, float]] = {}
        for reply in _find_replies(part):
            for rank, (score, place) in enumerate(self._rank(reply, asked)):
                best[place] = min(best.get(place, (rank, -score)), (rank, -score))
        order = sorted(best, key=lambda place: (*best[place], self._patterns[place].pattern_id))
        return tuple(self._patterns[place] for place in order[:MOST_OFFERED])

    def _rank(self, reply: frozenset[str], asked: frozenset[str]) -> list[tuple[float, int]]:
        """Return (score, place) of the patterns that resemble a reply, at most MOST_OFFERED, best first."""
        known = sorted(reply & self._weight.keys(), key=lambda word: (-self._weight[word], word))
        whole = self._weigh(known)
        looked_up: defaultdict[int, int] = defaultdict(int)
        for word in known[:_WORDS_LOOKED_UP]:
            weight = self._weight[word]
            for number in self._holding[word]:
                looked_up[number] += weight
        said: dict[int, float] = {}
        for number, weight in looked_up.items():
            if 2 * weight < _LEAST_LOOKED_UP * (whole + self._totals[number]):
                continue
            share = 2 * self._weigh(reply & self._words[number]) / (whole + self._totals[number])
            if share >= _LEAST_RESEMBLANCE:
                place = self._places[number]
                said[place] = max(said.get(place, 0.0), share)
        nearest = heapq.nlargest(2 * MOST_OFFERED, said, key=lambda place: (said[place], -place))
        scores = [(said[place] + _WEIGHT_OF_QUESTION * self._compare(asked, place), place) for place in nearest]
        return sorted(scores, key=lambda found: (-found[0], found[1]))[:MOST_OFFERED]

    def _compare(self, asked: frozenset[str], place: int) -> float:
        question = self._questions[place]
        return len(asked & question) / len(asked | question) if asked and question else 0.0

    def _weigh(self, words: Iterable[str]) -> int:
        return sum(self._weight[word] for word in words)


def _find_replies(part: TranscriptPart) -> Iterator[frozenset[str]]:
    """Yield the words of each of the operator's new messages, and of several in a row together."""
    turn: list[str] = []
    for message in (*part.messages, None):
        if message is not None and message.role == "operator" and not message.is_context:
            turn.append(message.masked.text)
            continue
        yield from map(_words, turn)
        if len(turn) > 1:
            yield _words(" ".join(turn))
        turn = []


def _words_of(template: str) -> frozenset[str]:
    return _words("".join(s.text if isinstance(s, Literal) else " " for s in parse_template(template)))


def _words(text: str) -> frozenset[str]:
    return frozenset(_WORD.findall(text.casefold()))


def _is_clean(template: str, known: KnownValues) -> bool:
    try:
        return not scan_personal(template, known)
    except MalformedTemplateError:
        return False

"""Names of people, by the words around them.

Here: how likely a word is a name by itself, after what stands before it and before what follows it; the sum decides. Not here: names
known beforehand (known.py), names that are alone in a field or a signature (signatures.py).
No list of names is used. The weights are counted in evidence: a capital on a word that is no common word weighs 1, a greeting
before it 3, an article before it -3; NAME_AT is what a name needs.
"""

import re
from collections.abc import Iterator
from functools import cached_property

from pls_pipeline.entities import lexicon as lx
from pls_pipeline.entities.reading import Reading
from pls_pipeline.entities.records import Recogniser, Span
from pls_pipeline.entities.vocabulary import is_common

RANK = 60
NAME_AT = 3.0
SUSPECT_AT = 1.5
_LONGEST = 4
_CLOSER = re.compile(r"\s*(?:[.!?;:)\n\"\]]|$|-+(?:\s|$)|[^\w\s,'\"(&@/+#$€£*-])")
_NUMBER_NEXT = re.compile(r"[ (]{1,2}\+?\(?(\d[\d ().-]*)")
_CONTRACTED = ("'m", "'re", "'ve", "'ll", "'d", "'t")


class Words:
    """The words of a reading, and the questions that rules ask about them."""

    def __init__(self, reading: Reading) -> None:
        self.reading = reading
        self.plain = reading.plain
        self.words = reading.words
        self.lower = [word.lower for word in self.words]
        self.stem = [word[:-2] if word.endswith("'s") else word for word in self.lower]
        self.capital = (
            [self.plain[word.start].isupper() for word in self.words]
            if reading.mixed_case
            else [False] * len(self.words)
        )

    @cached_property
    def foreign(self) -> bool:
        """Whether most words are no English: then a word that is not common tells nothing."""
        sample = [word for word, capital in zip(self.stem[:40], self.capital, strict=False) if not capital]
        return len(sample) >= 3 and sum(word in lx.FUNCTION_WORDS or is_common(word) for word in sample) * 2 < len(
            sample
        )

    def gap(self, index: int) -> str:
        """The text between word `index` and the next; after the last word, the rest."""
        end = self.words[index + 1].start if index + 1 < len(self.words) else len(self.plain)
        return self.plain[self.words[index].end : end]

    def starts_sentence(self, index: int) -> bool:
        """Whether a sentence or a line begins with the word."""
        if not index:
            return True
        gap = self.gap(index - 1)
        return "\n" in gap or gap.rstrip(" \"'(*-")[-1:] in {".", "!", "?", ";"} and not gap.startswith("' ")

    def closed(self, index: int) -> bool:
        """Whether the clause ends after the word; a comma does not end it."""
        return _CLOSER.match(self.plain, self.words[index].end) is not None

    def odd_capitals(self, index: int) -> bool:
        """Whether capitals stand where names have none: GPS, TrackMan, but not McKenzie or O'Brien."""
        word = self.plain[self.words[index].start : self.words[index].end]
        return (
            len(word) > 1
            and re.search(
                r"(?<=[^\W\d_])[A-Z]",
                re.sub(r"^(?:Mc|Mac|De|Di|La|Le|Van|O')(?=[A-Z])|(?<=-)|'S$", "", word.replace("-", " ")),
            )
            is not None
        )

    def unknown(self, index: int) -> bool:
        """Whether the word is neither a function word nor a common word."""
        word = self.stem[index]
        return word not in lx.FUNCTION_WORDS and not is_common(word) and len(word) > 1


def _prior(words: Words, first: int, last: int) -> float:
    """What the words weigh by themselves."""
    word = words.stem[first]
    greeting = word in lx.GREETINGS or (word in lx.GREETING_STARTS | lx.GREETING_NOUNS and words.starts_sentence(first))
    if word in lx.ADDRESSED or word in lx.HONORIFICS or greeting or words.lower[first].endswith(_CONTRACTED):
        return -9
    if words.capital[first]:
        weight = 0.5 if last > first else 0.0
        if len(word) == 1 and last > first and words.gap(first) == ". ":
            return 1.5
        if any(words.odd_capitals(index) for index in range(first, last + 1)):
            return weight - 3
        if word in lx.FUNCTION_WORDS:
            particle = word in lx.PARTICLES and last > first
            return weight if (word in lx.MAY_BE_NAMES or particle) and not words.starts_sentence(first) else -6
        if words.starts_sentence(first) and (word in lx.OPENERS or word in lx.PERSON_OBJECT_VERBS):
            return weight - 4
        if any(words.unknown(index) for index in range(first, last + 1)):
            return weight + (0 if words.foreign else 1)
        if words.starts_sentence(first):
            return weight - (4 if word.endswith(("ly", "ing", "ed")) else 1)
        return weight
    if word in lx.PARTICLES and last > first:
        return 0
    if word in lx.FUNCTION_WORDS or len(word) < 2:
        return -9
    if not words.unknown(first):
        return -2 if last == first or not words.unknown(last) else -1
    return -1 if words.foreign else 0


def _run_end(words: Words, first: int, *, full: bool) -> int:
    """The last word of the name that begins at `first`; `full` where a surname in small letters may follow."""
    last = first
    count = len(words.words)
    while last + 1 < count and last - first + 1 < _LONGEST and not words.lower[last].endswith("'s"):
        gap = words.gap(last)
        initial = words.words[last].end - words.words[last].start == 1
        if gap != " " and not (gap == ". " and (initial or words.lower[last] in {"st", "jr"})):
            break
        follower = last + 1
        word = words.stem[follower]
        if word in lx.PARTICLES and follower + 1 < count and words.gap(follower) in {" ", ". "}:
            after = follower + 1
            if words.stem[after] in lx.PARTICLES and after + 1 < count and words.gap(after) == " ":
                after += 1
            if (
                words.capital[first]
                and words.capital[after]
                or not words.capital[first]
                and full
                and words.unknown(after)
            ):
                last = after
                continue
        if words.capital[first]:
            if (
                not words.capital[follower]
                or word in lx.FUNCTION_WORDS
                and word not in lx.MAY_BE_NAMES
                or word in lx.HONORIFICS
            ):
                if not (words.capital[follower] and len(word) == 1 and words.closed(follower)):
                    break
        elif word in lx.FUNCTION_WORDS or len(word) < 2 or words.capital[follower]:
            break
        elif not words.unknown(follower) and not (full and _ends_full_name(words, follower)):
            break
        last = follower
    return last


def _ends_full_name(words: Words, index: int) -> bool:
    if words.stem[index] in lx.PERSON_SUBJECT_VERBS:
        return False
    return (
        words.closed(index)
        or words.gap(index).startswith(",")
        or (
            words.gap(index) == " "
            and index + 1 < len(words.words)
            and words.lower[index + 1] in {"but", "and", "for", "at", "order", "on"}
        )
    )


def _introduced(words: Words, index: int) -> tuple[float, str] | None:
    """Evidence of "my name is", "this is", "under", "called" before the word."""
    before = words.lower[index - 1]
    two = words.lower[index - 2] if index > 1 else ""
    if before in {
        "name",
        "names",
        "name's",
        "names's",
        "heiße",
        "heisse",
        "m'appelle",
        "llamo",
        "chiamo",
        "chamo",
        "heet",
        "heter",
        "attn",
        "attention",
    }:
        return 4, "person_name"
    if before in {"is", "es", "ist", "est", "are", "was", "é", "to"} and two in {
        "name",
        "names",
        "nombre",
        "nom",
        "nome",
        "naam",
        "namn",
    }:
        return 4, "person_name"
    if (
        before in {"under", "called", "named", "aka", "signed", "addressed"}
        or (before == "me" and two == "call")
        or (before == "of" and two == "name")
    ):
        return 3, "person_name"
    if before in {"it's", "its", "i'm", "im", "soy", "c'est", "sono", "sou", "ik"} or (
        before in {"is", "am", "bin", "suis", "ben"}
        and two in {"this", "it", "i", "ich", "je", "here", "ik", "hier", "speaking", "ici"}
    ):
        opening = index < 6 or words.starts_sentence(index - 1) or words.starts_sentence(index - 2)
        return (2.5 if opening else 1.5), "staff_name"
    return None


def _greeted(words: Words, index: int) -> bool:
    """Whether a greeting stands before the word, with at most four words of courtesy between."""
    for step in range(1, 6):
        here = index - step
        if here < 0:
            return False
        word = words.lower[here]
        if word in lx.GREETINGS:
            return True
        if word in lx.GREETING_NOUNS and (words.starts_sentence(here) or words.lower[here - 1] in lx.GREETING_STARTS):
            return True
        if word not in lx.AFTER_GREETING or words.gap(here - 1) not in {" ", ""}:
            return False
    return False


def _left(words: Words, index: int, last: int) -> tuple[float, str]:
    """What stands before the word: its weight, and the variable name it suggests."""
    if words.starts_sentence(index) and words.gap(last).startswith(", ") and last + 1 < len(words.words):
        return (2.5 if words.lower[last + 1] in lx.CLAUSE_STARTS else 1), "customer_name"
    if not index:
        return 0, "customer_name"
    gap, before = words.gap(index - 1), words.lower[index - 1]
    mark = gap.strip()
    if before in lx.HONORIFICS and mark in {"", "."} and "\n" not in gap:
        plain_word = before in lx.PLAIN_WORDS_TOO and not (words.capital[index] and words.capital[index - 1])
        return (0 if plain_word else 5), "doctor_name" if before == "dr" else "customer_name"
    if mark in {"", ",", "!", ":"} and "\n\n" not in gap and len(gap) <= 2:
        if not mark or mark == ":":
            introduced = _introduced(words, index)
            if introduced:
                return introduced
        if _greeted(words, index):
            return (3 if mark != "," or words.closed(last) or gap == "," else 1.5), "customer_name"
    if "\n" in gap or mark[-1:] in {".", "!", "?", ";"}:
        return 0, "customer_name"
    if mark == ",":
        if before in lx.RELATIONS:
            return 2, "person_name"
        place = index > 1 and (
            words.capital[index - 1]
            and not words.starts_sentence(index - 1)
            or words.lower[index - 2] in lx.PLACE_PREPOSITIONS
        )
        return (-1 if place else 2 if words.closed(last) else 0.5), "customer_name"
    if not mark and words.capital[index - 1] and not words.starts_sentence(index - 1) and words.capital[index]:
        return -2, "person_name"
    if mark:
        return (1 if mark in {":", "-", "("} else 0), "person_name"
    if before in lx.RELATIONS:
        return 3, "person_name"
    if before in lx.PERSON_OBJECT_VERBS:
        return 2.5, "staff_name"
    if before == "to":
        return (2 if not lx.GIVING.isdisjoint(words.lower[max(0, index - 6) : index]) else -3), "person_name"
    if before in lx.AUXILIARIES and (words.starts_sentence(index - 1) or words.gap(index - 2) == ", "):
        return 1.5, "person_name"
    if (
        before in lx.DETERMINERS
        and not words.starts_sentence(index - 1)
        and before not in lx.CLAUSE_ENDS
        or before in {"a", "an", "the", "our", "your", "my"}
    ):
        return -3, "person_name"
    if before in lx.PLACE_PREPOSITIONS - lx.CLAUSE_ENDS:
        return -3, "person_name"
    return _addressed(words, index, last, before)


def _addressed(words: Words, index: int, last: int, before: str) -> tuple[float, str]:
    """Weight of a place where somebody may be addressed without a comma: "I understand Aisha, …", "til noon hassan"."""
    rest = words.plain[words.words[last].end : words.words[last].end + 3]
    closed = words.closed(last)
    early = any(words.starts_sentence(here) for here in range(max(0, index - 4), index))
    if before in lx.CLAUSE_ENDS and (closed or rest.startswith(",")):
        return (2.5 if early else 2), "customer_name"
    if before in lx.OPENERS and words.starts_sentence(index - 1):
        return 2.5, "customer_name"
    if before in {"for", "by"}:
        return 0.5, "person_name"
    if before in {"and", "&", "or", "from"}:
        return 0, "person_name"
    if before in lx.PREPOSITIONS or before in lx.PLACE_PREPOSITIONS:
        return -3, "person_name"
    if early and (rest[:1] in {"!", ":", ";"} or rest.startswith((" - ", ", "))):
        return 1.5, "customer_name"
    return (0 if before in lx.FUNCTION_WORDS else -1), "person_name"


def _right(words: Words, last: int) -> float:
    """Weight of what follows the name."""
    end = words.words[last].end
    if words.lower[last].endswith("'s"):
        follower = words.lower[last + 1] if last + 1 < len(words.words) else ""
        return 2 if follower and words.gap(last) == " " and follower not in lx.FUNCTION_WORDS else 0.5
    if words.closed(last):
        return 1
    number = _NUMBER_NEXT.match(words.plain, end)
    if number:
        return 2 if sum(character.isdigit() for character in number[1]) >= 7 else -2
    if last + 1 >= len(words.words):
        return 1
    gap, follower = words.gap(last), words.lower[last + 1]
    if gap.startswith(","):
        return 1.5 if follower in lx.CLAUSE_STARTS else 0.5
    if gap.strip():
        return 0.5
    return _before_word(words, last, follower)


def _before_word(words: Words, last: int, follower: str) -> float:
    after = words.lower[last + 2] if last + 2 < len(words.words) else ""
    if follower in {"here", "speaking"} or (follower == "from" and last < 4):
        return 2
    if follower in {"will", "can", "could", "would", "is", "to", "should"} and after in lx.PERSON_ACTIONS:
        return 1 if follower == "is" or after == "be" and follower != "will" else 2.5
    if follower in lx.PERSON_SUBJECT_VERBS:
        return 2
    if (
        follower in lx.AUXILIARIES
        or follower in lx.CLAUSE_STARTS
        or re.match(r" [^\W\d_]+ #?[a-z]?\d", words.plain[words.words[last].end :][:24].lower())
    ):
        return 1
    if follower in lx.FUNCTION_WORDS or follower in lx.PERSON_ACTIONS:
        return 0.5
    if follower.endswith(("ing", "ed")):
        return 0
    return -0.5 if words.unknown(last + 1) else -1.5


def weigh_names(reading: Reading) -> Iterator[tuple[Span, float]]:
    """Words that may be names, each with its evidence, from SUSPECT_AT up."""
    words = Words(reading)
    index, count = 0, len(words.words)
    while index < count:
        if not words.capital[index] and (
            words.lower[index] in lx.FUNCTION_WORDS - lx.PARTICLES or len(words.lower[index]) < 2
        ):
            index += 1
            continue
        last = _run_end(words, index, full=words.lower[index] in lx.PARTICLES)
        prior = _prior(words, index, last)
        if prior <= -4 or (not words.capital[index] and prior < -1):
            index += 1
            continue
        left, name = _left(words, index, last)
        if left >= 2.5 and not words.capital[index]:
            last = _run_end(words, index, full=True)
        weight = prior + left + _right(words, last)
        if not reading.expected.isdisjoint(words.stem[index : last + 1]):
            weight += 1 if words.stem[index] in lx.CALENDAR else 2
        if weight < SUSPECT_AT:
            index += 1
            continue
        end = words.words[last].end - (2 if words.lower[last].endswith("'s") else 0)
        yield Span(words.words[index].start, end, "person", name, RANK), weight
        index = last + 1 if weight >= NAME_AT else index + 1


def find_people(reading: Reading, _region: str) -> Iterator[Span]:
    """Names whose evidence adds up to NAME_AT."""
    for span, weight in weigh_names(reading):
        if weight >= NAME_AT:
            yield span
        elif words_are_unknown(span, reading):
            reading.suspects.append(span)


def words_are_unknown(span: Span, reading: Reading) -> bool:
    """Whether the span is capitalised and none of its words is common."""
    parts = reading.plain[span.start : span.end].lower().split()
    return reading.plain[span.start].isupper() and not any(
        is_common(part) or part in lx.FUNCTION_WORDS for part in parts
    )


RECOGNISERS = (Recogniser(find_people),)

"""Names of people, by the words around them.

Here: the sum of the evidence. Not here: names known beforehand (known.py), names that are alone in a field or a
signature (signatures.py). No list of names is used. Evidence is what the words weigh (name_words.py) and what their
context weighs (name_contexts.py): a capital on a word that is no word of English weighs 1, a greeting before it 3, an
article before it -3. A name needs NAME_AT. A name that the conversation or the contacts know, and that is a common
word too, needs less.
"""

from collections.abc import Iterator
from functools import cache

from pls_pipeline.entities import lexicon as lx
from pls_pipeline.entities.name_contexts import weigh_after, weigh_before
from pls_pipeline.entities.name_words import find_name_end, weigh_words
from pls_pipeline.entities.reading import Reading
from pls_pipeline.entities.records import Recogniser, Span
from pls_pipeline.entities.sentences import Words, familiar_words
from pls_pipeline.entities.vocabulary import is_common

RANK = 60
NAME_AT = 3.0
SUSPECT_AT = 1.5
_NEVER_CAPITALISED = (lx.FUNCTION_WORDS - lx.MAY_BE_NAMES - lx.PARTICLES) | lx.ADDRESSED | lx.HONORIFICS | lx.GREETINGS
_BEFORE_ANY_NAME = lx.BEFORE_ANY_NAME | lx.HONORIFICS
_NEVER_FIRST = _NEVER_CAPITALISED | lx.OPENERS | lx.PERSON_OBJECT_VERBS
_SENTENCE_ENDS = frozenset([". ", "? "])
_EXPECTED = 2.0
_EXPECTED_DATE = 1.0
_FULL_NAME_AFTER = 2.5
_DIGITS_OF_PHONE = 7


def weigh_names(words: Words) -> Iterator[tuple[int, int, str, float]]:
    """First and last word, suggested variable name and evidence of all that may be names, from SUSPECT_AT up."""
    after = 0
    for index in _candidates(words):
        weighed = _weigh(words, index) if index >= after else None
        if weighed:
            last, name, weight = weighed
            yield index, last, name, weight
            after = last + 1 if weight >= NAME_AT else after


def _candidates(words: Words) -> list[int]:
    """Words that have a capital, are no words of English, are expected as names, or follow the word "name"."""
    plain, reading, stems, capitals = _plain_words(), words.reading, words.stem, words.capital
    if reading.expected:
        remarkable = list(range(words.count))
    else:
        remarkable = [index for index, word in enumerate(stems) if capitals[index] or word not in plain]
        if not _BEFORE_ANY_NAME.isdisjoint(reading.vocabulary):
            announced = [index for index, word in enumerate(words.lower, 1) if word in _BEFORE_ANY_NAME]
            remarkable = sorted({*remarkable, *announced} - {words.count})
        if reading.longest_run >= _DIGITS_OF_PHONE and "to" in reading.vocabulary:
            remarkable = sorted({*remarkable, *_given_with_number(words)})
    return [index for index in remarkable if _may_begin(words, index, stems[index])]


def _given_with_number(words: Words) -> Iterator[int]:
    """Words between "to" and a digit: "send it to miles 312 555-0161"."""
    for index, word in enumerate(words.lower[:-1] if words.reading.shapes else (), 1):
        if word == "to" and words.gap(index).strip(" +(")[:1].isdigit():
            yield index


@cache
def _plain_words() -> frozenset[str]:
    """Words that in small letters begin a name only after a word that announces one."""
    return familiar_words() - lx.PARTICLES


def _may_begin(words: Words, index: int, word: str) -> bool:
    if words.capital[index]:
        if word in (_NEVER_CAPITALISED if index else _NEVER_FIRST):
            return len(word) == 1 and words.after(index, 1) == "."
        return not _opens_plainly(words, index, word)
    if word not in _plain_words():
        return len(word) > 1 or word in lx.PARTICLES
    if words.reading.expected and words.reading.expects(word):
        return True
    if not index or words.lower[index - 1] not in _BEFORE_ANY_NAME:
        return bool(index) and words.lower[index - 1] == "to" and word not in _NEVER_CAPITALISED
    return word not in lx.FUNCTION_WORDS or (word in lx.MAY_BE_NAMES and words.lower[index - 1] in lx.INTRODUCING)


def _opens_plainly(words: Words, index: int, word: str) -> bool:
    """Whether a common word begins a sentence and a word in small letters follows: no context could make it a name."""
    if words.reading.expected or not is_common(word) or words.gap(index) != " " or index + 1 == words.count:
        return False
    if words.lower[index].endswith("'s") and words.lower[index + 1] in lx.BELONGINGS:
        return word in lx.RELATIONS
    if words.capital[index + 1] or words.stem[index + 1] in lx.PARTICLES:
        return False
    return not index or (words.gap(index - 1) in _SENTENCE_ENDS and words.lower[index - 1] not in lx.HONORIFICS)


def _weigh(words: Words, index: int) -> tuple[int, str, float] | None:
    if words.within_token(index):
        return None
    last = find_name_end(words, index, full=words.stem[index] in lx.PARTICLES)
    weight = weigh_words(words, index, last)
    if weight <= -NAME_AT:
        return None
    before, name = weigh_before(words, index, last)
    if before >= _FULL_NAME_AFTER and not words.capital[index]:
        last = find_name_end(words, index, full=True)
    weight += before + weigh_after(words, last)
    if words.reading.expected and any(map(words.reading.expects, words.stem[index : last + 1])):
        weight += _EXPECTED_DATE if words.stem[index] in lx.CALENDAR else _EXPECTED
    return (last, name, weight) if weight >= SUSPECT_AT else None


def find_people(reading: Reading, _region: str) -> Iterator[Span]:
    """Names whose evidence adds up to NAME_AT; the others that have a capital and are no words become suspects."""
    if reading.word_texts:
        yield from _find_people(Words(reading))


def _find_people(words: Words) -> Iterator[Span]:
    reading = words.reading
    for first, last, name, weight in weigh_names(words):
        start, end = words.starts[first], words.ends[last]
        if words.lower[last].endswith("'s"):
            end -= 2
        if weight >= NAME_AT:
            yield Span(start, end, "person", name, RANK)
        elif words.capital[first] and all(words.unknown(index) for index in range(first, last + 1)):
            reading.suspects.append(reading.text[start:end])


RECOGNISERS = (Recogniser(find_people),)

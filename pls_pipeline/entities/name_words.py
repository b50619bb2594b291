"""How likely words are a name by themselves, and how far a name reaches.

Here: the weight of the words alone. Not here: what stands around them (name_contexts.py).
"""

from pls_pipeline.entities import lexicon as lx
from pls_pipeline.entities.sentences import Words
from pls_pipeline.entities.vocabulary import is_common

NEVER = -9.0
_LONGEST = 4
_CONTRACTED = ("'m", "'re", "'ve", "'ll", "'d", "'t")
_AFTER_FULL_NAME = frozenset(["but", "and", "for", "at", "order", "on", "i", "my", "from"])
_CALLED_OUT_ENDS = frozenset(",.!")


def weigh_words(words: Words, first: int, last: int) -> float:
    """Evidence that the words `first` to `last` are a name, context aside; NEVER where they cannot be."""
    word = words.stem[first]
    if (
        word in lx.ADDRESSED
        or (word in lx.HONORIFICS and not _is_initial(words, first, last))
        or word in lx.GREETINGS
        or words.lower[first].endswith(_CONTRACTED)
    ):
        return NEVER
    greets = word in lx.GREETING_NOUNS or word in lx.GREETING_STARTS
    if greets and (words.starts_sentence(first) or words.lower[first - 1] in lx.GREETING_STARTS):
        return NEVER
    return _weigh_capitalised(words, first, last) if words.capital[first] else _weigh_small(words, first, last)


def _is_initial(words: Words, first: int, last: int) -> bool:
    """Whether "M." is the first letter of a name that goes on, not Monsieur."""
    return last > first and words.capital[first] and words.ends[first] - words.starts[first] == 1


def _weigh_capitalised(words: Words, first: int, last: int) -> float:
    word, longer = words.stem[first], 0.5 if last > first else 0.0
    if len(word) == 1 and last > first and words.gap(first) in {". ", "."}:
        return 1.5
    starts = words.starts_sentence(first)
    if word in lx.FUNCTION_WORDS:
        particle = word in lx.PARTICLES and last > first
        plain_start = starts and last == first and not _called_first(words, first)
        if not particle and (word not in lx.MAY_BE_NAMES or plain_start):
            return NEVER
        return longer - 1 if word in lx.MONTHS and not starts and not _called_out(words, first, last) else longer
    if starts and (word in lx.OPENERS or word in lx.PERSON_OBJECT_VERBS):
        return NEVER
    if any(words.odd_capitals(index) for index in range(first, last + 1)):
        return longer - 3
    if any(words.unknown(index) for index in range(first, last + 1)):
        return longer if words.foreign else longer + 1
    if starts and is_common(word):
        return NEVER if word.endswith(("ly", "ing", "ed")) else longer - 1
    return longer


def _is_kept_under(words: Words, first: int, last: int) -> bool:
    """Whether words after "under" are what a booking is kept under, not "under new management".

    One of them is no word of English ("under will nguyen"), or something is booked before.
    """
    word = words.stem[first]
    if word in lx.FUNCTION_WORDS and word not in lx.MAY_BE_NAMES:
        return False
    return any(map(words.unknown, range(first, last + 1))) or not lx.BOOKED.isdisjoint(words.lower[: first - 1])


def _called_first(words: Words, index: int) -> bool:
    """Whether a sentence begins with the word, a comma and a clause: "Will, your code is"."""
    if words.after(index, 2) != ", " or index + 1 == words.count or words.lower[index] in lx.OPENERS:
        return False
    return words.lower[index + 1] in lx.CLAUSE_STARTS


def _called_out(words: Words, first: int, last: int) -> bool:
    """Whether a mark follows a word after which somebody may be addressed: "Sure May, we will"."""
    before = words.lower[first - 1] if first else ""
    return words.after(last, 1) in _CALLED_OUT_ENDS and before in lx.CLAUSE_ENDS and before not in lx.DETERMINERS


def _weigh_small(words: Words, first: int, last: int) -> float:
    word = words.stem[first]
    if word in lx.PARTICLES and last > first:
        return 0
    if word in lx.MAY_BE_NAMES and first and words.lower[first - 1] in lx.INTRODUCING:
        # "this is will. where is my money", "its may"; what goes on as a clause is no name
        return -0.5 if words.closed(last) or last > first or words.after(last, 6) == " from " else NEVER
    if last > first and first and words.lower[first - 1] == "under" and _is_kept_under(words, first, last):
        return -0.5
    if word in lx.FUNCTION_WORDS or len(word) < 2:
        return NEVER
    if words.unknown(first):
        return -1 if words.foreign else 0
    if not is_common(word):
        return -1
    return -1.5 if last > first and words.unknown(last) else -2


def find_name_end(words: Words, first: int, *, full: bool) -> int:
    """Index of the last word of the name that begins at `first`; `full` where a surname may follow in small letters."""
    last = first
    while last + 1 < words.count and last - first + 1 < _LONGEST and not words.lower[last].endswith("'s"):
        gap = words.gap(last)
        initial = words.ends[last] - words.starts[last] == 1
        if gap != " " and not (gap in {". ", "."} and (initial or (gap == ". " and words.lower[last] in {"st", "jr"}))):
            break
        follower = last + 1
        after = _after_particles(words, follower)
        if after > follower and _joins(words, first, after, full=full):
            last = after
        elif (words.capital[first] and _joins_capitalised(words, follower)) or (
            not words.capital[first] and _joins_small(words, follower, full=full)
        ):
            last = follower
        else:
            break
    return last


def _after_particles(words: Words, index: int) -> int:
    """The word after up to two particles that begin at `index`; `index` itself where there is none."""
    if words.stem[index] not in lx.PARTICLES:
        return index
    here = index
    while (
        here - index < 2
        and here + 1 < words.count
        and words.stem[here] in lx.PARTICLES
        and words.gap(here) in {" ", ". "}
    ):
        here += 1
    return here


def _joins(words: Words, first: int, after: int, *, full: bool) -> bool:
    if words.capital[first]:
        return words.capital[after]
    return full and not words.capital[after] and (words.unknown(after) or _ends_full_name(words, after))


def _joins_capitalised(words: Words, index: int) -> bool:
    word = words.stem[index]
    if not words.capital[index] or word in lx.HONORIFICS:
        return False
    if len(word) == 1:
        return word not in {"i", "a"} or words.gap(index) == ". "
    return word not in lx.FUNCTION_WORDS or word in lx.MAY_BE_NAMES


def _joins_small(words: Words, index: int, *, full: bool) -> bool:
    word = words.stem[index]
    if word in lx.FUNCTION_WORDS or len(word) < 2 or words.capital[index]:
        return False
    return words.unknown(index) or (full and _ends_full_name(words, index))


def _ends_full_name(words: Words, index: int) -> bool:
    """Whether a common word can be a surname because the clause goes no further with it."""
    if words.stem[index] in lx.PERSON_SUBJECT_VERBS:
        return False
    if words.closed(index) or words.gap(index).startswith(","):
        return True
    return words.gap(index) == " " and words.lower[index + 1] in _AFTER_FULL_NAME

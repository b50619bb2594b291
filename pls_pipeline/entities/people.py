"""Names of people, by the words around them.

Here: greetings, introductions, signatures, honorifics, words of kinship, vocatives, possessives, "booked under …". Not here:
names that are known beforehand (known.py). No list of names is used: a word is a name by its place, its capital, and by not
being a common word where capitals say nothing.
"""

import re
from collections.abc import Callable, Iterator

from pls_pipeline.entities import lexicon
from pls_pipeline.entities.reading import Reading, Word
from pls_pipeline.entities.records import Recogniser, Span
from pls_pipeline.entities.vocabulary import is_common

RANK = 60
_LONGEST_NAME = 4
_CLOSED = re.compile(r"\s*(?:[,.!?;:)\n(]|$|-(?!\w)|[^\w\s'\"-])")


class _Line:
    """The words of a reading and the questions that rules ask about them."""

    def __init__(self, reading: Reading) -> None:
        self.reading = reading
        self.words = reading.words
        self.foreign = self._is_foreign()

    def _is_foreign(self) -> bool:
        """Whether most words are no English: then a word that is not common tells nothing."""
        sample = [word.lower for word in self.words[:40]]
        known = sum(word in lexicon.FUNCTION_WORDS or is_common(word.split("'")[0]) for word in sample)
        return len(sample) >= 5 and known * 2 < len(sample)

    def between(self, index: int) -> str:
        """The text between word `index` and the one after it."""
        return (
            self.reading.plain[self.words[index].end : self.words[index + 1].start]
            if index + 1 < len(self.words)
            else self.rest(index)
        )

    def rest(self, index: int) -> str:
        return self.reading.plain[self.words[index].end :]

    def capital(self, index: int) -> bool:
        return self.reading.plain[self.words[index].start].isupper()

    def shouted(self, index: int) -> bool:
        word = self.words[index]
        return word.end - word.start > 1 and self.reading.plain[word.start : word.end].isupper()

    def starts_sentence(self, index: int) -> bool:
        start = self.words[index].start
        before = self.reading.plain[max(0, start - 6) : start].rstrip(" \"'(*")
        return not before or before[-1] in ".!?\n:;" or "\n" in self.reading.plain[max(0, start - 2) : start]

    def closed(self, index: int) -> bool:
        """Whether a clause ends after the word."""
        return _CLOSED.match(self.reading.plain, self.words[index].end) is not None

    def joined_to_next(self, index: int) -> bool:
        return (
            self.between(index) in {" ", ". "}
            if self.words[index].end - self.words[index].start == 1
            else self.between(index) == " "
        )

    def stem(self, index: int) -> str:
        return self.words[index].lower.removesuffix("'s").removesuffix("'")


def _is_name(line: _Line, index: int, *, sure: bool) -> bool:
    """Whether the word can be a name here; `sure` where the words before it promise one."""
    if index >= len(line.words):
        return False
    word = line.stem(index)
    if "'" in word and word.split("'")[1] in {"m", "re", "ve", "ll", "d", "t"}:
        return False
    if word in lexicon.ADDRESSED or word in lexicon.HONORIFICS:
        return False
    telling_capital = line.reading.mixed_case and line.capital(index) and not line.shouted(index)
    if telling_capital and not line.starts_sentence(index):
        return word not in lexicon.FUNCTION_WORDS or word in lexicon.MAY_BE_NAMES
    if word in lexicon.FUNCTION_WORDS:
        return False
    if len(word) < 2:
        return False
    if is_common(word):
        return (sure and (line.closed(index) or telling_capital)) and not word.endswith(("ing", "ed", "ly"))
    return telling_capital or not line.foreign


def _name_end(line: _Line, index: int, *, full: bool) -> int:
    """Index of the last word of the name that begins at `index`."""
    words, last = line.words, index
    while (
        last + 1 < len(words)
        and last + 1 - index < _LONGEST_NAME
        and line.joined_to_next(last)
        and not words[last].lower.endswith("'s")
    ):
        follower = last + 1
        word = line.stem(follower)
        if word in lexicon.PARTICLES and follower + 1 < len(words) and line.between(follower) in {" ", ". "}:
            after = follower + 1
            if line.stem(after) in lexicon.PARTICLES and after + 1 < len(words) and line.between(after) == " ":
                after += 1
            if (line.capital(after) and line.reading.mixed_case and line.capital(index)) or (
                not line.capital(index)
                and full
                and not is_common(line.stem(after))
                and line.stem(after) not in lexicon.FUNCTION_WORDS
            ):
                last = after
                continue
        if line.reading.mixed_case and line.capital(index):
            if (
                not line.capital(follower)
                or word in lexicon.FUNCTION_WORDS - lexicon.MAY_BE_NAMES
                or word in lexicon.HONORIFICS
            ):
                break
        elif word in lexicon.FUNCTION_WORDS or (len(word) < 2 and not line.closed(follower)) or (is_common(word) and not (full and _ends_name(line, follower))) or line.foreign:
            break
        last = follower
    return last


def _ends_name(line: _Line, index: int) -> bool:
    return line.closed(index) or (
        index + 1 < len(line.words) and line.words[index + 1].lower in {"but", "and", "for", "at", "on", "from"}
    )


def _span(line: _Line, first: int, last: int, name: str, rank: int) -> Span:
    end = line.words[last].end
    if line.words[last].lower.endswith("'s"):
        end -= 2
    return Span(line.words[first].start, end, "person", name, rank)


def _after_greeting(line: _Line, index: int) -> Iterator[Span]:
    if line.words[index].lower not in lexicon.GREETINGS:
        return
    here = index
    while (
        here + 1 < len(line.words)
        and line.words[here + 1].lower in lexicon.AFTER_GREETING
        and re.fullmatch(r"[ ,]{1,2}", line.between(here))
        and here - index < 3
    ):
        here += 1
    target = here + 1
    if (
        target < len(line.words)
        and re.fullmatch(r"\s?[,!.]?\s?", line.between(here))
        and _is_name(line, target, sure=False)
    ):
        separated = line.between(here).strip() != ""
        if separated and not (line.capital(target) and line.closed(target)):
            return
        if is_common(line.stem(target)) and not line.closed(target):
            return
        last = _name_end(line, target, full=False)
        if line.capital(target) or line.closed(last) or not is_common(line.stem(target)):
            yield _span(line, target, last, "customer_name", RANK)


_INTRODUCTIONS = re.compile(
    r"\b(?:(?:my |the |his |her |their |full |first |last )?names?(?:'s| is|:| are)?|call(?:ed)? me|i am called|they call me|me llamo|mi nombre es|je m'appelle|ich hei(?:ß|ss)e|mein name ist|mi chiamo|"
    r"(?:o )?meu nome [ée]|ik heet|mijn naam is|jag heter|nazywam się|under(?: the)?(?: name)?(?: of)?|in the name of|ask(?:ing)? for|addressed to|attn:?|attention:?|signed(?: by)?:?|booked for|registered to|contact person)[\s:]{1,2}"
)
_MILD_INTRODUCTIONS = re.compile(
    r"\b(?:this is|it's|its|it is|i'm|im|i am|soy|ich bin|je suis|c'est|sono|aqui é|hier ist|here's|speaking with|speak with|talk to|talking to|spoke to|spoke with|speak to|meet|met)\s+"
)


def _introduced(line: _Line, pattern: re.Pattern[str], *, sure: bool) -> Iterator[Span]:
    starts = {word.start: index for index, word in enumerate(line.words)}
    for match in pattern.finditer(line.reading.lower):
        index = starts.get(match.end())
        if index is None:
            continue
        if line.words[index].lower in lexicon.HONORIFICS or not _is_name(line, index, sure=sure):
            continue
        if is_common(line.stem(index)) and not (line.capital(index) and line.reading.mixed_case) and not sure:
            continue
        last = _name_end(line, index, full=True)
        if (
            not sure
            and not (line.capital(index) and line.reading.mixed_case)
            and not (line.closed(last) or _follows_name(line, last))
        ):
            continue
        yield _span(line, index, last, "staff_name" if pattern is _MILD_INTRODUCTIONS else "person_name", RANK + 2)


_FOLLOWERS = frozenset(
    ["from", "here", "again", "with", "at", "in", "on", "and", "i", "my", "speaking", "calling", "unit", "bay", "room", "for", "but", "can", "could", "is"]
)


def _follows_name(line: _Line, index: int) -> bool:
    return index + 1 < len(line.words) and line.words[index + 1].lower in _FOLLOWERS


def _after_honorific(line: _Line, index: int) -> Iterator[Span]:
    word = line.words[index].lower
    if word not in lexicon.HONORIFICS or index + 1 >= len(line.words) or line.between(index) not in {" ", ". ", "."}:
        return
    target = index + 1
    capital = line.capital(target) and line.reading.mixed_case
    if word in lexicon.PLAIN_WORDS_TOO and not (capital and line.capital(index)):
        return
    if line.stem(target) in lexicon.FUNCTION_WORDS and not capital:
        return
    if not capital and line.foreign:
        return
    last = _name_end(line, target, full=True)
    yield _span(line, target, last, "doctor_name" if word == "dr" else "customer_name", RANK + 3)


def _after_relation(line: _Line, index: int) -> Iterator[Span]:
    if (
        line.words[index].lower not in lexicon.RELATIONS
        or index + 1 >= len(line.words)
        or line.between(index) not in {" ", ", "}
    ):
        return
    target = index + 1
    if line.words[target].lower in lexicon.HONORIFICS or not _is_name(line, target, sure=False):
        return
    if line.between(index) == ", " and not line.capital(target):
        return
    if is_common(line.stem(target)) and not (line.capital(target) and line.reading.mixed_case):
        return
    yield _span(line, target, _name_end(line, target, full=False), "person_name", RANK)


_CLAUSE_ENDS = frozenset(
    ["it", "you", "that", "there", "this", "one", "day", "set", "out", "now", "then", "soon", "again", "back", "up", "done", "here", "well", "much", "problem", "worries", "course", "understand", "know", "luck", "news", "morning", "afternoon", "evening", "night", "birthday", "way", "welcome", "in", "all", "right", "shortly", "tonight", "tomorrow", "today", "moment", "sec", "minute", "please"]
)
_PLACE_BEFORE = re.compile(r"(?:^|[^.!?])\s[A-Z][\w'.-]*,\s\Z|\b(?:in|at|near|from|to|of)\s[A-Za-z' ]{2,30},\s\Z")


def _vocative(line: _Line, index: int) -> Iterator[Span]:
    """A capitalised word before or after a comma at the border of a sentence."""
    if not line.reading.mixed_case or not line.capital(index) or line.shouted(index):
        return
    word = line.stem(index)
    plain, start = line.reading.plain, line.words[index].start
    if (
        word in lexicon.ADDRESSED
        or word in lexicon.HONORIFICS
        or len(word) < 2
        or line.words[index].lower.endswith("'s")
    ):
        return
    if line.starts_sentence(index):
        if (
            word in lexicon.OPENERS
            or word in lexicon.FUNCTION_WORDS - lexicon.MAY_BE_NAMES
            or (word.endswith(("ly", "ing", "ed"))
            and is_common(word))
        ):
            return
        last = _name_end(line, index, full=False)
        if line.between(last).startswith(", ") and last + 1 < len(line.words):
            follower = line.words[last + 1].lower
            if not is_common(word) or follower in {
                "your",
                "please",
                "you",
                "the",
                "i",
                "we",
                "it",
                "it's",
                "here",
                "just",
                "we'll",
                "i'll",
                "i've",
                "we've",
                "this",
                "that",
                "there",
                "thanks",
                "no",
                "yes",
                "sorry",
                "can",
                "you're",
            }:
                yield _span(line, index, last, "customer_name", RANK - 2)
        return
    if word in lexicon.FUNCTION_WORDS - lexicon.MAY_BE_NAMES:
        return
    before = plain[max(0, start - 40) : start]
    last = _name_end(line, index, full=False)
    if not line.closed(last):
        return
    if (before.endswith(", ") and not _PLACE_BEFORE.search(before)) or (
        before.endswith(" ")
        and index
        and line.words[index - 1].lower in _CLAUSE_ENDS
        and line.between(index - 1) == " "
    ) or (
        before.endswith(" ")
        and index
        and line.between(index - 1) == " "
        and line.starts_sentence(index - 1)
        and line.words[index - 1].lower in lexicon.OPENERS
    ):
        yield _span(line, index, last, "customer_name", RANK - 2)


def _possessive(line: _Line, index: int) -> Iterator[Span]:
    word = line.words[index]
    if not word.lower.endswith("'s") or not line.capital(index) or not line.reading.mixed_case or line.shouted(index):
        return
    stem = line.stem(index)
    if (
        stem in lexicon.FUNCTION_WORDS
        or stem in lexicon.ADDRESSED
        or stem in lexicon.RELATIONS
        or line.closed(index)
        or stem in lexicon.OPENERS
    ):
        return
    if is_common(stem) and (
        line.starts_sentence(index) or stem + "s" in {"mothers", "fathers", "valentines", "veterans"}
    ):
        return
    first = index
    while (
        first
        and line.joined_to_next(first - 1)
        and line.capital(first - 1)
        and line.stem(first - 1) not in lexicon.FUNCTION_WORDS
        and not line.starts_sentence(first - 1)
        and index - first < 2
    ):
        first -= 1
    yield _span(line, first, index, "person_name", RANK - 4)


def _subject(line: _Line, index: int) -> Iterator[Span]:
    """A capitalised name before a verb whose subject is somebody: "Mo will ring", "Yes, Rose Park checked in"."""
    if not line.capital(index) or not line.reading.mixed_case or line.shouted(index):
        return
    word = line.stem(index)
    if (
        word in lexicon.FUNCTION_WORDS - lexicon.MAY_BE_NAMES
        or word in lexicon.ADDRESSED
        or word in lexicon.OPENERS
        or word in lexicon.HONORIFICS
        or "'" in line.words[index].lower
    ):
        return
    last = _name_end(line, index, full=False)
    if last + 1 >= len(line.words) or line.between(last) != " ":
        return
    verb = line.words[last + 1].lower
    acts = verb in lexicon.HUMAN_VERBS or (
        verb in {"will", "can"}
        and last + 2 < len(line.words)
        and line.words[last + 2].lower
        in {
            "call",
            "ring",
            "help",
            "text",
            "meet",
            "be",
            "reach",
            "contact",
            "email",
            "check",
            "send",
            "come",
            "get",
            "take",
            "show",
            "phone",
            "follow",
        }
    )
    if acts and not (is_common(word) and (last == index or line.starts_sentence(index))):
        yield _span(line, index, last, "staff_name", RANK - 6)


_SIGNATURE = re.compile(
    r"(?:\n\s*|[.!?)]\s*|\s)[-~*]\s?([^\W\d_][\w'.-]*(?: [^\W\d_][\w'.-]*){0,2})[\s.!]*(?:\n\s*sent from [\w ]+|[^\w\s]{1,4})?\s*\Z",
    re.IGNORECASE,
)
_CLOSING = re.compile(
    r"(?:\b(?:thanks|thank you|regards|best|cheers|sincerely|xo+|love|thx|respectfully|yours|gracias|saludos|merci|cordialement|danke|grüße|mfg|saluti|grazie)[,.!]?\s*\n+\s*)([^\W\d_][\w'.-]*(?: [^\W\d_][\w'.-]*){0,2})[\s.!]*(?:\n|\Z)",
    re.IGNORECASE,
)
_LAST_LINE = re.compile(r"\n\s*([^\W\d_][\w'.-]*(?: [^\W\d_][\w'.-]*)?)[\s.!]*\Z")


def _signed(line: _Line) -> Iterator[Span]:
    reading = line.reading
    for pattern in (_SIGNATURE, _CLOSING):
        match = pattern.search(reading.plain)
        if not match:
            continue
        parts = [word for word in line.words if match.start(1) <= word.start < match.end(1)]
        capital = reading.plain[match.start(1)].isupper() and reading.mixed_case
        listed = reading.plain[: match.start()].rstrip().endswith(":") or reading.plain.count("\n-") > 1
        if (
            not parts
            or listed
            or parts[0].lower in lexicon.FUNCTION_WORDS - lexicon.MAY_BE_NAMES
            or parts[0].lower in lexicon.ADDRESSED
        ):
            continue
        if capital or not all(is_common(part.lower) for part in parts):
            yield Span(match.start(1), parts[-1].end, "person", "staff_name", RANK)


_REVERSED = re.compile(r"(?:\A|[:\n]\s?)([^\W\d_][^\n,:\d]{1,25}), ([^\W\d_][^\n,:\d\s]{1,20})(?=\s*(?:\n|\Z))")


def _reversed_name(line: _Line) -> Iterator[Span]:
    """Surname, given name: alone on a line of a message of several lines, or after a colon."""
    for match in _REVERSED.finditer(line.reading.plain):
        parts = [word for word in line.words if match.start(1) <= word.start < match.end(2)]
        lowers = [part.lower for part in parts]
        if (
            any(word in lexicon.FUNCTION_WORDS - lexicon.MAY_BE_NAMES - lexicon.PARTICLES for word in lowers)
            or lowers[0] in lexicon.OPENERS | lexicon.GREETINGS
        ):
            continue
        capital = line.reading.plain[match.start(1)].isupper() and line.reading.plain[match.start(2)].isupper()
        if not all(is_common(word) for word in lowers) or (capital and line.reading.mixed_case):
            yield Span(match.start(1), match.end(2), "person", "person_name", RANK)


_TAIL_WORDS = frozenset(
    ["noon", "midnight", "tonight", "tomorrow", "today", "now", "then", "soon", "later", "am", "pm", "again", "worries", "problem", "welcome"]
)


def _tail(line: _Line) -> Iterator[Span]:
    """A word in small letters at the very end, after a time or a closing word: "hold it til 3pm zoë"."""
    if len(line.words) < 4 or line.foreign:
        return
    index = len(line.words) - 1
    word = line.stem(index)
    if (
        not line.closed(index)
        or line.rest(index).strip(" .!\n")[:1].isalnum()
        or is_common(word)
        or word in lexicon.FUNCTION_WORDS
        or word in lexicon.ADDRESSED
        or len(word) < 2
    ):
        return
    before = line.reading.lower[max(0, line.words[index].start - 12) : line.words[index].start]
    if re.search(r"\d\s?(?:[ap]m)?\s\Z", before) or (
        line.words[index - 1].lower in _TAIL_WORDS and line.between(index - 1) == " "
    ):
        if (
            line.words[index].lower in {"am", "pm"}
            or (re.search(r"\d\s\Z", before)
            and not re.search(r":\d\d\s\Z", before))
        ):
            return
        yield _span(line, index, index, "customer_name", RANK - 5)


_ALONE = re.compile(r"(?<=[.!?] )([A-Z][\w'-]+ (?:[A-Z][\w'.-]*\s?){1,3}?)[.!]?\s*(?:\Z|\n)")


def _alone(line: _Line) -> Iterator[Span]:
    """Two or three capitalised words that are a sentence of their own, at the end."""
    if not line.reading.mixed_case:
        return
    for match in _ALONE.finditer(line.reading.plain):
        parts = [word for word in line.words if match.start(1) <= word.start < match.end(1)]
        if (
            len(parts) >= 2
            and not all(is_common(part.lower) for part in parts)
            and not any(part.lower in lexicon.FUNCTION_WORDS - lexicon.MAY_BE_NAMES for part in parts)
        ):
            yield Span(match.start(1), parts[-1].end, "person", "person_name", RANK - 5)


_WORD_RULES: tuple[Callable[[_Line, int], Iterator[Span]], ...] = (
    _after_greeting,
    _after_honorific,
    _after_relation,
    _vocative,
    _possessive,
    _subject,
)


def find_people(reading: Reading, _region: str) -> Iterator[Span]:
    """Names by context; see the rules above for each context."""
    line = _Line(reading)
    for index in range(len(line.words)):
        for rule in _WORD_RULES:
            yield from rule(line, index)
    yield from _introduced(line, _INTRODUCTIONS, sure=True)
    yield from _introduced(line, _MILD_INTRODUCTIONS, sure=False)
    yield from _signed(line)
    yield from _reversed_name(line)
    yield from _tail(line)
    yield from _alone(line)


def find_words_named(words: frozenset[str], reading: Reading) -> list[Word]:
    """Words of the reading that are in `words` (lower case)."""
    return [word for word in reading.words if word.lower in words]


RECOGNISERS = (Recogniser(find_people),)

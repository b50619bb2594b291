"""Names that stand alone: in a signature, in a field of a form, as a sentence of their own.

Here: stretches between punctuation that hold nothing but a name. Not here: names within a sentence (people.py).
"""

import re
from collections.abc import Iterator

from pls_pipeline.entities import lexicon as lx
from pls_pipeline.entities.closed_classes import words_of
from pls_pipeline.entities.moments import MONTH, MONTH_WORDS
from pls_pipeline.entities.people import RANK
from pls_pipeline.entities.reading import Reading, Word
from pls_pipeline.entities.records import Recogniser, Span
from pls_pipeline.entities.vocabulary import is_common, is_word

_LONGEST_SIGNATURE, _LONGEST_FIELD = 3, 4
_FULL_NAME = 2
_WORD = r"[^\W\d_]+(?:['.-][^\W\d_]+)*\.?"
_NAME = rf"{_WORD}(?: {_WORD}){{0,3}}(?![\w-])"
_TAIL = r"[ .!]*(?:\n\s*sent from [^\n]{1,40}|[^\w\s]{1,6}|\s)*\Z"
_AFTER_DASH = re.compile(rf"(?:\n\s*|[.!?)]\s*|\s)[-~*]{{1,2}}\s?({_NAME}){_TAIL}", re.IGNORECASE)
_DASH = re.compile(r"[-~*]\s?[^\W\d_][^-~*]{0,60}\Z")
_CLOSING = re.compile(
    r"\b(?:thanks|thank you|regards|best|wishes|cheers|sincerely|xo+|love|thx|respectfully|yours|gracias|saludos"
    r"|merci|cordialement|danke"
    r"|grüße|gruß|mfg|saluti|grazie|obrigad[oa])"
    rf"[,.!]{{0,2}}\s*(?:\n\s*|(?<=,) )({_NAME})(?=[ .!]*(?:\n|\Z|[^\w\s'-]))",
    re.IGNORECASE,
)
_CLOSING_WORDS = words_of(
    "thanks thank regards best wishes cheers sincerely xo xoxo xx love thx respectfully yours gracias saludos "
    "merci cordialement danke grüße gruß mfg saluti grazie obrigado obrigada"
)
_AFTER_DATE = re.compile(
    rf"\b{MONTH}\.? \d{{1,2}}(?:st|nd|rd|th)?, ([^\W\d_]+(?:['-][^\W\d_]+)* [^\W\d_]+(?:['-][^\W\d_]+)*)"
    r"[ .!]*(?:\n\s*sent from [^\n]{1,40}|[^\w\s]{1,6}|\s)*\Z"
)
_AFTER_TIME = re.compile(
    r"\b(?:until|till?) (?:\d{1,2}(?:[:.]\d\d)?(?: ?[ap]m)?|noon|midnight) ([^\W\d_]{3,12})"
    r"[ .!]*(?:\n\s*sent from [^\n]{1,40}|[^\w\s]{1,6}|\s)*\Z"
)
_NO_NAMES_AFTER_TIMES = words_of(
    "sharp latest daily local exactly onwards onward prompt eastern central pacific mountain weekdays weeknights "
    "weekends weekly nightly ish max free only hours people players minutes o'clock each mostly usually uhr"
)
_NO_NAMES_LAST = lx.OPENERS | lx.ADDRESSED | lx.GREETINGS | words_of("party parties room game session booking")
_FIELD = rf"({_NAME})(?=\s*(?:[,/;\n.!?]|\Z|[^\w\s'&@(-]))"
_FIRST_FIELD = re.compile(_FIELD)
_LATER_FIELD = re.compile(rf"[\n/,;:.?!](?:(?<=\n)\s*| ?){_FIELD}")
_DIGITS_OF_FORM = 4
_FORM_WORDS = words_of("born dob d dot né née")
_FORM_SIGNS = re.compile(r"@|\d[\d ().-]{6}|\b(?:born|dob|d\.o\.b|dot|né|née)\b|\d[./-]\d")
_FORM_SHAPE = r"0[0 ().-]{6}|0[./-]0"
_PERSONAL_NEXT = re.compile(
    r"[,/;.\n-]+\s*(?:\+?\(?\d[\d ().-]{6,}|[\w.+-]+@|born\b|d\.?o\.?b|\d{1,5}[a-z]? \w|card\b|né"
    r"|\d{1,2}[./-]\d{1,2}[./-]\d{2,4}"
    r"|[\w.+-]+ (?:dot \w+ )?at [\w-]+ dot )"
)
_LETTER_OR_DIGIT = re.compile(r"[^\W_]")
_NAME_SHAPE = re.compile(r"(?:Mc|Mac|De|Di|La|Le|O')?[^\W\d_a-z](?:[^\W\d_A-Z]|['-][^\W\d_])*\.?")
_MARK = re.compile(r"[.?!\n,]")
_SENTENCE_MARKS = frozenset(".?!\n,")
_REVERSED = re.compile(r"(?:\A|[:\n]\s?)([^\W\d_][^\n,:\d.!?]{1,25}), ([^\W\d_][^\n,:\d\s.!?]{1,20})(?=\s*(?:\n|\Z))")


def _parts(reading: Reading, start: int, end: int) -> list[Word]:
    """Words of the stretch, without honorifics at its beginning."""
    parts = [word for word in reading.words if start <= word.start < end]
    while parts and parts[0].lower in lx.HONORIFICS:
        parts = parts[1:]
    return parts


def _could_be_name(reading: Reading, parts: list[Word]) -> bool:
    lowers = [part.lower for part in parts]
    if not lowers or len(lowers) > _LONGEST_FIELD or lowers[0] in lx.ADDRESSED or lowers[0] in lx.GREETINGS:
        return False
    capital = (
        all(reading.plain[part.start].isupper() or part.lower in lx.PARTICLES for part in parts) and reading.mixed_case
    )
    for lower in lowers:
        allowed = lower in lx.PARTICLES or lower in lx.MAY_BE_NAMES
        if lower in lx.FUNCTION_WORDS and not (allowed and (capital or len(lowers) > 1)):
            return False
    return capital or not all(is_common(lower) for lower in lowers)


def find_signatures(reading: Reading, _region: str) -> Iterator[Span]:
    """Names after a dash or a closing word at the end of a message."""
    plain = reading.plain
    matches = []
    if ("-" in plain or "~" in plain or "*" in plain) and _DASH.search(plain, max(0, len(plain) - 120)):
        dash = _AFTER_DASH.search(plain, max(0, len(plain) - 160))
        # a list of things to bring has several dashes, or a colon before it
        if dash and not plain[: dash.start()].rstrip().endswith(":") and plain.count("\n-") <= 1:
            matches.append(dash)
    if not _CLOSING_WORDS.isdisjoint(reading.vocabulary):
        matches += _CLOSING.finditer(plain)
    for match in matches:
        parts = _parts(reading, *match.span(1))
        if sum(part.lower not in lx.PARTICLES for part in parts) <= _LONGEST_SIGNATURE and _could_be_name(
            reading, parts
        ):
            yield Span(match.start(1), parts[-1].end, "person", "staff_name", RANK)


def _after_spaces(text: str, position: int) -> int:
    while position < len(text) and text[position].isspace():
        position += 1
    return position


def find_fields(reading: Reading, _region: str) -> Iterator[Span]:
    """A name of two words or more that fills a field before a number, an address or a date of birth."""
    plain, lower = reading.plain, reading.lower
    if not _PERSONAL_NEXT.search(lower) or not _FORM_SIGNS.search(plain):
        return
    first = _FIRST_FIELD.match(plain)
    later = _LATER_FIELD.finditer(plain, first.end() if first else 0)
    for match in (first, *later) if first else later:
        if _PERSONAL_NEXT.match(lower, _after_spaces(plain, match.end(1))):
            parts = _parts(reading, *match.span(1))
            if len(parts) > 1 and _could_be_name(reading, parts):
                yield Span(parts[0].start, parts[-1].end, "person", "person_name", RANK - 1)


def find_last_sentences(reading: Reading, _region: str) -> Iterator[Span]:
    """A name of two words or more that is the last sentence of a message."""
    starts, ends, plain = reading.word_starts, reading.word_ends, reading.plain
    last = len(starts) - 1
    if "sent" in reading.vocabulary:
        final = reading.word_texts[-4:]
        if "sent" in final and final[final.index("sent") + 1 : final.index("sent") + 2] == ["from"]:
            last -= len(final) - final.index("sent")
    # one word after a mark is no full name
    if last < 2 or starts[last] - ends[last - 1] != 1:
        return
    if not _MARK.search(plain, ends[max(0, last - _LONGEST_FIELD - 1)], starts[last]) or _LETTER_OR_DIGIT.search(
        plain[ends[last] :].split("\n", 1)[0]
    ):
        return
    first = last
    while first and last - first < _LONGEST_FIELD and plain[ends[first - 1] : starts[first]] == " ":
        first -= 1
    gap = plain[ends[first - 1] : starts[first]].strip(" ") if first else ""
    parts = _parts(reading, starts[first], ends[last]) if gap[-1:] in _SENTENCE_MARKS and first < last else []
    if len(parts) > 1 and _could_be_name(reading, parts) and _plainly_a_name(reading, parts):
        yield Span(parts[0].start, parts[-1].end, "person", "person_name", RANK - 1)


def _plainly_a_name(reading: Reading, parts: list[Word]) -> bool:
    """Whether each word has the one capital of a name, or, in small letters, none is a word of English.

    After a question the first word decides: "can you move it? imogen baker". Of two words the first may be a
    noun of English: "locked out of unit b12. chip nguyen".
    """
    texts = [reading.plain[part.start : part.end] for part in parts]
    if all(_NAME_SHAPE.fullmatch(text) or text.lower() in lx.PARTICLES for text in texts):
        return parts[0].lower not in lx.OPENERS
    known = [is_word(part.lower) and part.lower not in lx.PARTICLES for part in parts]
    if not texts[0].islower() and reading.mixed_case:
        return False
    if reading.plain[: parts[0].start].rstrip().endswith("?"):
        return not known[0]
    return not any(known) or (not known[-1] and len(parts) == _FULL_NAME and not any(map(_acts, parts)))


def _acts(word: Word) -> bool:
    """Whether the word opens a sentence or is a verb: "pleease help" is no name."""
    lower = word.lower
    verb = lower in lx.PERSON_ACTIONS or lower in lx.PERSON_SUBJECT_VERBS or lower.endswith(("ing", "ed", "ly"))
    return verb or lower in lx.OPENERS or lower in lx.CLAUSE_STARTS or lower in lx.CLAUSE_ENDS


def find_reversed_names(reading: Reading, _region: str) -> Iterator[Span]:
    """Surname, comma, given name: alone on a line, or after a colon at the end of one."""
    if "," not in reading.plain or not ("\n" in reading.plain or ":" in reading.plain):
        return
    for match in _REVERSED.finditer(reading.plain):
        parts = _parts(reading, match.start(1), match.end(2))
        if _could_be_name(reading, parts) and parts[0].lower not in lx.OPENERS:
            yield Span(match.start(1), match.end(2), "person", "person_name", RANK)


def find_names_after_dates(reading: Reading, _region: str) -> Iterator[Span]:
    """A name of two words at the end of a message, after a date: "cancel booking 98938 on july 11, miles banks"."""
    match = _AFTER_DATE.search(reading.lower)
    if match:
        parts = _parts(reading, *match.span(1))
        function = any(part.lower in lx.FUNCTION_WORDS and part.lower not in lx.MAY_BE_NAMES for part in parts)
        if parts and not function and not {part.lower for part in parts} & _NO_NAMES_LAST:
            yield Span(*match.span(1), "person", "customer_name", RANK - 1)


def find_names_after_times(reading: Reading, _region: str) -> Iterator[Span]:
    """A name in small letters at the end of a message, after the end of a time: "we'll hold bay 5 until 2 pm rose"."""
    match = _AFTER_TIME.search(reading.lower)
    if not match or (not reading.plain[match.start(1)].islower() and reading.mixed_case):
        return
    word = match[1]
    function = word in lx.FUNCTION_WORDS and word not in lx.MAY_BE_NAMES
    if not function and word not in _NO_NAMES_AFTER_TIMES | _NO_NAMES_LAST and not word.endswith(("ly", "ing", "ed")):
        yield Span(*match.span(1), "person", "customer_name", RANK - 1)


RECOGNISERS = (
    Recogniser(find_signatures, words=_CLOSING_WORDS),
    *(Recogniser(find_signatures, character=mark) for mark in "-~*"),
    Recogniser(find_fields, words=_FORM_WORDS),
    Recogniser(find_fields, character="@"),
    Recogniser(find_fields, digits=_DIGITS_OF_FORM, shape=_FORM_SHAPE),
    Recogniser(find_last_sentences),
    Recogniser(find_names_after_dates, digits=1, words=MONTH_WORDS),
    Recogniser(find_names_after_times, words=words_of("until til till")),
    Recogniser(find_reversed_names, character=","),
)

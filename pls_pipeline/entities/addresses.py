"""Postal addresses.

Here: number and street with what follows (unit, town, postal code), postal codes and post boxes. Not here: e-mail and
web addresses. A street without a word such as "Road" is found after "address", "shipped to", or as a field of a
message that holds other personal fields.
"""

import re
from collections.abc import Iterator
from functools import lru_cache

from pls_pipeline.entities.closed_classes import words_of
from pls_pipeline.entities.moments import MONTH
from pls_pipeline.entities.reading import Reading
from pls_pipeline.entities.records import Recogniser, Span
from pls_pipeline.entities.vocabulary import is_word

RANK = 85
_DIGITS_OF_POSTCODE, _DIGITS_OF_FORM = 3, 9

_SUFFIX = (
    r"(?:street|st|avenue|ave|av|road|rd|drive|dr|court|ct|boulevard|blvd|crescent|cres|lane|ln|way|place|pl|terrace"
    r"|ter|circle|cir|highway|hwy"
    r"|parkway|pkwy|square|sq|trail|trl|close|gardens|gdns|grove|mews|row|walk|hill|park|quay|wharf|esplanade|parade"
    r"|pde|rise|view|crossing|loop"
    r"|alley|plaza|heights|green|county road|county rd|ranch road|state road|fm|rr|sr|route|concession|line|sideroad"
    r"|freeway|expressway|turnpike|pike)"
)
_UNIT_NOUN = r"(?:blk|block|apt|apartment|unit|suite|ste|flat|floor|fl|rm|room|lot|no|shop|level)"
_LETTERS = r"[^\W\d_]+(?:['.-][^\W\d_]+)*\.?"
_WORD = rf"(?!{_UNIT_NOUN}\b)(?:{_LETTERS}|\d{{1,3}}(?:st|nd|rd|th))"
_DIRECTION = r"(?:[nsew]|ne|nw|se|sw|north|south|east|west)"
_HOUSE = r"\d{1,5}(?:[a-z]|[-/]\d{1,4})?(?: 1/2)?"
_BORDER = r"(?<![\w.,$€£:/#-])"
_UNIT = rf"(?:,? ?(?:{_UNIT_NOUN}\.? ?#?\s?|#)[a-z]?-?\d{{1,5}}[a-z]?(?:-\d{{1,4}})?\b)"
_POSTCODE = (
    r"(?:[a-z]\d[a-z] ?\d[a-z]\d|[a-z]{1,2}\d[a-z\d]? ?\d[a-z]{2}|[a-z]\d[\dw] ?[a-z\d]{4}|\d{5}(?:-\d{4})?"
    r"|\d{6}|\d{4})(?![\w-])"
)
_TOWN = (
    rf"(?:(?:, ?|\n)(?:[^\W\d_][\w.'-]*(?: [^\W\d_][\w.'-]*){{0,2}},? (?:[a-z]{{2,3}},? )?{_POSTCODE}|\d{{4,5}} "
    rf"[^\W\d_][\w'-]+)"
    rf"| [a-z]{{2,3}} {_POSTCODE}| [^\W\d_][\w'-]+ [a-z]{{1,2}}\d[a-z\d]? ?\d[a-z]{{2}}\b)"
)
_REST = rf"{_UNIT}?{_TOWN}?"

_STREET = re.compile(
    rf"{_BORDER}(?:{_UNIT_NOUN} ?#?[a-z]?\d{{0,5}}[,/]? ?\n?)?{_BORDER}{_HOUSE},? (?:{_DIRECTION}\.? )?"
    rf"(?:(?:{_WORD} ){{1,4}}?{_SUFFIX}\b\.?|{_SUFFIX} \d{{1,4}}\b|(?<=[nsew] )\d{{1,3}}(?:st|nd|rd|th)\b)"
    rf"(?: {_DIRECTION}\b)?(?: \d{{1,4}}\b(?! ?[ap]m))?(?: {_SUFFIX}\b)?(?: {_DIRECTION}\b)?{_REST}"
)
# "8322 pine hollow unit 12": a flat behind a number and names needs no word for the street.
_WITH_FLAT = re.compile(
    rf"{_BORDER}{_HOUSE} (?:{_WORD} ){{0,3}}{_WORD},? (?:apt|apartment|unit|suite|ste|flat)\.? #?[a-z]?\d{{1,5}}"
    rf"[a-z]?\b{_TOWN}?"
)
_FLAT_WORDS = words_of("apt apartment unit suite ste flat")
_MONTH_BEFORE = re.compile(rf"\b{MONTH}\.? \Z")
_HOUSE_AND_WORD = re.compile(r"[0-9](?:[a-z]|[-/][0-9]{1,4})?(?: 1/2)?,? [^\W_]")
_DIRECTIONS = words_of("n s e w north south east west")
_SUFFIX_WORDS = words_of(re.sub(r"[^a-z ]", " ", _SUFFIX.replace("county ", "county|")))
_ORDINAL_WORDS = words_of("th")
_EUROPEAN = re.compile(
    r"\b[^\W\d_]+(?:stra(?:ß|ss)e|str\.|weg|platz|allee|gasse|damm|ufer|ring|straat|laan|plein|gracht|kade|gatan"
    r"|vägen|gade|vej|veien|katu|tie)"
    r"\s?\d{1,4}\s?[a-z]?\b(?:,? \d{4,5} [^\W\d_][\w'-]+)?"
    r"|\b[^\W\d_]+ (?:stra(?:ß|ss)e|str\.|allee|platz|weg|ring) \d{1,4}[a-z]?\b(?:,? \d{4,5} [^\W\d_][\w'-]+)?"
    r"|\b(?:am|an der|im|in der|auf der|unter den|zum|zur) [^\W\d_]+ \d{1,4}[a-z]?,? \d{5} [^\W\d_][\w'-]+"
    r"|\b(?:calle|c/|avenida|avda\.?|av\.|paseo|plaza|rue|avenue|boulevard|chemin|impasse|quai|via|viale|piazza|corso"
    r"|rua|travessa|largo|ul\.|ulica"
    r"|aleja)\s(?:[^\W\d_][\w'.-]*[ ,]{1,2}){1,5}(?:n[ºo°]\.? ?)?\d{1,4}\b(?:[ ,]{1,2}\d{1,2}[ºª°]? ?[a-z]?\b)?(?:,? "
    r"\d{4,5} [^\W\d_][\w'-]+)?"
    rf"|{_BORDER}\d{{1,4}}(?: ?(?:bis|ter))?,? (?:rue|avenue|av\.?|boulevard|bd\.?|place|chemin|impasse|quai|allée"
    rf"|cours|route)"
    r"(?: (?:de la|de l'|du|des|de|d')?\s?[^\W\d_][\w'.-]*){1,3}(?:,? ?\d{5} [^\W\d_][\w'-]+)?"
)
_EUROPEAN_WORDS = words_of(
    "calle c avenida avda av paseo plaza rue avenue boulevard bd chemin impasse quai via viale piazza corso rua "
    "travessa largo ul ulica aleja place allée cours route straße strasse str platz weg allee markt"
)
_EUROPEAN_ENDINGS = tuple(
    words_of(
        "straße strasse str weg platz allee gasse damm ufer ring straat laan plein gracht kade gatan vägen gade vej "
        "veien katu tie"
    )
)

_ANY_STREET = (
    rf"(?:(?:{_UNIT_NOUN} ?#?[a-z]?\d{{0,5}}[,/]? ?)?{_HOUSE} (?:{_DIRECTION}\.? )?{_WORD}(?: {_WORD}){{0,4}}{_REST}"
    r"|[^\W\d_]{2,}(?:[ '-][^\W\d_]+){0,2} \d{1,4}[a-z]?\b(?! ?[ap]m|[.:/-]\d)(?:,? \d{4,5} [^\W\d_][\w'-]+)?)"
)
_AFTER_WORD = re.compile(
    r"\b(?:address(?: (?:is|to|on file is|of|changed to))?|addr|live at|lives at|living at|j'habite(?: au)?|wohne in "
    r"der|vivo en(?: la)?|moved to"
    r"|addy(?: is)?|courier(?:ed)?(?: \w+)? to|ship(?:ped|ping)?(?: \w+){0,3} to|deliver(?:ed|y)?(?: \w+)? to"
    r"|mail(?:ed)?(?: \w+){0,3} to|post(?:ed)?(?: \w+)? to"
    r"|sent(?: \w+)? to|send(?: \w+){0,3} to"
    rf"|goes? to|going to|(?:on its|its) way to|home is|located at|pick(?:ed)?(?: \w+)? up at|it "
    rf"to)[\s:]{{1,3}}({_ANY_STREET})"
)
_FIELD = rf"({_ANY_STREET})(?=\s*(?:[,\n;]|[./](?!\d)|\Z))"
_FIRST_FIELD = re.compile(_FIELD)
_LATER_FIELD = re.compile(rf"[,\n;/.](?:(?<=,)(?<!\d,)\s?|(?<=\d,) |(?<=\n)|(?<=[;/.])(?<!\d[;/.])\s){_FIELD}")
_SENDING = words_of(
    "address addr addy live lives living habite j'habite wohne vivo moved ship shipped shipping deliver delivered "
    "delivery mail mailed post posted sent send courier couriered go goes going way home located pick picked it"
)
_FORM_WORDS = words_of("dot dob born birth address né née geboren")
_FORM_SIGNS = re.compile(
    r"@| dot |\b(?:dob|born|d\.o\.b|birth|address|né|née|geboren)\b|\d{3}[ .)-]{1,2}\d{3}[ .-]\d{4}|\d{9,}|\d{3,4} "
    r"\d{3} \d{3}"
)
_POSTAL = re.compile(
    r"(?<![\w-])(?:[A-Z]{1,2}\d[A-Z\d]? \d[A-Z]{2}|[A-Z]\d[A-Z] ?\d[A-Z]\d|(?:[A-Z]{2}|NSW|VIC|QLD|TAS) "
    r"\d{5}(?:-\d{4})?|(?:NSW|VIC|QLD|TAS|ACT|WA|SA|NT) \d{4})(?![\w-])"
)
_CANADIAN_SHAPE = r"a0a ?0a0"
_BOX_WORDS = words_of("box postfach")
_BOX = re.compile(r"\bp\.?\s?o\.? box \d{1,6}|\bpostfach \d[\d ]{1,8}")
_AFTER_HOUSE = re.compile(
    r"(?:\d+[a-z]? )(?:minutes?|mins?|hours?|hrs?|days?|weeks?|months?|years?|people|players|guests|kids|adults|pm|am"
    r"|of|in|on|at|to|and|or|for|is|percent"
    r"|dollars|business|times|per|yards|miles|more|was|holes?|rounds?|sessions?|bays?|tickets?|left|by|if|with"
    r"|o'clock|from|under|with|after|before|then|we|you|i|but|so|not|no|dogs?|cats?|bookings?)\b"
)
_NO_STREET = re.compile(
    rf"(?:{MONTH}|bay|room|unit|table|locker|desk|code|pin|order|booking|ref|card|exp|cvv|cvc|dob|born|age|top|about"
    rf"|around|until|till|at|by|of|for|in|on|is"
    r"|was|the|my|your|our|and|or|line|level|step|version|page|phone|mobile|tel|cell|call|text|account|acct|iban|bsb"
    r"|sort|dni|passport|plate|rego|reg)\b"
)
_KEPT_SMALL = words_of("de la du des del of the da do der den van von y apt unit suite flat st rd ave")


def find_streets(reading: Reading, _region: str) -> Iterator[Span]:
    """A number and a street with a word such as "Road", and what follows."""
    text = reading.lower
    if _SUFFIX_WORDS.isdisjoint(reading.vocabulary) and _DIRECTIONS.isdisjoint(reading.vocabulary):
        return
    if _HOUSE_AND_WORD.search(text, reading.first_digit):
        for match in _STREET.finditer(text):
            if not _AFTER_HOUSE.match(match[0]) and not _follows_month(text, match.start()):
                yield Span(*match.span(), "address", "address", RANK)


def find_flats(reading: Reading, _region: str) -> Iterator[Span]:
    """A number and a street without such a word before a flat."""
    text = reading.lower
    for match in _WITH_FLAT.finditer(text, reading.first_digit):
        words = match[0].split(" ", 1)[1]
        if not _AFTER_HOUSE.match(match[0]) and not _follows_month(text, match.start()) and not _NO_STREET.match(words):
            yield Span(*match.span(), "address", "address", RANK - 2)


def find_postal_codes(reading: Reading, _region: str) -> Iterator[Span]:
    """Postal codes of letters and digits, and those of digits behind a state."""
    for match in _POSTAL.finditer(reading.plain):
        yield Span(*match.span(), "address", "address", RANK - 10)


def find_boxes(reading: Reading, _region: str) -> Iterator[Span]:
    """Post boxes."""
    for match in _BOX.finditer(reading.lower):
        yield Span(*match.span(), "address", "address", RANK)


def _follows_month(text: str, position: int) -> bool:
    """Whether the number is a day: "on August 13, Dmitri Park"."""
    return _MONTH_BEFORE.search(text[max(0, position - 12) : position]) is not None


@lru_cache(maxsize=65536)
def _names_street(word: str) -> bool:
    """Whether a word belongs to a street of the continent."""
    return word in _EUROPEAN_WORDS or word.endswith(_EUROPEAN_ENDINGS)


def find_streets_of_the_continent(reading: Reading, _region: str) -> Iterator[Span]:
    """Streets of the continent, with number and town."""
    for match in _EUROPEAN.finditer(reading.lower) if any(map(_names_street, reading.vocabulary)) else ():
        first, _, rest = match[0].partition(" ")
        capital = reading.plain[match.start() + len(first) + 1 : match.start() + len(first) + 2].isupper()
        if not is_word(first) or (first in _EUROPEAN_WORDS and (capital or rest.split(" ")[0] in _KEPT_SMALL)):
            yield _address(reading, match.start(), match[0], RANK - 1)


def find_announced_streets(reading: Reading, _region: str) -> Iterator[Span]:
    """Streets after a word for an address."""
    for match in _AFTER_WORD.finditer(reading.lower):
        value = match[1]
        word = re.search(r"[^\W\d_]{2,}", value)
        capital = word is not None and reading.plain[match.start(1) + word.start()].isupper()
        named = "address" in match[0] or "habite" in match[0]
        if (capital or named) and not _AFTER_HOUSE.match(value) and not _NO_STREET.match(value):
            yield _address(reading, match.start(1), value, RANK - 3)


def find_street_fields(reading: Reading, _region: str) -> Iterator[Span]:
    """Streets that fill a field of a form."""
    text = reading.lower
    if _FORM_SIGNS.search(text):
        first = _FIRST_FIELD.match(text)
        later = _LATER_FIELD.finditer(text, first.end() if first else 0)
        for match in (first, *later) if first else later:
            small = match[1][0].isalpha() and not reading.plain[match.start(1)].isupper()
            if not small and not _AFTER_HOUSE.match(match[1]) and not _NO_STREET.match(match[1]):
                yield Span(*match.span(1), "address", "address", RANK - 5)


def _address(reading: Reading, start: int, value: str, rank: int) -> Span:
    """The span of the value up to the first word in small letters after a capital, where capitals tell."""
    kept, capital = value, False
    if reading.mixed_case:
        for word in re.finditer(r"[^\W\d_][^\s,]*", value):
            original = reading.plain[start + word.start()]
            if capital and original.islower() and word[0].strip(",.") not in _KEPT_SMALL:
                kept = value[: word.start()]
                break
            capital = capital or original.isupper()
    return Span(start, start + len(kept.rstrip(" ,.\n")), "address", "address", rank)


RECOGNISERS = (
    Recogniser(find_streets, digits=1, words=_SUFFIX_WORDS | _ORDINAL_WORDS),
    Recogniser(find_flats, digits=1, words=_FLAT_WORDS),
    Recogniser(find_streets_of_the_continent, digits=1),
    Recogniser(find_postal_codes, digits=_DIGITS_OF_POSTCODE, capitals=True),
    Recogniser(find_postal_codes, shape=_CANADIAN_SHAPE),
    Recogniser(find_boxes, digits=1, words=_BOX_WORDS),
    Recogniser(find_announced_streets, digits=1, words=_SENDING),
    Recogniser(find_street_fields, digits=_DIGITS_OF_FORM),
    Recogniser(find_street_fields, digits=1, character="@"),
    Recogniser(find_street_fields, digits=1, words=_FORM_WORDS),
)

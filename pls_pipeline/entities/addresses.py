"""Postal addresses.

Here: number and street with what follows (unit, town, postal code), and postal codes alone. Not here: e-mail and web addresses.
"""

import re
from collections.abc import Iterator

from pls_pipeline.entities.reading import Reading
from pls_pipeline.entities.records import Recogniser, Span
from pls_pipeline.entities.vocabulary import is_common

RANK = 85

_SUFFIX = (
    r"street|st|avenue|ave|av|road|rd|drive|dr|court|ct|boulevard|blvd|crescent|cres|lane|ln|way|place|pl|terrace|ter|circle|cir|highway|hwy|parkway|pkwy|square|sq|trail|trl|"
    r"close|gardens|gdns|grove|mews|row|walk|hill|park|quay|wharf|esplanade|parade|pde|rise|view|crossing|loop|alley|plaza|heights|green|county road|county rd|route|concession|line|sideroad|freeway|expressway|turnpike|pike"
)
_WORD = r"(?:[^\W\d_]+(?:['.-][^\W\d_]+)*\.?|\d{1,3}(?:st|nd|rd|th))"
_DIRECTION = r"(?:[nsew]|ne|nw|se|sw|north|south|east|west)"
_HOUSE = r"\d{1,5}(?:[a-z]|[-/]\d{1,4})?(?: 1/2)?"
_NUMBER = r"(?<![\w.,$€£:/#-])" + _HOUSE
_UNIT = r"(?:,? ?(?:apt|apartment|unit|suite|ste|flat|floor|fl|rm|room|lot|#|no)\.? ?#?\s?[a-z]?-?\d{0,5}[a-z]?\b)"
_UK_CODE = r"[a-z]{1,2}\d[a-z\d]? ?\d[a-z]{2}"
_CA_CODE = r"[a-z]\d[a-z] ?\d[a-z]\d"
_TOWN = rf"(?:,? ?\n?(?:[^\W\d_][\w.'-]*(?: [^\W\d_][\w.'-]*){{0,2}},? (?:[a-z]{{2,3}},? )?(?:{_CA_CODE}|{_UK_CODE}|\d{{5}}(?:-\d{{4}})?|\d{{4}})(?![\w-])|\d{{4,5}} [^\W\d_][\w'-]+))"
_STREET = re.compile(
    rf"{_NUMBER},? (?:{_DIRECTION}\.? )?(?:{_WORD} ){{1,4}}?(?:{_SUFFIX})\b\.?(?: {_DIRECTION}\b)?(?: \d{{1,4}}\b(?! ?[ap]m))?{_UNIT}?{_TOWN}?"
    rf"|{_NUMBER} (?:{_SUFFIX}) \d{{1,4}}\b{_UNIT}?{_TOWN}?"
)
_UNIT_FIRST = re.compile(rf"\b(?:flat|apt|apartment|unit|suite) ?#?[a-z]?\d{{1,5}}[a-z]?,? ?\n?(?={_HOUSE} )")
_EUROPEAN = re.compile(
    r"\b[^\W\d_]+(?:stra(?:ß|ss)e|str\.|weg|platz|allee|gasse|damm|ufer|ring|straat|laan|plein|gracht|kade|gatan|vägen|gade|vej|veien|katu|tie)"
    r"\s?\d{1,4}\s?[a-z]?\b(?:,? \d{4,5} [^\W\d_][\w'-]+)?"
    r"|\b(?:am|an der|im|in der|auf der|unter den) [^\W\d_]+ \d{1,4}[a-z]?,? \d{5} [^\W\d_][\w'-]+"
    r"|\b(?:calle|c/|avenida|avda\.?|av\.|paseo|plaza|rue|avenue|boulevard|chemin|impasse|quai|via|viale|piazza|corso|rua|travessa|largo|ul\.|ulica|aleja)\s(?:[^\W\d_][\w'.-]*[ ,]{1,2}){1,5}(?:n[ºo°]\.? ?)?\d{1,4}\b(?:[ ,]{1,2}\d{1,2}[ºª°]? ?[a-z]?\b)?(?:,? \d{4,5} [^\W\d_][\w'-]+)?"
    r"|(?<![\w.,$€£:/#-])\d{1,4}(?: ?(?:bis|ter))?,? (?:rue|avenue|av\.?|boulevard|bd\.?|place|chemin|impasse|quai|allée|cours|route)\s(?:[^\W\d_][\w'.-]*[ ]?){1,5}(?:,? ?\d{5} [^\W\d_][\w'-]+)?"
)
_TO = r"(?:address(?: (?:is|to|on file is|of|changed to))?|addr|live at|lives at|living at|moved to|ship(?:ped|ping)?(?: \w+)? to|deliver(?:ed|y)?(?: \w+)? to|mail(?:ed)?(?: \w+)? to|sent(?: \w+)? to|send(?: \w+)? to|goes to|going to|home is|located at|pick(?:ed)?(?: \w+)? up at|it to)"
_AFTER_WORD = re.compile(
    rf"\b{_TO}[\s:]{{1,3}}({_HOUSE} (?:{_DIRECTION}\.? )?{_WORD}(?: {_WORD}){{0,4}}{_UNIT}?{_TOWN}?)"
)
_FIELD = re.compile(
    rf"(?:\A|(?<!\d),\s?|[\n;]\s?)({_HOUSE} (?:{_DIRECTION}\.? )?{_WORD}(?: {_WORD}){{0,4}}{_UNIT}?{_TOWN}?)(?=\s*(?:[,\n;.]|\Z))"
)
_POSTAL = re.compile(
    r"(?<![\w-])(?:[A-Z]{1,2}\d[A-Z\d]? \d[A-Z]{2}|[A-Z]\d[A-Z] ?\d[A-Z]\d|[A-Z]{2} \d{5}(?:-\d{4})?)(?![\w-])"
)
_BOX = re.compile(r"\bp\.?\s?o\.? box \d{1,6}|\bpostfach \d[\d ]{1,8}")
_STREET_WORDS = frozenset("calle avenida paseo plaza rue avenue boulevard via corso rua place route".split())
_FORM_SIGNS = re.compile(r"@| dot |\b(?:dob|born|d\.o\.b|birth|address|apt)\b|\d{3}[ .)-]{1,2}\d{3}[ .-]\d{4}|\d{10}")
_NOT_A_STREET = re.compile(
    r"\d+[a-z]? (?:minutes?|mins?|hours?|hrs?|days?|weeks?|months?|years?|people|players|guests|kids|adults|pm|am|of|in|on|at|to|and|or|for|is|percent|dollars|business|times|per|yards|miles|more|is|was|a|the|holes?|rounds?|sessions?|bays?|tickets?)\b"
)
_STREET_MARK = re.compile(rf"\b(?:{_SUFFIX})\b")


def find_addresses(reading: Reading, _region: str) -> Iterator[Span]:
    """Street addresses with a number, postal codes, post boxes."""
    text = reading.lower
    if _STREET_MARK.search(text):
        for match in _STREET.finditer(text):
            if not _NOT_A_STREET.match(match[0]):
                first = [
                    unit
                    for unit in _UNIT_FIRST.finditer(text, max(0, match.start() - 30), match.start() + 8)
                    if unit.end() == match.start()
                ]
                yield Span(first[0].start() if first else match.start(), match.end(), "address", "address", RANK)
    for match in _EUROPEAN.finditer(text):
        if is_common(match[0].split(" ")[0]) and match[0].split(" ")[0] not in _STREET_WORDS:
            continue
        yield Span(match.start(), match.start() + len(match[0].rstrip(" ,")), "address", "address", RANK)
    for match in _AFTER_WORD.finditer(text):
        value = match[1]
        capital = reading.plain[match.start(1) + len(value.split(" ")[0]) + 1].isupper()
        if not _NOT_A_STREET.match(value) and (capital or "address" in match[0]):
            yield Span(
                match.start(1),
                match.start(1) + len(_street_part(reading, match.start(1), value)),
                "address",
                "address",
                RANK - 3,
            )
    if _FORM_SIGNS.search(text):
        for match in _FIELD.finditer(text):
            if not _NOT_A_STREET.match(match[1]):
                yield Span(*match.span(1), "address", "address", RANK - 5)
    for match in _POSTAL.finditer(reading.plain):
        yield Span(*match.span(), "address", "address", RANK - 10)
    for match in _BOX.finditer(text):
        yield Span(*match.span(), "address", "address", RANK)


def _street_part(reading: Reading, start: int, value: str) -> str:
    """The value up to the first word in small letters, where capitals tell."""
    if not reading.mixed_case:
        return value
    kept = value
    for word in re.finditer(r"(?<= )[^\W\d_]\S*", value):
        original = reading.plain[start + word.start()]
        if original.islower() and word[0].strip(",.") not in {
            "de",
            "la",
            "du",
            "des",
            "del",
            "of",
            "the",
            "apt",
            "unit",
            "suite",
        }:
            kept = value[: word.start()]
            break
    return kept.rstrip(" ,")


RECOGNISERS = (Recogniser(find_addresses, digits=True),)

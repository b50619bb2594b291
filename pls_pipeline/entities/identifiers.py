"""National ids, dates of birth, number plates, references of orders and bookings.

Here: what identifies a person or a dealing with one. Not here: cards and accounts (cards.py), codes that open something (secrets.py).
"""

import re
from collections.abc import Iterator

from pls_pipeline.entities.moments import DATE_OF_DIGITS, DATE_WITH_MONTH
from pls_pipeline.entities.reading import Reading
from pls_pipeline.entities.records import Recogniser, Span

RANK = 75

_NATIONAL_SHAPES = re.compile(
    r"(?<![\w.-])(?:(?!000)\d{3}([- ])\d{2}\1\d{4}"  # US social security number
    r"|[a-z]{2} ?\d{2} ?\d{2} ?\d{2} ?[a-d]"  # UK national insurance number
    r"|[xyz]?-?\d{7,8}-?[a-z]"  # Spanish DNI and NIE, Irish PPS
    r"|\d{3}\.\d{3}\.\d{3}-\d{2}"  # Brazilian CPF
    r"|[a-z]{6}\d{2}[a-z]\d{2}[a-z]\d{3}[a-z]"  # Italian codice fiscale
    r"|756\.\d{4}\.\d{4}\.\d{2}"  # Swiss AHV
    r"|[12] ?\d{2} ?\d{2} ?\d{2} ?\d{3} ?\d{3}(?: ?\d{2})?"  # French NIR
    r")(?![\w-]|[.,]\d)"
)
_NATIONAL_WORDS = frozenset(
    [
        "ssn",
        "sin",
        "social",
        "nino",
        "ni",
        "insurance",
        "tax",
        "tin",
        "tfn",
        "itin",
        "passport",
        "dni",
        "nie",
        "pps",
        "ppsn",
        "bsn",
        "nhs",
        "medicare",
        "licence",
        "license",
        "driver's",
        "drivers",
        "national",
        "identity",
        "id",
        "steuer-id",
        "steuernummer",
        "cpf",
        "aadhaar",
        "pan",
        "ird",
        "ahv",
        "curp",
        "rfc",
        "nif",
        "cnp",
        "pesel",
        "personnummer",
    ]
)
_NATIONAL = re.compile(
    r"\b(?:ssn|sin|nino|social(?: security)?(?: insurance)?|(?:ni|national insurance|national id|identity card)|tax (?:id|file|number)|tin|tfn|itin|passport|dni|nie|ppsn?|bsn|nhs|medicare|"
    r"driver'?s? licen[cs]e|licen[cs]e (?:no|number)|steuer-?id|steuernummer|cpf|aadhaar|ird|ahv|curp|rfc|nif|pesel|personnummer)\b"
    r"(?:\s(?:number|no\.?|nr\.?|id|#|card|for|the|form|my|is|t4a|w9|w-9|file|on)){0,6}[\s:#=.-]{1,3}([a-z]{0,4} ?\d(?:[ .-]?\d){4,13}(?:[ .-]?[a-z])?|(?=[a-z]*\d[a-z]*\d)[a-z0-9]{7,12})(?![\w]|[.,]\d)"
)
_THREES = re.compile(r"(?<![\w.$€£,-])\d{3}([ -])\d{3}\1\d{3}(?![\w-]|[.,]\d| \d)")

_BIRTH = re.compile(
    r"\b(?:born|dob|d\.o\.b\.?|date of birth|birth ?date|b-?day|birthday|geboren|geburtsdatum|nacido|nacida|nacimiento|né|née|naissance|nascita|nato|nata|geboortedatum)\b"
)
_BIRTH_WORDS = frozenset(
    [
        "born",
        "dob",
        "b",
        "birth",
        "birthdate",
        "bday",
        "b-day",
        "birthday",
        "geboren",
        "geburtsdatum",
        "nacido",
        "nacida",
        "nacimiento",
        "né",
        "née",
        "naissance",
        "nascita",
        "nato",
        "nata",
        "geboortedatum",
    ]
)
_YEAR = re.compile(r"(?<!\d)(19\d\d|200\d|201[0-5])(?!\d)")
_TWO_DIGIT_YEAR = re.compile(r"[-/.]\d{2}\Z")

_PLATE_VALUE = r"(?=[a-z0-9 -]{0,10}\d)(?=[a-z0-9 -]{0,10}[a-z])(?:[a-z]{1,4}[ -]?\d{1,4}(?:[ -]?[a-z]{1,3})?|\d{1,4}[ -]?[a-z]{1,4}(?:[ -]?\d{1,4})?|[a-z]{1,3}-[a-z]{1,2} ?\d{1,4}|[a-z0-9]{4,8})"
_PLATE = re.compile(
    r"\b(?:plates?|number ?plate|licen[cs]e|reg(?:o|istration|istered|d)?|tags?|truck|car|vehicle|van|suv|motorbike|bike|trailer|kennzeichen|matr[ií]cula|immatriculation|plaque|targa|kenteken|parked|towed|ticketed)\b"
    r"(?: (?:plate|number|no\.?|is|the|my|your|reg|as|car|with|vehicle|#|under|to)){0,4}[\s:#-]{1,3}("
    + _PLATE_VALUE
    + r")(?![\w-])"
)
_PLATE_AFTER = re.compile(
    r"(?<![\w-])(" + _PLATE_VALUE + r")(?= (?:is |was |has been |now )*(?:registered|towed|parked|ticketed)\b)"
)
_PLATE_WORDS = frozenset(
    [
        "plate",
        "plates",
        "numberplate",
        "license",
        "licence",
        "reg",
        "rego",
        "registration",
        "registered",
        "regd",
        "tag",
        "tags",
        "truck",
        "car",
        "vehicle",
        "van",
        "suv",
        "motorbike",
        "bike",
        "trailer",
        "kennzeichen",
        "matrícula",
        "matricula",
        "immatriculation",
        "plaque",
        "targa",
        "kenteken",
        "parked",
        "towed",
        "ticketed",
        "parking",
    ]
)
_PLATE_UK = re.compile(r"(?<![\w-])[A-Z]{2}\d{2} [A-Z]{3}(?![\w-])")
_NOT_A_PLATE = re.compile(
    r"(?:\d+ ?(?:am|pm|h|hr|hrs|min|mins|km|mi|ft|st|nd|rd|th|x|days?|hour|spot|to|in|on|of|at|for|or|and|the)|(?:at|in|on|for|to|of|by|bay|lot|row|spot|unit|is|was|no|the|from|til|till|and|or|room|gate|row|lane|my|a)[ -]?\d.*)\Z"
)

_REFERENCE_CUES = (
    r"order|booking|reservation|reference|ref|confirmation|conf|ticket|invoice|case|tracking|claim|policy|member(?:ship)?(?: id)?|customer|transaction|receipt|rental|quote|estimate|request|appointment|"
    r"reserva|pedido|bestellung|buchung|commande|réservation|rechnung|auftrag|prenotazione|ordine|locator|pnr|cancel(?:led|ling)?|account|job|work order|rma|serial|file|incident|complaint|voucher|id"
)
_REFERENCE = re.compile(
    rf"\b(?:{_REFERENCE_CUES})\b(?:\s?(?:number|no\.?|nr\.?|num|id|code|is|was|#|ref(?:erence)?|booking|order|my|your|the|for|it's))*[\s:#=.(-]{{1,3}}"
    r"((?=[\w-]{0,20}\d)(?:[a-z0-9]{1,12}(?:[-/][a-z0-9]{1,12}){0,4}))(?![\w%:/-]|[.,]\d)"
)
_REFERENCE_WORDS = frozenset(re.sub(r"\(.*?\)\??", "", _REFERENCE_CUES).split("|")) | frozenset(
    ["cancelled", "cancelling", "cancel", "membership", "member", "conf", "confirmation", "work", "id"]
)
_NOT_A_REFERENCE = re.compile(
    r"\d{1,2}|\d+(?:st|nd|rd|th|am|pm|h|hrs?|mins?|k|x)|\d{1,2}-\w+|(?:19|20)\d\d|\d+x\d+|\d{1,2}[-/]\d{1,2}(?:[-/]\d{2,4})?"
)
_HASH = re.compile(r"(?<![\w#*&])#[a-z]{0,4}-?\d{4,12}(?![\w#*-])")
_SHAPED = re.compile(
    r"(?<![\w./@$€£#-])(?:[a-z]{1,5}-\d{2,8}(?:-\d{2,10}){1,3}|[a-z]{1,4}-?\d{5,14}|[a-z]{2,5}-\d{4,14}|(?=[a-z0-9]*\d[a-z0-9]*\d)(?=[a-z0-9]*[a-z][a-z0-9]*\d[a-z0-9]*[a-z])[a-z0-9]{8,24}|[0-9a-f]{8}-[0-9a-f-]{27})(?![\w@/-]|\.\w)"
)
_LONG_NUMBER = re.compile(r"(?<![\w.,$€£:/+-])\d(?:[ -]?\d){6,30}(?![\w%:/]|[.,]\d)")


def find_national_ids(reading: Reading, _region: str) -> Iterator[Span]:
    """Social security and insurance numbers, tax and identity numbers, passports."""
    for match in _NATIONAL_SHAPES.finditer(reading.lower):
        yield Span(*match.span(), "national_id", "national_id", RANK)
    for match in _THREES.finditer(reading.plain):
        yield Span(*match.span(), "national_id", "national_id", RANK - 40)
    if not _NATIONAL_WORDS.isdisjoint(reading.vocabulary):
        for match in _NATIONAL.finditer(reading.lower):
            yield Span(*match.span(1), "national_id", "national_id", RANK + 20)


def find_birth_dates(reading: Reading, _region: str) -> Iterator[Span]:
    """Full dates of a year in which a customer may have been born, or any full date beside a word of birth."""
    text = reading.lower
    cues = [] if _BIRTH_WORDS.isdisjoint(reading.vocabulary) else [match.span() for match in _BIRTH.finditer(text)]
    for pattern in (DATE_OF_DIGITS, DATE_WITH_MONTH):
        for match in pattern.finditer(text):
            year = _YEAR.search(match[0])
            near = any(0 <= match.start() - end <= 40 or 0 <= start - match.end() <= 25 for start, end in cues)
            full = re.search(r"\d{4}|[-/.]\d\d?[-/.]\d\d?", match[0])
            if (year and re.search(r"\d\D+\d{4}|\d{4}\D+\d", match[0])) or (
                near and full and not re.search(r"20[2-9]\d", match[0])
            ):
                yield Span(*match.span(), "date_of_birth", "date_of_birth", RANK)


def find_plates(reading: Reading, _region: str) -> Iterator[Span]:
    """Number plates, by the words around them."""
    for match in _PLATE_UK.finditer(reading.plain):
        yield Span(*match.span(), "plate", "license_plate", RANK)
    if _PLATE_WORDS.isdisjoint(reading.vocabulary):
        return
    for pattern in (_PLATE, _PLATE_AFTER):
        for match in pattern.finditer(reading.lower):
            if not _NOT_A_PLATE.match(match[1]) and sum(character.isdigit() for character in match[1]) >= 2:
                yield Span(*match.span(1), "plate", "license_plate", RANK)


def find_references(reading: Reading, _region: str) -> Iterator[Span]:
    """Numbers of orders, bookings, tickets, invoices: by the word before them, or by their shape."""
    text = reading.lower
    for match in _HASH.finditer(text):
        yield Span(*match.span(), "reference", "reference_number", RANK - 10)
    for match in _SHAPED.finditer(text):
        if not re.fullmatch(r"\d+x\d+|[a-z]+-\d{4}|\d+(?:st|nd|rd|th)", match[0]) and not _of_a_product(
            reading, match.start()
        ):
            yield Span(*match.span(), "reference", "reference_number", RANK - 15)
    for match in _LONG_NUMBER.finditer(text):
        yield Span(*match.span(), "reference", "reference_number", RANK - 45)
    if _REFERENCE_WORDS.isdisjoint(reading.vocabulary):
        return
    for match in _REFERENCE.finditer(text):
        if not _NOT_A_REFERENCE.fullmatch(match[1]):
            yield Span(*match.span(1), "reference", "reference_number", RANK - 12)


def _of_a_product(reading: Reading, start: int) -> bool:
    """Whether a capitalised word within a sentence stands before: a model's number after a brand."""
    before = re.search(r"([^\W\d_][\w-]*)\s\Z", reading.plain[max(0, start - 30) : start])
    return bool(
        before
        and before[1][0].isupper()
        and reading.mixed_case
        and start - len(before[0]) > 0
        and before[1].lower() not in _REFERENCE_WORDS
    )


RECOGNISERS = (
    Recogniser(find_national_ids, digits=True),
    Recogniser(find_birth_dates, digits=True),
    Recogniser(find_plates, digits=True),
    Recogniser(find_references, digits=True),
)

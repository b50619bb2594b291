"""Phone numbers, e-mail addresses, links with a token, IP addresses.

Here: what reaches a person or a device. Not here: postal addresses (addresses.py).
Numbers are judged by `phonenumbers`; forms that it does not know (seven digits, digits in words, numbers of another country
written without its code) are found by their shape.
"""

import re
from collections.abc import Iterator

import phonenumbers

from pls_pipeline.entities.reading import Reading
from pls_pipeline.entities.records import Recogniser, Span

RANK = 80

_DIGIT_RUN = re.compile(r"(?<![\w.,$€£:/#-])[+(]{0,2}\d(?:[ ().\-/]{0,3}\d){5,15}\d(?![\w:/#]|[.,-]\d)")
_NANP = re.compile(
    r"(?<![\w$€£])(?:\+?1[ .\-]?)?(?:\([2-9]\d\d\) ?|[2-9]\d\d[ .\-]?)[2-9]\d\d[ .\-]?\d{4}(?![\w#]|[.,-]\d)"
)
_LOCAL = re.compile(r"(?<![\w$€£.,/:-])[2-9]\d\d([-.])\d{4}(?![\w#%:/]|[.,-]\d)")
_LOCAL_LOOSE = re.compile(r"(?<![\w$€£.,/:-])[2-9]\d\d ?\d{4}(?![\w#%:/]|[.,-]\d)")
_INTERNATIONAL = re.compile(r"(?<![\w$€£])(?:\+|00)[1-9](?:[ ().\-/]{0,3}\d){5,13}\d(?![\w#])")
_TRUNK = re.compile(r"(?<![\w$€£.,:#/-])\(?0[1-9]\d{0,4}\)?(?:[ .\-/]{0,3}\d){4,8}\d(?![\w:#/]|[.,-]\d)")
_LONE_DIGIT = re.compile(r" \d\Z")
_CALL_WORDS = frozenset(
    [
        "call",
        "text",
        "phone",
        "cell",
        "mobile",
        "number",
        "tel",
        "telephone",
        "whatsapp",
        "reach",
        "ring",
        "sms",
        "dial",
        "contact",
        "fax",
        "llamar",
        "llámame",
        "teléfono",
        "telefono",
        "móvil",
        "movil",
        "téléphone",
        "portable",
        "appelez",
        "telefon",
        "handy",
        "anrufen",
        "telefono",
        "cellulare",
        "telefoon",
        "bel",
    ]
)
_DIGIT_WORD = (
    "zero|oh|one|two|three|four|five|six|seven|eight|nine|cero|uno|dos|tres|cuatro|cinco|seis|siete|ocho|nueve|null|eins|zwei|drei|vier|fünf|sechs|sieben|acht|neun|"
    "zéro|un|deux|trois|quatre|cinq|sept|huit|neuf"
)
_SPOKEN = re.compile(
    rf"\b(?:plus[\s,.-]+)?(?:(?:(?:double|triple)[ -])?(?:{_DIGIT_WORD})|\d{{1,4}})(?:[\s,.\-]{{1,3}}(?:(?:(?:double|triple)[ -])?(?:{_DIGIT_WORD})|o|\d{{1,4}})\b){{4,17}}"
)
_DIGIT_WORDS = frozenset(_DIGIT_WORD.split("|")) - {"one", "un", "oh", "null", "acht", "uno"}

_EMAIL = re.compile(r"[\w!#$%&'*+/=?^`{|}~.-]{1,64}@(?:[\w-]{1,63}\.)+\w{2,24}(?![\w-])")
_MAIL_DOT = r"\s?(?:\(dot\)|\[dot\]|\bdot\b|\bpunkt\b|\bpunto\b|\bpoint\b|(?<=\w)\.(?=\w))\s?"
_MAIL_AT = r"\s?(?:\(at\)|\[at\]|\bat\b|@|\barroba\b|\barobase\b)\s?"
_EMAIL_IN_WORDS = re.compile(
    rf"(?<![\w.])[\w+.-]{{1,64}}(?:(?:{_MAIL_DOT}|\s?\b(?:underscore|dash|hyphen|minus|plus)\b\s?)[\w+.-]{{1,64}}){{0,4}}{_MAIL_AT}[\w-]{{2,63}}(?:{_MAIL_DOT}[\w-]{{2,63}}){{1,3}}"
)
_EMAIL_SIGNS = re.compile(
    r"\(at\)|\[at\]|\bat\b[^@]{2,70}\b(?:dot|punkt|punto|point)\b|\barroba\b|\barobase\b| @|@ |\bat\b (?:gmail|yahoo|hotmail|outlook|icloud)\b"
)

_URL = re.compile(
    r"(?:https?://|www\.)[^\s<>\"]{3,2000}|(?<![\w@.])(?:[a-z0-9-]{1,63}\.){1,4}[a-z]{2,24}/[^\s<>\"]{1,2000}",
    re.IGNORECASE,
)
_URL_END = re.compile(r"[.!?,;:](?=[A-Z][a-z]+[:\s!,])|[)\]}>.,;:!?'\"]+$")
_TOKEN = re.compile(r"[?#].|=|[/_-](?=[\w~-]*\d)[\w~-]{4,}|/(?=\w*[a-z])(?=\w*[A-Z]\w*[A-Z])\w{6,}|/\w{16,}")
_IP4 = re.compile(r"(?<![\w.])(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|1?\d?\d)(?![\w]|\.\d)")
_IP6 = re.compile(
    r"(?<![\w:])(?:[0-9a-f]{1,4}:){2,7}(?::?[0-9a-f]{1,4}){1,6}(?![\w:])|(?<![\w:])(?:[0-9a-f]{1,4}:){1,6}:(?:[0-9a-f]{1,4})?(?![\w:])",
    re.IGNORECASE,
)


def find_phones(reading: Reading, region: str) -> Iterator[Span]:
    """Phone numbers written in digits."""
    text = reading.plain
    if not _DIGIT_RUN.search(text) and not _LOCAL_LOOSE.search(text):
        return
    for match in phonenumbers.PhoneNumberMatcher(text, region, leniency=phonenumbers.Leniency.VALID, max_tries=1000):
        end = match.end - (2 if _LONE_DIGIT.search(text, match.start, match.end) else 0)
        yield Span(match.start, end, "phone", "phone_number", RANK + 5)
    shapes = (_NANP, _LOCAL, _INTERNATIONAL, _TRUNK)
    for pattern in shapes:
        for match in pattern.finditer(text):
            yield Span(*match.span(), "phone", "phone_number", RANK)
    if not _CALL_WORDS.isdisjoint(reading.vocabulary):
        for pattern in (_LOCAL_LOOSE, _DIGIT_RUN):
            for match in pattern.finditer(text):
                yield Span(*match.span(), "phone", "phone_number", RANK - 40)


def find_spoken_phones(reading: Reading, _region: str) -> Iterator[Span]:
    """Phone numbers said digit by digit; seven digits or more."""
    for match in _SPOKEN.finditer(reading.lower):
        parts = re.split(r"[\s,.\-]+", match[0])
        length = sum(
            len(part) if part.isdigit() else {"double": 1, "triple": 2}.get(part, 1) for part in parts if part != "plus"
        )
        if length >= 7 and sum(not part.isdigit() for part in parts) >= 3:
            yield Span(*match.span(), "phone", "phone_number", RANK)


def find_emails(reading: Reading, _region: str) -> Iterator[Span]:
    """E-mail addresses with an @."""
    for match in _EMAIL.finditer(reading.plain):
        start = match.start() + len(match[0]) - len(match[0].lstrip("'.{|}=/*`"))
        yield Span(start, match.end(), "email", "email", RANK + 10)


def find_spoken_emails(reading: Reading, _region: str) -> Iterator[Span]:
    """E-mail addresses whose at and dots are words."""
    if not _EMAIL_SIGNS.search(reading.lower):
        return
    for match in _EMAIL_IN_WORDS.finditer(reading.lower):
        yield Span(*match.span(), "email", "email", RANK + 9)


def find_links(reading: Reading, _region: str) -> Iterator[Span]:
    """Links that carry a token, a name or a number; a link to a page that all may see is no value."""
    for match in _URL.finditer(reading.plain):
        end = _URL_END.search(match[0])
        link = match[0][: end.start()] if end else match[0]
        path = link.split("://", 1)[-1]
        if _TOKEN.search(path[path.find("/") :] if "/" in path else "".join(re.findall(r"[?#].*", path))):
            yield Span(match.start(), match.start() + len(link), "url", "link", RANK + 15)


def find_ip_addresses(reading: Reading, _region: str) -> Iterator[Span]:
    """IPv4 and IPv6 addresses."""
    for match in _IP4.finditer(reading.plain):
        yield Span(*match.span(), "ip", "ip_address", RANK + 12)
    for match in _IP6.finditer(reading.plain):
        if any(part.isdigit() is False or len(part) > 2 for part in match[0].split(":") if part) or "::" in match[0]:
            yield Span(*match.span(), "ip", "ip_address", RANK + 2)


RECOGNISERS = (
    Recogniser(find_phones, digits=True),
    Recogniser(find_spoken_phones, words=_DIGIT_WORDS),
    Recogniser(find_emails, characters="@"),
    Recogniser(find_spoken_emails, words=frozenset({"at", "arroba", "arobase"})),
    Recogniser(find_links, characters="/"),
    Recogniser(find_ip_addresses, digits=True, characters=".:"),
)

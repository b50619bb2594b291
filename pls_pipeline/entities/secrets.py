"""Access codes, gift codes and passwords, by the words around them.

Here: what opens a door, an account or a balance. Not here: references of orders and bookings (identifiers.py).
A code is looked for after its word ("gate code … is 4821#"), before it ("4821 is the code"), or by its signs alone ("*4821#").
"""

import re
from collections.abc import Iterator

from pls_pipeline.entities.reading import Reading, Word
from pls_pipeline.entities.records import Recogniser, Span
from pls_pipeline.entities.vocabulary import is_common

RANK = 70

_CODE = re.compile(
    r"(?<![\w$€£.,:/#*-])(?:[#*]{0,2}(?:\d(?:[ -]\d){3,9}(?![ -]?\d)|[a-z]{0,3}-?\d{3,10}[a-z]{0,3}|\d{1,4}[a-z]{1,3}\d{1,5}|\d{2,4}(?:[ -]\d{2,4}){1,2})(?:\s?[#*]{1,2})?|[#*]\d{1,3}[#*])(?![\w%:/]|[.,]\d)"
)
_SIGNED_CODE = re.compile(r"(?<![\w#*/])(?:\*{1,2}[a-z]?\d{3,10}#?|[#*]?[a-z]?\d{3,10} ?#|#[a-z]?\d{3,10}\*)(?![\w#*])")
_SPACED_CODE = re.compile(r"(?<![\w.,$€£:/-])[#*]?\d(?: \d){3,7}(?: ?[#*])?(?![\w%:/]| \d|[.,]\d)")
_NOT_A_CODE = re.compile(
    r"\s?(?:[ap]\.?m\b|%|percent|°|degrees|minutes?|mins?|hours?|hrs?|days?|weeks?|months?|years?|seconds?|secs?|times\b|people|guests|players|dollars?|euros?|pounds?|yards|miles|km\b|feet|ft\b)"
)
_BEFORE_A_NUMBER = frozenset(
    [
        "until",
        "till",
        "til",
        "in",
        "since",
        "by",
        "after",
        "before",
        "from",
        "at",
        "around",
        "bay",
        "room",
        "unit",
        "suite",
        "locker",
        "lane",
        "court",
        "table",
        "booth",
        "gate",
        "door",
        "floor",
        "seat",
        "apt",
        "apartment",
        "flat",
        "valid",
        "expires",
        "exp",
        "of",
        "on",
        "storage",
        "bays",
        "units",
        "rooms",
        "space",
        "spot",
        "stall",
        "cabin",
        "box",
        "level",
        "row",
        "for",
        "desk",
        "station",
        "pod",
        "hall",
        "studio",
        "plot",
        "site",
        "pitch",
    ]
)
_ACCESS_CUES = frozenset(
    [
        "code",
        "codes",
        "pin",
        "pins",
        "passcode",
        "keycode",
        "doorcode",
        "gatecode",
        "keypad",
        "combo",
        "combination",
        "lockbox",
        "otp",
        "código",
        "codigo",
        "clave",
        "codice",
        "zugangscode",
        "türcode",
        "torcode",
        "passcodes",
        "digicode",
        "kod",
        "kode",
        "pincode",
        "toegangscode",
        "code's",
    ]
)
_OTHER_CODES = frozenset(
    [
        "promo",
        "promotion",
        "promotional",
        "discount",
        "zip",
        "area",
        "postal",
        "post",
        "dress",
        "country",
        "coupon",
        "qr",
        "source",
        "error",
        "bar",
        "referral",
        "dial",
        "swift",
        "sort",
        "building",
        "bank",
        "color",
        "colour",
        "morse",
        "penal",
        "fire",
        "highway",
        "currency",
        "airport",
        "vin",
        "tax",
        "offer",
        "voucher",
        "gift",
        "redemption",
        "certificate",
        "hr",
        "status",
        "civil",
    ]
)
_LINK = re.compile(
    r"(?:\b(?:is|are|=|was|now|will be|to|be|use|enter|es|lautet|ist|est)|[:=>])[\s\"'(]*\Z|\n\s*\Z|\A[\s\"'(#]*\Z"
)
_DOORS = re.compile(
    r"\b(?:door|gate|lock ?box|padlock|lock|entrance|garage|safe|keypad|alarm|elevator|lift|cabinet|shed|key ?box|buzzer|intercom|turnstile|cage|inside|outside)"
    r"(?: \w+){0,2}?(?: (?:is|takes|opens with|with)|:)\s+"
)
_BACKWARD = re.compile(
    r"\s?,?\s(?:is|are|was|as|being)?\s?(?:going to be )?(?:the |your |our |my |their |a )?(?:new |current |same |correct |right )?(?:\w+ ){0,2}?(?:code|pin|passcode|combo|combination|keycode)\b"
    r"|\s(?:at|on|in|into|for) (?:the |your )?(?:\w+ )?(?:keypad|door|gate|lock ?box|padlock|lock|entrance|buzzer|intercom|alarm)\b"
)
_IMPERATIVE = re.compile(
    r"\b(?:use|enter|punch(?: in)?|type(?: in)?|press|dial|try|key in|put in|input|tap)(?: in)?\s+\Z"
)

_GIFT_CUES = frozenset(
    [
        "gift",
        "voucher",
        "vouchers",
        "certificate",
        "redeem",
        "redemption",
        "redeemed",
        "coupon",
        "gutschein",
        "giftcard",
        "regalo",
        "cadeau",
        "buono",
        "bon",
        "cadeaubon",
    ]
)
_GIFT = re.compile(
    r"(?<![\w./@-])(?=[\w-]*\d)(?:[a-z0-9]{2,12}(?:-[a-z0-9]{2,12}){1,5}|(?=[a-z]*\d+[a-z]|\d*[a-z]+\d)[a-z0-9]{5,24})(?![\w@/-])|(?<![\w./@$€£#-])\d{8,19}(?![\w.,/-]\w)"
)
_GIFT_USE = re.compile(
    r"\b(?:left|remaining|balance|money|credit|funds) (?:is )?(?:left )?(?:on|for|of|in)\s+(?:my |the |card |gift card |voucher )*\Z"
)
_GIFT_AFTER = re.compile(r"\s(?:still )?(?:has|have|had|holds|carries|shows)\s[$€£]?\d")

_PASSWORD_CUES = frozenset(
    [
        "password",
        "passwords",
        "passwd",
        "passphrase",
        "pwd",
        "pw",
        "pword",
        "pass",
        "passcode",
        "login",
        "log",
        "sign",
        "key",
        "wifi",
        "wi-fi",
        "wlan",
        "contraseña",
        "clave",
        "passwort",
        "kennwort",
        "senha",
        "wachtwoord",
        "parola",
        "lösenord",
        "credentials",
        "psk",
        "passe",
        "logon",
        "signin",
        "username",
    ]
)
_PASSWORD_STRONG = frozenset(
    [
        "password",
        "passwords",
        "passwd",
        "passphrase",
        "pwd",
        "pw",
        "pword",
        "contraseña",
        "clave",
        "passwort",
        "kennwort",
        "senha",
        "wachtwoord",
        "lösenord",
        "psk",
    ]
)
_PASSWORD = re.compile(
    r"\b(?:pass ?words?|passwd|pass ?phrase|pass ?code|pwd|pw|pword|pass|contraseña|clave|mot de passe|mdp|passwort|kennwort|senha|wachtwoord|parola|lösenord|psk|(?:network|wifi|wi-fi|security) key)"
    r"(?: (?:for|to|on|of) (?:the |our |your )?(?:[\w-]+ ){0,3}?)?(?:\s(?:is|was|will be|should be|es|ist|lautet|est|=)(?: (?:now|still|just|simply|currently))?(?:\s?:)?|\s?[:=]|\s?->)[\s\"'(]*"
    r"|\b(?:log(?: ?in|ged in| on| into \w+)?|sign(?: ?in)?|connect|unlock)(?: (?:it|to it|to the \w+|again))? (?:with|using)[\s\"'(]+(?:the )?(?:pass ?word |pwd |pw )?"
    r"|\b(?:log ?in|logon)(?: (?:is|will be|was)|\s?:)[\s\"'(]*"
    r"|\b(?:wi-?fi|wlan|network|ssid|guest|user(?:name)?)\b[^\n.?!/]{1,40}\s/\s"
    r"|\b(?:pass ?word|pwd|pw|pass)\s(?=\S*\d)(?=\S*[a-z])"
)
_SECRET = re.compile(r"(?=\S*\w)[^\s\"]{3,64}")
_PASSPHRASE = re.compile(r"(?:[a-z]{2,12}[ ]){1,3}\d{1,6}\b(?! ?(?:[ap]\.?m\b|%|minutes|hours|people))")


def _sentence(text: str, start: int, length: int) -> str:
    window = text[start : start + length]
    end = re.search(r"[.!?](?=\s+[^\W\d])", window)
    return window[: end.start()] if end else window


def _acceptable(text: str, match: re.Match[str]) -> bool:
    if _NOT_A_CODE.match(text, match.end()):
        return False
    before = re.search(r"([^\W\d_]+)\s*#?\Z", text[max(0, match.start() - 20) : match.start()])
    return not (before and before[1] in _BEFORE_A_NUMBER)


def _codes_after(reading: Reading, cue: Word) -> Iterator[tuple[int, int]]:
    text, offset = reading.lower, cue.end
    window = _sentence(text, offset, 90)
    found = [match for match in _CODE.finditer(text, offset, offset + len(window)) if _acceptable(text, match)]
    if not found:
        return
    linked = [match for match in found if _LINK.search(text[offset : match.start()])]
    first = linked[0] if linked else found[0]
    if not linked and len(text[offset : first.start()].split()) > 5:
        return
    yield first.span()
    position = first.end()
    for match in found:
        if match.start() > position and re.fullmatch(
            r"[\s,/]*(?:and|or|then|und|y|et|o|ou)?[\s,/]*(?:then |the )?(?:\w+ )?", text[position : match.start()]
        ):
            yield match.span()
            position = match.end()


def find_access_codes(reading: Reading, _region: str) -> Iterator[Span]:
    """Door, gate and entry codes, PINs."""
    text = reading.lower
    words = reading.words
    for index, word in enumerate(words):
        if word.lower not in _ACCESS_CUES:
            continue
        if (
            word.lower in {"code", "codes"}
            and index
            and words[index - 1].lower in _OTHER_CODES
            and text[words[index - 1].end : word.start] in {" ", "-"}
        ):
            continue
        name = "pin" if word.lower in {"pin", "pincode"} else "access_code"
        for start, end in _codes_after(reading, word):
            yield Span(start, end, "access_code", name, RANK + 5)


def find_signed_codes(reading: Reading, _region: str) -> Iterator[Span]:
    """Codes that need no word for it: star or hash around digits, digits one by one, digits after a door or before a keypad."""
    text = reading.lower
    for match in _SIGNED_CODE.finditer(text):
        yield Span(*match.span(), "access_code", "access_code", RANK)
    for match in _SPACED_CODE.finditer(text):
        yield Span(*match.span(), "access_code", "access_code", RANK)
    for match in _CODE.finditer(text):
        if not _acceptable(text, match):
            continue
        before = text[max(0, match.start() - 60) : match.start()]
        door = _DOORS.search(before)
        if (
            (door and door.end() == len(before))
            or _BACKWARD.match(text, match.end())
            or (_IMPERATIVE.search(before) and re.search(r"[#*]|\d{4}", match[0]))
        ):
            yield Span(*match.span(), "access_code", "access_code", RANK)


def find_gift_codes(reading: Reading, _region: str) -> Iterator[Span]:
    """Codes of gift cards and vouchers."""
    text = reading.lower
    gift = not _GIFT_CUES.isdisjoint(reading.vocabulary)
    for match in _GIFT.finditer(text):
        if re.fullmatch(
            r"\d+(?:st|nd|rd|th|am|pm|h|k|x\d+|min|mins|yrs?)?|\d+-\w*(?:minute|hour|day|week|month|year|player|person|hole|foot)s?|[a-z]+-\d{1,2}|\d+-\d+",
            match[0],
        ) and not (gift and re.fullmatch(r"\d{8,19}", match[0])):
            continue
        if (
            gift
            or _GIFT_USE.search(text[max(0, match.start() - 50) : match.start()])
            or _GIFT_AFTER.match(text, match.end())
        ):
            yield Span(*match.span(), "gift_code", "gift_code", RANK - 5)


def find_passwords(reading: Reading, _region: str) -> Iterator[Span]:
    """Passwords and passphrases."""
    for cue in _PASSWORD.finditer(reading.lower):
        phrase = _PASSPHRASE.match(reading.lower, cue.end())
        if phrase and not is_clause(phrase[0]):
            yield Span(*phrase.span(), "password", "password", RANK + 6)
            continue
        match = _SECRET.match(reading.plain, cue.end())
        if not match:
            continue
        value = match[0].rstrip(".,;:)'")
        if value[-1:] in "?!" and value[:-1].isalpha():
            value = value[:-1]
        plain_word = value.rstrip("?!").isalpha()
        sure = reading.lower[cue.start() : cue.end()].rstrip().endswith((":", "=", "/", '"', "->"))
        if not value or (
            plain_word and ((is_common(value.rstrip("?!").lower()) and not sure) or value.lower() in _PASSWORD_CUES)
        ):
            continue
        if plain_word and not sure and "log" in cue[0] and "is" not in cue[0]:
            continue
        yield Span(match.start(), match.start() + len(value), "password", "password", RANK + 6)


def is_clause(phrase: str) -> bool:
    """Whether the words before the number are those of a sentence, not of a passphrase."""
    return not {
        "the",
        "a",
        "on",
        "in",
        "at",
        "for",
        "is",
        "not",
        "with",
        "your",
        "our",
        "my",
        "to",
        "of",
        "and",
        "or",
        "case",
        "until",
        "from",
        "room",
        "bay",
        "unit",
    }.isdisjoint(phrase.split())


RECOGNISERS = (
    Recogniser(find_access_codes, digits=True, words=_ACCESS_CUES),
    Recogniser(find_signed_codes, digits=True),
    Recogniser(find_gift_codes, digits=True),
    Recogniser(find_passwords, words=_PASSWORD_CUES),
)

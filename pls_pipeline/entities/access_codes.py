"""Codes of doors, gates, safes and accounts; PINs.

Here: codes after their word ("gate code … is 4821#"), before it ("4821 is the code"), after a door or a verb of
typing, and codes that show by their signs ("*4821#", "4 8 2 1"). Not here: passwords (passwords.py), gift codes
(gift_codes.py).
"""

import re
from collections.abc import Iterator

from pls_pipeline.entities.closed_classes import words_of
from pls_pipeline.entities.reading import Reading
from pls_pipeline.entities.records import Recogniser, Span

RANK = 70
_LONG = 4
_LEAD = 60

_START = r"(?<![\w$€£.,/#*-])(?<!\d:)"
_CODE = re.compile(
    _START
    + r"(?:[#*]{0,2}(?:"
    + r"\d(?:[ -]\d){3,9}(?![ -]?\d)"  # 4 8 2 1
    + r"|\d{2,4}(?:[ -]\d{2,4}){1,2}(?!\d|\s?(?:[ap]\.?m\b|%|min|hour|day|hrs?\b|times\b|people"
    + r"|guests))"  # 482 193, 48-21-93
    + r"|[a-z]{0,3}-?\d{3,10}[a-z]{0,3}"  # 4821, D4821, C4821Y
    + r"|\d{1,4}[a-z]{1,3}\d{1,5}"  # 48B21
    + r")(?:\s?[#*]{1,2})?|[#*]\d{1,3}[#*])(?![\w%:/]|[.,]\d)"
)
_LETTER_CODE = re.compile(r"\s(?:is|:)\s?\"?([A-Z]{4,12})\b(?![-'])")
_SIGNED = re.compile(r"(?<![\w#*/&])(?:\*{1,2}[a-z]?\d{3,10}#?|[#*]?[a-z]?\d{3,10} ?#|#[a-z]?\d{3,10}\*)(?![\w#*])")
_SPACED = re.compile(r"(?<![\w.,$€£:/-])[#*]?\d(?: \d){3,7}(?: ?[#*])?(?![\w%:/]| \d|[.,]\d)")
_SIGNED_SHAPE = r"[#*]a?000|000 ?#|0 0 0 0"
_BEFORE_DIGIT = 8
_MEASURE_AFTER = re.compile(
    r"\s?(?:[ap]\.?m\b|%|percent|°|degrees|minutes?|mins?|hours?|hrs?|days?|weeks?|months?|years?|seconds?|secs?"
    r"|times\b|people"
    r"|guests|players|dollars?|euros?|pounds?|yards|miles|km\b|feet|ft\b|o'clock|uhr\b)"
)
_WORD_BEFORE = re.compile(r"([^\W\d_]+)\.?\s*#?\Z")
_MEASURE_BEFORE = words_of(
    "january february march april may june july august september october november december jan feb mar apr jun "
    "jul aug sep sept oct nov dec until till til in since by after before from at around bay bays room rooms unit "
    "units suite locker lane court table booth gate door floor seat apt apartment flat valid expires exp of on "
    "storage space spot stall cabin box level row for desk station pod hall studio plot site pitch step version"
)

_CUES = words_of(
    "code codes code's pin pins passcode passcodes keycode doorcode gatecode keypad combo combination lockbox otp "
    "pincode código codigo clave codice zugangscode türcode torcode digicode kod kode toegangscode"
)
_OTHER_CODES = words_of(
    "promo promotion promotional discount zip area postal post dress country coupon qr source error bar referral "
    "dial swift sort bank color colour morse penal fire highway currency airport vin tax offer voucher gift "
    "redemption certificate hr status civil security"
)
_LINK = re.compile(
    r"(?:\b(?:is|are|was|now|will be|to|be|use|enter|es|lautet|ist|est)|[:=>])[\s\"'(]*\Z|\n\s*\Z|\A[\s\"'(#]*\Z"
)
_DOOR_BEFORE = re.compile(
    r"\b(?:door|gate|lock ?box|padlock|lock|entrance|garage|safe|keypad|alarm|elevator|lift|cabinet"
    r"|shed|key ?box|key ?safe|buzzer"
    r"|intercom|turnstile|cage|inside|outside)(?: \w+){0,2}?(?: (?:is|takes|opens with|with)|:)\s+\Z"
)
_LABEL_BEFORE = re.compile(
    r"\b(?:(?:door|gate|lock ?box|padlock|keypad|entrance|garage|safe|alarm|intercom)\s|(?:front|back|main|side|outer"
    r"|inner|upstairs|entry"
    r"|door|gate|lock ?box):\s?)\Z"
)
_CODE_AFTER = re.compile(
    r"\s?,?\s(?:is|are|was|as|being)?\s?(?:going to be )?(?:the |your |our |my |their |a )?(?:new |current |same "
    r"|correct |right )?"
    r"(?:\w+ ){0,2}?(?:code|pin|passcode|combo|combination|keycode)\b"
    r"|\s(?:at|on|in|into|for) (?:the |your )?(?:\w+ )?(?:keypad|door|gate|lock ?box|padlock|lock|entrance|buzzer"
    r"|intercom|alarm|panel)\b"
)
_TYPING_BEFORE = re.compile(r"\b(?:use|enter|punch|type|press|dial|try|key|put|input|tap|pop|hit)(?: in)?\s+\Z")
_TYPING_WORDS = words_of("use enter punch type press dial try key put input tap pop hit")
_DOOR_WORDS = words_of(
    "door gate lock lockbox padlock entrance garage safe keypad alarm elevator lift cabinet shed box keybox keysafe "
    "key buzzer intercom turnstile cage inside outside"
)
_PANEL_WORDS = _CUES | words_of(
    "code pin passcode combo combination keycode keypad door gate lockbox lock box padlock "
    "entrance buzzer intercom alarm panel"
)
_LABEL_WORDS = _DOOR_WORDS | words_of("front back main side outer inner upstairs entry")
_USED_WORDS = _CUES | _TYPING_WORDS | _LABEL_WORDS | _PANEL_WORDS
_SHAPE = r"000|0[ -]0|0a+0|[#*]0"
_STATED_BEFORE = re.compile(r"\b(?:is|use|try|then|or|takes)\s\Z")
_ANOTHER = re.compile(r"[\s,/]*(?:and|or|then|und|y|et|o|ou)?[\s,/]*(?:then |the )?(?:\w+ )?\Z")
_SENTENCE_END = re.compile(r"[.!?](?=\s+[^\W\d])")
_REACH = 90
_FAR_WORDS = 5


def _acceptable(text: str, match: re.Match[str]) -> bool:
    """Whether the number is no time, date, measure or number of a place."""
    if _MEASURE_AFTER.match(text, match.end()):
        return False
    lead = text[max(0, match.start() - 20) : match.start()]
    before = _WORD_BEFORE.search(lead)
    return not (before and before[1] in _MEASURE_BEFORE) or _TYPING_BEFORE.search(lead) is not None


def _codes_after(text: str, cue_end: int) -> Iterator[tuple[int, int]]:
    """The code that the cue before `cue_end` announces in its sentence, and those joined to it."""
    window = text[cue_end : cue_end + _REACH]
    sentence = _SENTENCE_END.search(window)
    limit = cue_end + (sentence.start() if sentence else len(window))
    found = [match for match in _CODE.finditer(text, cue_end, limit) if _acceptable(text, match)]
    if not found:
        return
    linked = [match for match in found if _LINK.search(text[cue_end : match.start()])]
    first = linked[0] if linked else found[0]
    if not linked and len(text[cue_end : first.start()].split()) > _FAR_WORDS:
        return
    yield first.span()
    position = first.end()
    for match in found:
        if match.start() > position and _ANOTHER.match(text[position : match.start()]):
            yield match.span()
            position = match.end()


def find_announced_codes(reading: Reading, _region: str) -> Iterator[Span]:
    """Codes after their word."""
    text = reading.lower
    words = reading.word_texts
    for index, word in enumerate(words):
        if word not in _CUES:
            continue
        start, end = reading.word_spans[index]
        if index and words[index - 1] in _OTHER_CODES and text[reading.word_spans[index - 1][1] : start] in {" ", "-"}:
            continue
        name = "pin" if word in {"pin", "pins", "pincode"} else "access_code"
        for span in _codes_after(text, end) if reading.digit_count else ():
            yield Span(*span, "access_code", name, RANK + 5)
        letters = _LETTER_CODE.match(reading.plain, end) if reading.mixed_case else None
        if letters:
            yield Span(*letters.span(1), "access_code", name, RANK)


def find_signed_codes(reading: Reading, _region: str) -> Iterator[Span]:
    """Codes with star or hash, digits one by one."""
    for pattern in (_SIGNED, _SPACED):
        for match in pattern.finditer(reading.lower):
            yield Span(*match.span(), "access_code", "access_code", RANK)


def find_used_codes(reading: Reading, _region: str) -> Iterator[Span]:
    """Digits after a door or a verb of typing or before a keypad."""
    text, vocabulary = reading.lower, reading.vocabulary
    labels, doors = not _LABEL_WORDS.isdisjoint(vocabulary), not _DOOR_WORDS.isdisjoint(vocabulary)
    panels, typing = not _PANEL_WORDS.isdisjoint(vocabulary), not _TYPING_WORDS.isdisjoint(vocabulary)
    candidates: list[re.Match[str]] = []
    found: list[re.Match[str]] = []
    for match in _CODE.finditer(text, reading.near_digits(_BEFORE_DIGIT)):
        labelled = labels and _is_labelled(text, match)
        if not labelled and not _acceptable(text, match):
            continue
        candidates.append(match)
        before = text[max(0, match.start() - _LEAD) : match.start()]
        if (
            labelled
            or (doors and _DOOR_BEFORE.search(before))
            or (panels and _CODE_AFTER.match(text, match.end()))
            or (typing and _is_long(match) and _TYPING_BEFORE.search(before))
        ):
            found.append(match)
    known = bool(found) or not _CUES.isdisjoint(reading.vocabulary)
    found += [match for match in candidates if known and _STATED_BEFORE.search(text[: match.start()][-12:])]
    for match in found:
        yield Span(*match.span(), "access_code", "access_code", RANK)


def _is_labelled(text: str, match: re.Match[str]) -> bool:
    """Whether a long number stands right after a door: "main door 4821", "back: 4821"."""
    long = sum(map(str.isdigit, match[0])) >= _LONG
    return long and _LABEL_BEFORE.search(text[max(0, match.start() - _LEAD) : match.start()]) is not None


def _is_long(match: re.Match[str]) -> bool:
    """Whether a number is long enough to be typed, or begins with a letter."""
    return match[0][0].isalpha() or sum(map(str.isdigit, match[0])) >= _LONG


RECOGNISERS = (
    Recogniser(find_announced_codes, words=_CUES),
    Recogniser(find_signed_codes, shape=_SIGNED_SHAPE),
    Recogniser(find_used_codes, words=_USED_WORDS, shape=_SHAPE),
)

"""Passwords and passphrases.

Here: what follows the word for a password or a login, and tokens that mix letters, digits and signs. Not here: codes
of digits (access_codes.py).
"""

import re
from collections.abc import Iterator

from pls_pipeline.entities import lexicon as lx
from pls_pipeline.entities.closed_classes import words_of
from pls_pipeline.entities.reading import Reading
from pls_pipeline.entities.records import Recogniser, Span
from pls_pipeline.entities.vocabulary import is_word

RANK = 76

_CUES = words_of(
    "password password's passwords passwd passphrase pwd pw pword pass passcode login log logged sign key wifi "
    "wi-fi wlan network ssid contraseña clave passwort kennwort senha wachtwoord parola lösenord credentials psk "
    "mdp passe logon signin username connect unlock"
)
_WORD = (
    r"(?:pass ?words?|passwd|pass ?phrase|pass ?code|pwd|pw|pword|pass|contraseña|clave|mot de passe|mdp|passwort"
    r"|kennwort|senha|wachtwoord"
    r"|parola|lösenord|psk|(?:network|wifi|wi-fi|security) key)"
)
_OF = r"(?: (?:for|to|on|of) (?:the |our |your )?(?:[\w-]+ ){0,3}?)?"
_IS = (
    r"(?:(?:'s|\s(?:is|was|will be|should be|es|ist|lautet|est|=))(?: (?:now|still|just|simply|currently))?(?:\s?:)?"
    r"|\s?[:=]|\s?->)"
)
_STATED = re.compile(rf"\b{_WORD}{_OF}{_IS}[\s\"'(]*")
_LOGIN = re.compile(
    r"\b(?:log(?: ?in|ged in| on| into \w+)?|sign(?: ?in)?|connect|unlock)(?: (?:it|to it|to the \w+|again|as "
    r"\S{1,80}))? (?:with|using)[\s\"'(]+"
    r"(?:the )?(?:pass ?word |pwd |pw )?"
    r"|\b(?:log ?in|logon|wi-?fi|wlan)(?: (?:is|will be|was)|\s?:)[\s\"'(]*"
)
_SLASH = re.compile(r"\b(?:wi-?fi|wlan|network|ssid|guest|user(?:name)?)\b[^\n.?!/]{1,40}\s/\s")
_BARE = re.compile(rf"\b{_WORD}\s+")
_TYPED = re.compile(r"\b(?:type|enter|use|key in|put in|log ?in|wi-?fi)\s+")
_SECRET = re.compile(r"(?=\S{0,63}\w)[^\s\"]{3,64}")
_PASSPHRASE = re.compile(r"(?:[a-z]{2,12} ){1,3}\d{1,6}\b(?! ?(?:[ap]\.?m\b|%|minutes|hours|people))")
_MIXED = re.compile(r"(?<![\w@/:.])(?=\S{0,30}[a-zA-Z])(?=\S{0,30}\d)(?=\S{0,30}[!@$%^&*_+=])[\w!@$%^&*+=?-]{6,32}")
# Entered at the beginning of a word only: a word of 100,000 letters is read once.
_MIXED_SHAPE = r"(?<!\S)(?=\S*a)(?=\S*[!@$%^&*_+=])"
_CLAUSE = words_of("the a on in at for is not with your our my to of and or case until from room bay unit reset it")
_MAIL = re.compile(r"\S+@\S+\.\w+")


def _value(reading: Reading, start: int) -> str:
    """The token at `start` without the marks that close a clause; `?` and `!` stay unless it is letters alone."""
    match = _SECRET.match(reading.plain, start)
    value = match[0].rstrip(".,;:)'") if match else ""
    return value[:-1] if value[-1:] in {"?", "!"} and value[:-1].isalpha() else value


def _is_plain(value: str) -> bool:
    return value.rstrip("?!").isalpha()


def _says_nothing(value: str) -> bool:
    """Whether the token is a word of the sentence, not a secret."""
    word = value.rstrip("?!").lower()
    return word in lx.FUNCTION_WORDS or word in _CUES or is_word(word)


def _secrets_at(reading: Reading, cue: re.Match[str], *, sure: bool, words: bool) -> Iterator[Span]:
    """The secret that follows a cue: `sure` allows words of English, `words` allows tokens of letters alone."""
    phrase = _PASSPHRASE.match(reading.lower, cue.end())
    if phrase and (_CLAUSE | _CUES).isdisjoint(phrase[0].split()):
        yield Span(*phrase.span(), "password", "password", RANK)
        return
    value = _value(reading, cue.end())
    if not value or _MAIL.fullmatch(value):
        return
    if _is_plain(value) and not (words and ((sure and value.lower() not in _CUES) or not _says_nothing(value))):
        return
    yield Span(cue.end(), cue.end() + len(value), "password", "password", RANK)


def find_passwords(reading: Reading, _region: str) -> Iterator[Span]:
    """Passwords after the word for one."""
    text = reading.lower
    for cue in _STATED.finditer(text):
        yield from _secrets_at(reading, cue, sure=cue[0].rstrip().endswith((":", "=", '"', "->")), words=True)
    for cue in _LOGIN.finditer(text):
        yield from _secrets_at(reading, cue, sure=False, words=cue[0].rstrip().endswith((":", "is")))
    for cue in _SLASH.finditer(text):
        yield from _secrets_at(reading, cue, sure=True, words=True)
    for cue in _BARE.finditer(text):
        yield from _secrets_at(reading, cue, sure=False, words=True)
    for cue in _TYPED.finditer(text):
        yield from _secrets_at(reading, cue, sure=False, words=False)


def find_mixed_tokens(reading: Reading, _region: str) -> Iterator[Span]:
    """Tokens of letters, digits and signs."""
    for match in _MIXED.finditer(reading.plain):
        yield Span(*match.span(), "password", "password", RANK - 30)


RECOGNISERS = (
    Recogniser(find_passwords, words=_CUES),
    Recogniser(find_mixed_tokens, shape=_MIXED_SHAPE),
)

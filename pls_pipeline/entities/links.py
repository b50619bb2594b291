"""Links that carry a token, and IP addresses.

Here: addresses of pages and of machines. Not here: a link to a page that all may see, which is no value of anybody.
"""

import re
from collections.abc import Iterator

from pls_pipeline.entities.reading import Reading
from pls_pipeline.entities.records import Recogniser, Span
from pls_pipeline.entities.vocabulary import is_word

RANK = 95

_URL = re.compile(
    r"(?:https?://|www\.)[^\s<>\"]{3,2000}|(?<![\w@.])(?:[a-z0-9-]{1,63}\.){1,4}[a-z]{2,24}/[^\s<>\"]{1,2000}",
    re.IGNORECASE,
)
_END = re.compile(r"[.!?,;:](?=[A-Z][a-z]+[:\s!,])|[)\]}>.,;:!?'\"]+$")
_TOKEN = re.compile(
    r"[?#].|=|[/_-](?=[\w~-]*\d)[\w~-]{4,}"  # a query, a fragment, a part with a digit
    r"|/(?=\w*[a-z])(?=\w*[A-Z]\w*[A-Z])\w{6,}|/\w{16,}"  # mixed capitals, a long part
)
_CAPITALS = re.compile(r"/([A-Z]{6,})(?!\w)")
_IP4 = re.compile(r"(?<![\w.])(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|1?\d?\d)(?![\w]|\.\d)")
_IP6 = re.compile(
    r"(?<![\w:])(?:(?:[0-9a-f]{1,4}:){2,7}(?::?[0-9a-f]{1,4}){1,6}"
    r"|(?:[0-9a-f]{1,4}:){1,6}:(?:[0-9a-f]{1,4})?)(?![\w:])",
    re.IGNORECASE,
)


def find_links(reading: Reading, _region: str) -> Iterator[Span]:
    """Links with a query, a fragment, or a part of the path that is no word."""
    for match in _URL.finditer(reading.plain):
        end = _END.search(match[0])
        link = match[0][: end.start()] if end else match[0]
        address = link.split("://", 1)[-1]
        path = address[address.find("/") :] if "/" in address else "".join(re.findall(r"[?#].*", address))
        if _TOKEN.search(path) or any(not is_word(part.lower()) for part in _CAPITALS.findall(path)):
            yield Span(match.start(), match.start() + len(link), "url", "link", RANK)


def find_ip4_addresses(reading: Reading, _region: str) -> Iterator[Span]:
    """Four numbers up to 255, joined by dots."""
    for match in _IP4.finditer(reading.plain):
        yield Span(*match.span(), "ip", "ip_address", RANK - 3)


def find_ip6_addresses(reading: Reading, _region: str) -> Iterator[Span]:
    """Hexadecimal groups joined by colons; not a time such as 10:30:15."""
    if reading.plain.count(":") > 1:
        for match in _IP6.finditer(reading.plain):
            groups = [group for group in match[0].split(":") if group]
            if "::" in match[0] or any(not group.isdigit() or len(group) > 2 for group in groups):
                yield Span(*match.span(), "ip", "ip_address", RANK - 13)


RECOGNISERS = (
    Recogniser(find_links, character="/"),
    Recogniser(find_ip4_addresses, shape=r"0\.0+\.0+\.0"),
    Recogniser(find_ip6_addresses, digits=1, character=":"),
)

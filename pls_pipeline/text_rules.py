"""Rules by which texts are recognised, in the form in which a person writes them in a setting.

Here: reading and checking that form. Not here: the rules that come with the program, or what a match means
(conversations/automated.py).

Form: `reason: regular expression`, several parted by ` ;; ` or by line ends. A reason is made of a-z, 0-9 and _. The
expression is RE2 (no look-around, no back-references), without regard to case; `.` takes line ends too.
"""

import re
from dataclasses import dataclass

_REASON = re.compile(r"[a-z0-9_]{1,40}")
_BORDER = re.compile(r"\s;;\s|[\r\n]+")
FORM = "write `reason: regular expression`, several parted by ` ;; `, a reason of a-z, 0-9 and _"


@dataclass(frozen=True)
class TextRule:
    """`pattern` (RE2) finds a text that is automatic because of `reason`."""

    reason: str
    pattern: str


def parse_text_rules(text: str) -> tuple[TextRule, ...]:
    """Return the rules of a setting; raises ValueError with a sentence for the first that cannot be used."""
    return tuple(_parse(part) for part in _BORDER.split(text) if part.strip(" ;"))


def _parse(text: str) -> TextRule:
    reason, colon, pattern = (part.strip() for part in text.partition(":"))
    if not (_REASON.fullmatch(reason) and colon and pattern):
        raise ValueError(f"a rule has no reason or no regular expression: {FORM}")
    fault = _find_fault(pattern)
    if fault:
        raise ValueError(f"the rule `{reason}` {fault}")
    return TextRule(reason, pattern)


def _find_fault(pattern: str) -> str:
    """What is wrong with an expression, by the engine that will run it; empty where nothing is."""
    import duckdb

    with duckdb.connect() as connection:
        try:
            ((finds_nothing,),) = connection.execute("SELECT regexp_matches('', ?, 'is')", [pattern]).fetchall()
        except duckdb.InvalidInputException as error:
            return f"has a regular expression that cannot be read ({str(error).removeprefix('Invalid Input Error: ')})"
    return "has a regular expression that is found in every text, even in an empty one" if finds_nothing else ""

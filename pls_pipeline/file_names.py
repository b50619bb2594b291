"""Names of files as they may be kept: without phone numbers.

Here: what stands in the place of a number in a name. Not here: keys of imports (imports.py). A file that somebody
called "+14155550123.csv" would else carry the number into partition keys, run tags, cursors and tables.
"""

import re

NUMBER_WORD = "number"

_RUN = re.compile(r"(?<![0-9A-Za-z])\+?\(?\d(?:[ ().\-_]{0,3}\d){6,14}(?![0-9A-Za-z])")
_DATE = re.compile(r"((?<!\d)(?:19|20)\d\d[-_. ](?:0\d|1[0-2])[-_. ](?:[0-2]\d|3[01])(?!\d))")
_FEWEST_DIGITS = 9


def hide_numbers(text: str) -> str:
    """The text with `number` in the place of each phone number, in whatever form; dates and times stay.

    A number is a run of digits with a +, or one that is valid with its country code, as a number of the United States
    or Canada, or by the 0 before its area.
    """
    pieces = _DATE.split(text)
    pieces[::2] = [
        _RUN.sub(lambda match: NUMBER_WORD if _is_phone(match[0]) else match[0], each) for each in pieces[::2]
    ]
    return "".join(pieces)


def _is_phone(run: str) -> bool:
    digits = re.sub(r"\D", "", run)
    if run.startswith("+"):
        return True
    if len(digits) < _FEWEST_DIGITS:
        return False
    if digits.startswith("0"):
        return True
    return _is_valid(digits, "US") or _is_valid("+" + digits, None)


def _is_valid(text: str, region: str | None) -> bool:
    import phonenumbers

    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return False
    return bool(phonenumbers.is_valid_number(number))

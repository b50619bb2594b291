"""A recogniser of somebody else: presidio, spaCy, rules of one business.

Here: finding the function that a setting names, calling it, and what it may answer. Not here: what is done where it
and another recogniser claim the same characters (finding.py).

The function takes a text and yields (type, start, end): type is one of PERSONAL_TYPES, start and end are code points.
It is called once for a text and must give the same answer for the same text.
"""

from collections.abc import Iterable, Iterator
from functools import cache
from importlib import import_module
from typing import Protocol

from pls_pipeline.entities.records import PERSONAL_TYPES, Span

RANK = 57
"""Below the rules of this package for what has a shape and for names by context, above loose shapes."""


class RecogniserSettingError(ValueError):
    """PLS_RECOGNISER names nothing that can be called; one sentence says why."""


class RecogniserFailedError(RuntimeError):
    """The recogniser that PLS_RECOGNISER names failed, or answered what it may not; the message holds no text."""


class PluginRecogniser(Protocol):
    """The form of the function."""

    def __call__(self, text: str, /) -> Iterable[tuple[str, int, int]]:
        """Yield type, start and end of each personal value."""


@cache
def load_recogniser(address: str) -> PluginRecogniser:
    """The function of an address "module:function". Raises RecogniserSettingError."""
    module, _, name = address.partition(":")
    try:
        found = getattr(import_module(module), name)
    except (ImportError, AttributeError, ValueError) as error:
        raise RecogniserSettingError(
            f"PLS_RECOGNISER is {address!r}, and there is no such function ({type(error).__name__}): write "
            "module:function, of a module that this Python can import"
        ) from error
    if not callable(found):
        raise RecogniserSettingError(f"PLS_RECOGNISER is {address!r}, which is no function")
    recogniser: PluginRecogniser = found
    return recogniser


def find_by_plugin(text: str, address: str) -> Iterator[Span]:
    """What the recogniser finds in the text. Raises RecogniserSettingError, RecogniserFailedError."""
    recogniser = load_recogniser(address)
    try:
        answer = list(recogniser(text))
    except Exception as error:  # noqa: BLE001 - raised again without its message, which may quote the text
        raise RecogniserFailedError(f"the recogniser {address} failed: {type(error).__name__}") from None
    for kind, start, end in answer:
        if kind not in PERSONAL_TYPES or not 0 <= start < end <= len(text):
            raise RecogniserFailedError(
                f"the recogniser {address} answered {kind!r} {start}-{end} for a text of {len(text)} characters: the "
                f"types are {', '.join(sorted(PERSONAL_TYPES))}, the end lies after the start and within the text"
            )
        yield Span(start, end, kind, _NAMES.get(kind, kind), RANK)


_NAMES = {"person": "person_name", "phone": "phone_number", "reference": "reference_number", "plate": "license_plate"}

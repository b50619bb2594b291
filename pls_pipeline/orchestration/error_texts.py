"""Errors of DuckDB without the values that they quote: Dagster keeps an error for ever, and a value may be a message.

Here: what becomes of the text of an error. Not here: sentences for users (cli/project.py).
"""

import contextlib
import re
from collections.abc import Iterator

import duckdb

_FILE = re.compile(r"('[^'\n]*\.(?:parquet|duckdb|csv|json|tmp)')")
# DuckDB doubles no quote in what it quotes: a value goes from the first to the last one.
_QUOTED = re.compile(r"['\"].*['\"]", re.DOTALL)
_LEFT_OUT = "'…'"


@contextlib.contextmanager
def without_values() -> Iterator[None]:
    """Errors of DuckDB leave the block as errors of the same class, without quoted values; names of files stay."""
    try:
        yield
    except duckdb.Error as error:
        # The original is cut off, for Dagster stores what an error came from.
        raise type(error)(hide_values(str(error))).with_traceback(error.__traceback__) from None


def hide_values(text: str) -> str:
    """The text of an error, its first line alone (the others repeat the query), without quoted values."""
    pieces = _FILE.split(text.split("\n\nLINE", 1)[0])
    pieces[::2] = [_QUOTED.sub(_LEFT_OUT, piece) for piece in pieces[::2]]
    return "".join(pieces)

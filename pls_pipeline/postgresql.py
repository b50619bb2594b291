"""Addresses of PostgreSQL and connections to it, without a password in any sentence.

Here: reading an address, opening a connection, saying why none could be opened. Not here: what a connection is for
(locks.py, publishing/application/), Dagster's own storage (dagster.yaml).
"""

from typing import TYPE_CHECKING
from urllib.parse import SplitResult, unquote, urlsplit

if TYPE_CHECKING:
    from psycopg2.extensions import connection as Connection  # noqa: N812 - psycopg2 spells the class so

_SCHEMES = frozenset({"postgresql", "postgres"})
_CONNECT_SECONDS = 10
# A connection that waits or holds a lock is silent for minutes; without these, routers and dead peers go unnoticed.
_KEEPALIVES = {"keepalives": 1, "keepalives_idle": 30, "keepalives_interval": 10, "keepalives_count": 3}


class UnusableDatabaseError(RuntimeError):
    """A database is not reached, or not as it must be; the sentence says what to do, and holds no password or text."""


class UnreachableDatabaseError(UnusableDatabaseError):
    """No connection to a database; the sentence says to which and why, never the password."""


def check_address(url: str) -> str:
    """Return the address where it is `postgresql://user:password@host:port/database`; raises ValueError without it."""
    try:
        parts = urlsplit(url)
        is_address = parts.scheme in _SCHEMES and bool(_find_database(parts)) and (parts.port or 0) >= 0
    except ValueError:
        is_address = False
    if not is_address:
        raise ValueError("write it as postgresql://user:password@host:5432/database")
    return url


def describe_address(url: str) -> str:
    """What a sentence calls a database: `database on host`, without user and password."""
    parts = urlsplit(url)
    return f"{_find_database(parts)} on {parts.hostname or 'this machine'}"


def open_database(url: str, application: str) -> "Connection":
    """A connection in autocommit; `application` is the name that the server shows for it.

    Raises UnreachableDatabaseError.
    """
    import psycopg2

    try:
        opened: Connection = psycopg2.connect(
            url, application_name=application, connect_timeout=_CONNECT_SECONDS, **_KEEPALIVES
        )
    except psycopg2.OperationalError as error:
        raise UnreachableDatabaseError(
            f"{describe_address(url)} cannot be reached: {explain(error)}; is the server up, and does the address fit?"
        ) from None
    except psycopg2.ProgrammingError:
        # Its text repeats the address, or parts of it.
        raise UnreachableDatabaseError(
            f"{describe_address(url)} cannot be reached: its address has options that are unknown"
        ) from None
    opened.autocommit = True
    return opened


def explain(error: Exception) -> str:
    """The server's reason in one line; an unknown kind of error is told by its name alone."""
    lines = str(error).strip().splitlines()
    reason = lines[0].rsplit("FATAL:", 1)[-1].strip() if lines else ""
    return reason or type(error).__name__


def _find_database(parts: SplitResult) -> str:
    return unquote(parts.path.strip("/"))

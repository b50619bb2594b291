"""Locks between processes: of one machine by files, of several by PostgreSQL.

Here: how a lock is held and given back when its process dies. Not here: what a lock guards (lake.py, imports.py), and
Dagster's pools, which serialise steps of runs alone: commands, landing and removal are no steps.

A lock is named. It is held by one process, and by one block of it; it is not reentrant.
"""

import contextlib
import hashlib
import tempfile
from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from filelock import FileLock

from pls_pipeline.postgresql import UnusableDatabaseError, describe_address, explain, open_database

if TYPE_CHECKING:
    from psycopg2.extensions import connection as Connection  # noqa: N812 - psycopg2 spells the class so

_KEY_BYTES = 8
# psycopg2 waits in C, where Ctrl-C is not heard; so often it comes back to Python.
_LISTEN_SECONDS = 1


class LostLockError(UnusableDatabaseError):
    """The connection that held a lock broke: another process may have had it meanwhile."""


class Locks(Protocol):
    """Holds locks by name."""

    def hold(self, name: str) -> AbstractContextManager[None]:
        """Wait for the lock, hold it for the block."""


class FileLocks:
    """Locks of one machine: a file each in a folder, which is made."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @contextlib.contextmanager
    def hold(self, name: str) -> Iterator[None]:
        """Wait for the lock, hold it for the block; the system gives it back when the process dies."""
        self._folder.mkdir(parents=True, exist_ok=True)
        with FileLock(self._folder / f"{name}.lock"):
            yield


class PostgresLocks:
    """Locks of all machines that use one database: an advisory lock of a session each.

    The server gives a lock back when its session ends, so that a killed process or a lost machine holds none. `url`
    must lead to the server itself: a pooler that lends a session for a transaction only would lose the lock.
    """

    def __init__(self, url: str) -> None:
        self._url = url

    @contextlib.contextmanager
    def hold(self, name: str) -> Iterator[None]:
        """Wait for the lock, hold it for the block.

        Raises UnreachableDatabaseError before the block, LostLockError after it where the session broke meanwhile.
        """
        import psycopg2

        key = make_lock_key(name)
        session = open_database(self._url, f"pls lock {name}")
        try:
            with session.cursor() as cursor:
                cursor.execute("SELECT set_config('idle_session_timeout', '0', false)")
                cursor.execute("SELECT set_config('lock_timeout', %s, false)", (f"{_LISTEN_SECONDS}s",))
                while not _is_taken(session, key):
                    pass
            yield
            try:
                with session.cursor() as cursor:
                    cursor.execute("SELECT pg_advisory_unlock(%s)", (key,))
            except psycopg2.Error as error:
                raise LostLockError(
                    f"the connection to {describe_address(self._url)} broke while the lock {name} was held "
                    f"({explain(error)}); run this again"
                ) from None
        finally:
            session.close()

    def is_free(self, name: str) -> bool:
        """Whether no process holds the lock now; raises UnreachableDatabaseError."""
        with contextlib.closing(open_database(self._url, f"pls look at {name}")) as session, session.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_lock(%s)", (make_lock_key(name),))
            (free,) = cursor.fetchone()
            return bool(free)


def _is_taken(session: "Connection", key: int) -> bool:
    """Wait for the lock a little while; whether it is held now."""
    from psycopg2.errors import LockNotAvailable

    try:
        with session.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", (key,))
    except LockNotAvailable:
        return False
    return True


def make_lock_key(name: str) -> int:
    """The number by which PostgreSQL knows a lock: 8 bytes of the SHA-256 of its name, signed."""
    digest = hashlib.sha256(f"pls-pipeline/{name}".encode()).digest()
    return int.from_bytes(digest[:_KEY_BYTES], "big", signed=True)


def choose_locks(root: str, folder: Path | None, url: str | None) -> Locks:
    """The locks of what lies below `root`: those of the database `url` where one is given.

    Else files in `folder`; where there is none, since `root` is an object store, files among the temporary ones of this
    machine, one folder for each store: other machines don't see them.
    """
    if url:
        return PostgresLocks(url)
    if folder:
        return FileLocks(folder)
    store = hashlib.sha256(root.encode()).hexdigest()[:16]
    return FileLocks(Path(tempfile.gettempdir()) / f"pls-locks-{store}")

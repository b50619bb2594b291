"""Servers that several modules of integration tests share."""

from collections.abc import Iterator

import pytest

from tests.integration.postgres_server import PostgresServer, running_postgres


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """One PostgreSQL for all tests of the group `postgres`; each makes a database of its own."""
    with running_postgres() as server:
        yield server

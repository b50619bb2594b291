"""The application's database: connecting to it, migrating its tables, the state that they are in.

Here: alembic, called with a connection instead of a file of settings. Not here: what is written (writing.py).
Publishing needs a role that may read, insert and update; only migrating needs one that may create. Hence a command
migrates, and a publication refuses tables that are not as it knows them.
"""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import resources
from typing import TYPE_CHECKING, Literal

import sqlalchemy
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool
from sqlalchemy.schema import CreateSchema

from pls_pipeline.postgresql import (
    UnreachableDatabaseError,
    UnusableDatabaseError,
    describe_address,
    explain,
    open_database,
)
from pls_pipeline.publishing.application.tables import DECISION_PATTERNS

if TYPE_CHECKING:
    from alembic.config import Config
    from psycopg2.extensions import connection as Session  # noqa: N812 - psycopg2 spells the class so

MIGRATIONS_TABLE = "pls_migrations"

TablesState = Literal["absent", "behind", "current", "ahead", "foreign"]


class ApplicationDatabaseError(UnusableDatabaseError):
    """The application's database cannot be used."""


@dataclass(frozen=True)
class ApplicationDatabase:
    """Where the application's tables lie: `url` with the password, `schema` an identifier of [a-z0-9_]."""

    url: str
    schema: str

    @property
    def place(self) -> str:
        """What a sentence calls it."""
        return f"schema {self.schema} of {describe_address(self.url)}"


@contextlib.contextmanager
def open_transaction(database: ApplicationDatabase) -> Iterator[sqlalchemy.Connection]:
    """One transaction, committed when the block ends well.

    Raises ApplicationDatabaseError, also for a fault of the server within the block: then nothing is changed.
    """
    # Parameters are texts of patterns: they stand in no error.
    engine = sqlalchemy.create_engine(
        "postgresql+psycopg2://", creator=lambda: _connect(database.url), poolclass=NullPool, hide_parameters=True
    )
    try:
        with engine.begin() as connection:
            yield connection
    except UnreachableDatabaseError as error:
        raise ApplicationDatabaseError(str(error)) from None
    except DBAPIError as error:
        raise ApplicationDatabaseError(
            f"{database.place}: {explain(error.orig or error)}; nothing was changed"
        ) from None


def find_state(connection: sqlalchemy.Connection, schema: str) -> TablesState:
    """How the tables stand to this version of the program.

    `foreign`: a table of the same name that no migration of this program made.
    """
    from alembic.runtime.migration import MigrationContext
    from alembic.script import ScriptDirectory

    inspector = sqlalchemy.inspect(connection)
    if not inspector.has_table(MIGRATIONS_TABLE, schema):
        return "foreign" if inspector.has_table(DECISION_PATTERNS, schema) else "absent"
    options = {"version_table": MIGRATIONS_TABLE, "version_table_schema": schema}
    present = MigrationContext.configure(connection, opts=options).get_current_revision()
    scripts = ScriptDirectory.from_config(_alembic_config())
    known = [script.revision for script in scripts.walk_revisions()]
    if present is None:
        return "absent"
    if present not in known:
        return "ahead"
    return "current" if present == scripts.get_current_head() else "behind"


def require_current(connection: sqlalchemy.Connection, database: ApplicationDatabase) -> None:
    """Raise ApplicationDatabaseError where the tables are not those of this version."""
    advice = describe_state(find_state(connection, database.schema))
    if advice:
        raise ApplicationDatabaseError(f"{database.place} {advice}")


def describe_state(state: TablesState) -> str:
    """What a sentence says of the tables and what to do; empty where they are as they must be."""
    return {
        "absent": "has no table of patterns yet: run `pls migrate`",
        "behind": "has the tables of an older version: run `pls migrate`",
        "ahead": "has the tables of a newer version: use that version of this program",
        "foreign": f"has a table {DECISION_PATTERNS} of somebody else: set PLS_APPLICATION_SCHEMA to another schema",
        "current": "",
    }[state]


def migrate(database: ApplicationDatabase) -> TablesState:
    """Bring the tables to this version, in one transaction; return the state before.

    Makes the schema where it is missing. Raises ApplicationDatabaseError, also for foreign tables and newer ones.
    """
    from alembic import command

    with open_transaction(database) as connection:
        if not sqlalchemy.inspect(connection).has_schema(database.schema):
            connection.execute(CreateSchema(database.schema))
        before = find_state(connection, database.schema)
        if before in {"ahead", "foreign"}:
            require_current(connection, database)
        config = _alembic_config()
        config.attributes.update(connection=connection, schema=database.schema)
        command.upgrade(config, "head")
    return before


def _alembic_config() -> "Config":
    from alembic.config import Config

    config = Config()
    config.set_main_option(
        "script_location", str(resources.files("pls_pipeline.publishing.application") / "migrations")
    )
    config.set_main_option("path_separator", "os")
    return config


def _connect(url: str) -> "Session":
    session = open_database(url, "pls publication")
    session.autocommit = False
    return session

"""One publication into the application's database: all of it, or nothing.

Here: the transaction. Not here: what is to be written (changes.py).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import sqlalchemy
from sqlalchemy.dialects.postgresql import insert

from pls_pipeline.locks import make_lock_key
from pls_pipeline.publishing.application.changes import (
    ApplicationChanges,
    ForeignLibraryError,
    Row,
    Standing,
    plan_changes,
)
from pls_pipeline.publishing.application.database import (
    ApplicationDatabase,
    ApplicationDatabaseError,
    open_transaction,
    require_current,
)
from pls_pipeline.publishing.application.tables import decision_pattern_versions, decision_patterns

LoadLibrary = Callable[[], tuple[Sequence[Row], Sequence[Row]]]


@dataclass(frozen=True)
class ApplicationPublication:
    """`approved` patterns are in use; `written` rows are new or have new texts; `marked` ones have another status."""

    approved: int
    written: int
    marked: int


def publish_to_application(database: ApplicationDatabase, load: LoadLibrary) -> ApplicationPublication:
    """Bring decision_patterns to the state of the library.

    `load` returns the rows of PATTERN_LIBRARY and of PATTERN_ALIASES. It is called once the lock is held, so that of
    two publications the later one has read the later library. Raises ApplicationDatabaseError; nothing is changed then.
    """
    with open_transaction(database) as connection:
        require_current(connection, database)
        key = make_lock_key(f"publication/{database.schema}")
        connection.execute(sqlalchemy.select(sqlalchemy.func.pg_advisory_xact_lock(key)))
        table = decision_patterns(database.schema)
        published = frozenset(connection.scalars(sqlalchemy.select(table.c.id)))
        patterns, aliases = load()
        try:
            changes = plan_changes(patterns, aliases, published)
        except ForeignLibraryError as error:
            raise ApplicationDatabaseError(f"{database.place}: {error}") from None
        written = _write_approved(connection, table, changes)
        marked = sum(_mark(connection, table, standing) for standing in changes.standings)
        if changes.versions:
            versions = insert(decision_pattern_versions(database.schema)).on_conflict_do_nothing()
            connection.execute(versions, list(changes.versions))
    return ApplicationPublication(len(changes.approved), written, marked)


def _write_approved(connection: sqlalchemy.Connection, table: sqlalchemy.Table, changes: ApplicationChanges) -> int:
    """Insert or update the approved rows; a row that is so already is left untouched. Returns how many were not."""
    if not changes.approved:
        return 0
    statement = insert(table)
    columns = [name for name in changes.approved[0] if name != "id"]
    given = sqlalchemy.tuple_(*(statement.excluded[name] for name in columns))
    present = sqlalchemy.tuple_(*(table.c[name] for name in columns))
    upsert = statement.on_conflict_do_update(
        index_elements=[table.c.id],
        set_={name: statement.excluded[name] for name in columns},
        where=present.is_distinct_from(given),
    ).returning(table.c.id)
    return len(connection.scalars(upsert, list(changes.approved)).all())


def _mark(connection: sqlalchemy.Connection, table: sqlalchemy.Table, standing: Standing) -> int:
    columns = list(standing.values)
    present = sqlalchemy.tuple_(*(table.c[name] for name in columns))
    given = sqlalchemy.tuple_(*(sqlalchemy.literal(standing.values[name], table.c[name].type) for name in columns))
    update = (
        sqlalchemy.update(table)
        .where(table.c.id == standing.pattern_id, present.is_distinct_from(given))
        .values(dict(standing.values))
    )
    return connection.execute(update).rowcount

"""What `pls check` looks at in PostgreSQL: the locks of several machines, the application's tables.

Here: whether they are reached and as they must be. Not here: Dagster's own storage, which is part of its instance
(diagnosis.py).
"""

from collections.abc import Iterator
from contextlib import closing
from typing import TYPE_CHECKING

from pls_pipeline.cli.finding import Finding

if TYPE_CHECKING:
    from pls_pipeline.settings import Settings

_LOCKS, _APPLICATION = "locks", "application"
_ADVICE = "see that the server is up, and that address, user and password are right"


def look_at_databases(settings: "Settings") -> Iterator[Finding]:
    """Findings on the databases that the settings name; none where they name none and the lake is a folder."""
    if settings.lock_database:
        yield _look_at_locks(settings.lock_database)
    elif "://" in settings.lake_root:
        yield Finding(_LOCKS, "files of this machine; set PLS_LOCKS_URL before another machine uses this lake")
    if settings.application_database_url:
        yield _look_at_application(settings)


def _look_at_locks(url: str) -> Finding:
    from pls_pipeline.postgresql import UnreachableDatabaseError, describe_address, open_database

    try:
        with closing(open_database(url, "pls check")):
            return Finding(_LOCKS, describe_address(url))
    except UnreachableDatabaseError as error:
        return Finding(_LOCKS, str(error).split("; ")[0], _ADVICE)


def _look_at_application(settings: "Settings") -> Finding:
    from pls_pipeline.orchestration.application import find_application
    from pls_pipeline.publishing.application.database import (
        ApplicationDatabaseError,
        describe_state,
        find_state,
        open_transaction,
    )

    database = find_application(settings)
    if database is None:
        return Finding(_APPLICATION, "none")
    try:
        with open_transaction(database) as connection:
            found, _, advice = describe_state(find_state(connection, database.schema)).partition(": ")
    except ApplicationDatabaseError as error:
        return Finding(_APPLICATION, str(error).split("; ")[0], _ADVICE)
    return Finding(_APPLICATION, f"{database.place} {found or 'is migrated'}", advice)

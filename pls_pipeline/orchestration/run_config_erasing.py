"""Taking the text out of the configuration of runs of import_pasted_csv.

Here: the one write to Dagster's run storage that Dagster has no function for. Not here: when it happens
(paste_import_job.py, maintenance.py). SQLite would keep the text in pages that are free, and in its journal: both are
overwritten. PostgreSQL drops it at its next vacuum.
"""

from typing import TYPE_CHECKING

import dagster as dg

from pls_pipeline.orchestration.names import PASTE_IMPORT_JOB

# Dagster's storage and SQLAlchemy take half as long to load as all of Dagster: only who erases loads them.
if TYPE_CHECKING:
    from dagster._core.storage.runs.sql_run_storage import SqlRunStorage

_ENDED = [dg.DagsterRunStatus.SUCCESS, dg.DagsterRunStatus.FAILURE, dg.DagsterRunStatus.CANCELED]


class UnknownRunStorageError(RuntimeError):
    """Runs are kept in a storage that is no SQL database: what a person pasted cannot be erased there."""


def erase_run_config(instance: dg.DagsterInstance, run_id: str) -> None:
    """Empty the stored configuration of a run; the process that runs it has read it before.

    Raises UnknownRunStorageError.
    """
    import sqlalchemy as sa
    from dagster._core.storage.runs.schema import RunsTable
    from dagster._serdes import serialize_value

    storage = _find_storage(instance)
    run = instance.get_run_by_id(run_id)
    if run is None or not run.run_config:
        return
    emptied = serialize_value(run._replace(run_config={}))
    with storage.connect() as connection:
        on_sqlite = connection.dialect.name == "sqlite"
        if on_sqlite:
            connection.execute(sa.text("PRAGMA secure_delete = ON"))
        connection.execute(RunsTable.update().where(RunsTable.c.run_id == run_id).values(run_body=emptied))
    if on_sqlite:
        with storage.connect() as connection:
            connection.execute(sa.text("PRAGMA wal_checkpoint(TRUNCATE)"))


def _find_storage(instance: dg.DagsterInstance) -> "SqlRunStorage":
    from dagster._core.storage.legacy_storage import LegacyRunStorage
    from dagster._core.storage.runs.sql_run_storage import SqlRunStorage

    storage = instance.run_storage
    if isinstance(storage, LegacyRunStorage):
        storage = storage._storage.run_storage  # noqa: SLF001 - it has no other way to what it hands calls on to
    if not isinstance(storage, SqlRunStorage):
        raise UnknownRunStorageError("Runs are kept in a storage that is no SQL database; copy the file to the inbox.")
    return storage


def erase_left_configs(instance: dg.DagsterInstance) -> int:
    """Empty the configuration of ended runs that never came to do it themselves; return their number."""
    filters = dg.RunsFilter(job_name=PASTE_IMPORT_JOB, statuses=_ENDED)
    left = [run for run in instance.get_runs(filters=filters) if run.run_config]
    for run in left:
        erase_run_config(instance, run.run_id)
    return len(left)

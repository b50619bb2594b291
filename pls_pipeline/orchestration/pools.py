"""The pools of the instance, made before a run claims one.

Here: making them. Not here: their limit (dagster.yaml), which step is in which (assets/).

Dagster makes a pool when a run first claims it. On PostgreSQL two runs that do so at the same moment fail: the second
one's insert is refused, and what it does then it does in an aborted transaction (dagster 1.13.27,
SqlEventLogStorage.initialize_concurrency_limit_to_default).
"""

import contextlib

import dagster as dg

from pls_pipeline.locks import PostgresLocks
from pls_pipeline.orchestration.names import EXTRACTION_POOL, LEDGER_POOL, LIBRARY_POOL

POOLS = frozenset({LEDGER_POOL, EXTRACTION_POOL, LIBRARY_POOL})
_LOCK = "pools"


def make_pools(instance: dg.DagsterInstance, locks_url: str | None = None) -> None:
    """Make those pools that the instance does not know yet, with its default limit.

    `locks_url`: see Lake; raises UnreachableDatabaseError where it is given and a pool is to be made.
    """
    if not _find_missing(instance):
        return
    with PostgresLocks(locks_url).hold(_LOCK) if locks_url else contextlib.nullcontext():
        for pool in sorted(_find_missing(instance)):
            instance.event_log_storage.initialize_concurrency_limit_to_default(pool)


def _find_missing(instance: dg.DagsterInstance) -> frozenset[str]:
    return POOLS - {limit.name for limit in instance.event_log_storage.get_pool_limits()}

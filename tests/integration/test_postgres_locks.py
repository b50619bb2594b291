"""Locks of PostgreSQL: between threads, given back by a killed process, told when the session broke."""

import os
import shutil
import signal
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import dagster as dg
import pytest
from pydantic import SecretStr

from pls_pipeline.imports import ImportRegistry
from pls_pipeline.lake import Lake
from pls_pipeline.locks import FileLocks, LostLockError, PostgresLocks
from pls_pipeline.orchestration.names import SHARED_LOCK_TAG
from pls_pipeline.orchestration.pools import POOLS, make_pools
from pls_pipeline.orchestration.run_locks import hold_run_lock, release_abandoned_runs
from pls_pipeline.postgresql import UnreachableDatabaseError
from pls_pipeline.settings import Settings
from tests.integration.deployment import DEPLOY
from tests.integration.postgres_server import PostgresServer, ask
from tests.made_exports import resets, write_export

pytestmark = [pytest.mark.integration, pytest.mark.xdist_group("postgres")]

_HOLD_FOR_EVER = """
import sys
from pls_pipeline.locks import PostgresLocks
with PostgresLocks(sys.argv[1]).hold("ledger"):
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.fixture(scope="module")
def url(postgres: PostgresServer) -> str:
    return postgres.make_database()


def test_one_holder_at_a_time_and_names_do_not_wait_for_each_other(url: str) -> None:
    inside, most = 0, 0
    guard = threading.Lock()

    def enter(_: int) -> None:
        nonlocal inside, most
        with PostgresLocks(url).hold("ledger"):
            with guard:
                inside += 1
                most = max(most, inside)
            with PostgresLocks(url).hold("library"):
                pass
            with guard:
                inside -= 1

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(enter, range(12)))
    assert most == 1


def test_a_killed_process_gives_its_lock_back(url: str) -> None:
    command = [sys.executable, "-c", _HOLD_FOR_EVER, url]
    holder = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert holder.stdout
    assert holder.stdout.readline() == "held\n"
    os.kill(holder.pid, signal.SIGKILL)
    with PostgresLocks(url).hold("ledger"):
        assert holder.wait() == -signal.SIGKILL
    holder.communicate()


def test_a_session_that_broke_is_told_after_the_block(url: str) -> None:
    with pytest.raises(LostLockError, match="while the lock ledger was held"), PostgresLocks(url).hold("ledger"):
        ask(url, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'pls lock ledger'")


def test_the_password_stands_in_no_sentence() -> None:
    for url in (
        "postgresql://me:hunter2@127.0.0.1:1/library",
        "postgresql://me:hunter2@127.0.0.1:1/library?nonsense=hunter2",
    ):
        with pytest.raises(UnreachableDatabaseError, match=r"library on 127\.0\.0\.1") as refusal:  # noqa: SIM117
            with PostgresLocks(url).hold("ledger"):
                pass
        assert "hunter2" not in str(refusal.value)
    with pytest.raises(ValueError, match="postgresql://user") as wrong:
        Settings(locks_url=SecretStr("mysql://me:hunter2@host/library"))
    assert "hunter2" not in str(wrong.value)
    assert "hunter2" not in repr(Settings(locks_url=SecretStr("postgresql://me:hunter2@host/library")))


def test_lake_and_landing_use_the_database_where_one_is_given(url: str, tmp_path: Path) -> None:
    """Workers whose files are not one another's, as on two machines: each export gets a sequence number of its own."""
    exports = [write_export(tmp_path / f"export-{n}.csv", resets(n)) for n in range(8)]
    with ThreadPoolExecutor(4) as pool:
        landed = pool.map(lambda path: ImportRegistry(str(tmp_path / "imports"), url).land(path), exports)
        assert sorted(manifest.sequence for manifest in landed) == list(range(1, 9))
    with Lake("memory://two-machines/lake", url).serialised("message_ledger"):
        held = "SELECT 1 FROM pg_stat_activity WHERE application_name = 'pls lock message_ledger'"
        assert len(ask(url, held)) == 1


def test_without_a_database_an_object_store_is_locked_within_the_machine(tmp_path: Path) -> None:
    order: list[str] = []

    def enter() -> None:
        with Lake("memory://one-machine/lake").serialised("message_ledger"):
            order.append("second")

    with Lake("memory://one-machine/lake").serialised("message_ledger"):
        waiting = threading.Thread(target=enter)
        waiting.start()
        order.append("first")
    waiting.join()
    assert order == ["first", "second"]
    with FileLocks(tmp_path / "made").hold("any"):
        assert (tmp_path / "made" / "any.lock").exists()


def test_a_run_of_a_machine_that_is_gone_is_released_by_another(url: str, tmp_path: Path) -> None:
    """Two instances' folders, as on two machines: no file tells the second what became of the first's run."""
    with dg.DagsterInstance.local_temp(str(tmp_path)) as instance:
        (lost, working) = (_start_run(instance) for _ in range(2))
        with hold_run_lock(instance, working, url), hold_run_lock(instance, lost, url):
            shutil.rmtree(tmp_path / "run_locks")
            assert release_abandoned_runs(instance, url) == []
            ask(
                url,
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = %s",
                f"pls lock run/{lost}",
            )
            retry = _start_run(instance, {SHARED_LOCK_TAG: lost})
            assert release_abandoned_runs(instance, url) == [lost], f"{retry} has its parent's tags, and no lock yet"
        run = instance.get_run_by_id(lost)
        assert run
        assert run.status == dg.DagsterRunStatus.FAILURE


def test_pools_are_made_once_by_machines_that_start_at_the_same_moment(
    postgres: PostgresServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = postgres.make_database()
    monkeypatch.setenv("DAGSTER_POSTGRES_URL", database.replace("postgresql:", "postgresql+psycopg2:"))
    shutil.copy(DEPLOY / "dagster.yaml", tmp_path)
    with ExitStack() as stack:
        instances = [stack.enter_context(dg.DagsterInstance.from_config(str(tmp_path))) for _ in range(4)]
        with ThreadPoolExecutor(4) as pool:
            list(pool.map(lambda instance: make_pools(instance, database), instances))
        limits = instances[0].event_log_storage.get_pool_limits()
        assert {limit.name: limit.limit for limit in limits} == dict.fromkeys(POOLS, 1)
        assert not instances[0].run_retries_retry_on_asset_or_op_failure


def _start_run(instance: dg.DagsterInstance, tags: dict[str, str] | None = None) -> str:
    job = dg.GraphDefinition("empty").to_job()
    return instance.create_run_for_job(job, status=dg.DagsterRunStatus.STARTED, tags=tags).run_id

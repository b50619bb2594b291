"""Two workers whose machines share nothing but a PostgreSQL and an object store import overlapping files at once.

PLS_OVERLAPPING_IMPORTS says how many files; each overlaps with three before it and three after it.
"""

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pls_pipeline.imports import ImportRegistry
from pls_pipeline.lake import Lake
from pls_pipeline.orchestration.library_facts import find_shared_templates
from pls_pipeline.tables import (
    DEDUPLICATED_MESSAGES,
    DUPLICATE_ROWS,
    GROUPED_CONVERSATIONS,
    MESSAGE_LEDGER,
    PATTERN_LIBRARY,
    RAW_MESSAGES,
)
from tests.integration.deployment import DEPLOY
from tests.integration.object_store import running_object_store
from tests.integration.postgres_server import PostgresServer, ask
from tests.integration.serving import PLS, plain_environment
from tests.made_exports import resets, write_export

pytestmark = [pytest.mark.integration, pytest.mark.slow, pytest.mark.xdist_group("postgres"), pytest.mark.timeout(3600)]

IMPORTS = int(os.environ.get("PLS_OVERLAPPING_IMPORTS", "3"))
TALKS_A_FILE = 4
LAKE, LANDED = "s3://shared/lake", "s3://shared/imports"


@pytest.fixture
def store(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, str]]:
    with running_object_store("shared") as found:
        for name, value in found.items():
            monkeypatch.setenv(name, value)
        yield found


def start_worker(folder: Path, url: str, *files: Path) -> "subprocess.Popen[str]":
    """`pls import` on a machine of its own: data folder, temporary files, Dagster's folder."""
    for made in ("data", "tmp", "dagster"):
        (folder / made).mkdir(parents=True)
    shutil.copy(DEPLOY / "dagster.yaml", folder / "dagster")
    return subprocess.Popen(
        [PLS, "import", *files, "--json"],
        env=plain_environment(
            PLS_DATA_DIR=str(folder / "data"),
            PLS_LAKE_URL=LAKE,
            PLS_IMPORTS_URL=LANDED,
            PLS_LOCKS_URL=url,
            TMPDIR=str(folder / "tmp"),
            DAGSTER_HOME=str(folder / "dagster"),
            DAGSTER_POSTGRES_URL=url.replace("postgresql:", "postgresql+psycopg2:"),
        ),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_overlapping_files_of_two_workers_are_owned_once(
    postgres: PostgresServer, store: dict[str, str], tmp_path: Path
) -> None:
    assert store
    url = postgres.make_database()
    files = [
        write_export(tmp_path / f"export-{n}.csv", resets(*range(n, n + TALKS_A_FILE))) for n in range(1, IMPORTS + 1)
    ]
    workers = [
        start_worker(tmp_path / f"machine-{n}", url, *files[n::2], files[0]) for n in range(2)
    ]  # the first file goes to both
    reports: list[dict[str, Any]] = []
    for worker in workers:
        out, faults = worker.communicate(timeout=3000)
        assert worker.returncode == 0, out + faults
        reports += json.loads(out)
    assert sorted(report["status"] for report in reports if report["status"] == "imported") == ["imported"] * IMPORTS

    talks = range(1, IMPORTS + TALKS_A_FILE)
    lake, registry = Lake(LAKE), ImportRegistry(LANDED)
    assert sorted(manifest.sequence for manifest in registry.manifests()) == list(range(1, IMPORTS + 1))
    assert sorted(row["position"] for row in lake.read(MESSAGE_LEDGER)) == list(range(1, IMPORTS + 1))
    owned = [row["message_key"] for row in lake.read(DEDUPLICATED_MESSAGES)]
    assert len(owned) == len(set(owned)) == 2 * len(talks)
    assert len(lake.read(RAW_MESSAGES)) == len(owned) + len(lake.read(DUPLICATE_ROWS))
    assert len({row["conversation_key"] for row in lake.read(GROUPED_CONVERSATIONS)}) == len(talks)
    patterns = lake.read(PATTERN_LIBRARY)
    assert find_shared_templates(patterns) == []
    assert [(row["conversation_count"], row["status"]) for row in patterns] == [(len(talks), "proposed")]
    assert ask(url, "SELECT concurrency_key FROM concurrency_slots WHERE run_id IS NOT NULL") == []

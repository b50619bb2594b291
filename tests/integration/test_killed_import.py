"""An import that is killed at some moment, and the import after it: the lake is that of an import without a kill.

A real `pls import` in a process, killed with SIGKILL. PLS_KILLS says how often; each kill comes at another moment of
the time that an undisturbed import takes.
"""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import duckdb
import pytest

from pls_pipeline.lake import Lake, quoted
from pls_pipeline.tables import ALL, Table
from tests.made_exports import resets, talk, write_export

pytestmark = [
    pytest.mark.integration,
    pytest.mark.slow,
    pytest.mark.xdist_group("killed_import"),
    pytest.mark.timeout(3600),
]

KILLS = int(os.environ.get("PLS_KILLS", "2"))
# Times of the run and its id: two imports of one file never agree on them. Ids of patterns are drawn anew.
OWN_TO_A_RUN = {
    "analysed_at", "seconds", "run_id", "updated_at", "changed_at", "decided_at", "claimed_at", "pattern_id",
    "former_pattern_id",
}  # fmt: skip


def run_import(data_dir: Path, *files: Path) -> list[str]:
    return [str(Path(sys.executable).with_name("pls")), "import", "--data-dir", str(data_dir), *map(str, files)]


def environment(data_dir: Path) -> dict[str, str]:
    return {**os.environ, "PLS_EXTRACTOR": "embedded", "TMPDIR": str(data_dir.parent)}


def kill_after(seconds: float, data_dir: Path, *files: Path) -> bool:
    """Whether the process was killed: False where it had ended before. Its children are killed with it."""
    process = subprocess.Popen(
        run_import(data_dir, *files),
        env=environment(data_dir),
        start_new_session=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        return True
    return False


def rows_of(data_dir: Path, table: Table) -> list[tuple[object, ...]]:
    columns = ", ".join(quoted(name) for name in table.column_names if name not in OWN_TO_A_RUN)
    with duckdb.connect() as connection:
        rows = Lake(str(data_dir / "lake")).relation(connection, table).project(columns).fetchall()
    return sorted(rows, key=repr)


def contents(data_dir: Path) -> dict[str, list[tuple[object, ...]]]:
    return {table.name: rows_of(data_dir, table) for table in ALL}


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    folder = tmp_path_factory.mktemp("files")
    said = [
        *resets(*range(1, 200)),
        *(message for n in range(200, 400) for message in talk(n, "Are you open?", "We are")),
    ]
    broken = write_export(folder / "broken.csv", resets(*range(300, 420)))
    with broken.open("a", encoding="utf-8") as file:
        file.write("AC9,CN9,cut off\n")
    return [write_export(folder / "clean.csv", said), broken]


def test_an_import_that_was_killed_and_run_again_leaves_what_an_undisturbed_one_leaves(
    tmp_path: Path, files: list[Path]
) -> None:
    undisturbed = tmp_path / "undisturbed" / "data"
    undisturbed.parent.mkdir()
    began = time.monotonic()
    subprocess.run(run_import(undisturbed, *files), env=environment(undisturbed), check=True, capture_output=True)
    whole = time.monotonic() - began
    expected = contents(undisturbed)
    assert expected["pattern_library"]

    moments = random.Random(7)  # noqa: S311 - no secret
    for number in range(KILLS):
        data_dir = tmp_path / f"killed-{number}" / "data"
        data_dir.parent.mkdir()
        moment = whole * (number + moments.random()) / KILLS
        was_killed = kill_after(moment, data_dir, *files)
        again = subprocess.run(run_import(data_dir, *files), env=environment(data_dir), capture_output=True, text=True)
        where = f"kill {number} after {moment:.2f} s of {whole:.2f} s ({was_killed=})\n{again.stdout}{again.stderr}"
        assert again.returncode == 0, where
        found = contents(data_dir)
        assert {name for name in expected if found[name] != expected[name]} == set(), where
        assert list(data_dir.rglob(".*.tmp")) == [], where
        assert list(data_dir.parent.glob("pls-*")) == [], where

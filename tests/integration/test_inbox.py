"""Real daemon, code server and web server: a file copied into the inbox becomes part of the library by itself."""

import json
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from pls_pipeline.lake import Lake
from pls_pipeline.tables import PATTERN_PROVENANCE
from tests.integration.serving import PLS, DevServer, plain_environment, wait_for
from tests.made_exports import resets, write_export

pytestmark = [pytest.mark.integration, pytest.mark.xdist_group("servers")]


@dataclass(frozen=True)
class Running:
    """`pls dev` after a first export was copied into its inbox and went through."""

    server: DevServer
    data_dir: Path
    export: Path
    import_key: str


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    folder = tmp_path_factory.mktemp("dev")
    data_dir, export = folder / "data", write_export(folder / "march.csv", resets(1, 2, 3))
    with DevServer(data_dir) as server:
        shutil.copy(export, data_dir / "inbox" / "march.csv")
        (run,) = wait_for("the run ends", lambda: [run for run in server.runs() if run["status"] == "SUCCESS"])
        yield Running(server, data_dir, export, run["dagster/partition"])


def test_a_file_in_the_inbox_becomes_a_partition_and_patterns(running: Running) -> None:
    assert running.server.partitions("raw_messages") == [running.import_key]
    provenance = Lake(str(running.data_dir / "lake")).read(PATTERN_PROVENANCE)
    assert {row["file_name"] for row in provenance} == {"march.csv"}
    assert (running.data_dir / "exports" / "report.html").stat().st_size


def test_a_copy_under_another_name_is_skipped_and_the_tick_says_why(running: Running) -> None:
    shutil.copy(running.export, running.data_dir / "inbox" / "copy.csv")
    reason = f"copy.csv is a copy of march.csv, already imported as {running.import_key}"
    wait_for("a tick tells it", lambda: any(reason in told for told in running.server.tick_reasons()))
    assert len(running.server.runs()) == 1


def test_an_import_of_the_command_line_shows_in_the_ui(running: Running) -> None:
    april = write_export(running.export.parent / "april.csv", resets(3, 4))
    subprocess.run(
        [PLS, "import", april, "--data-dir", running.data_dir], env=plain_environment(), check=True, timeout=120
    )
    runs = {run["pls/file_name"]: run for run in running.server.runs()}
    assert runs["april.csv"]["status"] == "SUCCESS"
    assert runs["april.csv"]["pls/started_by"] == "pls import"
    assert runs["april.csv"]["dagster/partition"] in running.server.partitions("extracted_patterns")


def test_a_job_of_the_launchpad_has_its_import_run_by_the_daemon(running: Running) -> None:
    write_export(running.data_dir / "inbox" / ".may.csv", resets(5, 6))
    shutil.move(running.data_dir / "inbox" / ".may.csv", running.data_dir / "inbox" / "may.csv")
    launched = running.server.ask(_LAUNCH % json.dumps(json.dumps(IMPORT_MAY)))
    assert launched["launchRun"]["__typename"] == "LaunchRunSuccess"

    def find_runs() -> list[dict[str, str]]:
        asked = [run for run in running.server.runs() if run["pls/started_by"] == "import_file"]
        return [run for run in asked if run["status"] == "SUCCESS"]

    (run, *_) = wait_for("the import's run ends", find_runs)
    assert run["dagster/partition"].startswith("may-")


IMPORT_MAY = {"ops": {"land_named_file": {"config": {"file_name": "may.csv"}}}}
_LAUNCH = """
mutation { launchRun(executionParams: {
    selector: {repositoryName: "__repository__", repositoryLocationName: "pls_pipeline", jobName: "import_file"},
    runConfigData: %s
  }) { __typename } }
"""

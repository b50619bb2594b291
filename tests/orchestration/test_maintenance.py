"""What the nightly maintenance deletes, and what it keeps."""

import os
import uuid
from datetime import UTC, datetime, timedelta
from pathlib import Path

import dagster as dg

from pls_pipeline.definitions import build_defs
from pls_pipeline.orchestration.maintenance import delete_passing_runs, delete_step_logs, sweep_temporary
from pls_pipeline.orchestration.published_links import link_files
from pls_pipeline.orchestration.resources import PipelineResource
from pls_pipeline.settings import Settings

NOW = datetime.now(UTC)
_NO_PROCESS = 2**22 - 3


def test_logs_of_steps_go_when_they_are_old(tmp_path: Path) -> None:
    for name, age in (("old", 100), ("new", 1)):
        folder = tmp_path / name / "compute_logs"
        folder.mkdir(parents=True)
        (folder / "step.out").write_text("x")
        then = (NOW - timedelta(days=age)).timestamp()
        os.utime(folder, (then, then))
    assert delete_step_logs(tmp_path, NOW - timedelta(days=90)) == 1
    assert [path.parent.parent.name for path in tmp_path.rglob("step.out")] == ["new"]
    assert delete_step_logs(tmp_path / "nowhere", NOW) == 0


def test_temporary_files_of_dead_processes_go_and_those_of_living_ones_stay(tmp_path: Path) -> None:
    table = tmp_path / "lake" / "raw_messages"
    table.mkdir(parents=True)
    dead = table / f".march.parquet.{_NO_PROCESS}-{uuid.uuid4().hex}.tmp"
    living = table / f".march.parquet.{os.getpid()}-{uuid.uuid4().hex}.tmp"
    for path in (dead, living):
        path.write_text("x")
    assert sweep_temporary(tmp_path) == 1
    assert list(table.iterdir()) == [living]


def test_a_look_is_deleted_when_it_is_old_and_the_job_runs(tmp_path: Path) -> None:
    (tmp_path / "home").mkdir()
    definitions = build_defs({"pipeline": PipelineResource(data_dir=str(tmp_path / "data"))})
    with dg.DagsterInstance.local_temp(str(tmp_path / "home")) as instance:
        for job in ("inspect_file", "maintenance_job"):
            definitions.resolve_job_def(job).execute_in_process(instance=instance, raise_on_error=False)
        assert delete_passing_runs(instance, NOW - timedelta(days=1)) == 0
        assert delete_passing_runs(instance, NOW + timedelta(days=1)) == 2
        assert not instance.get_runs()


def test_files_are_paths_or_links_where_a_web_server_shows_the_folder(tmp_path: Path) -> None:
    exports = tmp_path / "exports"
    files = [exports / "pattern library.csv", exports / "report" / "index.html", tmp_path / "pls.duckdb"]
    paths = link_files(Settings(data_dir=tmp_path), files)
    assert paths["report"] == dg.MetadataValue.path(str(exports / "report" / "index.html"))
    links = link_files(Settings(data_dir=tmp_path, exports_url="https://files.example/pls/"), files)
    assert links["report"] == dg.MetadataValue.url("https://files.example/pls/report/index.html")
    assert links["file: pattern library.csv"] == dg.MetadataValue.url("https://files.example/pls/pattern%20library.csv")
    assert links["database"] == dg.MetadataValue.path(str(tmp_path / "pls.duckdb"))

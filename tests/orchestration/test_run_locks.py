"""Runs whose process is gone, told from those that work: real instances, real processes."""

import subprocess
import sys
from pathlib import Path

import dagster as dg
import pytest

from pls_pipeline.orchestration.instance import open_instance
from pls_pipeline.orchestration.run_locks import find_runs_under_way, hold_run_lock, release_abandoned_runs
from pls_pipeline.settings import Settings

_DIES_IN_A_STEP = """
import os, sys
from pathlib import Path
import dagster as dg
from pls_pipeline.orchestration.instance import open_instance
from pls_pipeline.orchestration.resources import PipelineResource
from pls_pipeline.settings import Settings

@dg.asset(pool="message_ledger")
def dies(pipeline: PipelineResource) -> None:
    os._exit(9)

resources = {"pipeline": PipelineResource()}
definitions = dg.Definitions([dies], jobs=[dg.define_asset_job("job", "dies")], resources=resources)
with open_instance(Settings(data_dir=Path(sys.argv[1]))) as instance:
    definitions.resolve_job_def("job").execute_in_process(instance=instance)
"""


@pytest.fixture
def instance_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.delenv("DAGSTER_HOME", raising=False)
    return Settings(data_dir=tmp_path)


def test_a_run_whose_process_died_is_failed_and_gives_its_slot_back(instance_settings: Settings) -> None:
    subprocess.run(
        [sys.executable, "-c", _DIES_IN_A_STEP, instance_settings.data_dir], capture_output=True, timeout=120
    )
    with open_instance(instance_settings) as instance:
        (run,) = find_runs_under_way(instance)
        slots = instance.event_log_storage.get_concurrency_info("message_ledger")
        assert slots.active_slot_count == 1
        assert release_abandoned_runs(instance) == [run.run_id]
        assert instance.event_log_storage.get_concurrency_info("message_ledger").active_slot_count == 0
        (failed,) = instance.get_runs()
        assert failed.status == dg.DagsterRunStatus.FAILURE
        assert release_abandoned_runs(instance) == []


def test_a_run_at_work_is_left_alone(instance_settings: Settings) -> None:
    @dg.op
    def nothing() -> None:
        return

    @dg.job
    def job() -> None:
        nothing()

    with open_instance(instance_settings) as instance:
        run = instance.create_run_for_job(job, status=dg.DagsterRunStatus.STARTED)
        with hold_run_lock(instance, run.run_id):
            assert release_abandoned_runs(instance) == []
        assert [found.run_id for found in find_runs_under_way(instance)] == [run.run_id]
        assert release_abandoned_runs(instance) == [], "a run that never held a lock may belong to another machine"

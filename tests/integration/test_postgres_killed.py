"""The deployment on PostgreSQL: services killed in the middle of runs, which end or are run again; no slot stays."""

import shutil
from pathlib import Path
from typing import Any

import pytest

from pls_pipeline.lake import Lake
from pls_pipeline.tables import EXTRACTION_OUTCOMES, PATTERN_PROVENANCE
from tests.integration.deployment import Deployment
from tests.integration.patient_model import PatientModel
from tests.integration.serving import wait_for
from tests.made_exports import resets, write_export

pytestmark = [pytest.mark.integration, pytest.mark.slow, pytest.mark.xdist_group("postgres"), pytest.mark.timeout(900)]


def test_killed_services_lose_nothing(deployed: Deployment, patient_model: PatientModel, tmp_path: Path) -> None:
    def runs_of(file_name: str, status: str) -> list[dict[str, Any]]:
        found = [run for run in deployed.runs() if run.get("pls/file_name") == file_name]
        return [run for run in found if run["status"] == status]

    patient_model.hold()
    shutil.copy(write_export(tmp_path / "unwatched.csv", resets(901, 902)), deployed.data_dir / "inbox")
    assert patient_model.asked.wait(120), "the run asks the model"
    deployed.kill("webserver")
    deployed.kill("daemon")
    patient_model.may_answer.set()
    deployed.start("webserver")
    deployed.start("daemon")
    deployed.wait_for_ui()
    (unwatched,) = wait_for("the run ended while nobody watched", lambda: runs_of("unwatched.csv", "SUCCESS"), 240)

    patient_model.hold()
    shutil.copy(write_export(tmp_path / "lost.csv", resets(903, 904)), deployed.data_dir / "inbox")
    assert patient_model.asked.wait(120), "the second run asks the model"
    assert deployed.open_slots() == 1
    deployed.kill("code")
    patient_model.may_answer.set()
    deployed.start("code")
    (again,) = wait_for("the run is run again", lambda: runs_of("lost.csv", "SUCCESS"), 240)
    assert again["dagster/retry_number"] == "1"
    assert len(runs_of("lost.csv", "FAILURE")) == 1
    wait_for("no slot is held", lambda: deployed.open_slots() == 0)

    lake, keys = Lake(str(deployed.data_dir / "lake")), [unwatched["dagster/partition"], again["dagster/partition"]]
    assert [row["status"] for row in lake.read(EXTRACTION_OUTCOMES, keys)] == ["extracted"] * 4
    assert {row["import_key"] for row in lake.read(PATTERN_PROVENANCE)} >= set(keys)

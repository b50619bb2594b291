"""The jobs of the launchpad: what they ask for, what they refuse, what stays of a pasted text."""

from pathlib import Path
from typing import Any

import dagster as dg
import pytest

from pls_pipeline.definitions import build_defs
from pls_pipeline.orchestration.asking_runs import asked_runs_sensor
from pls_pipeline.orchestration.continue_job import continuation_sensor
from pls_pipeline.orchestration.names import PARTITIONS
from pls_pipeline.orchestration.resources import PipelineResource
from pls_pipeline.tables import EXTRACTION_OUTCOMES, PATTERN_LIBRARY
from tests.assets.conftest import Bench
from tests.made_exports import resets, write_export

OPS = {
    "import_file": "land_named_file",
    "import_pasted_csv": "land_pasted_text",
    "continue_job": "ask_for_continuations",
    "remove_import": "remove_named_import",
}


def launch(bench: Bench, job: str, **config: Any) -> dg.ExecuteInProcessResult:
    """Run a job as the launchpad does, with this configuration."""
    return bench.definitions.resolve_job_def(job).execute_in_process(
        instance=bench.instance, raise_on_error=False, run_config={"ops": {OPS[job]: {"config": config}}}
    )


def sentence(result: dg.ExecuteInProcessResult) -> str:
    """Why the run failed."""
    (failure,) = [event for event in result.all_events if event.is_step_failure]
    assert failure.step_failure_data.user_failure_data is not None, failure.step_failure_data.error
    return str(failure.step_failure_data.user_failure_data.description)


def asked(bench: Bench, cursor: str | None = None) -> dg.SensorResult:
    """One tick of the sensor that asks for runs."""
    resources = {"pipeline": PipelineResource(data_dir=str(bench.pipeline.settings.data_dir))}
    with dg.build_sensor_context(bench.instance, cursor=cursor, resources=resources) as context:
        result = asked_runs_sensor(context)
    assert isinstance(result, dg.SensorResult)
    return result


def continued(bench: Bench) -> tuple[str, list[dg.RunRequest]]:
    """What one tick of the sensor that goes on by itself says and asks for."""
    resources = {"pipeline": PipelineResource(data_dir=str(bench.pipeline.settings.data_dir))}
    with dg.build_sensor_context(bench.instance, resources=resources) as context:
        result = continuation_sensor(context)
    assert isinstance(result, dg.SensorResult)
    reason = result.skip_reason
    return str(reason.skip_message if isinstance(reason, dg.SkipReason) else reason), list(result.run_requests or ())


@pytest.fixture
def inbox(bench: Bench) -> Path:
    folder = bench.pipeline.settings.inbox_path
    folder.mkdir(parents=True)
    return folder


def test_a_file_of_the_inbox_is_landed_and_its_run_is_asked_for_once(bench: Bench, inbox: Path) -> None:
    write_export(inbox / "march.csv", resets(1, 2))
    assert launch(bench, "import_file", file_name="march.csv").success
    (manifest,) = bench.pipeline.registry.manifests()
    assert bench.instance.get_dynamic_partitions(PARTITIONS) == [manifest.import_key]
    look = asked(bench)
    (request,) = look.run_requests or ()
    assert (request.job_name, request.partition_key) == ("import_job", manifest.import_key)
    assert request.tags["pls/started_by"] == "import_file"
    assert not asked(bench, look.cursor).run_requests
    landing = bench.instance.get_latest_materialization_event(dg.AssetKey("import_files"))
    assert landing is not None
    assert landing.dagster_event is not None
    assert landing.dagster_event.partition == manifest.import_key


def test_an_import_is_named_by_its_key_or_its_file(bench: Bench, tmp_path: Path) -> None:
    first = bench.bring(write_export(tmp_path / "march.csv", resets(1)))
    for name in (first, "march.csv"):
        assert launch(bench, "import_file", file_name=name).success
    assert [request.partition_key for request in asked(bench).run_requests or ()] == [first, first]
    other = tmp_path / "other"
    other.mkdir()
    second = bench.bring(write_export(other / "march.csv", resets(2)))
    told = sentence(launch(bench, "import_file", file_name="march.csv"))
    assert told == f"Several imports brought a file of the name 'march.csv': write one of {first}, {second}."


@pytest.mark.parametrize("name", ["", "../secret.csv", "/etc/passwd", "link.csv", "nothing.csv", "folder"])
def test_a_path_or_an_unknown_name_is_refused_with_a_sentence(
    bench: Bench, inbox: Path, tmp_path: Path, name: str
) -> None:
    secret = write_export(tmp_path / "data" / "secret.csv", resets(1))
    (inbox / "link.csv").symlink_to(secret)
    (inbox / "folder").mkdir()
    assert "name" in sentence(launch(bench, "import_file", file_name=name))
    assert bench.pipeline.registry.manifests() == []


def test_what_is_no_export_is_refused(bench: Bench, inbox: Path) -> None:
    (inbox / "letter.csv").write_text("Dear all,\nno header here\n")
    assert sentence(launch(bench, "import_file", file_name="letter.csv")).startswith("letter.csv")
    assert "letter.csv" in sentence(launch(bench, "import_pasted_csv", csv_text="Dear all", file_name="letter"))


def test_a_pasted_text_is_imported_and_found_nowhere_in_the_instance(tmp_path: Path) -> None:
    text = write_export(tmp_path / "march.csv", resets(7)).read_text()
    resource = PipelineResource(data_dir=str(tmp_path / "data"), extractor="embedded")
    config = {"ops": {"land_pasted_text": {"config": {"csv_text": text, "file_name": "from the chat"}}}}
    home = tmp_path / "home"
    home.mkdir()
    with dg.DagsterInstance.local_temp(str(home)) as instance:
        job = build_defs({"pipeline": resource}).resolve_job_def("import_pasted_csv")
        result = job.execute_in_process(instance=instance, run_config=config)
        run = instance.get_run_by_id(result.run_id)
        assert run is not None
        assert (run.status, run.run_config) == (dg.DagsterRunStatus.SUCCESS, {})
    (manifest,) = resource.open().registry.manifests()
    assert manifest.file_name == "from the chat.csv"
    held = [path.name for path in home.rglob("*") if path.is_file() and b"restarted" in path.read_bytes()]
    assert held == []


@pytest.mark.parametrize("config", [{}, {"csv_text": "  \n"}, {"csv_text": "id", "file_name": "../x.csv"}])
def test_nothing_pasted_or_a_path_for_a_name_is_refused(bench: Bench, config: dict[str, str]) -> None:
    told = sentence(launch(bench, "import_pasted_csv", **config))
    assert told.startswith(("No text is pasted", "'../x.csv' cannot name a file"))


def test_imports_with_work_left_go_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    resource = PipelineResource(data_dir=str(tmp_path / "data"), extractor="embedded", conversation_limit=1)
    with dg.DagsterInstance.ephemeral() as instance:
        bench = Bench(resource.open(), instance, build_defs({"pipeline": resource}))
        key = bench.bring(write_export(tmp_path / "march.csv", resets(1, 2)))
        assert launch(bench, "continue_job").success
        (request,) = asked(bench).run_requests or ()
        assert request.partition_key == key
        assert "1 conversations deferred" in continued(bench)[0]
        monkeypatch.setenv("PLS_CONTINUE_DEFERRED", "true")
        (_, first), (_, again) = continued(bench), continued(bench)
        assert [request.partition_key for request in first] == [key]
        assert [request.run_key for request in first] == [request.run_key for request in again]
        assert bench.run(bench.pipeline.registry.get(key)).succeeded
        assert continued(bench) == ("No import has conversations left.", [])
        assert {row["status"] for row in bench.pipeline.lake.read(EXTRACTION_OUTCOMES)} == {"extracted"}
        assert "'march' is the key of no import" in sentence(launch(bench, "continue_job", import_keys=["march"]))


def test_a_removal_says_first_what_it_changes(bench: Bench, tmp_path: Path) -> None:
    key = bench.bring(write_export(tmp_path / "march.csv", resets(1, 2)))
    assert "no import is called 'march'" in sentence(launch(bench, "remove_import", import_key="march"))
    assert "leave it empty to see" in sentence(launch(bench, "remove_import", import_key=key, confirm="yes"))
    look = launch(bench, "remove_import", import_key=key)
    assert look.success
    (event,) = [event for event in look.all_events if event.event_type_value == "ASSET_OBSERVATION"]
    metadata = event.asset_observation_data.asset_observation.metadata
    assert (metadata["removed"].value, metadata["patterns_vanishing"].value) == (False, 1)
    assert len(bench.pipeline.lake.read(PATTERN_LIBRARY)) == 1
    assert launch(bench, "remove_import", import_key=key, confirm=key).success
    assert bench.pipeline.lake.read(PATTERN_LIBRARY) == []
    assert bench.pipeline.registry.manifests() == []
    assert bench.instance.get_dynamic_partitions(PARTITIONS) == []

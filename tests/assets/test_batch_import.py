"""An import in batch mode, by command and by sensor, against a Batch API on a socket."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import dagster as dg
import pytest
from click.testing import CliRunner

from pls_pipeline.cli import main
from pls_pipeline.orchestration import runs
from pls_pipeline.orchestration.batch_sensor import batch_sensor
from pls_pipeline.orchestration.names import BATCH_SENSOR
from pls_pipeline.orchestration.resources import PipelineResource
from pls_pipeline.tables import EXTRACTION_OUTCOMES, PATTERN_LIBRARY
from tests.assets.conftest import Bench
from tests.extraction.batch_server import BatchServer
from tests.extraction.metered_server import answer_transcript
from tests.extraction.model_server import Completion
from tests.made_exports import resets, write_export

pytestmark = pytest.mark.xdist_group("import_job")


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[BatchServer]:
    with BatchServer(lambda request: Completion(answer_transcript(request.body["messages"][1]["content"]))) as made:
        for name in ("DAGSTER_HOME", "PLS_DATA_DIR", "OPENAI_API_KEY"):
            monkeypatch.delenv(name, raising=False)
        monkeypatch.setenv("OPENAI_BASE_URL", made.url)
        monkeypatch.setenv("PLS_OPENAI_MODE", "batch")
        monkeypatch.setenv("PLS_EXTRACTOR", "openai")
        yield made
    assert made.billed_twice == 0


@pytest.fixture
def resource(tmp_path: Path) -> PipelineResource:
    return PipelineResource(data_dir=str(tmp_path / "data"), extractor="openai")


def tick(bench: Bench) -> dg.SensorResult:
    resources = {"pipeline": PipelineResource(data_dir=str(bench.pipeline.settings.data_dir), extractor="openai")}
    with dg.build_sensor_context(bench.instance, resources=resources) as context:
        result = batch_sensor(context)
    assert isinstance(result, dg.SensorResult)
    return result


def told(result: dg.SensorResult) -> str:
    reason = result.skip_reason
    return str(reason.skip_message) if isinstance(reason, dg.SkipReason) else str(reason)


def statuses(bench: Bench) -> list[str]:
    return sorted(row["status"] for row in bench.pipeline.lake.read(EXTRACTION_OUTCOMES))


def test_the_sensor_asks_for_one_run_when_a_batch_has_ended_and_the_run_makes_patterns(
    bench: Bench, server: BatchServer, tmp_path: Path
) -> None:
    assert told(tick(bench)) == "No batch is open."
    key = bench.bring(write_export(tmp_path / "march.csv", resets(1, 2, 3)))
    assert statuses(bench) == ["deferred"] * 3
    assert told(tick(bench)) == "Batches that are open: 1. Imports that wait for them: 1."
    server.finish()
    (request,), (again,) = tick(bench).run_requests or (), tick(bench).run_requests or ()
    assert (request.partition_key, request.run_key) == (key, again.run_key)
    assert request.tags["pls/started_by"] == BATCH_SENSOR
    manifest = bench.pipeline.registry.get(key)
    report = runs.run_import(bench.instance, bench.definitions, manifest, request.tags["pls/started_by"])
    assert report.succeeded, report.faults
    assert statuses(bench) == ["extracted"] * 3
    assert bench.pipeline.lake.read(PATTERN_LIBRARY)
    cost = bench.metadata("extracted_patterns")["cost_usd"]
    assert cost == pytest.approx(3 * 0.00175)
    assert told(tick(bench)) == "No batch is open."
    assert (len(server.batches), server.requests) == (1, [])


def test_a_batch_that_failed_fails_the_run_that_finds_it_with_its_sentence(
    bench: Bench, server: BatchServer, tmp_path: Path
) -> None:
    key = bench.bring(write_export(tmp_path / "march.csv", resets(1, 2)))
    server.fail("token_limit_exceeded")
    report = bench.run(bench.pipeline.registry.get(key))
    assert not report.succeeded
    assert "batch_1 failed: open batches hold more tokens than the account may have" in report.faults[0]


@pytest.mark.usefixtures("server")
def test_batches_that_cannot_be_looked_at_are_a_reason_of_the_tick(
    bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench.bring(write_export(tmp_path / "march.csv", resets(1)))
    monkeypatch.setenv("OPENAI_BASE_URL", "nowhere")
    assert told(tick(bench)).startswith("The batches cannot be looked at: OPENAI_BASE_URL must begin with http")


def test_the_command_says_what_waits_and_collects_it_the_next_time(server: BatchServer, tmp_path: Path) -> None:
    path = write_export(tmp_path / "march.csv", resets(1, 2, 3))

    def pls(*arguments: str) -> str:
        result = CliRunner().invoke(main, [*arguments, "--data-dir", str(tmp_path / "data")])
        assert result.exit_code == 0, result.output
        return result.output

    first = pls("import", str(path))
    assert "3 deferred: waiting for a batch: batch_1, submitted" in first
    assert "answers come within 24 hours: import the file again then, or leave `pls dev` running" in first
    day = f"{datetime.now(UTC):%Y-%m-%d}"
    assert f"batches: 1 open with 3 requests, the first since {day}" in pls("check")
    server.finish()
    assert "3 can be analysed, 3 are, 0 deferred" in pls("import", str(path))
    [row] = json.loads(pls("history", "--json"))
    assert row["cost_usd"] == pytest.approx(3 * 0.00175)
    assert "batches: none is open" in pls("check")

    pls("import", str(write_export(tmp_path / "april.csv", resets(4, 5))))
    key = json.loads(pls("history", "--json"))[-1]["import_key"]
    assert "batch_2 is cancelled: what it had done by then stays paid and kept" in pls("remove", key, "--yes")
    assert server.cancelled == ["batch_2"]

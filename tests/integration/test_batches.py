"""A command submits a batch and ends; real daemon, code server and web server collect it when it has ended."""

import subprocess
from pathlib import Path

import pytest

from pls_pipeline.lake import Lake
from pls_pipeline.orchestration.names import BATCH_SENSOR
from pls_pipeline.tables import EXTRACTION_OUTCOMES, PATTERN_LIBRARY
from tests.extraction.batch_server import BatchServer
from tests.extraction.metered_server import answer_transcript
from tests.extraction.model_server import Completion
from tests.integration.serving import PLS, DevServer, plain_environment, wait_for
from tests.made_exports import resets, write_export

pytestmark = [pytest.mark.integration, pytest.mark.xdist_group("servers")]


def test_a_batch_that_has_ended_becomes_patterns_without_anybody(tmp_path: Path) -> None:
    data_dir, export = tmp_path / "data", write_export(tmp_path / "march.csv", resets(1, 2, 3))
    lake = Lake(str(data_dir / "lake"))
    with BatchServer(lambda request: Completion(answer_transcript(request.body["messages"][1]["content"]))) as provider:
        batched = {"PLS_EXTRACTOR": "openai", "PLS_OPENAI_MODE": "batch", "OPENAI_BASE_URL": provider.url}
        subprocess.run(
            [PLS, "import", export, "--data-dir", data_dir], env=plain_environment(**batched), check=True, timeout=120
        )
        assert {row["status"] for row in lake.read(EXTRACTION_OUTCOMES)} == {"deferred"}
        provider.finish()
        with DevServer(data_dir, **batched) as server:
            (run,) = wait_for(
                "the sensor's run ends",
                lambda: [
                    run
                    for run in server.runs()
                    if run.get("pls/started_by") == BATCH_SENSOR and run["status"] == "SUCCESS"
                ],
            )
        assert run["pls/file_name"] == "march.csv"
        assert {row["status"] for row in lake.read(EXTRACTION_OUTCOMES)} == {"extracted"}
        assert lake.read(PATTERN_LIBRARY)
        assert (len(provider.batches), provider.billed_twice, provider.requests) == (1, 0, [])

"""A run that fails is told once, by the channels that are set; one that no channel took is told again."""

import json
from pathlib import Path

import dagster as dg
import pytest

from pls_pipeline.orchestration.alert_sensor import alert_sensor
from pls_pipeline.orchestration.resources import PipelineResource
from tests.alerts.receiving import HookServer
from tests.assets.conftest import Bench
from tests.made_exports import resets, write_export


class Ticks:
    """The sensor's ticks, one after the other."""

    def __init__(self, bench: Bench) -> None:
        self._bench = bench
        self._cursor: str | None = None

    def __call__(self) -> str:
        resources = {"pipeline": PipelineResource(data_dir=str(self._bench.pipeline.settings.data_dir))}
        with dg.build_sensor_context(self._bench.instance, cursor=self._cursor, resources=resources) as context:
            reason = alert_sensor(context)
            self._cursor = context.cursor
        assert isinstance(reason, dg.SkipReason)
        return str(reason.skip_message)


def test_a_run_that_fails_is_told_once(bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tick = Ticks(bench)
    assert tick() == "Runs that fail from now on are told."
    manifest = bench.land(write_export(tmp_path / "march.csv", resets(1)))
    with bench.pipeline.registry.local_file(manifest.import_key) as landed:
        landed.write_bytes(b"\x00\x01\x02 no export")
    assert not bench.run(manifest).succeeded
    with HookServer(503) as broken:
        monkeypatch.setenv("PLS_ALERT_WEBHOOK_URL", broken.url)
        assert "not delivered by webhook (it answered 503)" in tick()
    with HookServer() as hook:
        monkeypatch.setenv("PLS_ALERT_WEBHOOK_URL", hook.url)
        assert tick() == "Runs that were told: 1."
        assert tick() == "No further run has failed."
    (body,) = map(json.loads, hook.bodies)
    assert (body["job"], body["subject"]) == ("import_job", manifest.import_key)
    assert "march.csv" in body["faults"][0]
    assert body["url"].startswith("http://127.0.0.1:3000/runs/")
    monkeypatch.delenv("PLS_ALERT_WEBHOOK_URL")
    assert tick().startswith("No channel is set")

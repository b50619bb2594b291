"""`pls dev` as a person starts it: web server, daemon and code server, on a loopback port, in a folder of the test.

Here: starting, asking, ending. Not here: what is expected.
"""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any, Self

PLS = Path(sys.executable).with_name("pls")


def plain_environment(**values: str) -> dict[str, str]:
    """The environment without what would point a command elsewhere."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PLS_", "OPENAI_", "DAGSTER_"))}
    return {**kept, "PLS_EXTRACTOR": "embedded", **values}


def wait_for(what: str, look: Callable[[], Any], seconds: float = 120) -> Any:
    """What `look` returns once it is true; fails after the deadline."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if found := look():
            return found
        time.sleep(0.25)
    raise AssertionError(f"waited {seconds} s in vain: {what}")


def find_port() -> int:
    """A loopback port that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as found:
        port: int = found.getsockname()[1]
        return port


class DagsterUi:
    """What a web server on a loopback port tells of runs, ticks and partitions."""

    def __init__(self, port: int) -> None:
        self.port = port

    def ask(self, query: str) -> dict[str, Any]:
        """The answer to a GraphQL query; {} while nothing answers."""
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}/graphql",
            json.dumps({"query": query}).encode(),
            {"content-type": "application/json"},
        )
        try:
            with urllib.request.urlopen(request, timeout=10) as response:  # noqa: S310 - a loopback address
                answer: dict[str, Any] = json.load(response)["data"]
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            return {}
        return answer

    def tick_reasons(self) -> list[str]:
        """What the sensor's ticks that asked for no run said, the newest first."""
        answer = self.ask(_TICKS).get("sensorOrError", {}).get("sensorState", {})
        return [tick["skipReason"] for tick in answer.get("ticks", ()) if tick["skipReason"]]

    def runs(self, job: str = "import_job") -> list[dict[str, Any]]:
        """Id, status and tags of the runs that stand in the job's page, the newest first."""
        results = self.ask(_RUNS.replace("JOB", job)).get("runsOrError", {}).get("results", [])
        return [
            {"run_id": run["runId"], "status": run["status"], **{tag["key"]: tag["value"] for tag in run["tags"]}}
            for run in results
        ]

    def partitions(self, asset: str) -> list[str]:
        """Partitions of an asset that are registered."""
        query = f'{{ assetNodeOrError(assetKey: {{path: ["{asset}"]}}) {{ ... on AssetNode {{ partitionKeys }} }} }}'
        keys: list[str] = self.ask(query).get("assetNodeOrError", {}).get("partitionKeys", [])
        return keys


class DevServer(DagsterUi):
    """The processes of `pls dev`; `environment` are further variables of theirs."""

    def __init__(self, data_dir: Path, **environment: str) -> None:
        super().__init__(find_port())
        self._log = (data_dir.parent / "dev.log").open("wb")
        self._process = subprocess.Popen(
            [PLS, "dev", "--data-dir", data_dir, "--port", str(self.port)],
            env=plain_environment(**environment),
            stdout=self._log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )

    def __enter__(self) -> Self:
        try:
            wait_for("the web server answers", lambda: self.ask("{ version }"))
        except AssertionError:
            self.__exit__(None, None, None)  # or its processes would outlive the test
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        os.killpg(self._process.pid, signal.SIGTERM)
        try:
            self._process.wait(30)
        except subprocess.TimeoutExpired:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
        self._log.close()


_TICKS = """
{ sensorOrError(sensorSelector: {
    repositoryName: "__repository__", repositoryLocationName: "pls_pipeline", sensorName: "inbox_sensor"
  }) { ... on Sensor { sensorState { ticks { skipReason } } } } }
"""

_RUNS = """
{ runsOrError(filter: {
    pipelineName: "JOB", tags: [{key: ".dagster/repository", value: "__repository__@pls_pipeline"}]
  }) { ... on Runs { results { runId status tags { key value } } } } }
"""

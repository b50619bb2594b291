"""From a file in the inbox to its library, beside an empty job of as many steps on the same Dagster.

    python -m benchmarks.latency [--conversations 200] [--runs 3]

Web server, daemon and code server run as `pls dev` runs them, with a second code location that holds one job of empty
steps, as many as import_job has (checks included), in one process like it. Each is launched through the same queue.

- *copied to queued*: the sensor's two looks, five seconds apart, between which the file must not change.
- *queued to library*: until the run of import_job has ended; embedded extractor.
- *empty job*: from its launch to its end.
- *allowed*: twice the empty job and one interval of the sensor, for what comes after the file stands still.

The median of the runs counts; the first import and the first empty job, which find cold caches, are left out.
"""

import argparse
import csv
import os
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from tests.integration.serving import DagsterUi

SENSOR_SECONDS = 5
_DEADLINE_SECONDS = 600
_EMPTY_LOCATION = """
import dagster as dg

@dg.op(ins={{"start": dg.In(dg.Nothing)}})
def empty() -> None: ...

@dg.job(executor_def=dg.in_process_executor)
def empty_job():
    last = empty.alias("step_0")()
    for number in range(1, {steps}):
        last = empty.alias(f"step_{{number}}")(last)

defs = dg.Definitions(jobs=[empty_job])
"""
_WORKSPACE = """
load_from:
  - python_module: {module_name: pls_pipeline.definitions, location_name: pls_pipeline}
  - python_file: {relative_path: empty_location.py, location_name: empty}
"""
_RUNS = (
    '{ runsOrError(filter: {pipelineName: "JOB"}) { ... on Runs { results { runId status creationTime endTime } } } }'
)
_LAUNCH = """
mutation { launchRun(executionParams: {mode: "default", runConfigData: {}, selector: {
  repositoryLocationName: "empty", repositoryName: "__repository__", jobName: "empty_job"
}}) { ... on LaunchRunSuccess { run { runId } } } }
"""


class Dagster:
    """The processes, on a data folder."""

    def __init__(self, folder: Path, steps: int) -> None:
        with socket.create_server(("127.0.0.1", 0)) as found:
            self._port = found.getsockname()[1]
        self.inbox, home = folder / "data" / "inbox", folder / "data" / "dagster"
        self.inbox.mkdir(parents=True)
        from pls_pipeline.orchestration.instance import prepare_dagster_home

        prepare_dagster_home(home)
        (folder / "empty_location.py").write_text(_EMPTY_LOCATION.format(steps=steps), encoding="utf-8")
        (folder / "workspace.yaml").write_text(_WORKSPACE, encoding="utf-8")
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("PLS_", "OPENAI_"))}
        self._log = (folder / "log").open("wb")
        self._process = subprocess.Popen(
            [sys.executable, "-m", "dagster", "dev", "-p", str(self._port), "-w", str(folder / "workspace.yaml")],
            env={**kept, "DAGSTER_HOME": str(home), "PLS_DATA_DIR": str(folder / "data"), "PLS_EXTRACTOR": "embedded"},
            cwd=folder,
            stdout=self._log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )

    def stop(self) -> None:
        """End all processes."""
        os.killpg(self._process.pid, signal.SIGTERM)
        self._process.wait(60)
        self._log.close()

    def ask(self, query: str) -> dict[str, Any]:
        """The answer to a GraphQL query; {} while nothing answers."""
        return DagsterUi(self._port).ask(query)

    def ended(self, job: str) -> list[dict[str, Any]]:
        """Runs of a job that ended well; raises RuntimeError where one failed."""
        results = self.ask(_RUNS.replace("JOB", job)).get("runsOrError", {}).get("results", [])
        if any(run["status"] == "FAILURE" for run in results):
            raise RuntimeError(f"a run of {job} failed")
        return [run for run in results if run["status"] == "SUCCESS"]


def wait_for(look: Callable[[], Any]) -> Any:  # noqa: ANN401 - whatever `look` returns
    """What `look` returns once it is true."""
    deadline = time.monotonic() + _DEADLINE_SECONDS
    while time.monotonic() < deadline:
        if found := look():
            return found
        time.sleep(0.1)
    raise TimeoutError("Dagster does not get on")


def write_export(path: Path, conversations: int, first: int) -> None:
    """An export of two messages a conversation, with five things that are asked."""
    began = datetime(2025, 9, 2, 12)
    header = ("id", "conversationId", "body", "sentAt", "to", "from", "direction", "createdAt")
    replies = ("Bay {n} is restarted.", "We are open until {n} pm.", "Your code is 48{n:03}.", "It costs ${n}.", "Yes!")
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(header)
        for number in range(first, first + conversations):
            theirs, ours = f"+1902555{number % 10_000:04}", "+16037891234"
            for turn, body in enumerate(("Hello, a question", replies[number % 5].format(n=number % 30 + 1))):
                at = began + timedelta(minutes=number, seconds=turn)
                sender, to = (ours, theirs) if turn else (theirs, ours)
                kind = "outgoing" if turn else "incoming"
                key = f"AC{number:08}{turn}"
                rows.writerow((key, f"CN{number:08}", body, "", to, sender, kind, f"{at:%Y-%m-%dT%H:%M:%S}.000Z"))


def count_steps() -> int:
    """Steps of import_job, checks included."""
    from pls_pipeline.definitions import build_defs

    job = build_defs().resolve_job_def("import_job")
    return len(job.graph.nodes)


def main() -> None:
    """Measure, print."""
    parser = argparse.ArgumentParser(description="Latency of the inbox.")
    parser.add_argument("--conversations", type=int, default=200)
    parser.add_argument("--runs", type=int, default=3)
    options = parser.parse_args()
    steps = count_steps()
    noticed, imported, empty = [], [], []
    with tempfile.TemporaryDirectory() as name:
        dagster = Dagster(Path(name), steps)
        try:
            wait_for(lambda: dagster.ask("{ assetNodes { id } }").get("assetNodes"))
            for number in range(options.runs + 1):
                write_export(Path(name) / "export.csv", options.conversations, number * options.conversations)
                copied = time.time()
                (Path(name) / "export.csv").rename(dagster.inbox / f"export-{number}.csv")
                run = wait_for(lambda done=number: (dagster.ended("import_job")[: -done or None] or [{}])[0])
                noticed.append(run["creationTime"] - copied)
                imported.append(run["endTime"] - run["creationTime"])
                dagster.ask(_LAUNCH)
                run = wait_for(lambda done=number: (dagster.ended("empty_job")[: -done or None] or [{}])[0])
                empty.append(run["endTime"] - run["creationTime"])
        finally:
            dagster.stop()
    noticed_s, imported_s, empty_s = (statistics.median(times[1:]) for times in (noticed, imported, empty))
    print(f"{options.conversations} conversations, {steps} steps, median of {options.runs}")
    print(f"copied to queued   {noticed_s:6.1f} s")
    print(f"queued to library  {imported_s:6.1f} s")
    print(f"empty job          {empty_s:6.1f} s")
    print(f"allowed            {2 * empty_s + SENSOR_SECONDS:6.1f} s for queued to library")


if __name__ == "__main__":
    main()

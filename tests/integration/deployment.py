"""The processes of deploy/docker-compose.yml on this machine: code server, web server and daemon on a PostgreSQL.

Here: the commands of that file, with ports and folders of the test in the place of the containers'. Not here: what is
expected of them.
"""

import os
import shutil
import signal
import subprocess
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, Self

import yaml

from pls_pipeline.orchestration.names import EXTRACTION_POOL, LEDGER_POOL, LIBRARY_POOL
from tests.integration.postgres_server import ask
from tests.integration.serving import PLS, DagsterUi, find_port, plain_environment, wait_for

DEPLOY = Path(__file__).parents[2] / "deploy"
_START_SECONDS = 240
Service = Literal["code", "webserver", "daemon"]


def read_compose() -> dict[str, Any]:
    """The services of docker-compose.yml, by name."""
    services: dict[str, Any] = yaml.safe_load((DEPLOY / "docker-compose.yml").read_text(encoding="utf-8"))["services"]
    return services


class Deployment(DagsterUi):
    """The three services, started together; `environment` are further variables of theirs.

    `url` is the database's address. DAGSTER_HOME and data folder lie in `folder`.
    """

    def __init__(self, folder: Path, url: str, **environment: str) -> None:
        super().__init__(find_port())
        self.folder, self.url = folder, url
        self.data_dir, self._home = folder / "data", folder / "dagster"
        for made in (self._home, self.data_dir / "inbox"):
            made.mkdir(parents=True)
        shutil.copy(DEPLOY / "dagster.yaml", self._home)
        self.environment = plain_environment(
            DAGSTER_HOME=str(self._home),
            DAGSTER_POSTGRES_URL=url.replace("postgresql:", "postgresql+psycopg2:"),
            PLS_LOCKS_URL=url,
            PLS_DATA_DIR=str(self.data_dir),
            DAGSTER_CODE_HOST="127.0.0.1",
            DAGSTER_CODE_PORT=str(find_port()),
            **environment,
        )
        self._processes: dict[Service, subprocess.Popen[bytes]] = {}

    def __enter__(self) -> Self:
        with ExitStack() as undoing:
            undoing.callback(self.__exit__, None, None, None)
            # As docker compose does: the code server first, for the others look for it.
            self.start("code")
            self.wait_for_code()
            self.start("webserver")
            self.start("daemon")
            self.wait_for_ui()
            undoing.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for service in reversed(list(self._processes)):
            self.kill(service)

    def start(self, service: Service) -> None:
        """Start a service with its command of the compose file."""
        program, *arguments = [self._place(word) for word in read_compose()[service]["command"]]
        with (self.folder / f"{service}.log").open("ab") as log:
            self._processes[service] = subprocess.Popen(
                [str(PLS.with_name(program)), *arguments],
                env=self.environment,
                cwd=self.folder,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def kill(self, service: Service) -> None:
        """End a service and all processes that it started, as the loss of its container does."""
        process = self._processes.pop(service)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def wait_for_code(self) -> None:
        """Wait until the code server's health check passes."""
        test = [self._place(word) for word in read_compose()["code"]["healthcheck"]["test"][1:]]
        command = [str(PLS.with_name(test[0])), *test[1:]]
        wait_for(
            "the code server is healthy",
            lambda: subprocess.run(command, env=self.environment, capture_output=True).returncode == 0,
            _START_SECONDS,
        )

    def wait_for_ui(self) -> None:
        """Wait until the web server answers and knows the code."""
        wait_for("the UI has the assets", lambda: self.ask("{ assetNodes { id } }").get("assetNodes"), _START_SECONDS)

    def open_slots(self) -> int:
        """Slots of the pools that somebody holds."""
        held = ask(
            self.url,
            "SELECT count(*) AS held FROM concurrency_slots WHERE run_id IS NOT NULL AND concurrency_key = ANY(%s)",
            [LEDGER_POOL, EXTRACTION_POOL, LIBRARY_POOL],
        )
        return int(held[0]["held"])

    def _place(self, word: str) -> str:
        """A word of a command, with what the container has in the place of what this machine has."""
        return {
            "0.0.0.0": "127.0.0.1",  # noqa: S104 - it is replaced
            "4000": self.environment["DAGSTER_CODE_PORT"],
            "3000": str(self.port),
            "/srv/workspace.yaml": str(DEPLOY / "workspace.yaml"),
        }.get(word, word)

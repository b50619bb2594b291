"""`pls import` as processes: two at the same moment, one that is killed, one that is interrupted."""

import json
import signal
import subprocess
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from pls_pipeline.lake import Lake
from pls_pipeline.tables import DEDUPLICATED_MESSAGES, GROUPED_CONVERSATIONS
from tests.extraction.model_server import ModelServer, Text
from tests.integration.serving import PLS, plain_environment
from tests.made_exports import Said, resets, talk, write_export

pytestmark = [pytest.mark.integration, pytest.mark.xdist_group("servers")]


def _start(data_dir: Path, environment: Mapping[str, str], *paths: Path) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [PLS, "import", *paths, "--data-dir", data_dir, "--json"],
        env=dict(environment),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def _finish(process: "subprocess.Popen[str]") -> Any:
    out, faults = process.communicate(timeout=180)
    assert process.returncode == 0, faults
    return json.loads(out)


class TestTwoAtTheSameMoment:
    @pytest.fixture
    def overlapping(self, tmp_path: Path) -> tuple[Path, Path]:
        long: list[Said] = talk(
            50, "The door is locked", "Your new code is 4821.", "It works, thanks", "Great, have fun!", "Bye", "Bye!"
        )
        return (
            write_export(tmp_path / "march.csv", [*resets(*range(1, 20)), *long[:4]]),
            write_export(tmp_path / "april.csv", [*resets(*range(10, 30)), *long[2:]]),
        )

    def test_no_message_is_owned_twice_and_none_is_lost(self, overlapping: tuple[Path, Path], tmp_path: Path) -> None:
        environment = plain_environment()
        processes = [_start(tmp_path / "at once", environment, path) for path in overlapping]
        for process in processes:
            _finish(process)
        at_once, in_turn = Lake(str(tmp_path / "at once" / "lake")), Lake(str(tmp_path / "in turn" / "lake"))
        _finish(_start(tmp_path / "in turn", environment, *reversed(overlapping)))
        messages = [row["message_key"] for row in at_once.read(DEDUPLICATED_MESSAGES)]
        assert len(messages) == len(set(messages))
        assert set(messages) == {row["message_key"] for row in in_turn.read(DEDUPLICATED_MESSAGES)}
        assert _wholes(at_once) == _wholes(in_turn)


def _wholes(lake: Lake) -> set[frozenset[str]]:
    """The conversations, each as whole as the import that saw most of it had it."""
    longest: dict[str, frozenset[str]] = {}
    for row in lake.read(GROUPED_CONVERSATIONS):
        keys = frozenset(message["message_key"] for message in row["messages"])
        longest[row["conversation_key"]] = max(keys, longest.get(row["conversation_key"], frozenset()), key=len)
    return set(longest.values())


class TestEndedInTheMiddle:
    @pytest.fixture
    def server(self) -> Iterator["SilentModel"]:
        with SilentModel() as server:
            yield server

    @pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT])
    def test_the_import_goes_on_when_it_is_named_again(
        self, server: "SilentModel", tmp_path: Path, how: signal.Signals
    ) -> None:
        path = write_export(tmp_path / "march.csv", resets(1, 2, 3))
        process = _start(tmp_path / "data", server.environment, path)
        assert server.asked.wait(120)
        process.send_signal(how)
        _, told = process.communicate(timeout=60)
        assert process.returncode != 0
        assert "Traceback" not in told
        (report,) = _finish(_start(tmp_path / "data", plain_environment(), path))
        assert report["status"] == "continued"
        assert report["counts"]["analysed"] == 3


class SilentModel(ModelServer):
    """A model that is asked and does not answer before the test is over."""

    def __init__(self) -> None:
        super().__init__(lambda _: self._wait())
        self.asked = threading.Event()
        self._over = threading.Event()

    @property
    def environment(self) -> dict[str, str]:
        """What makes a command ask this model."""
        return plain_environment(PLS_EXTRACTOR="openai", OPENAI_API_KEY="key", OPENAI_BASE_URL=self.url)

    def _wait(self) -> Text:
        self.asked.set()
        self._over.wait(100)
        return Text("too late")

    def __exit__(self, *error: object) -> None:
        self._over.set()
        super().__exit__(None, None, None)

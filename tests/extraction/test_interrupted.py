"""A run that is interrupted from the keyboard ends with requests under way, and keeps what it was answered."""

import signal
import subprocess
import sys
import threading
from pathlib import Path

from tests.extraction.killed_runs import AT_ONCE
from tests.extraction.made_results import LakeStore
from tests.extraction.metered_server import ROOT, answer_transcript
from tests.extraction.model_server import Completion, ModelRequest, ModelServer, Reply, Slow

ANSWERED = 6
CONVERSATIONS = 20
# Far longer than a run waits for one answer: it does not end by that.
HANGING_SECONDS = 600.0
PATIENCE_SECONDS = 40


def test_an_interrupted_run_ends_at_once_and_keeps_what_is_answered(tmp_path: Path) -> None:
    are_hanging = threading.Event()

    def reply(request: ModelRequest) -> Reply:
        answer = Completion(answer_transcript(request.body["messages"][1]["content"]))
        if len(server.requests) >= ANSWERED + AT_ONCE:
            are_hanging.set()
        return answer if len(server.requests) <= ANSWERED else Slow(HANGING_SECONDS, answer)

    with ModelServer(reply) as server:
        command = [sys.executable, "-m", "tests.extraction.killed_runs", str(tmp_path), server.url, str(CONVERSATIONS)]
        with subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True) as process:
            assert are_hanging.wait(60)
            process.send_signal(signal.SIGINT)
            # A run that waits for its answers would take a minute: the longest wait for one.
            _, errors = process.communicate(timeout=PATIENCE_SECONDS)
    assert process.returncode == -signal.SIGINT
    assert "KeyboardInterrupt" in errors
    statuses = [outcome.status for outcome in LakeStore(tmp_path).load().outcomes]
    assert (statuses.count("extracted"), statuses.count("deferred")) == (ANSWERED, CONVERSATIONS - ANSWERED)
    assert len(list((tmp_path / "model_answers").rglob("*.json"))) == ANSWERED
    assert len(server.requests) == ANSWERED + AT_ONCE

"""Batch mode and processes that end where they should not: nothing is lost, nothing submitted twice."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from pls_pipeline.extraction.asking import AWAITING
from tests.extraction.answering import answer, pattern
from tests.extraction.batch_server import BatchServer
from tests.extraction.batching import Runs
from tests.extraction.model_server import Completion, CutConnection, Failure

ROOT = Path(__file__).resolve().parents[2]
UNCERTAIN = f"{AWAITING}: the connection was lost while it was created; a run after two minutes tells"


@pytest.fixture
def server() -> Iterator[BatchServer]:
    with BatchServer(lambda _: Completion(answer(pattern()))) as made:
        yield made
    assert made.billed_twice == 0


@pytest.fixture
def runs(server: BatchServer, tmp_path: Path) -> Runs:
    return Runs(tmp_path, server.url)


def test_a_process_killed_between_creating_and_recording_finds_its_batch_again(server: BatchServer, runs: Runs) -> None:
    server.may_tell.clear()
    command = [sys.executable, "-m", "tests.extraction.batching", str(runs.root), server.url, "a", "b"]
    with subprocess.Popen(command, cwd=ROOT) as process:
        assert server.created.wait(60)
        process.kill()
    server.may_tell.set()
    [record] = runs.ledger.records()
    assert (record.stage, record.batch_id) == ("uploaded", None)
    runs.run("a", "b")
    [record] = runs.ledger.records()
    assert (record.stage, record.batch_id) == ("submitted", "batch_1")
    server.finish()
    assert runs.run("a", "b").extracted == 2
    assert len(server.batches) == 1


def test_a_process_killed_after_its_submission_leaves_what_the_next_one_collects(
    server: BatchServer, runs: Runs
) -> None:
    command = [sys.executable, "-m", "tests.extraction.batching", str(runs.root), server.url, "a", "b"]
    subprocess.run(command, cwd=ROOT, check=True)
    server.finish()
    assert runs.run("a", "b").extracted == 2
    assert len(server.batches) == 1


def test_a_record_whose_file_was_never_sent_is_given_up_at_once(server: BatchServer, runs: Runs) -> None:
    runs.run("a")
    [record] = runs.ledger.records()
    server.batches.clear()
    runs.ledger.write(record.model_copy(update={"stage": "intended", "file_id": None, "batch_id": None}))
    runs.run("a")
    assert [batch.batch_id for batch in server.batches] == ["batch_1"]


@pytest.mark.parametrize("reply", [CutConnection(), Failure(500)])
def test_a_batch_of_which_nothing_was_heard_is_found_by_its_marker(
    server: BatchServer, runs: Runs, reply: CutConnection | Failure
) -> None:
    server.create_reply = reply
    runs.run("a")
    assert runs.outcomes()["a"].reason == UNCERTAIN
    server.create_reply = None
    # Others' batches stand before it in the list.
    runs.run("a", "b")
    runs.run("a", "b")
    assert len(server.batches) == 2
    server.finish()
    assert runs.run("a", "b").extracted == 2


def test_a_batch_that_was_never_created_is_submitted_anew_after_two_minutes(server: BatchServer, runs: Runs) -> None:
    server.create_reply, server.hides_batches = CutConnection(), True
    runs.run("a")
    server.create_reply = None
    server.batches.clear()
    runs.wait(seconds=100)
    runs.run("a")
    assert (runs.outcomes()["a"].reason, server.batches) == (UNCERTAIN, [])
    runs.wait(seconds=20)
    runs.run("a")
    assert len(server.batches) == 1

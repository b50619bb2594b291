"""A batch that has ended with answers, and whose provider names no file of them yet: it was paid, so it is awaited."""

import pytest

from pls_pipeline.extraction.batches.watching import watch_batches
from pls_pipeline.extraction.records import ExtractionStoppedError
from tests.extraction.batch_server import BatchServer, MadeBatch
from tests.extraction.batching import Runs, submitted


def end_without_a_file(server: BatchServer) -> tuple[MadeBatch, str | None]:
    server.finish()
    [batch] = server.batches
    file_id, batch.output_file_id = batch.output_file_id, None
    return batch, file_id


def test_what_is_answered_is_not_submitted_again_while_its_file_is_missing(server: BatchServer, runs: Runs) -> None:
    runs.run("a", "b")
    batch, file_id = end_without_a_file(server)
    assert runs.run("a", "b").deferred == 2
    assert submitted(server) == [2]
    batch.output_file_id = file_id
    assert runs.run("a", "b").extracted == 2


def test_a_file_that_never_comes_is_told_with_the_record_to_delete(server: BatchServer, runs: Runs) -> None:
    runs.run("a", "b")
    end_without_a_file(server)
    runs.wait(days=2)
    with pytest.raises(ExtractionStoppedError, match=r"batch_1 or its files any more: .* or delete"):
        runs.run("a", "b")
    assert submitted(server) == [2]


def test_a_run_is_asked_for_when_the_file_is_there(server: BatchServer, runs: Runs) -> None:
    runs.run("a", "b")
    batch, file_id = end_without_a_file(server)
    settings = runs.settings()
    assert [watched.is_due for watched in watch_batches(settings, runs.clock)] == [False]
    batch.output_file_id = file_id
    assert [watched.is_due for watched in watch_batches(settings, runs.clock)] == [True]

"""A batch that has ended with answers, and whose provider names no file of them yet: it was paid, so it is awaited."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from pls_pipeline.extraction.batches.watching import watch_batches
from pls_pipeline.extraction.records import ExtractionStoppedError
from pls_pipeline.settings import Settings
from tests.extraction.batch_server import BatchServer, MadeBatch
from tests.extraction.batching import Runs, say, submitted


@pytest.fixture
def server() -> Iterator[BatchServer]:
    with BatchServer(say) as made:
        yield made
    assert made.billed_twice == 0


@pytest.fixture
def runs(server: BatchServer, tmp_path: Path) -> Runs:
    return Runs(tmp_path / "lake", server.url)


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


def test_a_run_is_asked_for_when_the_file_is_there(server: BatchServer, runs: Runs, tmp_path: Path) -> None:
    runs.run("a", "b")
    batch, file_id = end_without_a_file(server)
    settings = Settings.model_validate(
        {"data_dir": tmp_path, "openai_api_key": "sk-secret", "openai_base_url": server.url, "openai_mode": "batch"}
    )
    assert settings.lake_root == str(runs.root)
    assert [watched.is_due for watched in watch_batches(settings, runs.clock)] == [False]
    batch.output_file_id = file_id
    assert [watched.is_due for watched in watch_batches(settings, runs.clock)] == [True]

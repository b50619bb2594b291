"""Batches beside the runs: files that a killed run left, imports that are removed, answers whose usage is not told."""

import pytest

from pls_pipeline.extraction.batches.ledger import BatchLedger
from pls_pipeline.extraction.batches.watching import watch_batches
from pls_pipeline.extraction.batches.withdrawing import tend_batches, withdraw_import
from tests.extraction.batch_server import BatchServer
from tests.extraction.batching import PRICE, Runs, submitted
from tests.extraction.made_results import IMPORT
from tests.extraction.model_server import Failure


def settled(runs: Runs) -> list[str]:
    return sorted(path.stem for path in (runs.root / "model_batches/settled").glob("*.json"))


def test_files_that_could_not_be_deleted_are_deleted_by_a_later_look(server: BatchServer, runs: Runs) -> None:
    runs.run("a")
    server.finish()
    # As where the process is killed between collecting and deleting: the record names the files before that.
    server.delete_reply = Failure(500)
    assert runs.run("a").extracted == 1
    [record] = runs.ledger.records()
    assert (record.imports, set(record.files_left)) == ((), set(server.files))
    tend_batches(runs.settings(), runs.clock)
    assert runs.ledger.records() == [record]
    server.delete_reply = None
    tend_batches(runs.settings(), runs.clock)
    assert (server.files, runs.ledger.records(), settled(runs)) == ({}, [], [record.marker])


def test_files_that_the_server_keeps_are_not_asked_about_for_ever(server: BatchServer, runs: Runs) -> None:
    runs.run("a")
    server.finish()
    server.delete_reply = Failure(405)
    assert runs.run("a").extracted == 1
    assert runs.ledger.records() == []


def test_a_removed_imports_batch_is_cancelled_and_what_it_had_done_is_kept(server: BatchServer, runs: Runs) -> None:
    runs.run("a", "b")
    [told] = withdraw_import(runs.settings(), IMPORT, runs.clock)
    assert told == "batch_1 is cancelled: what it had done by then stays paid and kept"
    [record] = runs.ledger.records()
    assert (record.imports, record.removed_imports, record.is_cancelled) == ((), (IMPORT,), True)
    server.finish("cancelled", done=1)
    assert [batch.is_due for batch in watch_batches(runs.settings(), runs.clock)] == [True]
    tend_batches(runs.settings(), runs.clock)
    assert (server.cancelled, server.files, runs.ledger.records()) == (["batch_1"], {}, [])
    # The import comes back: what was paid is found.
    summary = runs.run("a", "b")
    assert (summary.extracted, summary.deferred) == (1, 1)
    assert submitted(server) == [2, 1]


def test_a_batch_that_cannot_be_cancelled_now_is_cancelled_by_a_later_look(server: BatchServer, runs: Runs) -> None:
    runs.run("a")
    server.batches[0].status, silent = "in_progress", Runs(runs.root, "http://127.0.0.1:9/v1")
    [told] = withdraw_import(silent.settings(), IMPORT, runs.clock)
    assert "could not be cancelled (it was submitted to" in told
    assert server.cancelled == []
    tend_batches(runs.settings(), runs.clock)
    assert server.cancelled == ["batch_1"]


def test_a_batch_that_another_import_waits_for_goes_on(server: BatchServer, runs: Runs) -> None:
    runs.run("a")
    ledger = BatchLedger(str(runs.root))
    [record] = ledger.records()
    ledger.write(record.model_copy(update={"imports": (IMPORT, "two")}))
    assert withdraw_import(runs.settings(), IMPORT, runs.clock) == ["batch_1 goes on: other imports wait for it"]
    assert (server.cancelled, ledger.records()[0].imports) == ([], ("two",))


def test_an_answer_whose_usage_is_not_told_costs_what_was_counted_and_says_so(server: BatchServer, runs: Runs) -> None:
    runs.run("untold", "good")
    [record] = runs.ledger.records()
    server.finish()
    summary = runs.run("untold", "good")
    outcomes = runs.outcomes()
    assert outcomes["untold"].prompt_tokens in record.sizes
    assert (outcomes["untold"].cost_usd or 0) > 0
    assert (outcomes["untold"].cost_is_estimated, outcomes["good"].cost_is_estimated) == (True, False)
    assert outcomes["good"].cost_usd == pytest.approx(PRICE)
    assert summary.cost_estimated == 1

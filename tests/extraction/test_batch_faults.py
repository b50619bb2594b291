"""Batch mode where a batch, a request in it or the server does not do what was asked."""

from pathlib import Path

import pytest

from pls_pipeline.extraction.asking import AWAITING
from pls_pipeline.extraction.records import ExtractionStoppedError
from tests.extraction.batch_server import BatchServer
from tests.extraction.batching import PRICE, START, Runs, say, submitted
from tests.extraction.model_server import Failure, ModelServer, Text


def test_the_rest_of_a_batch_that_somebody_cancelled_is_submitted_by_the_run_after(
    server: BatchServer, runs: Runs
) -> None:
    runs.run("a", "b", "c")
    server.finish("cancelled", done=2)
    assert runs.run("a", "b", "c").extracted == 2
    [left] = [outcome for outcome in runs.outcomes().values() if outcome.status == "deferred"]
    assert left.reason == "batch_1 was cancelled at the provider: import the file again to submit the rest"
    assert runs.run("a", "b", "c", only_awaited=True).analysed == 0
    assert submitted(server) == [3]
    runs.run("a", "b", "c")
    assert submitted(server) == [3, 1]


@pytest.mark.parametrize(
    ("code", "advice"),
    [("token_limit_exceeded", "set PLS_BATCH_TOKENS"), ("invalid_json_line", "nothing of it was done")],
)
def test_a_failed_batch_stops_one_run_with_a_sentence_and_the_next_submits_anew(
    server: BatchServer, runs: Runs, code: str, advice: str
) -> None:
    runs.run("a", "b")
    server.fail(code)
    with pytest.raises(ExtractionStoppedError, match=advice) as stop:
        runs.run("a", "b")
    assert code in str(stop.value)
    assert "org-secret" not in str(stop.value)
    assert submitted(server) == [2]
    assert all(advice in (outcome.reason or "") for outcome in runs.outcomes().values())
    runs.run("a", "b")
    assert submitted(server) == [2, 2]


def test_a_request_that_the_batch_could_not_answer_fails_alone_and_is_not_taken_again_unasked(
    server: BatchServer, runs: Runs
) -> None:
    keys = ("refused", "cut", "untrue")
    runs.run(*keys)
    server.finish()
    runs.run(*keys)
    reasons = {key: (outcome.status, outcome.reason) for key, outcome in runs.outcomes().items()}
    assert reasons["refused"] == ("failed", "http_400_context_length_exceeded")
    assert reasons["cut"] == ("failed", "cut_off")
    assert runs.outcomes()["cut"].cost_usd == pytest.approx(PRICE)
    server.finish()
    assert runs.run(*keys, only_awaited=True).analysed == 1
    assert runs.statuses() == {"refused": "failed", "cut": "failed", "untrue": "extracted"}
    assert submitted(server) == [3, 1]


def test_a_server_without_batches_is_told_by_a_sentence(tmp_path: Path) -> None:
    with ModelServer(say) as server:
        runs = Runs(tmp_path, server.url)
        with pytest.raises(ExtractionStoppedError, match=r"no Batch API \(HTTP 404\): set PLS_OPENAI_MODE=direct"):
            runs.run("a")
    assert runs.ledger.records() == []


@pytest.mark.parametrize(
    ("refusal", "advice"),
    [
        (Failure(401), "set OPENAI_API_KEY"),
        (Failure(429, "insufficient_quota"), "quota"),
        (Failure(500), "run the imp"),
    ],
)
def test_an_upload_that_is_refused_leaves_nothing_behind(
    server: BatchServer, runs: Runs, refusal: Failure, advice: str
) -> None:
    server.refusal = refusal
    with pytest.raises(ExtractionStoppedError, match=advice) as stop:
        runs.run("a")
    assert "sk-secret" not in str(stop.value)
    assert runs.ledger.records() == []
    server.refusal = None
    runs.run("a")
    assert submitted(server) == [1]


def test_a_batch_that_the_provider_forgot_is_told_with_the_record_to_delete(server: BatchServer, runs: Runs) -> None:
    runs.run("a")
    server.batches.clear()
    with pytest.raises(ExtractionStoppedError, match=r"does not know batch_1 .* delete .*model_batches/"):
        runs.run("a")
    assert runs.outcomes()["a"].reason == f"{AWAITING}: batch_1, submitted {START:%Y-%m-%d %H:%M} UTC"


def test_what_a_failed_batch_has_left_is_asked_for_at_once_in_direct_mode(server: BatchServer, runs: Runs) -> None:
    runs.run("a", "b")
    server.fail("invalid_json_line")
    assert runs.run("a", "b", submits=False).extracted == 2
    assert (len(server.requests), runs.ledger.records()) == (2, [])


def test_a_page_in_the_place_of_a_batch_is_told_and_leaves_what_waits_waiting(server: BatchServer, runs: Runs) -> None:
    runs.run("a")
    server.retrieve_reply = Text("<html>Welcome to the hotel's network</html>")
    with pytest.raises(ExtractionStoppedError, match="something else than a Batch API: check OPENAI_BASE_URL"):
        runs.run("a", "b")
    assert (runs.outcomes()["a"].reason or "").startswith(f"{AWAITING}: batch_1")
    server.retrieve_reply = None
    runs.run("a", "b")
    assert submitted(server) == [1, 1]


def test_a_damaged_record_is_told_with_its_path(runs: Runs) -> None:
    runs.run("a")
    [path] = runs.root.glob("model_batches/*.json")
    path.write_text(path.read_text()[:-9])
    with pytest.raises(ExtractionStoppedError, match=rf"{path.name} cannot be read as the record of a batch"):
        runs.run("a")

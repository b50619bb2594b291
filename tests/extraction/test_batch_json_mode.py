"""Batch mode with a model that takes no strict schema: the next batch asks in JSON mode, and those after it at once."""

import json

import pytest

from tests.extraction.batch_server import BatchServer
from tests.extraction.batching import PRICE, Runs, submitted


def forms(server: BatchServer) -> list[list[str]]:
    """The response formats of each batch's requests."""
    return [sorted(line["body"]["response_format"]["type"] for line in server.lines(b)) for b in server.batches]


def test_requests_that_a_batch_refused_for_their_form_are_asked_in_json_mode_by_the_next(
    server: BatchServer, runs: Runs
) -> None:
    keys = ("formless 1", "formless 2", "good")
    runs.run(*keys)
    server.finish()
    assert runs.run(*keys).extracted == 1
    assert runs.statuses() == {"formless 1": "deferred", "formless 2": "deferred", "good": "extracted"}
    assert runs.run(*keys).deferred == 2
    server.finish()
    assert runs.run(*keys).extracted == 2
    assert runs.outcomes()["formless 1"].cost_usd == pytest.approx(PRICE)
    assert forms(server) == [["json_schema"] * 3, ["json_object"] * 2]
    # From now on what is new is asked so at once.
    runs.run(*keys, "formless 3")
    assert forms(server)[2] == ["json_object"]
    schema = json.loads(server.lines(server.batches[2])[0]["body"]["messages"][0]["content"].rsplit("\n", 1)[1])
    assert "patterns" in schema["properties"]
    server.finish()
    assert runs.run(*keys, "formless 3").extracted == 1
    assert submitted(server) == [3, 2, 1]

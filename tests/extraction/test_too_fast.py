"""What becomes of requests that a server refuses for the pace, and of errors that it tells under a good status."""

import asyncio
import itertools
from typing import Any

import pytest

from pls_pipeline.extraction.asking import Asker
from pls_pipeline.extraction.faults import RequestFaultError, read_told_status
from pls_pipeline.extraction.model_client import ModelClient, ServerOptions
from pls_pipeline.extraction.model_request import ModelRequest
from pls_pipeline.extraction.pace import PaceLimits
from tests.extraction import model_server
from tests.extraction.model_server import Completion, Failure, ModelServer, Reply, Text

TOO_FAST = Failure(429, "rate_limit_exceeded", {"retry-after-ms": "1"})
RETRIES = 1


def request(text: str) -> ModelRequest:
    return ModelRequest("gpt-4o", [{"role": "user", "content": text}], {"type": "json_object"})


def reply(arrived: model_server.ModelRequest) -> Reply:
    text = arrived.body["messages"][0]["content"]
    return TOO_FAST if text == "never" or (text == "late" and arrived.attempt <= 3) else Completion("yes")


async def ask_meanwhile(client: Asker, done: "asyncio.Future[Any]") -> None:
    for number in itertools.count():
        if done.done():
            return
        await client.ask(request(f"other {number}"))


def test_a_refusal_for_the_pace_costs_no_repeat_while_others_are_answered() -> None:
    async def run(address: str) -> tuple[int, int]:
        options = ServerOptions("none", address, RETRIES, pace=PaceLimits(requests_a_minute=100_000))
        async with ModelClient.open(options) as client:
            asking = asyncio.gather(client.ask(request("late")), client.ask(request("never")), return_exceptions=True)
            await ask_meanwhile(client, asking)
            late, never = await asking
            assert not isinstance(late, BaseException)
            assert isinstance(never, RequestFaultError)
            return late.attempts, never.attempts

    with ModelServer(reply) as server:
        late, never = asyncio.run(run(server.url))
    assert late == 4
    assert RETRIES + 1 < never <= RETRIES * 5 + 1


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ('{"error": {"code": 429, "message": "slow down"}}', 429),
        ('{"error": {"code": "server_error"}}', 500),
        ('{"error": "overloaded"}', 500),
        ('{"error": {"code": 200}}', 500),
        ('{"choices": [], "error": null}', None),
        ('{"error": null}', None),
        ('["error"]', None),
        ('"error" <html>', None),
        ("", None),
    ],
)
def test_an_error_under_a_good_status_is_read(body: str, status: int | None) -> None:
    assert read_told_status(body.encode()) == status


def test_an_error_under_a_good_status_is_repeated() -> None:
    async def run(address: str) -> int:
        async with ModelClient.open(ServerOptions("none", address, RETRIES)) as client:
            return (await client.ask(request("anything"))).attempts

    with ModelServer(lambda a: Text('{"error": {"code": 502}}') if a.attempt == 1 else Completion("yes")) as server:
        assert asyncio.run(run(server.url)) == 2

"""What a connection without a response means: nobody took it, it was cut, or the answer did not come in time."""

import asyncio
import socket
from collections.abc import Awaitable, Callable

import httpx2
import openai
import pytest

from pls_pipeline.extraction.connections import open_client
from pls_pipeline.extraction.faults import UnansweredError, judge_connection

Handler = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


async def post(port: int, timeout_seconds: float = 30.0) -> str:
    async with open_client("none", f"http://127.0.0.1:{port}/v1", timeout_seconds, at_once=2) as client:
        response = await client.post("/chat/completions", body={}, cast_to=httpx2.Response)
        return response.text


async def fail(handle: Handler, timeout_seconds: float = 30.0) -> UnansweredError:
    server = await asyncio.start_server(handle, "127.0.0.1")
    async with server:
        with pytest.raises(openai.APIConnectionError) as raised:
            await post(server.sockets[0].getsockname()[1], timeout_seconds)
    return judge_connection(raised.value)


def test_a_connection_that_nobody_takes_is_no_request_of_the_server() -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    with pytest.raises(openai.APIConnectionError) as raised:
        asyncio.run(post(port))
    fault = judge_connection(raised.value)
    assert (fault.reason, fault.may_be_billed, fault.is_transient) == ("unreachable", False, True)


@pytest.mark.parametrize("sent", [b"", b"HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n{"])
def test_a_connection_that_is_cut_may_have_been_billed(sent: bytes) -> None:
    async def cut(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(sent)
        writer.close()

    fault = asyncio.run(fail(cut))
    assert (fault.reason, fault.may_be_billed, fault.is_transient) == ("connection_lost", True, True)


def test_an_answer_that_does_not_come_is_a_timeout() -> None:
    async def wait(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()

    fault = asyncio.run(fail(wait, timeout_seconds=0.2))
    assert (fault.reason, fault.may_be_billed, fault.is_transient) == ("timeout", True, True)

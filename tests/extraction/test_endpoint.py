"""The server's address: what is sent where, and what a connection without a response means."""

import asyncio
import contextlib
import socket
from collections.abc import Awaitable, Callable

import aiohttp
import pytest

from pls_pipeline.extraction.batches.provider import BatchProvider
from pls_pipeline.extraction.endpoint import LONGEST_BODY, ChatEndpoint, EndpointResponse
from pls_pipeline.extraction.faults import UnansweredError, judge_connection, judge_refusal
from pls_pipeline.extraction.model_client import ServerOptions
from pls_pipeline.extraction.records import ExtractionStoppedError

Handler = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
LOST = (aiohttp.ClientError, TimeoutError)


async def post(address: str, timeout_seconds: float = 30.0) -> EndpointResponse:
    async with ChatEndpoint.open("sk-secret", address, at_once=2) as endpoint, asyncio.timeout(timeout_seconds):
        return await endpoint.post({"model": "gpt-4o", "said": "caf\u00e9 \ud800"})


async def serve(handle: Handler, path: str = "/v1", timeout_seconds: float = 30.0) -> EndpointResponse:
    server = await asyncio.start_server(handle, "127.0.0.1")
    async with server:
        return await post(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}{path}", timeout_seconds)


def fail(handle: Handler, timeout_seconds: float = 30.0) -> UnansweredError:
    with pytest.raises(LOST) as raised:
        asyncio.run(serve(handle, timeout_seconds=timeout_seconds))
    assert isinstance(raised.value, LOST)
    return judge_connection(raised.value)


@pytest.mark.parametrize(
    ("path", "target"),
    [
        ("/v1", b"/v1/chat/completions"),
        ("/v1/", b"/v1/chat/completions"),
        ("/openai/v1?api-version=preview", b"/openai/v1/chat/completions?api-version=preview"),
    ],
)
def test_a_request_goes_to_the_address_with_key_and_organisation(
    path: str, target: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_ORG_ID", "org-1")
    heads: list[bytes] = []

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heads.append(await reader.readuntil(b"\r\n\r\n"))
        writer.write(b"HTTP/1.1 429 Too Many\r\nX-Told: yes\r\ncontent-length: 2\r\n\r\n{}")

    response = asyncio.run(serve(answer, path))
    assert (response.status, response.headers["x-told"], response.body) == (429, "yes", b"{}")
    [head] = heads
    assert head.startswith(b"POST " + target + b" HTTP/1.1\r\n")
    assert b"\r\nAuthorization: Bearer sk-secret\r\n" in head
    assert b"\r\nOpenAI-Organization: org-1\r\n" in head
    assert b"\r\nContent-Type: application/json\r\n" in head


@pytest.mark.parametrize("scheme", ["http://", ""])
@pytest.mark.parametrize(("exempt", "uses_proxy"), [("", True), ("model.test", False), ("model.test:80", False)])
def test_a_proxy_of_the_environment_is_asked(
    scheme: str, exempt: str, uses_proxy: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    heads: list[bytes] = []

    async def relay(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heads.append(await reader.readuntil(b"\r\n\r\n"))
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}")

    async def run() -> None:
        server = await asyncio.start_server(relay, "127.0.0.1")
        async with server:
            monkeypatch.setenv("http_proxy", f"{scheme}127.0.0.1:{server.sockets[0].getsockname()[1]}")
            monkeypatch.setenv("no_proxy", exempt)
            with contextlib.suppress(aiohttp.ClientConnectorError):
                await post("http://model.test:80/v1")

    asyncio.run(run())
    assert [head.split(b"\r\n")[0] for head in heads] == (
        [b"POST http://model.test/v1/chat/completions HTTP/1.1"] if uses_proxy else []
    )


def test_a_connection_that_nobody_takes_is_no_request_of_the_server() -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    with pytest.raises(aiohttp.ClientError) as raised:
        asyncio.run(post(f"http://127.0.0.1:{port}/v1"))
    fault = judge_connection(raised.value)
    assert (fault.reason, fault.may_be_billed, fault.is_transient) == ("unreachable", False, True)


@pytest.mark.parametrize("sent", [b"", b"HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n{"])
def test_a_connection_that_is_cut_may_have_been_billed(sent: bytes) -> None:
    async def cut(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(sent)
        writer.close()

    fault = fail(cut)
    assert (fault.reason, fault.may_be_billed, fault.is_transient) == ("connection_lost", True, True)


def test_an_answer_that_does_not_come_is_a_timeout() -> None:
    async def wait(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()

    fault = fail(wait, timeout_seconds=0.2)
    assert (fault.reason, fault.may_be_billed, fault.is_transient) == ("timeout", True, True)


def test_a_proxy_is_not_told_the_key(monkeypatch: pytest.MonkeyPatch) -> None:
    heads: list[bytes] = []

    async def refuse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heads.append(await reader.readuntil(b"\r\n\r\n"))
        writer.write(b"HTTP/1.1 407 Proxy Authentication Required\r\n\r\n")
        writer.close()

    async def run() -> None:
        server = await asyncio.start_server(refuse, "127.0.0.1")
        async with server:
            monkeypatch.setenv("https_proxy", f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}")
            monkeypatch.setenv("no_proxy", "")
            with pytest.raises(aiohttp.ClientError):
                await post("https://model.test/v1")

    asyncio.run(run())
    [head] = heads
    assert head.startswith(b"CONNECT model.test:443 ")
    assert b"sk-secret" not in head


@pytest.mark.parametrize("proxy", ["socks5://127.0.0.1:1080", "http://[::", "http://"])
def test_a_proxy_that_cannot_be_used_is_told_by_a_sentence(proxy: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", proxy)
    monkeypatch.setenv("no_proxy", "")
    with pytest.raises(ExtractionStoppedError, match="set it to http://host:port"):
        asyncio.run(post("http://model.test/v1"))
    monkeypatch.setenv("all_proxy", "socks5://127.0.0.1:1080")
    opened = BatchProvider.open(ServerOptions("sk-secret", "http://model.test/v1"), "gpt-4o")
    with pytest.raises(ExtractionStoppedError, match="set it to http://host:port"), opened:
        pass


def test_a_redirection_is_not_followed_and_stops_the_run() -> None:
    asked: list[bytes] = []

    async def redirect(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked.append(await reader.readuntil(b"\r\n\r\n"))
        writer.write(b"HTTP/1.1 307 Elsewhere\r\nlocation: /elsewhere\r\ncontent-length: 0\r\n\r\n")

    response = asyncio.run(serve(redirect))
    assert (response.status, len(asked)) == (307, 1)
    stop = judge_refusal(response.status, response.headers, response.body, "gpt-4o")
    assert isinstance(stop, ExtractionStoppedError)
    assert "OPENAI_BASE_URL redirects" in str(stop)


def test_a_body_without_end_is_read_as_far_as_an_answer_may_be_long() -> None:
    async def pour(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
        with contextlib.suppress(ConnectionError):
            while True:
                writer.write(b" " * 1_000_000)
                await writer.drain()

    response = asyncio.run(serve(pour))
    assert LONGEST_BODY < len(response.body) < 2 * LONGEST_BODY

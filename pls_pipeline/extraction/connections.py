"""The provider's client over connections that are kept, and why a connection brought no response.

Here: the transport, its limits, and the errors of both. Not here: what a response says (model_client.py), what a failed
request means for the run (faults.py).

The transport is aiohttp's, which the provider's client offers beside its own: its own looks at every connection of the
pool for each request, 1 ms with 250 under way.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx2
import openai

_CONNECT_SECONDS = 10.0
# Longer than a pause between two requests that a slow pace leaves.
_IDLE_SECONDS = 60.0


@asynccontextmanager
async def open_client(
    api_key: str, base_url: str | None, timeout_seconds: float, at_once: int
) -> AsyncIterator[openai.AsyncOpenAI]:
    """Open the provider's client for up to `at_once` requests under way, and close its connections at the end.

    The client repeats nothing: repeats are counted, stopped and bounded in model_client.py.
    """
    # None would mean aiohttp's own limit of 100.
    limits = httpx2.Limits(max_connections=at_once, max_keepalive_connections=at_once, keepalive_expiry=_IDLE_SECONDS)
    async with openai.AsyncOpenAI(
        api_key=api_key,
        base_url=base_url,
        max_retries=0,
        timeout=openai.Timeout(timeout_seconds, connect=min(_CONNECT_SECONDS, timeout_seconds)),
        http_client=openai.DefaultAioHttpClient(limits=limits),
    ) as client:
        yield client


def is_unreached(error: BaseException) -> bool:
    """Whether no connection was made at all, so that the server cannot have counted the request.

    The client names a connection that was cut and one that nobody took alike; what aiohttp raised stands below.
    """
    import aiohttp

    unreached = (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError)
    return any(isinstance(cause, unreached) for cause in _causes(error))


def is_cut(error: BaseException) -> bool:
    """Whether a connection that was made ended before the response did."""
    import aiohttp

    cut = (aiohttp.ServerDisconnectedError, aiohttp.ClientOSError, aiohttp.ClientPayloadError)
    return not is_unreached(error) and any(isinstance(cause, cut) for cause in _causes(error))


def _causes(error: BaseException | None) -> list[BaseException]:
    found: list[BaseException] = []
    while error is not None:
        found.append(error)
        error = error.__cause__
    return found

"""The server's address for chat completions: one request out, one response in.

Here: connections that are kept, the address, the headers. Not here: what a response means (faults.py), how long one is
waited for and whether it is asked for again (model_client.py).

Requests go over aiohttp, because the walk of the provider's client through each request takes as long as all else on
our side (1 ms of 2, measured by benchmarks/extraction.py). The client says the headers, so that what its environment
variables set (OPENAI_ORG_ID, OPENAI_PROJECT_ID) holds here too.
"""

import json
import urllib.request
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import aiohttp
import httpx2
import openai
import yarl

from pls_pipeline.extraction.records import ExtractionStoppedError
from pls_pipeline.extraction.request_headers import read_headers

_PATH = "/chat/completions"
_CONNECT_SECONDS = 10.0
# Longer than a pause between two requests that a slow pace leaves.
_IDLE_SECONDS = 60.0
# An answer of 16,384 tokens takes less than a hundredth; what sends more is no model, and hundreds are read at once.
LONGEST_BODY = 16_000_000


@dataclass(frozen=True)
class EndpointResponse:
    """A response of any status. Names of headers are found in upper and lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class ChatEndpoint:
    """Sends to one server. Belongs to the event loop it is opened in."""

    def __init__(self, session: aiohttp.ClientSession, url: yarl.URL, headers: Mapping[str, str]) -> None:
        self._session = session
        self._url = url
        self._headers = headers

    @property
    def host(self) -> str:
        """The server's name, for sentences."""
        return self._url.host or str(self._url)

    @classmethod
    @asynccontextmanager
    async def open(cls, api_key: str, base_url: str | None, at_once: int) -> "AsyncIterator[ChatEndpoint]":
        """Open connections for up to `at_once` requests under way, and close them at the end.

        A query in `base_url` is sent with each request (Azure's `api-version`). Raises ExtractionStoppedError where the
        environment names a proxy that cannot be used, or a header cannot be sent.
        """
        # Nothing is sent with this client; it refuses to be made where the environment names a proxy it does not know.
        unused = httpx2.Client(trust_env=False)
        with openai.OpenAI(api_key=api_key, base_url=base_url, http_client=unused) as client:
            headers = read_headers(client)
            url = yarl.URL(base_url or str(client.base_url))
        connector = aiohttp.TCPConnector(
            limit=at_once,
            keepalive_timeout=_IDLE_SECONDS,
            # The certificates of the provider's client; a system need not have any.
            ssl=httpx2.create_ssl_context() if url.scheme == "https" else False,
        )
        async with aiohttp.ClientSession(
            connector=connector,
            # aiohttp's own look at the environment changes threads twice for each request.
            proxy=_find_proxy(url),
            timeout=aiohttp.ClientTimeout(total=None, sock_connect=_CONNECT_SECONDS),
        ) as session:
            yield cls(session, url.with_path(url.path.rstrip("/") + _PATH, keep_query=True), headers)

    async def post(self, body: Mapping[str, Any]) -> EndpointResponse:
        """Send one request; a redirection is a response. Raises aiohttp.ClientError or TimeoutError where none came.

        The headers are those of each request, not of the session: that would send the key to a proxy as well, in plain.
        """
        async with self._session.post(
            self._url, data=json.dumps(body).encode(), headers=self._headers, allow_redirects=False
        ) as response:
            return EndpointResponse(response.status, response.headers, await _read(response))


async def _read(response: aiohttp.ClientResponse) -> bytes:
    """Return the body, as far as it is worth reading."""
    chunks, size = [], 0
    async for chunk in response.content.iter_any():
        chunks.append(chunk)
        size += len(chunk)
        if size > LONGEST_BODY:
            break
    return b"".join(chunks)


def _find_proxy(url: yarl.URL) -> str | None:
    """Return the proxy that the environment names for this address: HTTPS_PROXY, HTTP_PROXY, ALL_PROXY, NO_PROXY.

    Raises ExtractionStoppedError where it is none that speaks HTTP.
    """
    if url.host is None or urllib.request.proxy_bypass(url.authority):
        return None
    proxies = urllib.request.getproxies()
    proxy = proxies.get(url.scheme) or proxies.get("all")
    if not proxy:
        return None
    # Without a scheme curl and the provider's client take it for HTTP.
    proxy = proxy if "://" in proxy else f"http://{proxy}"
    if not _is_usable(proxy):
        raise ExtractionStoppedError(
            f"the proxy that the environment names for {url.host} (HTTPS_PROXY, HTTP_PROXY or ALL_PROXY) cannot be "
            f"used: set it to http://host:port, or name {url.host} in NO_PROXY"
        )
    return proxy


def _is_usable(proxy: str) -> bool:
    try:
        url = yarl.URL(proxy)
    except ValueError:
        return False
    return url.scheme in {"http", "https"} and bool(url.host)

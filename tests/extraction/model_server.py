"""A server that speaks OpenAI's protocol on a loopback socket, for tests through the real client.

Here: how it answers and fails. A test gives it a function from a request to a reply.
"""

import json
import socket
import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import anyio
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route


@dataclass(frozen=True)
class Completion:
    """A completion with this text; as JSON where it is a dictionary."""

    content: str | dict[str, Any] | None
    refusal: str | None = None
    finish_reason: str = "stop"
    prompt_tokens: int = 1000
    completion_tokens: int = 100

    def respond(self) -> Response:
        content = json.dumps(self.content) if isinstance(self.content, dict) else self.content
        message = {"role": "assistant", "content": content, "refusal": self.refusal}
        return JSONResponse(
            {
                "id": "chatcmpl-1",
                "object": "chat.completion",
                "created": 1,
                "model": "made",
                "choices": [{"index": 0, "message": message, "finish_reason": self.finish_reason}],
                "usage": {
                    "prompt_tokens": self.prompt_tokens,
                    "completion_tokens": self.completion_tokens,
                    "total_tokens": self.prompt_tokens + self.completion_tokens,
                },
            }
        )


@dataclass(frozen=True)
class Failure:
    """An error response in OpenAI's shape. Its message repeats the key, as the real one does in part."""

    status: int
    code: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    message: str = "Incorrect key provided: sk-secret"

    def respond(self) -> Response:
        error = {"message": self.message, "type": self.code or None, "code": self.code or None}
        return JSONResponse({"error": error}, self.status, self.headers)


@dataclass(frozen=True)
class Text:
    """A response that is no completion."""

    body: str

    def respond(self) -> Response:
        return Response(self.body, media_type="text/html")


@dataclass(frozen=True)
class CutConnection:
    """A connection that ends in the middle of the response."""

    def respond(self) -> Response:
        # The server closes a connection that got less than was announced.
        headers = {"content-type": "application/json", "content-length": "1000"}
        return StreamingResponse(iter([b'{"choices": [']), headers=headers)


@dataclass(frozen=True)
class Slow:
    """A reply after some seconds."""

    seconds: float
    reply: Completion


Reply = Completion | Failure | Text | CutConnection | Slow


@dataclass(frozen=True)
class ModelRequest:
    """A request that arrived. `attempt` counts equal requests, from 1."""

    body: dict[str, Any]
    headers: dict[str, str]
    attempt: int

    @property
    def is_correction(self) -> bool:
        """Whether it names the faults of an answer."""
        return len(self.body["messages"]) > 2

    @property
    def lines(self) -> list[dict[str, Any]]:
        """The transcript's lines."""
        frame = self.body["messages"][1]["content"].split("\n")
        assert frame[-1] == "</transcript>"
        return [json.loads(line) for line in frame[frame.index("<transcript>") + 1 : -1]]

    @property
    def known(self) -> list[dict[str, Any]]:
        """The known patterns that are offered."""
        frame = self.body["messages"][1]["content"].split("\n")
        if frame[0] != "<known_patterns>":
            return []
        return [json.loads(line) for line in frame[1 : frame.index("</known_patterns>")]]


class ModelServer:
    """Answers `/v1/chat/completions` by `answer`, and keeps what arrived.

    With `certificate`, a file of a key and its certificate (PEM), it speaks TLS.
    """

    def __init__(self, answer: Callable[[ModelRequest], Reply], certificate: Path | None = None) -> None:
        self.requests: list[ModelRequest] = []
        self.most_at_once = 0
        self._answer = answer
        self._seen: Counter[str] = Counter()
        self._at_once = 0
        self._socket = socket.create_server(("127.0.0.1", 0), backlog=128)
        self._scheme = "https" if certificate else "http"
        config = uvicorn.Config(
            Starlette(routes=self.routes()),
            log_level="critical",
            timeout_graceful_shutdown=1,
            ssl_certfile=certificate,
        )
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, kwargs={"sockets": [self._socket]}, daemon=True)

    def routes(self) -> list[Route]:
        return [Route("/v1/chat/completions", self._complete, methods=["POST"])]

    @property
    def url(self) -> str:
        """The base URL for the client."""
        return f"{self._scheme}://127.0.0.1:{self._socket.getsockname()[1]}/v1"

    def __enter__(self) -> Self:
        # The socket listens already: what connects before the server runs waits in its backlog.
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.should_exit = True
        self._thread.join()
        self._socket.close()

    async def _complete(self, request: Request) -> Response:
        self._at_once += 1
        self.most_at_once = max(self.most_at_once, self._at_once)
        try:
            text = (await request.body()).decode()
            self._seen[text] += 1
            arrived = ModelRequest(json.loads(text), dict(request.headers), self._seen[text])
            self.requests.append(arrived)
            reply = self._answer(arrived)
            if isinstance(reply, Slow):
                await anyio.sleep(reply.seconds)
                reply = reply.reply
            return reply.respond()
        finally:
            self._at_once -= 1

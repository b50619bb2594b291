"""A model's server with limits, latency and faults, in a process of its own, for benchmarks and tests that kill runs.

Here: buckets that refill continuously, what each request is billed, and what was billed twice. Not here: answers that a
test writes by hand (model_server.py).

    python -m tests.extraction.metered_server '{"requests_a_minute": 500}'

prints its port, then serves POST /v1/chat/completions and GET /meter.
"""

import asyncio
import contextlib
import hashlib
import http.client
import json
import random
import re
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import uvicorn

from pls_pipeline.extraction.tokens import count_request, count_tokens

ROOT = Path(__file__).resolve().parents[2]
_PLACEHOLDER = re.compile(r"\[([A-Z_]+_\d+)\]")
FAULTS = ("http_500", "http_503", "http_429", "cut_after_billing")


Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]


@dataclass(frozen=True)
class ServerLimits:
    """Buckets hold `burst_seconds` of a minute's allowance. Latency is lognormal around its mean, in seconds.

    `faults` is the share of requests that fail although there is room for them.
    """

    requests_a_minute: int = 500
    tokens_a_minute: int = 100_000_000
    burst_seconds: float = 2.0
    latency: float = 2.0
    latency_spread: float = 0.25
    faults: float = 0.0
    seed: int = 1


class Bucket:
    """An allowance that refills continuously."""

    def __init__(self, per_minute: int, burst_seconds: float) -> None:
        self.limit = per_minute
        self.rate = per_minute / 60
        self.capacity = max(1.0, self.rate * burst_seconds)
        self.level = self.capacity
        self.taken = 0.0
        self._at = time.monotonic()

    def refill(self) -> None:
        now = time.monotonic()
        self.level = min(self.capacity, self.level + (now - self._at) * self.rate)
        self._at = now

    def take(self, amount: float) -> None:
        self.level -= amount
        self.taken += amount

    def earliest(self) -> float:
        """Seconds after the first request at which the last one taken could have been let in."""
        return max(0.0, (self.taken - self.capacity) / self.rate)

    def headers(self, unit: str) -> dict[str, str]:
        return {
            f"x-ratelimit-limit-{unit}": str(self.limit),
            f"x-ratelimit-remaining-{unit}": str(int(max(0.0, self.level))),
            f"x-ratelimit-reset-{unit}": f"{(self.capacity - self.level) / self.rate:.3f}s",
        }


class MeteredServer:
    """Answers with a pattern of every reply that says something, masked values as variables.

    It speaks ASGI itself: a framework's share of a request would be most of its time.
    """

    def __init__(self, limits: ServerLimits) -> None:
        self._limits = limits
        self._buckets = {
            "requests": Bucket(limits.requests_a_minute, limits.burst_seconds),
            "tokens": Bucket(limits.tokens_a_minute, limits.burst_seconds),
        }
        self._chance = random.Random(limits.seed)  # noqa: S311 - a benchmark repeats itself
        self._counts: Counter[str] = Counter()
        self._billed: Counter[str] = Counter()
        self._at_once = 0
        self._bound = 0.0
        self._cpu_before: float | None = None

    async def app(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        """The server as an ASGI application."""
        if scope["path"] == "/meter":
            return await _respond(send, 200, json.dumps(self._meter()).encode())
        if self._cpu_before is None:
            self._cpu_before = time.process_time()
        text, more = b"", True
        while more:
            message = await receive()
            text += message.get("body", b"")
            more = message.get("more_body", False)
        return await self._complete(text, send)

    def _meter(self) -> dict[str, int]:
        """Counts; `bound_ms`, before which no sender can have had its last answer; `cpu_ms` of this server."""
        twice = sum(count - 1 for count in self._billed.values())
        used = time.process_time() - self._cpu_before if self._cpu_before is not None else 0.0
        times = {"bound_ms": int(self._bound * 1000), "cpu_ms": int(used * 1000)}
        return {**self._counts, "billed": self._billed.total(), "billed_twice": twice, **times}

    async def _complete(self, text: bytes, send: Send) -> None:
        body = json.loads(text)
        content = json.dumps(answer_transcript(body["messages"][1]["content"]))
        usage = {
            "prompt_tokens": count_request(body["messages"], body["response_format"]),
            "completion_tokens": count_tokens(content),
        }
        self._counts["requests"] += 1
        for bucket in self._buckets.values():
            bucket.refill()
        needs = {"requests": 1, "tokens": sum(usage.values())}
        wait = max((needs[unit] - bucket.level) / bucket.rate for unit, bucket in self._buckets.items())
        if wait > 0:
            self._counts["refused"] += 1
            return await self._fail(send, 429, {"retry-after-ms": str(int(wait * 1000) + 1)})
        for unit, bucket in self._buckets.items():
            bucket.take(needs[unit])
        headers = self._headers()
        fault = self._chance.choice(FAULTS) if self._chance.random() < self._limits.faults else None
        spread = self._limits.latency_spread
        latency = self._limits.latency * self._chance.lognormvariate(-spread * spread / 2, spread)
        if fault and fault.startswith("http_"):
            self._counts["faults"] += 1
            status = int(fault.removeprefix("http_"))
            return await self._fail(send, status, {"retry-after": "1"} if status == 429 else {})
        self._bound = max(self._bound, latency + max(bucket.earliest() for bucket in self._buckets.values()))
        self._at_once += 1
        self._counts["most_at_once"] = max(self._counts["most_at_once"], self._at_once)
        try:
            self._billed[hashlib.sha256(text).hexdigest()] += 1
            await asyncio.sleep(latency)
        finally:
            self._at_once -= 1
        if fault:
            self._counts["faults"] += 1
            # The server closes a connection that got less than was announced.
            return await _respond(send, 200, b'{"choices": [', {"content-length": "1000"})
        message = {"role": "assistant", "content": content}
        choices = [{"index": 0, "message": message, "finish_reason": "stop"}]
        completion = {"id": "chatcmpl-1", "object": "chat.completion", "created": 1, "model": body["model"]}
        return await _respond(
            send, 200, json.dumps({**completion, "choices": choices, "usage": usage}).encode(), headers
        )

    def _headers(self) -> dict[str, str]:
        return {k: v for unit, bucket in self._buckets.items() for k, v in bucket.headers(unit).items()}

    async def _fail(self, send: Send, status: int, headers: dict[str, str]) -> None:
        error = {"message": "no", "type": None, "code": "rate_limit_exceeded" if status == 429 else None}
        await _respond(send, status, json.dumps({"error": error}).encode(), {**self._headers(), **headers})


async def _respond(send: Send, status: int, body: bytes, headers: dict[str, str] | None = None) -> None:
    told = {"content-type": "application/json", "content-length": str(len(body)), **(headers or {})}
    encoded = [(name.encode(), value.encode()) for name, value in told.items()]
    await send({"type": "http.response.start", "status": status, "headers": encoded})
    await send({"type": "http.response.body", "body": body})


def answer_transcript(frame: str) -> dict[str, Any]:
    """What the server answers to a transcript between its tags; of two replies it is unsure."""
    if frame.startswith("<pair>"):
        return {"difference": "other", "same_situation": "unsure", "same_guidance": "unsure"}
    shown = frame.split("\n")
    lines = [json.loads(line) for line in shown[shown.index("<transcript>") + 1 : -1]]
    replies = [line for line in lines if line["from"] == "operator" and not line.get("context")]
    plain = [line for line in replies if "{" not in line["text"] and len(line["text"].split()) > 3]
    customer = [line["n"] for line in lines if line["from"] == "customer"]
    found = [
        {
            "category": "general",
            "situation": "The customer asks what is there at the place and what it takes to use it.",
            "trigger_messages": [number for number in customer if number < reply["n"]][-1:],
            "reply_messages": [reply["n"]],
            "response_template": _PLACEHOLDER.sub(lambda match: "{{" + match[1].lower() + "}}", reply["text"]),
            "variables": [_declare(name, reply["n"]) for name in dict.fromkeys(_PLACEHOLDER.findall(reply["text"]))],
            "confidence": 0.8,
        }
        for reply in plain
    ]
    return {"patterns": found, "nothing_reason": None if found else "only_this_case"}


def _declare(name: str, number: int) -> dict[str, Any]:
    kind = name.rsplit("_", 1)[0].lower()
    value = {"name": name.lower(), "type": kind, "description": "as it stands in the reply", "value": f"[{name}]"}
    return {**value, "message": number}


@dataclass(frozen=True)
class RunningServer:
    """A server that runs in another process."""

    port: int

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/v1"

    def read_meter(self) -> dict[str, int]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request("GET", "/meter")
            counts: dict[str, int] = json.loads(connection.getresponse().read())
            return counts
        finally:
            connection.close()


@contextlib.contextmanager
def run_server(limits: ServerLimits) -> Iterator[RunningServer]:
    """Run a server in a process of its own until the block ends."""
    command = [sys.executable, "-m", "tests.extraction.metered_server", json.dumps(asdict(limits))]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout
            server = RunningServer(int(process.stdout.readline()))
            # It answers: from here on no request waits for its start.
            server.read_meter()
            yield server
        finally:
            process.kill()


if __name__ == "__main__":
    count_tokens("load the encoding before the first request")
    listening = socket.create_server(("127.0.0.1", 0), backlog=1024)
    sys.stdout.write(f"{listening.getsockname()[1]}\n")
    sys.stdout.flush()
    served = MeteredServer(ServerLimits(**json.loads(sys.argv[1]))).app
    uvicorn.Server(uvicorn.Config(served, log_level="critical", lifespan="off", interface="asgi3")).run(
        sockets=[listening]
    )

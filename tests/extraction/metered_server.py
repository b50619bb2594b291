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
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from pls_pipeline.extraction.tokens import count_request, count_tokens

ROOT = Path(__file__).resolve().parents[2]
_PLACEHOLDER = re.compile(r"\[([A-Z_]+_\d+)\]")
FAULTS = ("http_500", "http_503", "http_429", "cut_after_billing")


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
        self._at = time.monotonic()

    def refill(self) -> None:
        now = time.monotonic()
        self.level = min(self.capacity, self.level + (now - self._at) * self.rate)
        self._at = now

    def headers(self, unit: str) -> dict[str, str]:
        return {
            f"x-ratelimit-limit-{unit}": str(self.limit),
            f"x-ratelimit-remaining-{unit}": str(int(max(0.0, self.level))),
            f"x-ratelimit-reset-{unit}": f"{(self.capacity - self.level) / self.rate:.3f}s",
        }


class MeteredServer:
    """Answers with a pattern of every reply that says something, masked values as variables."""

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

    def app(self) -> Starlette:
        return Starlette(
            routes=[
                Route("/v1/chat/completions", self._complete, methods=["POST"]),
                Route("/meter", self._tell, methods=["GET"]),
            ]
        )

    async def _tell(self, _: Request) -> Response:
        twice = sum(count - 1 for count in self._billed.values())
        return JSONResponse({**self._counts, "billed": self._billed.total(), "billed_twice": twice})

    async def _complete(self, request: Request) -> Response:
        text = await request.body()
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
            return self._fail(429, {"retry-after-ms": str(int(wait * 1000) + 1)})
        for unit, bucket in self._buckets.items():
            bucket.level -= needs[unit]
        headers = self._headers()
        fault = self._chance.choice(FAULTS) if self._chance.random() < self._limits.faults else None
        spread = self._limits.latency_spread
        latency = self._limits.latency * self._chance.lognormvariate(-spread * spread / 2, spread)
        if fault and fault.startswith("http_"):
            self._counts["faults"] += 1
            return self._fail(int(fault.removeprefix("http_")), {"retry-after": "1"} if "429" in fault else {})
        self._at_once += 1
        self._counts["most_at_once"] = max(self._counts["most_at_once"], self._at_once)
        try:
            self._billed[hashlib.sha256(text).hexdigest()] += 1
            await asyncio.sleep(latency)
        finally:
            self._at_once -= 1
        if fault:
            self._counts["faults"] += 1
            cut = {"content-type": "application/json", "content-length": "1000"}
            return StreamingResponse(iter([b'{"choices": [']), headers=cut)
        message = {"role": "assistant", "content": content}
        choices = [{"index": 0, "message": message, "finish_reason": "stop"}]
        completion = {"id": "chatcmpl-1", "object": "chat.completion", "created": 1, "model": body["model"]}
        return JSONResponse({**completion, "choices": choices, "usage": usage}, headers=headers)

    def _headers(self) -> dict[str, str]:
        return {k: v for unit, bucket in self._buckets.items() for k, v in bucket.headers(unit).items()}

    def _fail(self, status: int, headers: dict[str, str]) -> Response:
        error = {"message": "no", "type": None, "code": "rate_limit_exceeded" if status == 429 else None}
        return JSONResponse({"error": error}, status, {**self._headers(), **headers})


def answer_transcript(frame: str) -> dict[str, Any]:
    """What the server answers to a transcript between its tags."""
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
    served = MeteredServer(ServerLimits(**json.loads(sys.argv[1]))).app()
    uvicorn.Server(uvicorn.Config(served, log_level="critical")).run(sockets=[listening])

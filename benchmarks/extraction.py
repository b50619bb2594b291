"""The runner of the model's extractor against what the server allows, beside two other ways to send the same requests.

    python -m benchmarks.extraction [--conversations 500] [--full] [--only TEXT] [--alone]

A server in a process of its own has token buckets that refill continuously and hold two seconds' worth, a mean latency
of 2 s (lognormal, spread 0.25), and bills by tokens. `mean s` is the time until its buckets have let the last request
in, and the mean latency. `bound s` is the time before which no sender can have had the last answer: for each request
the moment at which the buckets could have let it in, and the latency that the server drew for it; the latest of these.
The two differ where the longest of many latencies counts: of 500 drawn so, the last answer comes 1.2 s after the mean.

`pipeline` is run_extraction with its lake and its answer store; it is told the limits, as by
PLS_REQUESTS_PER_MINUTE. `batches of 10` sends ten, waits for all, pauses 2 s, repeats nothing. `semaphore 20` has 20
under way and the client's own two repeats. `--full` lets these two send as many as the pipeline (by default 120),
`--alone` leaves them out. `cpu ms` and `server` are processor time for each request, ours and the server's; `still s`
is the longest time for which the machine let a thread wait that wanted to run: where it is not near 0, the line tells
of the machine. The load average stands above the table.
"""

import argparse
import asyncio
import gc
import json
import os
import tempfile
import threading
import time
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Self

import openai

from pls_pipeline.conversations import Conversation
from pls_pipeline.entities import KnownValues
from pls_pipeline.extraction.answer_store import LakeAnswers
from pls_pipeline.extraction.model_client import ServerOptions
from pls_pipeline.extraction.model_request import ModelRequest
from pls_pipeline.extraction.openai_extractor import AnalysisOptions, OpenAIExtractor
from pls_pipeline.extraction.pace import PaceLimits
from pls_pipeline.extraction.pricing import KnownPrices
from pls_pipeline.extraction.request_making import RequestMaker
from pls_pipeline.extraction.runner import run_extraction
from pls_pipeline.extraction.tokens import count_tokens
from pls_pipeline.extraction.transcript import TranscriptLimits, cut_transcript, number_messages
from pls_pipeline.privacy import ConversationMask
from tests.extraction.conversing import conversation
from tests.extraction.made_results import IMPORT, LakeStore
from tests.extraction.metered_server import RunningServer, ServerLimits, answer_transcript, run_server

MODEL = "gpt-4o"
CATEGORIES = ("booking", "access", "hours", "general")
_PEERS_SEND = 120
_WATCHED_SECONDS = 0.05


@dataclass(frozen=True)
class Scenario:
    """A server's limits, how many conversations are sent, and the ratio to the bound that is wanted."""

    name: str
    limits: ServerLimits
    conversations: int
    wanted: float


@dataclass(frozen=True)
class Measured:
    """What one way of sending brought."""

    way: str
    seconds: float
    lost: int
    cpu_ms: float | None
    still_seconds: float
    counts: dict[str, int]


def make_talks(count: int) -> list[Conversation]:
    """Conversations of eight messages, each another one."""
    return [
        conversation(
            f"> hi, it's about booking {number}, is bay {number % 9 + 1} free at {number % 12 + 1}:30 pm?",
            "< Hello! Let me look that up for you.",
            "> thanks",
            f"< Bay {number % 9 + 1} is free at {number % 12 + 1}:30 pm, I have put you down for one hour.",
            "> great, and do you rent clubs? we are two beginners and have never played before",
            "< Yes, clubs are free for beginners, just ask at the counter when you arrive and we set you up.",
            f"> perfect, see you then ({number})",
            "< See you then, parking is behind the building.",
            key=f"talk {number}",
        )
        for number in range(count)
    ]


def make_requests(talks: Sequence[Conversation]) -> list[ModelRequest]:
    """The requests of the extractor."""
    limits = TranscriptLimits()
    maker = RequestMaker(MODEL, CATEGORIES, limits)
    return [
        maker.make(part)
        for talk in talks
        for part in cut_transcript(number_messages(talk, ConversationMask(KnownValues(), "US")), limits)
    ]


def count_billed(request: ModelRequest) -> int:
    """Tokens that the server bills for a request and its answer."""
    answer = answer_transcript(str(request.messages[1].get("content")))
    return request.prompt_tokens + count_tokens(json.dumps(answer))


def find_mean(scenario: Scenario, requests: Sequence[ModelRequest]) -> tuple[float, str]:
    """Seconds until the buckets have let the last request in, and the mean latency; and what sets them."""
    limits = scenario.limits
    tokens = sum(map(count_billed, requests))
    waits = {
        "requests": len(requests) / limits.requests_a_minute * 60 - limits.burst_seconds,
        "tokens": tokens / limits.tokens_a_minute * 60 - limits.burst_seconds,
        "latency": 0.0,
    }
    name = max(waits, key=waits.__getitem__)
    return waits[name] + limits.latency, "latency" if waits[name] < 3 * limits.latency else name


class Stillness:
    """Watches for how long at most a thread that wants to run does not; `cpu` are the seconds that watching took."""

    def __init__(self) -> None:
        self.longest = 0.0
        self.cpu = 0.0
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()

    def _watch(self) -> None:
        before = time.perf_counter()
        while not self._ended.wait(_WATCHED_SECONDS):
            now = time.perf_counter()
            self.longest = max(self.longest, now - before - _WATCHED_SECONDS)
            before = now
        self.cpu = time.thread_time()


def run_pipeline(scenario: Scenario, server: RunningServer, talks: Sequence[Conversation]) -> Measured:
    """Run the extractor as an import does, into a lake in a temporary folder."""
    limits = scenario.limits
    with tempfile.TemporaryDirectory() as root:
        extractor = OpenAIExtractor(
            ServerOptions("none", server.url, pace=PaceLimits(limits.requests_a_minute, limits.tokens_a_minute)),
            AnalysisOptions(MODEL, CATEGORIES),
            answers=LakeAnswers(root),
            prices=KnownPrices(),
        )
        # What was loaded before is looked through now, and not while a request is measured.
        gc.collect()
        with Stillness() as stillness:
            started, cpu = time.perf_counter(), time.process_time()
            summary = run_extraction(talks, extractor, LakeStore(Path(root)), import_key=IMPORT)
            seconds, used = time.perf_counter() - started, time.process_time() - cpu
        used -= stillness.cpu
    lost = len(talks) - summary.extracted
    return Measured("pipeline", seconds, lost, used / len(talks) * 1000, stillness.longest, server.read_meter())


async def send_in_batches(client: openai.AsyncOpenAI, requests: Sequence[ModelRequest]) -> int:
    """Ten at once, a pause of 2 s, no repeats; return how many were lost."""
    lost = 0
    for begin in range(0, len(requests), 10):
        answers = await asyncio.gather(*(_send(client, request) for request in requests[begin : begin + 10]))
        lost += answers.count(False)
        await asyncio.sleep(2)
    return lost


async def send_by_semaphore(client: openai.AsyncOpenAI, requests: Sequence[ModelRequest]) -> int:
    """Twenty at once, the client's own repeats; return how many were lost."""
    room = asyncio.Semaphore(20)

    async def send(request: ModelRequest) -> bool:
        async with room:
            return await _send(client, request)

    return list(await asyncio.gather(*map(send, requests))).count(False)


async def _send(client: openai.AsyncOpenAI, request: ModelRequest) -> bool:
    try:
        await client.chat.completions.create(
            model=request.model, messages=request.messages, response_format=request.response_format
        )
    except openai.APIError:
        return False
    return True


def run_peer(
    way: str,
    scenario: Scenario,
    requests: Sequence[ModelRequest],
    repeats: int,
    send: Callable[[openai.AsyncOpenAI, Sequence[ModelRequest]], Awaitable[int]],
) -> Measured:
    """Send the requests another way, to a server of its own."""
    with run_server(scenario.limits) as server:

        async def run() -> tuple[float, int]:
            async with openai.AsyncOpenAI(api_key="none", base_url=server.url, max_retries=repeats) as client:
                started = time.perf_counter()
                lost = await send(client, requests)
                return time.perf_counter() - started, lost

        with Stillness() as stillness:
            seconds, lost = asyncio.run(run())
        return Measured(way, seconds, lost, None, stillness.longest, server.read_meter())


def show(scenario: Scenario, mean: tuple[float, str], measured: Measured) -> None:
    """Print one line of the table."""
    seconds, counts = measured.seconds, measured.counts
    bound = counts["bound_ms"] / 1000
    wanted = f"{scenario.wanted:.2f}" if measured.way == "pipeline" else ""
    cpu = f"{measured.cpu_ms:.1f}" if measured.cpu_ms is not None else ""
    print(
        f"{scenario.name:<18} {measured.way:<13} {scenario.conversations:>4} {mean[0]:>6.1f} {bound:>7.1f} "
        f"{mean[1]:<8} {seconds:>6.1f} {seconds / mean[0]:>6.2f} {seconds / bound:>6.2f} {wanted:>6} "
        f"{counts.get('refused', 0) / counts['requests']:>6.1%} {measured.lost / scenario.conversations:>6.1%} "
        f"{counts['billed_twice']:>5} {counts['most_at_once']:>4} {cpu:>6} "
        f"{counts['cpu_ms'] / counts['requests']:>6.1f} {measured.still_seconds:>7.1f}",
        flush=True,
    )


def main() -> None:
    """Run all scenarios and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0] if __doc__ else None)
    parser.add_argument("--conversations", type=int, default=500)
    parser.add_argument("--full", action="store_true")
    parser.add_argument("--only", default="", help="scenarios whose name holds this text")
    parser.add_argument("--alone", action="store_true", help="the pipeline only")
    given = parser.parse_args()
    count = given.conversations
    tokens = sum(map(count_billed, make_requests(make_talks(10)))) / 10
    fast = ServerLimits(requests_a_minute=5000)
    scenarios = [
        Scenario("500 requests/min", ServerLimits(), count, 1.05),
        Scenario(
            "tokens (500/min)", ServerLimits(requests_a_minute=5000, tokens_a_minute=int(500 * tokens)), count, 1.05
        ),
        Scenario("5,000 requests/min", fast, count, 1.15),
        Scenario("500, 5 % faults", ServerLimits(faults=0.05), count, 1.2),
    ]
    chosen = [scenario for scenario in scenarios if given.only in scenario.name]
    # What a process loads and compiles once is not a matter of pace.
    warm = Scenario("warm-up", ServerLimits(latency=0.1), 20, 1.0)
    with run_server(warm.limits) as server:
        run_pipeline(warm, server, make_talks(warm.conversations))
    print(f"load average {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    print(f"{'limit':<18} {'way':<13} {'sent':>4} {'mean s':>6} {'bound s':>7} {'by':<8} {'wall s':>6} {'/ mean':>6} "
          f"{'/bound':>6} {'wanted':>6} {'429':>6} {'lost':>6} {'twice':>5} {'most':>4} {'cpu ms':>6} {'server':>6} "
          f"{'still s':>7}")  # fmt: skip
    for scenario in chosen:
        talks = make_talks(scenario.conversations)
        mean = find_mean(scenario, make_requests(talks))
        with run_server(scenario.limits) as server:
            show(scenario, mean, run_pipeline(scenario, server, talks))
    if given.alone:
        return
    # The others wait most of the time, so they do not disturb each other.
    with ThreadPoolExecutor(len(chosen) * 2) as pool:
        runs = []
        for scenario in chosen:
            smaller = scenario if given.full else replace(scenario, conversations=min(_PEERS_SEND, count))
            requests = make_requests(make_talks(smaller.conversations))
            for way, repeats, send in (("batches of 10", 0, send_in_batches), ("semaphore 20", 2, send_by_semaphore)):
                run = pool.submit(run_peer, way, smaller, requests, repeats, send)
                runs.append((smaller, find_mean(smaller, requests), run))
        for smaller, mean, run in runs:
            show(smaller, mean, run.result())


if __name__ == "__main__":
    main()

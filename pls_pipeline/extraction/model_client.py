"""One answer from the model: from those that were paid before, or by a request, its repeats and what a failure means.

Here: the provider's client, the deadline, the repeats, and whether a fault concerns one request or the whole run.
Not here: what is asked (prompt.py), what the answer holds (answer.py), when to repeat (retries.py), when to send
(pace.py), what may be spent (budget.py), where answers are kept (answer_store.py).

The text of a server's error is not passed on, not even as a cause: it can repeat parts of a key or of the request.
"""

import asyncio
import itertools
import random
import time
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace

import aiohttp

from pls_pipeline.extraction.answer_keeping import AnswerKeeper
from pls_pipeline.extraction.answer_store import AnswerStore
from pls_pipeline.extraction.asking import Asker
from pls_pipeline.extraction.budget import Budget
from pls_pipeline.extraction.endpoint import ChatEndpoint, EndpointResponse
from pls_pipeline.extraction.faults import (
    RequestFaultError,
    UnansweredError,
    judge_connection,
    judge_refusal,
    read_told_status,
    refuse_certificate,
    refuse_key,
)
from pls_pipeline.extraction.json_mode import JsonModeFallback
from pls_pipeline.extraction.model_answer import (
    ModelAnswer,
    UnreadableCompletionError,
    fill_usage,
    read_completion,
)
from pls_pipeline.extraction.model_request import ModelRequest
from pls_pipeline.extraction.pace import Pace, PaceLimits, Sending
from pls_pipeline.extraction.pricing import PriceList, Prices
from pls_pipeline.extraction.records import ExtractionStoppedError
from pls_pipeline.extraction.retries import choose_delay

# Connections that nobody takes for so long, and no response in between: there is no server.
_UNREACHED_SECONDS = 3.0
# So many requests refused without a reason, and none answered: it is the key.
_MOST_UNEXPLAINED = 3
# Refusals for the pace are not counted while others are answered; a request that alone is refused ends all the same.
_MOST_REFUSALS_A_RETRY = 5
# A provider counts a little otherwise than tokens.py.
_PROMPT_MARGIN = 1.1


@dataclass(frozen=True)
class ServerOptions:
    """The server and how it is asked. `timeout_seconds` is the longest wait for one answer."""

    api_key: str = field(repr=False)
    base_url: str | None = None
    retries: int = 4
    timeout_seconds: float = 60.0
    pace: PaceLimits = field(default_factory=PaceLimits)


class ModelClient:
    """Asks one server. Belongs to the event loop it is opened in."""

    def __init__(
        self,
        endpoint: ChatEndpoint,
        options: ServerOptions,
        answers: AnswerStore | None,
        prices: Prices,
        budget: Budget,
    ) -> None:
        self._endpoint = endpoint
        self._options = options
        self._answers = answers
        self._keeper = AnswerKeeper(answers) if answers is not None else None
        self._prices = prices
        self._budget = budget
        self._pace = Pace(options.pace)
        self._stop: ExtractionStoppedError | None = None
        self._stopped = asyncio.Event()
        self._unreached_since: float | None = None
        self._answered = 0
        self._unexplained = 0
        self._chance = random.SystemRandom()
        self._asking: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    @classmethod
    @asynccontextmanager
    async def open(
        cls,
        options: ServerOptions,
        answers: AnswerStore | None = None,
        prices: Prices | None = None,
        budget: Budget | None = None,
    ) -> AsyncIterator[Asker]:
        """Open a client, and close its connections at the end. Without `answers` nothing is kept.

        Where the server refuses strict schemas it asks in JSON mode.
        """
        async with ChatEndpoint.open(options.api_key, options.base_url, options.pace.at_once) as endpoint:
            client = cls(endpoint, options, answers, prices or PriceList(), budget or Budget(None, None, 0.0))
            yield JsonModeFallback(client)

    def holds_any(self) -> bool:
        """Whether any answer is kept."""
        return self._answers is not None and not self._answers.is_empty()

    def holds(self, request: ModelRequest) -> bool:
        """Whether the answer to an equal request is kept."""
        return self._answers is not None and self._answers.holds(request.key)

    async def ask(self, request: ModelRequest) -> ModelAnswer:
        """Get one answer: the one that was kept for an equal request, or a new one, kept before it is returned.

        A request is repeated after transient faults. Equal requests that come together are sent once. Raises
        RequestFaultError where this request cannot be answered, BudgetReachedError where it may cost too much,
        ExtractionStoppedError where no request can be answered.
        """
        if self._answers is None or self._keeper is None:
            return await self._ask_server(request)
        async with self._asking[request.key]:
            # A change of threads for each request that finds nothing would cost more than the look.
            if self._answers.holds(request.key):
                answer = await asyncio.to_thread(self._answers.find, request.key)
                if answer is not None:
                    return replace(answer, attempts=0)
            answer = await self._ask_server(request)
            await self._keeper.keep(request.key, answer)
            return answer

    async def discard(self, request: ModelRequest) -> None:
        """Let the answer to this request be asked for anew the next time: nothing can be made of it."""
        if self._answers is not None:
            await asyncio.to_thread(self._answers.discard, request.key)

    async def _ask_server(self, request: ModelRequest) -> ModelAnswer:
        faults, answered = 0, self._answered
        for attempt in itertools.count(1):
            if self._stop:
                raise self._stop
            try:
                answer = await self._attempt(request)
            except UnansweredError as fault:
                # A server that answers others meanwhile, and takes no more for now, will come to this one.
                faults += not (fault.is_too_fast and self._answered > answered)
                most, answered = self._options.retries, self._answered
                if not fault.is_transient or faults > most or attempt > most * _MOST_REFUSALS_A_RETRY:
                    raise RequestFaultError(fault.reason, attempt, refuses_format=fault.refuses_format) from None
                await self._pause(choose_delay(attempt, fault.retry_after, self._chance.random()))
            else:
                return replace(answer, attempts=attempt)
        raise AssertionError("itertools.count has no end")

    async def _attempt(self, request: ModelRequest) -> ModelAnswer:
        """Send the request once, when the pace and the budget allow it. Raises UnansweredError."""
        async with self._budget.reserve(self._bound(request)) as reservation:
            async with self._pace.turn(request.prompt_tokens + (request.answer_tokens or 0)) as sending:
                if self._stop:
                    reservation.cost_usd = 0.0
                    raise self._stop
                try:
                    body = await self._send(request, sending)
                    answer = fill_usage(read_completion(body), request.prompt_tokens)
                except UnansweredError as fault:
                    if not fault.may_be_billed:
                        reservation.cost_usd = 0.0
                    raise
                except UnreadableCompletionError:
                    raise self._take_unreadable(body) from None
                self._answered += 1
            cost = self._prices.cost_usd(
                request.model, answer.prompt_tokens, answer.completion_tokens, answer.cached_prompt_tokens
            )
            reservation.cost_usd = cost or 0.0
            return replace(answer, cost_usd=cost)

    async def _send(self, request: ModelRequest, sending: Sending) -> bytes:
        """Return the body of one response without an error status. Raises UnansweredError, ExtractionStoppedError."""
        try:
            # One limit for the whole: a server may send byte after byte.
            async with asyncio.timeout(self._options.timeout_seconds):
                response = await self._endpoint.post(request.to_body())
        except aiohttp.ClientConnectorCertificateError:
            # The next handshake would end like this one.
            raise self._stop_all(refuse_certificate(self._endpoint.host)) from None
        except (TimeoutError, aiohttp.ClientError) as error:
            raise self._take_lost(judge_connection(error)) from error
        self._unreached_since = None
        self._pace.hear(sending, response.headers)
        told = read_told_status(response.body) if response.status < 300 else None
        response = replace(response, status=told or response.status)
        if response.status >= 300:
            raise self._take_refused(response, request.model)
        self._pace.note_answer(sending)
        return response.body

    def _take_lost(self, fault: UnansweredError) -> Exception:
        """Return what a connection means that brought no response; without any server the run stops."""
        if fault.reason == "timeout":
            self._pace.note_overload()
        if fault.may_be_billed:
            self._unreached_since = None
            return fault
        now = time.monotonic()
        self._unreached_since = self._unreached_since or now
        if now - self._unreached_since < _UNREACHED_SECONDS:
            return fault
        return self._stop_all(
            ExtractionStoppedError(
                f"no connection to {self._endpoint.host} can be made: check the network and OPENAI_BASE_URL, "
                "then run the import again"
            )
        )

    def _take_unreadable(self, body: bytes) -> Exception:
        """Return what a good status without a completion means; where a page stands before the server the run stops."""
        if self._answered or not body.lstrip().startswith(b"<"):
            return UnansweredError("unreadable_response", is_transient=False)
        return self._stop_all(
            ExtractionStoppedError(
                f"{self._endpoint.host} answers with a web page: check OPENAI_BASE_URL and whether a login page of the "
                "network stands between, then run the import again"
            )
        )

    def _take_refused(self, response: EndpointResponse, model: str) -> Exception:
        """Return what a response with an error status means; slow down where it asks for that."""
        judged = judge_refusal(response.status, response.headers, response.body, model)
        if isinstance(judged, ExtractionStoppedError):
            return self._stop_all(judged)
        if judged.is_unexplained and not self._answered:
            self._unexplained += 1
            if self._unexplained >= _MOST_UNEXPLAINED:
                return self._stop_all(refuse_key(response.status, model))
        if response.status in (429, 503, 529):
            self._pace.slow_down(judged.retry_after)
        if response.status in (503, 529):
            self._pace.note_overload()
        return judged

    def _bound(self, request: ModelRequest) -> float | None:
        """US dollars that the request costs at most; None where that is unknown or nobody asks."""
        if request.answer_tokens is None or not self._budget.is_bounded:
            return None
        prompt_tokens = round(request.prompt_tokens * _PROMPT_MARGIN)
        return self._prices.cost_usd(request.model, prompt_tokens, request.answer_tokens)

    def _stop_all(self, stop: ExtractionStoppedError) -> ExtractionStoppedError:
        """Let no request begin any more, those that wait for their turn or a repeat included."""
        self._stop = stop
        self._stopped.set()
        self._pace.release()
        return stop

    async def _pause(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._stopped.wait()
        except TimeoutError:
            return

"""One answer from the model: the request, its repeats, and what a failure means.

Here: the provider's client, the deadline, the repeats, and whether a fault concerns one request or the whole run.
Not here: what is asked (prompt.py), what the answer holds (answer.py), when to repeat (retries.py).

The text of a server's error is not passed on, not even as a cause: it can repeat parts of a key or of the request.
"""

import asyncio
import itertools
import random
import re
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

import openai
import pydantic
from openai.types.chat import ChatCompletionMessageParam
from openai.types.shared_params import ResponseFormatJSONSchema

from pls_pipeline.extraction.records import ExtractionStoppedError
from pls_pipeline.extraction.retries import (
    LONGEST_RETRY_AFTER_SECONDS,
    choose_delay,
    is_transient,
    read_retry_after,
)

_QUOTA_CODES = frozenset({"insufficient_quota", "billing_hard_limit_reached", "billing_not_active"})
_CODE = re.compile(r"[a-z][a-z0-9_]{0,39}\Z")
_CONNECT_SECONDS = 10.0


class ModelRequestError(Exception):
    """A request that brought no answer. `reason` is a code; `attempts` are the requests made."""

    def __init__(self, reason: str, attempts: int) -> None:
        super().__init__(f"{reason} after {attempts} requests")
        self.reason = reason
        self.attempts = attempts


@dataclass(frozen=True)
class ModelAnswer:
    """What the model said. `text` is None where it said nothing; `attempts` are the requests made for it."""

    text: str | None
    refused: bool
    finish_reason: str | None
    prompt_tokens: int
    completion_tokens: int
    attempts: int


class _FaultError(Exception):
    """One request that failed; a transient one may be repeated, after the seconds that the server asks for."""

    def __init__(self, reason: str, *, is_transient: bool, retry_after: float | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.is_transient = is_transient
        self.retry_after = retry_after


class _Message(pydantic.BaseModel):
    content: str | None = None
    refusal: str | None = None


class _Choice(pydantic.BaseModel):
    message: _Message
    finish_reason: str | None = None


class _Usage(pydantic.BaseModel):
    prompt_tokens: int = 0
    completion_tokens: int = 0


class _Completion(pydantic.BaseModel):
    """The part of a chat completion that is read; servers differ in the rest."""

    choices: list[_Choice] = pydantic.Field(min_length=1)
    usage: _Usage | None = None


class ModelClient:
    """Asks one model of one server. Belongs to the event loop it is opened in."""

    def __init__(self, client: openai.AsyncOpenAI, model: str, retries: int, timeout_seconds: float) -> None:
        self._client = client
        self._model = model
        self._retries = retries
        self._timeout_seconds = timeout_seconds
        self._stop: ExtractionStoppedError | None = None
        self._stopped = asyncio.Event()
        self._chance = random.SystemRandom()

    @classmethod
    @asynccontextmanager
    async def open(
        cls, *, model: str, api_key: str, base_url: str | None, retries: int, timeout_seconds: float
    ) -> "AsyncIterator[ModelClient]":
        """Open a client, and close its connections at the end. `timeout_seconds` is the longest wait for an answer."""
        # The client repeats nothing: repeats are counted, stopped and bounded here.
        async with openai.AsyncOpenAI(
            api_key=api_key,
            base_url=base_url,
            max_retries=0,
            timeout=openai.Timeout(timeout_seconds, connect=min(_CONNECT_SECONDS, timeout_seconds)),
        ) as client:
            yield cls(client, model, retries, timeout_seconds)

    async def ask(
        self, messages: Sequence[ChatCompletionMessageParam], response_format: ResponseFormatJSONSchema
    ) -> ModelAnswer:
        """Get one answer, repeating the request after transient faults.

        Raises ModelRequestError where this request cannot be answered, ExtractionStoppedError where none can be.
        """
        for attempt in itertools.count(1):
            if self._stop:
                raise self._stop
            try:
                return _read_completion(await self._request(messages, response_format), attempt)
            except _FaultError as fault:
                if not fault.is_transient or attempt > self._retries:
                    raise ModelRequestError(fault.reason, attempt) from None
                await self._pause(choose_delay(attempt, fault.retry_after, self._chance.random()))
        raise AssertionError("itertools.count has no end")

    async def _request(
        self, messages: Sequence[ChatCompletionMessageParam], response_format: ResponseFormatJSONSchema
    ) -> str:
        """Return the body of one response with status 200."""
        try:
            # The client's own limits are for each read; a server that sends byte after byte needs one for the whole.
            async with asyncio.timeout(self._timeout_seconds):
                response = await self._client.chat.completions.with_raw_response.create(
                    model=self._model, messages=messages, response_format=response_format
                )
                return response.text
        except (TimeoutError, openai.APITimeoutError) as error:
            raise _FaultError("timeout", is_transient=True) from error
        except openai.APIConnectionError as error:
            raise _FaultError("connection_lost", is_transient=True) from error
        except openai.APIStatusError as error:
            raise self._judge(error) from None

    def _judge(self, error: openai.APIStatusError) -> Exception:
        """Return what a response with an error status means: a fault of this request, or the end of the run."""
        status, codes = error.status_code, _read_codes(error)
        if status in (401, 403):
            return self._stop_all(
                f"the model's provider refused the key (HTTP {status}): set OPENAI_API_KEY to a key that may use "
                f"{self._model}, then run the import again"
            )
        if status == 402 or not _QUOTA_CODES.isdisjoint(codes):
            return self._stop_all(
                "the account's quota at the model's provider is used up: raise it there, then run the import again"
            )
        if status == 404:
            return self._stop_all(
                f"the model's provider knows no {self._model} at this address (HTTP 404): check PLS_MODEL and "
                "OPENAI_BASE_URL, then run the import again"
            )
        retry_after = read_retry_after(error.response.headers, datetime.now(UTC))
        if retry_after is not None and retry_after > LONGEST_RETRY_AFTER_SECONDS:
            return self._stop_all(
                f"the model's provider asks to wait {retry_after:.0f} seconds (HTTP {status}): "
                "run the import again after that"
            )
        return _FaultError(
            "_".join(["http", str(status), *codes[:1]]),
            is_transient=is_transient(status, error.response.headers),
            retry_after=retry_after,
        )

    def _stop_all(self, sentence: str) -> ExtractionStoppedError:
        """Let no request begin any more, those that wait for a repeat included."""
        self._stop = ExtractionStoppedError(sentence)
        self._stopped.set()
        return self._stop

    async def _pause(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._stopped.wait()
        except TimeoutError:
            return


def _read_codes(error: openai.APIStatusError) -> list[str]:
    """Return the server's error code and type, where they look like codes and not like text."""
    return [code for code in (error.code, error.type) if isinstance(code, str) and _CODE.match(code)]


def _read_completion(body: str, attempts: int) -> ModelAnswer:
    try:
        completion = _Completion.model_validate_json(body)
    except pydantic.ValidationError:
        raise ModelRequestError("unreadable_response", attempts) from None
    choice, usage = completion.choices[0], completion.usage or _Usage()
    return ModelAnswer(
        text=choice.message.content or None,
        refused=bool(choice.message.refusal),
        finish_reason=choice.finish_reason,
        prompt_tokens=usage.prompt_tokens,
        completion_tokens=usage.completion_tokens,
        attempts=attempts,
    )

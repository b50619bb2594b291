"""The extractor that asks a model: one conversation in, one result out.

Here: the way from a conversation through requests and checks to its outcome. Not here: the request's words (prompt.py),
its repeats (model_client.py), the checks (verification.py), or how many run at once (streaming.py).
"""

import time
from collections.abc import AsyncIterator, Awaitable, Callable, Generator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime

from pls_pipeline.conversations import Conversation
from pls_pipeline.extraction.answer import UnreadableAnswerError, choose_nothing_reason, read_answer
from pls_pipeline.extraction.model_client import ModelAnswer, ModelClient, ModelRequestError
from pls_pipeline.extraction.people import NOBODY, People, known_values
from pls_pipeline.extraction.pricing import PriceList, Prices
from pls_pipeline.extraction.prompt import make_messages, make_prefix, make_response_format, name_version
from pls_pipeline.extraction.records import ConversationResult, ExtractorSettingsError, Outcome, OutcomeStatus
from pls_pipeline.extraction.streaming import stream_results
from pls_pipeline.extraction.transcript import TranscriptLimits, TranscriptPart, cut_transcript, number_messages
from pls_pipeline.extraction.verification import Verifier
from pls_pipeline.patterns import Candidate, RejectedCandidate
from pls_pipeline.privacy import ConversationMask
from pls_pipeline.settings import Settings

_KEYLESS = "none"


class _FailedPartError(Exception):
    """A part of a conversation without a usable answer; `reason` is a code."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass
class _Findings:
    """What the parts of one conversation have brought and used so far."""

    candidates: list[Candidate] = field(default_factory=list)
    rejected: list[RejectedCandidate] = field(default_factory=list)
    nothing_reasons: list[str] = field(default_factory=list)
    prompt_tokens: int = 0
    completion_tokens: int = 0
    attempts: int = 0

    def count(self, answer: ModelAnswer) -> None:
        """Add what an answer used."""
        self.prompt_tokens += answer.prompt_tokens
        self.completion_tokens += answer.completion_tokens
        self.attempts += answer.attempts

    def explain(self) -> str | None:
        """Return why there are no candidates; None where there are."""
        if self.candidates:
            return None
        if self.rejected:
            return "all_candidates_rejected"
        return ", ".join(dict.fromkeys(self.nothing_reasons)) or "no_new_reply"


class OpenAIExtractor:
    """Asks a model of any server that speaks OpenAI's protocol. `analyse` yields one result a conversation."""

    name = "openai"

    def __init__(
        self,
        *,
        api_key: str,
        base_url: str | None,
        model: str,
        categories: Sequence[str],
        concurrency: int = 8,
        retries: int = 4,
        timeout_seconds: float = 60.0,
        prices: Prices | None = None,
        region: str = "US",
        limits: TranscriptLimits | None = None,
        people: People | None = None,
    ) -> None:
        self.model = model
        self.prompt_version = name_version(categories)
        self._api_key = api_key
        self._base_url = base_url
        self._categories = tuple(categories)
        self._concurrency = concurrency
        self._retries = retries
        self._timeout_seconds = timeout_seconds
        self._region = region
        self._prices = prices or PriceList()
        self._limits = limits or TranscriptLimits()
        self._people = people or NOBODY
        self._prefix = make_prefix(categories)
        self._response_format = make_response_format(categories)

    @classmethod
    def from_settings(cls, settings: Settings, people: People | None = None) -> "OpenAIExtractor":
        """Make the extractor that the settings describe.

        Raises ExtractorSettingsError where the key or the address is missing or cannot be used.
        """
        secret = settings.openai_api_key
        key = secret.get_secret_value().strip() if secret else ""
        address = settings.openai_base_url
        if not key and not address:
            raise ExtractorSettingsError(
                "the extractor openai needs a key: set OPENAI_API_KEY, or OPENAI_BASE_URL to a server that wants none, "
                "or PLS_EXTRACTOR=embedded"
            )
        if not key.isascii() or any(character.isspace() for character in key):
            raise ExtractorSettingsError("OPENAI_API_KEY holds a space or a letter that no key has: copy it anew")
        if address and not address.startswith(("http://", "https://")):
            raise ExtractorSettingsError("OPENAI_BASE_URL must begin with http:// or https://")
        return cls(
            api_key=key or _KEYLESS,
            base_url=address,
            model=settings.model,
            categories=settings.categories,
            concurrency=settings.model_concurrency,
            retries=settings.model_retries,
            timeout_seconds=settings.model_timeout_seconds,
            region=settings.default_region,
            people=people,
        )

    def analyse(self, conversations: Sequence[Conversation]) -> Generator[ConversationResult, None, None]:
        """Yield one result for each conversation, as the answers come.

        Raises ExtractionStoppedError after the last result where the key, the quota or the address is refused.
        """
        return stream_results(conversations, self._open, concurrency=self._concurrency)

    @asynccontextmanager
    async def _open(self) -> AsyncIterator[Callable[[Conversation], Awaitable[ConversationResult]]]:
        async with ModelClient.open(
            model=self.model,
            api_key=self._api_key,
            base_url=self._base_url,
            retries=self._retries,
            timeout_seconds=self._timeout_seconds,
        ) as client:

            async def analyse_one(conversation: Conversation) -> ConversationResult:
                return await self._analyse_one(client, conversation)

            yield analyse_one

    async def _analyse_one(self, client: ModelClient, conversation: Conversation) -> ConversationResult:
        started = time.monotonic()
        known = known_values(conversation, self._people)
        mask = ConversationMask(known, self._region)
        parts = cut_transcript(number_messages(conversation, mask), self._limits)
        verifier = Verifier(conversation, self._categories, known, self.name, self._region)
        findings = _Findings()
        for number, part in enumerate(parts, start=1):
            try:
                await self._analyse_part(client, part, verifier, findings)
            except _FailedPartError as fault:
                reason = fault.reason if len(parts) == 1 else f"part {number} of {len(parts)}: {fault.reason}"
                return ConversationResult(self._conclude(conversation, "failed", reason, findings, started))
        status: OutcomeStatus = "extracted" if findings.candidates else "nothing"
        outcome = self._conclude(conversation, status, findings.explain(), findings, started)
        return ConversationResult(outcome, tuple(findings.candidates), tuple(findings.rejected))

    async def _analyse_part(
        self, client: ModelClient, part: TranscriptPart, verifier: Verifier, findings: _Findings
    ) -> None:
        """Add what one part brings to the findings. Raises _FailedPartError where there is no usable answer."""
        try:
            answer = await client.ask(make_messages(self._prefix, part, self._limits), self._response_format)
        except ModelRequestError as fault:
            findings.attempts += fault.attempts
            raise _FailedPartError(fault.reason) from None
        findings.count(answer)
        if answer.refused:
            findings.nothing_reasons.append("refused")
            return
        if answer.finish_reason in ("length", "content_filter"):
            raise _FailedPartError("cut_off" if answer.finish_reason == "length" else "content_filter")
        if answer.text is None:
            raise _FailedPartError("empty_answer")
        try:
            read = read_answer(answer.text)
        except UnreadableAnswerError as fault:
            raise _FailedPartError(fault.reason) from None
        if not read.patterns:
            findings.nothing_reasons.append(choose_nothing_reason(read.nothing_reason))
        candidates, rejected = verifier.verify(read.patterns, part)
        findings.candidates += candidates
        findings.rejected += rejected

    def _conclude(
        self, conversation: Conversation, status: OutcomeStatus, reason: str | None, findings: _Findings, started: float
    ) -> Outcome:
        used = findings.prompt_tokens + findings.completion_tokens
        cost = self._prices.cost_usd(self.model, findings.prompt_tokens, findings.completion_tokens) if used else 0.0
        return Outcome(
            import_key=conversation.import_key,
            conversation_key=conversation.conversation_key,
            fingerprint=conversation.fingerprint,
            status=status,
            reason=reason,
            extractor=self.name,
            model=self.model,
            prompt_version=self.prompt_version,
            prompt_tokens=findings.prompt_tokens,
            completion_tokens=findings.completion_tokens,
            cost_usd=cost,
            attempts=findings.attempts,
            seconds=time.monotonic() - started,
            analysed_at=datetime.now(UTC).replace(tzinfo=None),
        )

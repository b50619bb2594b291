"""The extractor that asks a model: one conversation in, one result out.

Here: the way from a conversation through its parts to its outcome. Not here: a part's request and answers
(part_analysis.py, model_client.py), settings (openai_settings.py), or how many run at once (streaming.py, pace.py).
"""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Generator, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import partial

from pls_pipeline.conversations import Conversation
from pls_pipeline.extraction.answer_store import AnswerStore
from pls_pipeline.extraction.asking import AWAITING, AnswerAwaitedError, Asker, AwaitedResult
from pls_pipeline.extraction.budget import Budget, BudgetReachedError
from pls_pipeline.extraction.counted_answers import CountedAnswers
from pls_pipeline.extraction.findings import Findings
from pls_pipeline.extraction.knowledge import NOTHING, Knowledge
from pls_pipeline.extraction.known_patterns import PatternChooser
from pls_pipeline.extraction.model_client import ModelClient, ServerOptions
from pls_pipeline.extraction.offering import OfferBook, Offering, Question
from pls_pipeline.extraction.part_analysis import FailedPartError, PartAnalysis
from pls_pipeline.extraction.people import known_values
from pls_pipeline.extraction.pricing import PriceList, Prices
from pls_pipeline.extraction.prompt import name_version
from pls_pipeline.extraction.records import ConversationResult, Outcome, OutcomeStatus
from pls_pipeline.extraction.request_making import RequestMaker
from pls_pipeline.extraction.streaming import stream_results
from pls_pipeline.extraction.transcript import TranscriptLimits, TranscriptPart, cut_transcript, number_messages
from pls_pipeline.extraction.verification import Verifier
from pls_pipeline.privacy import ConversationMask


@dataclass(frozen=True)
class AnalysisOptions:
    """What is asked and what it may cost.

    `reasoning_tokens` are those that the model may use before it answers. Budgets are US dollars, None where unbounded.
    """

    model: str
    categories: tuple[str, ...]
    region: str = "US"
    mask_names: bool = True
    limits: TranscriptLimits = field(default_factory=TranscriptLimits)
    reasoning_tokens: int = 0
    budget_run_usd: float | None = None
    budget_day_usd: float | None = None


OpenAsker = Callable[[], AbstractAsyncContextManager[Asker]]


class OpenAIExtractor:
    """Asks a model of any server that speaks OpenAI's protocol. `analyse` yields one result a conversation.

    `open_asker` opens what answers the requests, where that is not the server at once. `offers` remembers which known
    patterns a request offered.
    """

    name = "openai"

    def __init__(
        self,
        server: ServerOptions,
        options: AnalysisOptions,
        *,
        answers: AnswerStore | None = None,
        prices: Prices | None = None,
        knowledge: Knowledge = NOTHING,
        offers: OfferBook | None = None,
        open_asker: OpenAsker | None = None,
        counted: CountedAnswers | None = None,
    ) -> None:
        self.model = options.model
        self.prompt_version = name_version(options.categories)
        self._server = server
        self._options = options
        self._answers = answers
        self._prices = prices or PriceList()
        self._people = knowledge.people
        self._counted = counted or CountedAnswers()
        self._open_asker = open_asker or self._open_client
        self._offering = Offering(
            RequestMaker(options.model, options.categories, options.limits, options.reasoning_tokens),
            PatternChooser(knowledge.patterns),
            answers,
            offers,
        )

    def analyse(self, conversations: Sequence[Conversation]) -> Generator[ConversationResult, None, None]:
        """Yield one result for each conversation, as the answers come.

        What the budget leaves no money for is `deferred`; so is what waits for answers, as an AwaitedResult. Raises
        ExtractionStoppedError after the last result where the key, the quota or the address is refused.
        """
        return stream_results(conversations, self._open, concurrency=self._server.pace.at_once)

    def _open_client(self) -> AbstractAsyncContextManager[Asker]:
        day = datetime.now(UTC).date()
        read_today = partial(self._answers.spent_usd, day) if self._answers else None
        spent = read_today() if read_today else 0.0
        budget = Budget(self._options.budget_run_usd, self._options.budget_day_usd, spent, read_today)
        return ModelClient.open(self._server, self._answers, self._prices, budget)

    @asynccontextmanager
    async def _open(self) -> AsyncIterator[Callable[[Conversation], Awaitable[ConversationResult]]]:
        # Requests that are ready go out while others are made: making one takes longer than sending it.
        making = asyncio.Lock()
        self._offering.prepare()
        async with self._open_asker() as client:

            async def analyse_one(conversation: Conversation) -> ConversationResult:
                started = time.monotonic()
                async with making:
                    await asyncio.sleep(0)
                    known = known_values(conversation, self._people)
                    mask = ConversationMask(known, self._options.region, mask_names=self._options.mask_names)
                    parts = cut_transcript(number_messages(conversation, mask), self._options.limits)
                verifier = Verifier(conversation, self._options.categories, known, self.name, self._options.region)
                analysis = PartAnalysis(client, verifier, Findings(self._counted))
                result = await self._analyse_parts(conversation, parts, analysis, started)
                return replace(result, masked=mask.counts)

            yield analyse_one

    async def _ask_about(self, part: TranscriptPart) -> Question:
        if self._offering.is_plain:
            return self._offering.ask_about(part)
        # Offers are looked up and recorded in the lake, which may be far away.
        return await asyncio.to_thread(self._offering.ask_about, part)

    async def _analyse_parts(
        self, conversation: Conversation, parts: Sequence[TranscriptPart], analysis: PartAnalysis, started: float
    ) -> ConversationResult:
        findings = analysis.findings
        awaited: list[str] = []
        for number, part in enumerate(parts, start=1):
            try:
                await analysis.run(part, await self._ask_about(part))
            except AnswerAwaitedError as later:
                # The other parts are asked about too, so that all their answers come together.
                awaited.append(later.key)
            except BudgetReachedError as reached:
                return ConversationResult(self._conclude(conversation, "deferred", str(reached), findings, started))
            except FailedPartError as fault:
                reason = fault.reason if len(parts) == 1 else f"part {number} of {len(parts)}: {fault.reason}"
                return ConversationResult(self._conclude(conversation, "failed", reason, findings, started))
        if awaited:
            outcome = self._conclude(conversation, "deferred", AWAITING, findings, started)
            return AwaitedResult(outcome, keys=tuple(awaited))
        status: OutcomeStatus = "extracted" if findings.candidates else "nothing"
        outcome = self._conclude(conversation, status, findings.explain(), findings, started)
        return ConversationResult(outcome, tuple(findings.candidates.values()), tuple(findings.rejected.values()))

    def _conclude(
        self, conversation: Conversation, status: OutcomeStatus, reason: str | None, findings: Findings, started: float
    ) -> Outcome:
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
            cost_usd=findings.cost_usd,
            cost_is_estimated=findings.is_estimated,
            cached=findings.is_cached,
            attempts=findings.attempts,
            seconds=time.monotonic() - started,
            analysed_at=datetime.now(UTC).replace(tzinfo=None),
            answer_keys=tuple(findings.answer_keys),
        )

"""The extractor of a run that has to do with batches: collects, makes results of what is there, submits the rest.

Here: the order of the three, and the reason of each conversation that waits. Not here: how a conversation becomes
requests and its answers a result (openai_extractor.py), each of the steps (collecting.py, standing.py, submitting.py).
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Generator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime

from pls_pipeline.conversations import Conversation
from pls_pipeline.extraction.answer_store import AnswerStore
from pls_pipeline.extraction.asking import AnswerAwaitedError, Asker, AwaitedResult
from pls_pipeline.extraction.batches.collecting import Collecting, utc_now
from pls_pipeline.extraction.batches.ledger import BatchLedger
from pls_pipeline.extraction.batches.provider import BatchProvider
from pls_pipeline.extraction.batches.standing import CollectedAnswers, judge_requests
from pls_pipeline.extraction.batches.submitting import BatchLimits, Submission, Submitting
from pls_pipeline.extraction.budget import Budget
from pls_pipeline.extraction.json_mode import JsonModeFallback
from pls_pipeline.extraction.model_answer import ModelAnswer
from pls_pipeline.extraction.model_client import ServerOptions
from pls_pipeline.extraction.model_request import ModelRequest
from pls_pipeline.extraction.openai_extractor import OpenAIExtractor, OpenAsker
from pls_pipeline.extraction.pricing import Prices
from pls_pipeline.extraction.records import ConversationResult, ExtractionStoppedError


@dataclass(frozen=True)
class BatchOptions:
    """`prices` are those of batches; budgets US dollars, None where unbounded.

    Without `submits` a run asks at once for what no open batch is to bring: the mode was changed while batches were
    open.
    """

    model: str
    prices: Prices
    limits: BatchLimits
    budget_run_usd: float | None = None
    budget_day_usd: float | None = None
    submits: bool = True


MakeExtractor = Callable[[AnswerStore, OpenAsker | None], OpenAIExtractor]


class BatchExtractor:
    """Asks in batches. `make_extractor` makes what asks one conversation's questions, from a store and an asker."""

    name = "openai"

    def __init__(
        self,
        server: ServerOptions,
        options: BatchOptions,
        ledger: BatchLedger,
        answers: AnswerStore,
        make_extractor: MakeExtractor,
        now: Callable[[], datetime] = utc_now,
    ) -> None:
        made = make_extractor(answers, None)
        self.model = made.model
        self.prompt_version = made.prompt_version
        self._server = server
        self._options = options
        self._ledger = ledger
        self._answers = answers
        self._make_extractor = make_extractor
        self._now = now

    def analyse(self, conversations: Sequence[Conversation]) -> Generator[ConversationResult, None, None]:
        """Yield one result for each conversation; what waits for a batch is `deferred`, with that reason.

        All conversations are of one import. Raises ExtractionStoppedError after the last result where something stands
        in the way of collecting or submitting.
        """
        if not conversations:
            return
        import_key, options = conversations[0].import_key, self._options
        with BatchProvider.open(self._server, options.model) as provider:
            with self._ledger.locked():
                collecting = Collecting(self._ledger, provider, self._answers, options.prices)
                stops = collecting.collect(self._now())
            standing = judge_requests(self._ledger.records(), import_key, provider.address)
            if not options.submits:
                # What a batch has left can be asked for at once.
                standing = replace(standing, withheld={}, refused={}, formless=frozenset(), failures=())
            answers = CollectedAnswers(self._answers, standing)
            asker = BatchAsker(answers, is_json=self._ledger.knows_no_schema(provider.address, options.model))
            extractor = self._make_extractor(answers, asker.open if options.submits else None)
            waiting = []
            with contextlib.closing(extractor.analyse(conversations)) as results:
                for result in results:
                    if isinstance(result, AwaitedResult):
                        waiting.append(result)
                    else:
                        yield result
            # Results come in the order of completion; what a budget lets out is to be the same each time.
            place = {talk.conversation_key: number for number, talk in enumerate(conversations)}
            waiting.sort(key=lambda result: place[result.outcome.conversation_key])
            stops += [ExtractionStoppedError(failure) for failure in standing.failures]
            reasons = {**standing.withheld, **standing.awaited}
            if not stops:
                with self._ledger.locked():
                    submission = self._submit(provider, import_key, waiting, asker)
                reasons |= submission.reasons
                stops += [submission.stop] if submission.stop else []
        for result in waiting:
            told = [reasons[key] for key in result.keys if key in reasons]
            # Without a reason something stopped the run before: the runner says so.
            if told:
                yield ConversationResult(replace(result.outcome, reason=told[0]))
        self._ledger.settle(import_key)
        if stops:
            raise stops[0]

    def _submit(
        self, provider: BatchProvider, import_key: str, waiting: Sequence[AwaitedResult], asker: "BatchAsker"
    ) -> Submission:
        options, now = self._options, self._now()
        submitting = Submitting(self._ledger, provider, options.prices, options.limits, import_key)
        submitting.join({key for result in waiting for key in result.keys})
        spent = self._answers.spent_usd(now.date()) + sum(r.estimate_usd or 0.0 for r in self._ledger.open_records())
        budget = Budget(options.budget_run_usd, options.budget_day_usd, spent)
        return submitting.submit([asker.group(result.keys) for result in waiting], budget, now)


class BatchAsker:
    """Answers what is kept, and remembers what is to be submitted. A KeepingAsker.

    `is_json`: a batch has shown that the model takes no schema, so what is new is asked in JSON mode.
    """

    def __init__(self, answers: CollectedAnswers, *, is_json: bool = False) -> None:
        self._answers = answers
        self._is_json = is_json
        self._unanswered: dict[str, ModelRequest] = {}

    @asynccontextmanager
    async def open(self) -> AsyncIterator[Asker]:
        """Nothing has to be opened. What a batch refused for its form is asked in JSON mode in the next one."""
        yield JsonModeFallback(self, is_json=self._is_json)

    def holds_any(self) -> bool:
        """Whether there is something to say of any request."""
        return not self._answers.is_empty()

    def holds(self, request: ModelRequest) -> bool:
        """Whether there is something to say of this request: an answer, or that one comes or does not."""
        return self._answers.holds(request.key)

    async def ask(self, request: ModelRequest) -> ModelAnswer:
        """Return the kept answer; raises AnswerAwaitedError where there is none, RequestFaultError where none comes."""
        answer = await asyncio.to_thread(self._answers.find, request.key)
        if answer is None:
            self._unanswered[request.key] = request
            raise AnswerAwaitedError(request.key)
        return answer

    async def discard(self, request: ModelRequest) -> None:
        """Let the answer to this request be asked for anew."""
        await asyncio.to_thread(self._answers.discard, request.key)

    def group(self, keys: Sequence[str]) -> list[ModelRequest]:
        """Return those of the requests that are to be submitted."""
        return [self._unanswered[key] for key in keys if key in self._unanswered]

"""Many pairs of replies before the model: what was answered before, the rest at once, within the budget and the pace.

Here: the answers of one build of the library. Not here: the question (question.py), one request and its repeats
(model_client.py), which pairs there are (orchestration/merge_judge.py).
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

from pls_pipeline.extraction.answer_store import AnswerStore
from pls_pipeline.extraction.budget import Budget, BudgetReachedError
from pls_pipeline.extraction.faults import RequestFaultError
from pls_pipeline.extraction.json_mode import in_json_mode
from pls_pipeline.extraction.judging.question import PairAnswer, PairQuestion, ReplyPair, read_pair_answer
from pls_pipeline.extraction.model_client import ModelClient, ServerOptions
from pls_pipeline.extraction.pricing import Prices
from pls_pipeline.extraction.records import ExtractionStoppedError
from pls_pipeline.extraction.streaming import stream_results


@dataclass(frozen=True)
class PairBudget:
    """US dollars that a build and a day may cost, None where unbounded.

    `awaited_usd`: what open batches may still cost, which the day's budget is to pay.
    """

    build_usd: float | None = None
    day_usd: float | None = None
    awaited_usd: float = 0.0


@dataclass(frozen=True)
class JudgedPair:
    """`answer`: None where there is none; `cost_usd`: what was paid for it now, None where the price is unknown."""

    pair: ReplyPair
    answer: PairAnswer | None
    cost_usd: float | None = 0.0
    stopped: str | None = None


@dataclass(frozen=True)
class JudgedPairs:
    """What asking brought. `stopped`: the sentence of what kept the rest from being asked, None where nothing did."""

    judged: tuple[JudgedPair, ...]
    stopped: str | None = None

    @property
    def cost_usd(self) -> float | None:
        """US dollars, None where the price of a request is unknown."""
        costs = [judged.cost_usd for judged in self.judged]
        return None if None in costs else sum(cost for cost in costs if cost is not None)


class PairJudge:
    """Asks one model. Answers are kept as those of extraction are, and found again by whoever asks the same."""

    def __init__(
        self,
        server: ServerOptions,
        question: PairQuestion,
        answers: AnswerStore,
        prices: Prices,
        budget: PairBudget | None = None,
    ) -> None:
        self._server = server
        self._question = question
        self._answers = answers
        self._prices = prices
        self._budget = budget or PairBudget()
        self._spent = 0.0

    def recall(self, pair: ReplyPair) -> PairAnswer | None:
        """Return the answer that is kept for this question, without asking."""
        if self._answers.is_empty():
            return None
        request = self._question.ask(pair)
        for form in (request, in_json_mode(request)):
            kept = self._answers.find(form.key)
            if kept is not None:
                return read_pair_answer(kept.text)
        return None

    def ask(self, pairs: Sequence[ReplyPair]) -> JudgedPairs:
        """Ask about all pairs, as fast as the server lets. One that cannot be answered has no answer.

        A refusal of the key, the quota or the address, or a budget that is reached, ends the asking.
        """
        judged: list[JudgedPair] = []
        stopped: str | None = None
        try:
            judged.extend(stream_results(pairs, self._open, concurrency=self._server.pace.at_once))
        except ExtractionStoppedError as stop:
            stopped = str(stop)
        return JudgedPairs(tuple(judged), stopped or _first(done.stopped for done in judged))

    @asynccontextmanager
    async def _open(self) -> AsyncIterator[Callable[[ReplyPair], Awaitable[JudgedPair]]]:
        left = None if self._budget.build_usd is None else max(0.0, self._budget.build_usd - self._spent)
        day = datetime.now(UTC).date()

        def read_today() -> float:
            return self._answers.spent_usd(day) + self._budget.awaited_usd

        budget = Budget(left, self._budget.day_usd, read_today(), read_today)
        async with ModelClient.open(self._server, self._answers, self._prices, budget) as client:

            async def judge(pair: ReplyPair) -> JudgedPair:
                request = self._question.ask(pair)
                try:
                    answer = await client.ask(request)
                except RequestFaultError:
                    return JudgedPair(pair, None)
                except BudgetReachedError as reached:
                    return JudgedPair(pair, None, stopped=str(reached))
                read = None if answer.refused else read_pair_answer(answer.text)
                if read is None:
                    # Nothing can be made of it; the next build asks anew.
                    await client.discard(request)
                return JudgedPair(pair, read, 0.0 if answer.is_stored else answer.cost_usd)

            try:
                yield judge
            finally:
                # With what went out and brought no answer: it may have been billed.
                self._spent += budget.spent_usd


def _first(sentences: Iterable[str | None]) -> str | None:
    return next(filter(None, sentences), None)

"""A bound on what a run and a day may cost, kept before the money is spent.

Here: what is spent, what requests under way may still cost, and whether one more fits. Not here: prices (pricing.py),
what becomes of a conversation that does not fit (openai_extractor.py).
"""

import asyncio
import math
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

from pls_pipeline.extraction.model_request import ModelRequest
from pls_pipeline.extraction.pricing import Prices

# A provider counts a little otherwise than tokens.py.
_PROMPT_MARGIN = 1.1
# How often a run looks at what others have paid meanwhile: the judge of one import asks while another is analysed.
_LOOK_EVERY_SECONDS = 2.0


class BudgetReachedError(Exception):
    """The next request could cost more than is left; the sentence says of which budget."""


@dataclass
class Reservation:
    """What a request under way may cost at most; `cost_usd` is what it did cost, as soon as that is known."""

    bound_usd: float
    cost_usd: float | None = None


def bound_cost(request: ModelRequest, prices: Prices) -> float | None:
    """US dollars that a request costs at most; None where its price or the length of its answer is unknown."""
    if request.answer_tokens is None:
        return None
    return prices.cost_usd(request.model, round(request.prompt_tokens * _PROMPT_MARGIN), request.answer_tokens)


class Budget:
    """US dollars of a run and of a day, None where unbounded. Belongs to one event loop.

    `spent_today_usd` is what the day had cost before the run began. `read_today` reads what it has cost by now, the
    run's own answers included: so a run sees within seconds what another process pays. What that one has under way is
    not seen.
    """

    def __init__(
        self,
        run_usd: float | None,
        day_usd: float | None,
        spent_today_usd: float,
        read_today: Callable[[], float] | None = None,
    ) -> None:
        self.spent_usd = 0.0
        self._read_today = read_today if day_usd is not None else None
        self._before = spent_today_usd
        self._answered_usd = 0.0
        self._elsewhere = 0.0
        self._looked_at = -math.inf
        self._bounds = [
            (most, is_days, f"the budget of ${most:.2f} {name} ({setting})")
            for most, is_days, name, setting in (
                (run_usd, False, "a run", "PLS_BUDGET_RUN_USD"),
                (day_usd, True, "a day", "PLS_BUDGET_DAY_USD"),
            )
            if most is not None
        ]
        self._reserved = 0.0
        self._settled = asyncio.Condition()

    @property
    def is_bounded(self) -> bool:
        """Whether there is a bound at all."""
        return bool(self._bounds)

    def take(self, bound_usd: float) -> None:
        """Count what is committed for good, without waiting. Raises BudgetReachedError where it does not fit."""
        if sentence := self._explain(bound_usd):
            raise BudgetReachedError(sentence)
        self.spent_usd += bound_usd

    @asynccontextmanager
    async def reserve(self, bound_usd: float | None) -> AsyncIterator[Reservation]:
        """Set aside what a request may cost, and count what it did cost when the block ends.

        Waits while requests under way could leave enough. Where the price is unknown nothing is bounded. A block that
        says no cost is counted with the whole bound. Raises BudgetReachedError where the request does not fit.
        """
        reservation = Reservation(bound_usd or 0.0)
        await self._look()
        async with self._settled:
            while sentence := self._explain(reservation.bound_usd):
                if not self._reserved:
                    raise BudgetReachedError(sentence)
                await self._settled.wait()
            self._reserved += reservation.bound_usd
        try:
            yield reservation
        finally:
            cost = reservation.bound_usd if reservation.cost_usd is None else reservation.cost_usd
            self.spent_usd += cost
            self._answered_usd += reservation.cost_usd or 0.0
            self._reserved -= reservation.bound_usd
            if self._reserved < 1e-9:  # the sum of many floats
                self._reserved = 0.0
            async with self._settled:
                self._settled.notify_all()

    async def _look(self) -> None:
        """Take note of what other processes have paid since the run began."""
        now = time.monotonic()
        if self._read_today is None or now - self._looked_at < _LOOK_EVERY_SECONDS:
            return
        self._looked_at = now
        today = await asyncio.to_thread(self._read_today)
        # An answer counts here a little before it is kept, so own ones are never taken for those of others.
        self._elsewhere = max(0.0, today - self._before - self._answered_usd)

    def _explain(self, bound_usd: float) -> str | None:
        """Return why the request does not fit; None where it does."""
        needed = self.spent_usd + self._reserved + bound_usd
        return next(
            (
                f"{name} is reached: ${before + self.spent_usd:.4f} are spent, the next request could cost "
                f"${bound_usd:.4f}"
                for most, is_days, name in self._bounds
                if (before := self._before + self._elsewhere if is_days else 0.0) + needed > most
            ),
            None,
        )

"""When the next request may be sent: as fast as the server allows, and no faster.

Here: waiting for requests and tokens a minute, for room under way, and for what the server asked. Not here: the
arithmetic of an allowance (allowance.py), whether a request is repeated (retries.py).
"""

import asyncio
import math
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass

from pls_pipeline.extraction.allowance import Allowance, read_allowance
from pls_pipeline.extraction.window import Window

# Where neither settings nor server say how many: what providers grant a new account.
UNTOLD_REQUESTS_A_MINUTE = 500
_SLOWER = 0.7
# Where the server tells what is left, a refusal has been heard by that already.
_A_LITTLE_SLOWER = 0.95
_SLOWEST = 0.1
_RECOVERY_A_SECOND = 0.1
_COOLING_SECONDS = 1.0


@dataclass(frozen=True)
class PaceLimits:
    """Where a run begins, until the server's headers tell: requests and tokens a minute, None where unknown.

    `at_once` is the most requests under way, whatever the server allows.
    """

    requests_a_minute: int | None = None
    tokens_a_minute: int | None = None
    at_once: int = 512


@dataclass(frozen=True)
class Sending:
    """A request that was let go: when, and all that had been spent by then, itself included."""

    sent_at: float
    requests: float
    tokens: float


class Pace:
    """Lets requests go one after the other. Belongs to one event loop."""

    def __init__(self, limits: PaceLimits) -> None:
        now = time.monotonic()
        self._requests = Allowance(limits.requests_a_minute or UNTOLD_REQUESTS_A_MINUTE, now)
        self._tokens = Allowance(limits.tokens_a_minute, now)
        self._window = Window(limits.at_once, is_trusted=limits.requests_a_minute is not None)
        self._factor = 1.0
        self._factor_at = self._slowed_at = now
        self._held_until = now
        self._under_way = 0
        self._is_released = False
        self._is_told = False
        self._queue = asyncio.Lock()
        self._changed = asyncio.Event()
        # Of the request whose turn it is: its tokens, and when it looks again by itself, None where one under way must
        # end first. It is woken before that only where it may go earlier: each waking costs as much as three looks.
        self._waiting_tokens: int | None = None
        self._next_look: float | None = None

    @property
    def requests_a_minute(self) -> float:
        """The rate in use."""
        self._pass_time()
        return self._requests.per_second * 60 * self._factor

    @asynccontextmanager
    async def turn(self, tokens: int) -> AsyncIterator[Sending]:
        """Wait until a request of so many tokens may go; it is under way until the block ends."""
        async with self._queue:
            while not self._is_released and (delay := self._delay(tokens)) != 0:
                await self._wait(tokens, delay)
            self._requests.take(1)
            self._tokens.take(tokens)
            self._under_way += 1
        try:
            yield Sending(time.monotonic(), self._requests.spent, self._tokens.spent)
        finally:
            self._under_way -= 1
            self._wake_if_earlier()

    def hear(self, sending: Sending, headers: Mapping[str, str]) -> None:
        """Believe what the headers of a response say of the allowances."""
        self._pass_time()
        for unit, allowance, spent in (
            ("requests", self._requests, sending.requests),
            ("tokens", self._tokens, sending.tokens),
        ):
            told = read_allowance(headers, unit)
            if told:
                allowance.hear(told, sending.sent_at, spent)
                self._is_told |= not allowance.is_of_longer
        if self._requests.is_of_longer:
            self._window.distrust()
        elif self._is_told:
            self._window.trust()
        self._wake_if_earlier()

    def note_answer(self, sending: Sending) -> None:
        """Take note of a request that was answered."""
        self._window.note_answer(time.monotonic() - sending.sent_at, self._under_way)

    def note_overload(self) -> None:
        """Take note of a request that timed out or that the server was too busy for."""
        self._window.note_overload(time.monotonic(), self._under_way)

    def slow_down(self, seconds: float | None) -> None:
        """Hold all requests for as long as the server asks, then go on more slowly, and recover."""
        self._pass_time()
        now = time.monotonic()
        self._held_until = max(self._held_until, now + (seconds or 0.0))
        # Requests that were under way together are refused together: that is one refusal.
        if now - self._slowed_at >= _COOLING_SECONDS or self._factor == 1.0:
            slower = _A_LITTLE_SLOWER if self._requests.is_told else _SLOWER
            self._factor = max(_SLOWEST, self._factor * slower)
            self._slowed_at = now

    def release(self) -> None:
        """Let all that wait go at once: the run has stopped, and they will not be sent."""
        self._is_released = True
        self._changed.set()

    async def _wait(self, tokens: int, delay: float | None) -> None:
        self._changed.clear()
        self._waiting_tokens = tokens
        self._next_look = None if delay is None else time.monotonic() + delay
        try:
            async with asyncio.timeout(delay):
                await self._changed.wait()
        except TimeoutError:
            return
        finally:
            self._waiting_tokens = None

    def _wake_if_earlier(self) -> None:
        if self._waiting_tokens is None:
            return
        delay = self._delay(self._waiting_tokens)
        if delay is not None and (self._next_look is None or time.monotonic() + delay < self._next_look):
            self._changed.set()

    def _delay(self, tokens: int) -> float | None:
        """Seconds until the next request may go, as far as is known now; None where one under way must end first."""
        self._pass_time()
        if self._under_way >= self._window.size:
            return None
        at_full_rate = max(self._requests.seconds_until(1), self._tokens.seconds_until(tokens))
        return max(self._held_until - time.monotonic(), stretch(at_full_rate, self._factor), 0.0)

    def _pass_time(self) -> None:
        now = time.monotonic()
        passed = now - self._factor_at
        # The time at full rate in which as much refills.
        refilled = shrink(passed, self._factor)
        self._factor = min(1.0, self._factor + passed * _RECOVERY_A_SECOND)
        self._factor_at = now
        self._requests.pass_time(now, refilled)
        self._tokens.pass_time(now, refilled)


def shrink(seconds: float, factor: float) -> float:
    """Seconds at the full rate that bring as much as `seconds` at `factor` of it, which recovers meanwhile."""
    slow = min(seconds, (1.0 - factor) / _RECOVERY_A_SECOND)
    return seconds - slow * (1.0 - factor) + slow * slow * _RECOVERY_A_SECOND / 2


def stretch(seconds: float, factor: float) -> float:
    """Seconds that bring as much as `seconds` at the full rate: what `shrink` takes back."""
    if factor == 1.0 or seconds <= 0.0:
        return seconds
    recovering = (1.0 - factor) / _RECOVERY_A_SECOND
    brought = shrink(recovering, factor)
    if seconds >= brought:
        return recovering + seconds - brought
    return (math.sqrt(factor * factor + 2 * _RECOVERY_A_SECOND * seconds) - factor) / _RECOVERY_A_SECOND

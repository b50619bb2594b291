"""One allowance of a server, requests or tokens, that refills all the time: how much of it is left now.

Here: the arithmetic, and what the server's headers say of it. Not here: waiting and sending (pace.py). Times are
seconds of a monotonic clock.
"""

import math
import re
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass

# How far the times at which requests arrive differ from those at which they were sent; what is left of a told
# allowance, because of that. It is kept back once, not with every request.
_JITTER_SECONDS = 0.2
_LEAST_RESERVE = 2.0
# More than are ever under way; a server that tells nothing lets none be forgotten.
_MOST_REMEMBERED = 10_000
# Of an allowance whose size nobody has told, no more than this is spent at once.
_UNTOLD_BURST_SECONDS = 1.0
# A minute's allowance is whole again after a minute; the rest is rounding.
_LONGEST_RESET_SECONDS = 61.0
_DURATION = re.compile(r"(?:(\d+(?:\.\d+)?)h)?(?:(\d+(?:\.\d+)?)m(?!s))?(?:(\d+(?:\.\d+)?)s)?(?:(\d+(?:\.\d+)?)ms)?\Z")


@dataclass(frozen=True)
class AllowanceHeaders:
    """What a response says of an allowance: a minute's worth, what is left, seconds until all of it is there again."""

    limit: float
    remaining: float | None
    reset_seconds: float | None

    @property
    def is_of_a_minute(self) -> bool:
        """Whether the limit can be a minute's. Groq tells that of a day, and so does OpenAI for some accounts."""
        return self.reset_seconds is None or self.reset_seconds <= _LONGEST_RESET_SECONDS


def read_allowance(headers: Mapping[str, str], unit: str) -> AllowanceHeaders | None:
    """Read x-ratelimit-{limit,remaining,reset}-`unit`; `unit` is requests or tokens. None where no limit is told."""
    limit = _read_number(headers.get(f"x-ratelimit-limit-{unit}"))
    if not limit:
        return None
    remaining = _read_number(headers.get(f"x-ratelimit-remaining-{unit}"))
    return AllowanceHeaders(limit, remaining, read_duration(headers.get(f"x-ratelimit-reset-{unit}", "")))


def read_duration(text: str) -> float | None:
    """Seconds of a duration as the provider writes it: 1s, 120ms, 6m0s, 1h2m3.5s; None where it is none."""
    match = _DURATION.match(text.strip())
    if not match or not match[0]:
        return None
    hours, minutes, seconds, milliseconds = (float(part or 0) for part in match.groups())
    return hours * 3600 + minutes * 60 + seconds + milliseconds / 1000


class Allowance:
    """What is left of an allowance, as far as this side knows; without `per_minute` no bound until one is told.

    `is_told`: the server says what is left. `is_of_longer`: it has shown that it speaks of a longer time than a minute
    (a day), so that its headers say nothing of the pace.
    """

    def __init__(self, per_minute: float | None, now: float) -> None:
        self._own_per_second = per_minute / 60 if per_minute else math.inf
        self.per_second = self._own_per_second
        self.is_told = False
        self.is_of_longer = False
        self._capacity = max(1.0, self.per_second * _UNTOLD_BURST_SECONDS)
        self._level = self._capacity
        self._spent = 0.0
        self._heard = -1.0
        self._now = now
        # Times and amounts of what was taken after the request whose answer was heard last, with the sum up to each.
        self._taken: deque[tuple[float, float, float]] = deque(maxlen=_MOST_REMEMBERED)

    @property
    def spent(self) -> float:
        """All that was taken so far."""
        return self._spent

    def pass_time(self, now: float, refilled: float | None = None) -> None:
        """Refill up to `now`: as much as `refilled` seconds bring, where these are not the seconds that have passed."""
        if math.isfinite(self.per_second):
            seconds = now - self._now if refilled is None else refilled
            self._level = min(self._capacity, self._level + seconds * self.per_second)
        self._now = now

    def seconds_until(self, amount: float) -> float:
        """Seconds until `amount` may be taken, when the rate stays."""
        if not math.isfinite(self.per_second):
            return 0.0
        # More than there ever is at once is taken when all is there.
        reserve = (
            min(max(_LEAST_RESERVE, self.per_second * _JITTER_SECONDS), self._capacity / 2) if self.is_told else 0.0
        )
        lacking = min(amount + reserve, self._capacity) - self._level
        return max(0.0, lacking / self.per_second)

    def take(self, amount: float) -> None:
        """Take `amount`."""
        self._spent += amount
        self._taken.append((self._now, amount, self._spent))
        if math.isfinite(self.per_second):
            self._level = max(self._level - amount, self._lowest)

    @property
    def _lowest(self) -> float:
        """The level from which all is there again after a minute, whatever was taken."""
        return self._capacity - self.per_second * 60

    def hear(self, told: AllowanceHeaders, sent_at: float, spent_then: float) -> None:
        """Believe the headers of the answer to a request that was sent at `sent_at`.

        `spent_then` is what was spent when it was sent, itself included. From what the server saw then, all that was
        taken since is played again. An answer to an earlier request than the last one heard says nothing new of what is
        left.
        """
        self.is_of_longer = self.is_of_longer or not told.is_of_a_minute
        if self.is_of_longer:
            self._go_by_own_rate()
            return
        self.per_second = told.limit / 60
        if told.remaining is None:
            self._capacity = max(1.0, self.per_second * _UNTOLD_BURST_SECONDS)
            self._level = min(self._level, self._capacity)
        elif spent_then >= self._heard:
            reset = told.reset_seconds or 0.0
            known = self._capacity if self.is_told else 1.0
            self._capacity = min(told.limit, max(known, told.remaining, told.remaining + reset * self.per_second))
            self._level = self._replay(told.remaining, sent_at, spent_then)
            self._heard = spent_then
            self.is_told = True

    def _go_by_own_rate(self) -> None:
        self.is_told = False
        self.per_second = self._own_per_second
        self._capacity = max(1.0, self.per_second * _UNTOLD_BURST_SECONDS)
        self._level = min(self._level, self._capacity)

    def _replay(self, level: float, at: float, spent_then: float) -> float:
        """Return what is left now of `level`, which was left at `at`. What overflowed the capacity is lost."""
        while self._taken and self._taken[0][2] <= spent_then:
            self._taken.popleft()
        for time, amount, _ in self._taken:
            level = max(min(self._capacity, level + (time - at) * self.per_second) - amount, self._lowest)
            at = time
        return min(self._capacity, level + (self._now - at) * self.per_second)


def _read_number(text: str | None) -> float | None:
    try:
        number = float(text or "")
    except ValueError:
        return None
    return number if math.isfinite(number) and number >= 0 else None

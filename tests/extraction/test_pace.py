"""When a request may be sent."""

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pls_pipeline.extraction.pace import Pace, PaceLimits, shrink, stretch
from pls_pipeline.extraction.window import Window

TOLD = {"x-ratelimit-limit-requests": "60000", "x-ratelimit-remaining-requests": "59999"}


async def send(pace: Pace, headers: dict[str, str] | None = None) -> None:
    async with pace.turn(100) as sending:
        await asyncio.sleep(0)
        pace.hear(sending, headers or {})
        pace.note_answer(sending)


def test_the_server_tells_the_rate() -> None:
    async def run() -> tuple[float, float]:
        pace = Pace(PaceLimits(requests_a_minute=500))
        before = pace.requests_a_minute
        await send(pace, TOLD)
        return before, pace.requests_a_minute

    assert asyncio.run(run()) == pytest.approx((500, 60_000))


def test_a_refusal_slows_all_down_and_the_pace_recovers() -> None:
    async def run() -> tuple[float, float]:
        pace = Pace(PaceLimits(requests_a_minute=6000))
        await send(pace)
        pace.slow_down(0.0)
        pace.slow_down(0.0)
        slow = pace.requests_a_minute
        await asyncio.sleep(0.1)
        return slow, pace.requests_a_minute

    slow, later = asyncio.run(run())
    assert slow < 4300
    assert slow < later < 6000


@given(seconds=st.floats(0, 1000), factor=st.floats(0.1, 1))
def test_a_wait_at_a_slow_rate_counts_with_its_recovery(seconds: float, factor: float) -> None:
    waited = stretch(seconds, factor)
    assert seconds <= waited + 1e-9
    # From the slowest rate it is back within nine seconds, which bring half as much.
    assert waited <= seconds + 4.5
    assert shrink(waited, factor) == pytest.approx(seconds, abs=1e-6)


def test_a_limit_of_a_day_opens_no_window_for_good() -> None:
    async def run() -> tuple[float, int]:
        pace = Pace(PaceLimits(at_once=100))
        told = {"x-ratelimit-limit-requests": "14400", "x-ratelimit-remaining-requests": "14389"}
        await send(pace, {**told, "x-ratelimit-reset-requests": "6s"})
        tokens = {"x-ratelimit-limit-tokens": "6000", "x-ratelimit-remaining-tokens": "5900"}
        await send(pace, {**told, **tokens, "x-ratelimit-reset-requests": "1m6s"})
        await send(pace, {**told, **tokens, "x-ratelimit-reset-requests": "0s"})
        under_way = 0

        async def ask() -> None:
            nonlocal under_way
            async with pace.turn(1):
                under_way += 1
                await asyncio.sleep(60)

        asking = [asyncio.create_task(ask()) for _ in range(20)]
        await asyncio.sleep(0.05)
        for task in asking:
            task.cancel()
        return pace.requests_a_minute, under_way

    rate, under_way = asyncio.run(run())
    assert (round(rate), under_way) == (500, 4)


def test_what_waits_goes_at_once_when_the_run_has_stopped() -> None:
    async def run() -> None:
        pace = Pace(PaceLimits(requests_a_minute=1))
        await send(pace)
        waiting = [asyncio.create_task(send(pace)) for _ in range(3)]
        await asyncio.sleep(0)
        pace.release()
        async with asyncio.timeout(5):
            await asyncio.gather(*waiting)

    asyncio.run(run())


def test_no_more_are_under_way_than_allowed() -> None:
    async def run() -> int:
        pace, most, now = Pace(PaceLimits(requests_a_minute=100_000, at_once=3)), 0, 0

        async def ask() -> None:
            nonlocal most, now
            async with pace.turn(1):
                now += 1
                most = max(most, now)
                await asyncio.sleep(0.001)
                now -= 1

        await asyncio.gather(*(ask() for _ in range(20)))
        return most

    assert asyncio.run(run()) == 3


def test_an_unknown_server_is_tried_with_few_and_more_follow_quick_answers() -> None:
    window = Window(100, is_trusted=False)
    first = window.size
    for _ in range(20):
        window.note_answer(1.0, window.size)
    assert first < 10 < window.size
    grown = window.size
    for _ in range(20):
        window.note_answer(3.0, window.size)
    assert window.size == grown
    window.note_overload(100.0, window.size)
    window.note_overload(100.1, window.size)
    assert window.size == grown // 2
    window.trust()
    window.note_overload(200.0, window.size)
    assert window.size == Window(100, is_trusted=True).size == 100

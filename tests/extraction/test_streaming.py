"""Asynchronous work behind a synchronous iterator."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest

from pls_pipeline.extraction.records import ExtractionStoppedError
from pls_pipeline.extraction.streaming import stream_results


class Work:
    """Doubles numbers; counts what begins, what ends, and what is cancelled."""

    def __init__(self, stop_at: int | None = None, hang_from: int | None = None) -> None:
        self.begun: list[int] = []
        self.cancelled: list[int] = []
        self.at_once = self.most_at_once = 0
        self.is_open = False
        self._stop_at = stop_at
        self._hang_from = hang_from

    @asynccontextmanager
    async def open(self) -> AsyncIterator[Callable[[int], Awaitable[int]]]:
        self.is_open = True
        try:
            yield self._double
        finally:
            self.is_open = False

    async def _double(self, number: int) -> int:
        assert self.is_open
        self.begun.append(number)
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            if number == self._stop_at:
                raise ExtractionStoppedError("stop")
            if self._hang_from is not None and number >= self._hang_from:
                await asyncio.Event().wait()
            await asyncio.sleep(0)
            return 2 * number
        except asyncio.CancelledError:
            self.cancelled.append(number)
            raise
        finally:
            self.at_once -= 1


@pytest.mark.parametrize(("concurrency", "waiting"), [(7, 10), (1, 0), (1, 1), (2, 3)])
def test_each_item_gives_one_result_within_the_bound(concurrency: int, waiting: int) -> None:
    work = Work()
    results = stream_results(range(200), work.open, concurrency=concurrency, waiting=waiting)
    assert sorted(results) == [2 * number for number in range(200)]
    assert sorted(work.begun) == list(range(200))
    assert work.most_at_once == concurrency
    assert not work.is_open


def test_nothing_to_do_ends_at_once() -> None:
    assert list(stream_results((), Work().open, concurrency=3)) == []


def test_a_slow_reader_holds_the_work_up() -> None:
    work = Work()
    results = stream_results(range(200), work.open, concurrency=3, waiting=4)
    assert next(results) == 0
    # The first result counts as taken only when the reader comes back.
    assert len(work.begun) <= 3 + 4
    results.close()


def test_closing_early_cancels_what_is_under_way_and_closes_the_worker() -> None:
    work = Work(hang_from=5)
    results = stream_results(range(50), work.open, concurrency=4)
    assert sorted(next(results) for _ in range(5)) == [0, 2, 4, 6, 8]
    results.close()
    assert work.at_once == 0
    assert set(work.cancelled) == set(work.begun) - set(range(5))
    assert not work.is_open


def test_a_stop_lets_what_is_under_way_finish_and_begins_nothing_more() -> None:
    taken: list[int] = []
    with pytest.raises(ExtractionStoppedError):
        taken.extend(stream_results(range(1000), Work(stop_at=20).open, concurrency=4))
    assert set(taken) >= {2 * number for number in range(20)}
    assert len(taken) <= 24


def test_another_error_of_the_worker_reaches_the_reader() -> None:
    class Broken(Work):
        async def _double(self, number: int) -> int:
            raise ZeroDivisionError(number)

    with pytest.raises(ExceptionGroup) as raised:
        list(stream_results(range(5), Broken().open, concurrency=2))
    assert raised.group_contains(ZeroDivisionError)

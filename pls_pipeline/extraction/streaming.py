"""Asynchronous work behind a synchronous iterator: results come as they complete, with a bound on what is under way.

Here: the loop in its own thread, the bound, cancelling, and the end after a stop. Not here: what the work is.
"""

import asyncio
import threading
from collections.abc import Awaitable, Callable, Generator, Sequence
from contextlib import AbstractAsyncContextManager
from queue import SimpleQueue
from typing import TypeVar

from pls_pipeline.extraction.records import ExtractionStoppedError

Item = TypeVar("Item")
Result = TypeVar("Result")
Worker = Callable[[Item], Awaitable[Result]]


def stream_results(
    items: Sequence[Item],
    open_worker: Callable[[], AbstractAsyncContextManager[Worker[Item, Result]]],
    *,
    concurrency: int,
    waiting: int = 10,
) -> Generator[Result, None, None]:
    """Yield the worker's result for each item, in the order of completion.

    At most `concurrency` items are worked on at once, and at most `concurrency + waiting` results are under way or not
    taken yet: a slow reader holds the work up. The worker is opened and closed within the loop. When a worker raises
    ExtractionStoppedError no further item begins, those under way are finished and yielded, then the error is raised.
    Closing the iterator early cancels what is under way and returns when that has ended.
    """
    outbox: SimpleQueue[Result | None] = SimpleQueue()
    room = asyncio.Semaphore(concurrency + waiting)
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, name="extraction", daemon=True)
    thread.start()
    production = asyncio.run_coroutine_threadsafe(_produce(items, open_worker, concurrency, room, outbox.put), loop)
    production.add_done_callback(lambda _: outbox.put(None))
    # Waking the loop costs a call of the system, so it hears of a few results at once; the rest of the room is enough
    # to go on meanwhile.
    few, taken = max(1, waiting // 2), 0
    try:
        while (result := outbox.get()) is not None:
            yield result
            taken += 1
            if taken == few:
                loop.call_soon_threadsafe(_release, room, taken)
                taken = 0
        production.result()
    finally:
        production.cancel()
        asyncio.run_coroutine_threadsafe(_settle(), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


async def _produce(
    items: Sequence[Item],
    open_worker: Callable[[], AbstractAsyncContextManager[Worker[Item, Result]]],
    concurrency: int,
    room: asyncio.Semaphore,
    deliver: Callable[[Result], None],
) -> None:
    remaining = iter(items)
    stops: list[ExtractionStoppedError] = []

    async def take_turns(worker: Worker[Item, Result]) -> None:
        # All tasks share one iterator, so each item is taken once.
        for item in remaining:
            await room.acquire()
            if stops:
                return
            try:
                deliver(await worker(item))
            except ExtractionStoppedError as stop:
                stops.append(stop)
                return

    async with open_worker() as worker, asyncio.TaskGroup() as group:
        for _ in range(min(concurrency, len(items))):
            group.create_task(take_turns(worker))
    if stops:
        raise stops[0]


def _release(room: asyncio.Semaphore, count: int) -> None:
    for _ in range(count):
        room.release()


async def _settle() -> None:
    """Wait until every other task of the loop has ended."""
    others = asyncio.all_tasks() - {asyncio.current_task()}
    if others:
        await asyncio.wait(others)
    loop = asyncio.get_running_loop()
    await loop.shutdown_asyncgens()
    await loop.shutdown_default_executor()

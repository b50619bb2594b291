"""Keeping paid answers without holding up the event loop: those that come close together at one change of threads.

Here: when answers are handed to their store. Not here: where they lie (answer_store.py), the asking (model_client.py).
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from pls_pipeline.extraction.answer_store import AnswerStore
from pls_pipeline.extraction.model_answer import ModelAnswer

# At 5,000 answers a minute one or two more come within that time, and a change of threads is a third of what keeping
# an answer costs. At the end of a run it is waited once.
_GATHERED_SECONDS = 0.02


@dataclass(frozen=True)
class _Kept:
    """An answer that is to be kept, and who waits for it."""

    key: str
    answer: ModelAnswer
    done: asyncio.Future[None]


class AnswerKeeper:
    """Hands answers to a store. Belongs to the event loop it is used in."""

    def __init__(self, answers: AnswerStore) -> None:
        self._answers = answers
        self._gathered: list[_Kept] = []

    async def keep(self, key: str, answer: ModelAnswer) -> None:
        """Keep an answer: it is kept when this returns. One that is not whole counts as spent, and is never found.

        Whoever waits for it may be cancelled; the answer, which was paid, is kept all the same, before the executor of
        the loop is shut down.
        """
        loop = asyncio.get_running_loop()
        kept = _Kept(key, answer, loop.create_future())
        if not self._gathered:
            loop.call_later(_GATHERED_SECONDS, self._write)
        self._gathered.append(kept)
        try:
            await kept.done
        except asyncio.CancelledError:
            # The loop may end before the time that answers are gathered.
            self._write()
            raise

    def _write(self) -> None:
        # What comes from here on is written the next time.
        gathered, self._gathered = self._gathered, []
        if gathered:
            # Plain callbacks: a task for each change of threads costs as much again.
            writing = asyncio.get_running_loop().run_in_executor(None, self._keep_all, gathered)
            writing.add_done_callback(lambda written: _tell(gathered, written))

    def _keep_all(self, gathered: Sequence[_Kept]) -> list[OSError | None]:
        return [self._keep_one(kept) for kept in gathered]

    def _keep_one(self, kept: _Kept) -> OSError | None:
        try:
            self._answers.keep(kept.key, kept.answer, is_usable=kept.answer.is_whole)
        except OSError as fault:
            # The others were paid too.
            return fault
        return None


def _tell(gathered: Sequence[_Kept], written: asyncio.Future[list[OSError | None]]) -> None:
    fault = written.exception()
    outcomes = [fault] * len(gathered) if fault else written.result()
    for kept, outcome in zip(gathered, outcomes, strict=True):
        if kept.done.done():
            continue
        if outcome is None:
            kept.done.set_result(None)
        else:
            kept.done.set_exception(outcome)

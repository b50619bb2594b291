"""Keeping paid answers without holding up the event loop: those that come close together at one change of threads.

Here: when answers are handed to their store. Not here: where they lie (answer_store.py), the asking (model_client.py).
"""

import asyncio
from collections.abc import Sequence

from pls_pipeline.extraction.answer_store import AnswerStore
from pls_pipeline.extraction.model_answer import ModelAnswer

# At 5,000 answers a minute one or two more come within that time, and a change of threads is a third of what keeping
# an answer costs. At the end of a run it is waited once.
_GATHERED_SECONDS = 0.02


class AnswerKeeper:
    """Hands answers to a store. Belongs to the event loop it is used in."""

    def __init__(self, answers: AnswerStore) -> None:
        self._answers = answers
        self._gathered: list[tuple[str, ModelAnswer]] = []
        self._writing: asyncio.Task[None] | None = None

    async def keep(self, key: str, answer: ModelAnswer) -> None:
        """Keep an answer: it is kept when this returns. One that is not whole counts as spent, and is never found.

        Whoever waits for it may be cancelled; the answer, which was paid, is kept all the same.
        """
        if self._writing is None:
            self._writing = asyncio.create_task(self._write())
        self._gathered.append((key, answer))
        await asyncio.shield(self._writing)

    async def _write(self) -> None:
        await asyncio.sleep(_GATHERED_SECONDS)
        # What comes from here on is the next task's.
        gathered, self._gathered, self._writing = self._gathered, [], None
        await asyncio.to_thread(self._keep_all, gathered)

    def _keep_all(self, gathered: Sequence[tuple[str, ModelAnswer]]) -> None:
        faults: list[OSError] = []
        for key, answer in gathered:
            try:
                self._answers.keep(key, answer, is_usable=answer.is_whole)
            except OSError as fault:
                # The others were paid too.
                faults.append(fault)
        if faults:
            raise faults[0]

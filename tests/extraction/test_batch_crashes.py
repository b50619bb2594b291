"""A process that ends before or after any of its writes: every answer is got, none is paid twice.

Here: all places at once, in this process. Not here: processes that are killed (test_batch_restart.py).
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TypeVar

from pls_pipeline.extraction.answer_store import LakeAnswers
from pls_pipeline.extraction.batches.ledger import BatchLedger, BatchRecord
from pls_pipeline.extraction.model_answer import ModelAnswer
from pls_pipeline.extraction.results import ResultStore, StoredResults
from tests.extraction.answering import answer, pattern
from tests.extraction.batch_server import BatchServer
from tests.extraction.batching import Runs
from tests.extraction.made_results import MemoryStore
from tests.extraction.model_server import Completion

Written = TypeVar("Written")
KEYS = ("a", "b")
PRICE = 0.00175


class Died(BaseException):
    """Nothing after it is done."""


@dataclass
class Fate:
    """Ends the process before its n-th write (n even: n / 2) or after it (n odd), once."""

    moment: int
    writes: int = 0
    is_dead: bool = False

    def around(self, write: Callable[[], Written]) -> Written:
        if self.is_dead:
            raise Died
        self.writes += 1
        self._strike(2 * self.writes)
        done = write()
        self._strike(2 * self.writes + 1)
        return done

    def _strike(self, moment: int) -> None:
        if moment == self.moment:
            self.is_dead = True
            raise Died


class MortalStore(MemoryStore):
    def __init__(self, fate: Fate) -> None:
        super().__init__()
        self._fate = fate

    def commit(self, results: StoredResults) -> None:
        self._fate.around(lambda: super(MortalStore, self).commit(results))


class MortalLedger(BatchLedger):
    def __init__(self, root: str, fate: Fate) -> None:
        super().__init__(root)
        self._fate = fate

    def write(self, record: BatchRecord) -> BatchRecord:
        return self._fate.around(lambda: super(MortalLedger, self).write(record))

    def remove(self, record: BatchRecord) -> None:
        self._fate.around(lambda: super(MortalLedger, self).remove(record))

    def settle(self, import_key: str) -> None:
        self._fate.around(lambda: super(MortalLedger, self).settle(import_key))


class MortalAnswers(LakeAnswers):
    def __init__(self, root: str, fate: Fate) -> None:
        super().__init__(root)
        self._fate = fate

    def keep(self, key: str, answer: ModelAnswer, *, is_usable: bool) -> None:
        self._fate.around(lambda: super(MortalAnswers, self).keep(key, answer, is_usable=is_usable))


@dataclass
class MortalRuns(Runs):
    fate: Fate = field(default_factory=lambda: Fate(0))

    def __post_init__(self) -> None:
        # What it holds outlives a process, as a lake does.
        self._store = MortalStore(self.fate)

    @property
    def store(self) -> ResultStore:
        return self._store

    @property
    def ledger(self) -> BatchLedger:
        return MortalLedger(str(self.root), self.fate)

    @property
    def answers(self) -> LakeAnswers:
        return MortalAnswers(str(self.root), self.fate)

    def run_to_its_end(self) -> bool:
        """One run of both conversations; whether it came to its end."""
        self.fate.is_dead = False
        try:
            self.run(*KEYS)
        except Died:
            self.wait(minutes=3)
            return False
        return True


def live(server: BatchServer, root: Path, moment: int) -> int:
    """Import in batch mode with one death; return the number of writes."""
    server.batches.clear()
    server.billed.clear()
    runs = MortalRuns(root, server.url, fate=Fate(moment))
    deaths = 0
    for _ in range(2):
        while not runs.run_to_its_end():
            deaths += 1
        server.finish()
    assert runs.statuses() == dict.fromkeys(KEYS, "extracted")
    assert deaths == (0 if moment == 0 else 1)
    assert server.billed_twice == 0
    assert (server.billed.total(), server.requests) == (2, [])
    results = runs.store.load()
    assert len({candidate.candidate_id for candidate in results.candidates}) == len(results.candidates) == 2
    spent = sum(LakeAnswers(str(root)).spent_usd(date.fromisoformat(day.name)) for day in days(root))
    costs = sum(outcome.cost_usd or 0.0 for outcome in results.outcomes)
    assert abs(spent - 2 * PRICE) < 1e-9
    assert abs(costs - spent) < 1e-9
    return runs.fate.writes


def days(root: Path) -> list[Path]:
    return sorted((root / "model_answers").iterdir())


def test_a_death_at_any_write_loses_no_answer_and_pays_none_twice(tmp_path: Path) -> None:
    with BatchServer(lambda _: Completion(answer(pattern()))) as server:
        writes = live(server, tmp_path / "undisturbed", 0)
        assert writes > 10
        for moment in range(2, 2 * writes + 2):
            live(server, tmp_path / str(moment), moment)

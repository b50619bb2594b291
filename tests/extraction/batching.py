"""Runs of one import in batch mode, each with objects of its own, as after a restart.

    python -m tests.extraction.batching ROOT ADDRESS KEY...

is one such run, for tests that kill it.
"""

import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from pls_pipeline.extraction.answer_store import AnswerStore, LakeAnswers
from pls_pipeline.extraction.batches.extractor import BatchExtractor, BatchOptions
from pls_pipeline.extraction.batches.ledger import BatchLedger
from pls_pipeline.extraction.batches.submitting import BatchLimits
from pls_pipeline.extraction.counted_answers import CountedAnswers
from pls_pipeline.extraction.knowledge import Knowledge
from pls_pipeline.extraction.known_patterns import KnownPattern
from pls_pipeline.extraction.model_client import ServerOptions
from pls_pipeline.extraction.offering import LakeOffers
from pls_pipeline.extraction.openai_extractor import AnalysisOptions, OpenAIExtractor, OpenAsker
from pls_pipeline.extraction.pricing import BatchPrices, KnownPrices
from pls_pipeline.extraction.records import Outcome
from pls_pipeline.extraction.results import ResultStore
from pls_pipeline.extraction.runner import ExtractionSummary, run_extraction
from pls_pipeline.extraction.transcript import TranscriptLimits
from pls_pipeline.settings import Settings
from tests.extraction.answering import CATEGORIES, LINES, answer, pattern
from tests.extraction.batch_server import BatchServer
from tests.extraction.conversing import conversation
from tests.extraction.made_results import IMPORT, LakeStore
from tests.extraction.model_server import Completion, Failure, ModelRequest, Reply

START = datetime(2026, 3, 1, 9)
GOOD = Completion(answer(pattern()))
UNTRUE = Completion(answer(pattern(reply_messages=[42])))
# 1,000 tokens read and 100 written, at half of 2.50 and 10 dollars a million.
PRICE = 0.00175


def say(request: ModelRequest) -> Reply:
    """A good answer, unless the last line says of what kind it is to be."""
    kind = request.lines[-1]["text"].removeprefix("about ").split()[0]
    replies: dict[str, Reply] = {
        "cut": Completion("{", finish_reason="length"),
        "refused": Failure(400, "context_length_exceeded"),
        "untrue": GOOD if request.is_correction else UNTRUE,
        "never": UNTRUE,
        "empty": GOOD if request.is_correction else Completion(None),
        "untold": replace(GOOD, prompt_tokens=0, completion_tokens=0),
    }
    # What a model without strict schemas says to one.
    if "formless" in kind and request.body["response_format"]["type"] != "json_object":
        return Failure(400, message="Invalid parameter: 'response_format' of type 'json_schema' is not supported.")
    return replies.get(kind, GOOD)


def submitted(server: BatchServer) -> list[int]:
    """Requests of each batch."""
    return [len(server.lines(batch)) for batch in server.batches]


@dataclass
class Runs:
    """Runs over one lake at one address; `clock` is the time of the next one."""

    root: Path
    address: str
    clock: datetime = START

    @property
    def ledger(self) -> BatchLedger:
        return BatchLedger(str(self.root))

    @property
    def answers(self) -> LakeAnswers:
        return LakeAnswers(str(self.root))

    @property
    def store(self) -> ResultStore:
        return LakeStore(self.root)

    def outcomes(self) -> dict[str, Outcome]:
        return {outcome.conversation_key: outcome for outcome in self.store.load().outcomes}

    def statuses(self) -> dict[str, str]:
        return {key: outcome.status for key, outcome in self.outcomes().items()}

    def run(self, *keys: str, only_awaited: bool = False, limit: int = 500, **changes: Any) -> ExtractionSummary:
        """One run over conversations of the import, each with a last line of its own."""
        talks = [conversation(*LINES, f"> about {key}", key=key, import_key=IMPORT) for key in keys]
        return run_extraction(
            talks,
            self.make(**changes),
            self.store,
            import_key=IMPORT,
            limit=limit,
            only_awaited=only_awaited,
        )

    def make(
        self, transcript: TranscriptLimits | None = None, known: tuple[KnownPattern, ...] = (), **changes: Any
    ) -> BatchExtractor:
        counted = {key for outcome in self.outcomes().values() for key in outcome.answer_keys}
        prices = KnownPrices()
        server = ServerOptions("sk-secret", self.address, retries=0, timeout_seconds=5)
        analysis = AnalysisOptions("gpt-4o", CATEGORIES, limits=transcript or TranscriptLimits())

        def make_inner(answers: AnswerStore, open_asker: OpenAsker | None) -> OpenAIExtractor:
            return OpenAIExtractor(
                server,
                analysis,
                answers=answers,
                prices=prices,
                knowledge=Knowledge(patterns=known),
                offers=LakeOffers(str(self.root)),
                open_asker=open_asker,
                counted=CountedAnswers(counted),
            )

        options = BatchOptions("gpt-4o", BatchPrices(prices), BatchLimits())
        now: Callable[[], datetime] = lambda: self.clock  # noqa: E731 - read anew at each step
        return BatchExtractor(server, replace(options, **changes), self.ledger, self.answers, make_inner, now)

    def wait(self, **time: float) -> None:
        self.clock += timedelta(**time)

    def settings(self) -> Settings:
        """What a look from outside of a run and a removal go by. The lake is the folder `lake` of the data."""
        assert self.root.name == "lake"
        return Settings.model_validate(
            {
                "data_dir": self.root.parent,
                "openai_api_key": "sk-secret",
                "openai_base_url": self.address,
                "openai_mode": "batch",
            }
        )


if __name__ == "__main__":
    Runs(Path(sys.argv[1]), sys.argv[2]).run(*sys.argv[3:])

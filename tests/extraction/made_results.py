"""Conversations, results, an extractor and stores that are written by hand, for the tests of the runner."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from pls_pipeline.conversations import Conversation
from pls_pipeline.extraction.records import ConversationResult, ExtractionStoppedError, Outcome, OutcomeStatus
from pls_pipeline.extraction.results import StoredResults
from pls_pipeline.lake import Lake
from pls_pipeline.orchestration.results import LakeResults
from pls_pipeline.patterns import Candidate, EvidenceMessage, RejectedCandidate
from tests.extraction.conversing import conversation

IMPORT = "one"


def talks(*keys: str, version: int = 1) -> list[Conversation]:
    """Eligible conversations; another version has another fingerprint."""
    made = (conversation("> where do I park?", "< Behind the building.", key=key, import_key=IMPORT) for key in keys)
    return [replace(talk, fingerprint=f"{talk.conversation_key} v{version}") for talk in made]


def result(talk: Conversation, status: OutcomeStatus = "extracted", tokens: int = 100) -> ConversationResult:
    """A result with one candidate where something was extracted, and one rejected candidate where nothing was."""
    outcome = Outcome(
        talk.import_key,
        talk.conversation_key,
        talk.fingerprint,
        status,
        reason="timeout" if status == "failed" else None,
        extractor="made",
        prompt_tokens=tokens,
        attempts=1,
    )
    candidate_id = f"cand {talk.fingerprint}"
    reply = talk.messages[-1]
    evidence = EvidenceMessage("response", reply.message_key, reply.message_id, reply.import_key, reply.row_number)
    candidate = Candidate(
        candidate_id,
        talk.import_key,
        talk.conversation_key,
        "general",
        "asks",
        reply.body,
        (),
        (evidence,),
        None,
        "made",
    )
    rejected = RejectedCandidate(candidate_id, talk.import_key, talk.conversation_key, "nothing_fixed", "no fixed word")
    return ConversationResult(
        outcome,
        (candidate,) if status == "extracted" else (),
        (rejected,) if status == "nothing" else (),
    )


class MadeExtractor:
    """Gives each conversation the status that `judge` names; stops after `stop_after` results."""

    name = "made"
    model = None
    prompt_version = "made-1"

    def __init__(
        self,
        judge: Callable[[Conversation], OutcomeStatus] = lambda _: "extracted",
        stop_after: int | None = None,
        backwards: bool = False,
    ) -> None:
        self.analysed: list[tuple[str, str]] = []
        self._judge = judge
        self._stop_after = stop_after
        self._backwards = backwards

    def analyse(self, conversations: Sequence[Conversation]) -> Iterator[ConversationResult]:
        for count, talk in enumerate(reversed(conversations) if self._backwards else conversations):
            if count == self._stop_after:
                raise ExtractionStoppedError("the key was refused: set another one")
            self.analysed.append((talk.conversation_key, talk.fingerprint))
            yield result(talk, self._judge(talk))


class MemoryStore:
    """Keeps what was committed, and how many outcomes each commit held that needed no more analysis."""

    def __init__(self) -> None:
        self.results = StoredResults()
        self.done_at_commits: list[int] = []

    def load(self) -> StoredResults:
        return self.results

    def commit(self, results: StoredResults) -> None:
        self.results = results
        self.done_at_commits.append(sum(outcome.is_done for outcome in results.outcomes))


class LakeStore(LakeResults):
    """The three tables of one import in a lake of Parquet files."""

    def __init__(self, root: Path) -> None:
        super().__init__(Lake(str(root)), IMPORT)

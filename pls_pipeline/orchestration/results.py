"""An extraction's way into the lake and out of it: the conversations of an import, and a ResultStore.

Here: which rows are read, which three tables a commit replaces and in which order. Not here: when it commits
(extraction/runner.py).
"""

from pls_pipeline.conversations import Conversation
from pls_pipeline.extraction.records import Outcome
from pls_pipeline.extraction.results import StoredResults
from pls_pipeline.lake import Lake
from pls_pipeline.orchestration.pipeline import Session
from pls_pipeline.orchestration.row_stripes import RowStripes
from pls_pipeline.patterns import Candidate, RejectedCandidate
from pls_pipeline.tables import EXTRACTED_PATTERNS, EXTRACTION_OUTCOMES, GROUPED_CONVERSATIONS, REJECTED_CANDIDATES


def load_eligible(session: Session, import_key: str) -> list[Conversation]:
    """The conversations of an import that can be analysed, in the order of their first message."""
    rows = session.load(GROUPED_CONVERSATIONS, [import_key]).filter("status = 'eligible'")
    ordered = rows.order("started_at, conversation_key").to_arrow_table()
    return [Conversation.from_row(row) for row in ordered.to_pylist()]


class LakeResults:
    """extraction_outcomes, extracted_patterns and rejected_candidates of one import."""

    def __init__(self, lake: Lake, import_key: str) -> None:
        self._lake = lake
        self._import_key = import_key
        self._rejected: tuple[RejectedCandidate, ...] | None = None
        self._candidates = RowStripes(EXTRACTED_PATTERNS, Candidate.to_row)
        self._outcomes = RowStripes(EXTRACTION_OUTCOMES, Outcome.to_row)

    def load(self) -> StoredResults:
        """Return what is stored."""
        imports = [self._import_key]
        return StoredResults.from_rows(
            self._lake.read(EXTRACTION_OUTCOMES, imports),
            self._lake.read(EXTRACTED_PATTERNS, imports),
            self._lake.read(REJECTED_CANDIDATES, imports),
        )

    def commit(self, results: StoredResults) -> None:
        """Replace all three; outcomes last, so that none stands in the lake without its candidates."""
        candidates = self._candidates.convert(results.candidates)
        self._lake.write_arrow(candidates, EXTRACTED_PATTERNS, self._import_key)
        # Most commits bring none of these.
        if results.rejected != self._rejected:
            rejected = [vars(candidate) for candidate in results.rejected]
            self._lake.write_records(rejected, REJECTED_CANDIDATES, self._import_key)
            self._rejected = results.rejected
        self._lake.write_arrow(self._outcomes.convert(results.outcomes), EXTRACTION_OUTCOMES, self._import_key)

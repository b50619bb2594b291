"""The results of one import: what is stored of them, and how a new result takes the place of an older one.

Here: StoredResults, the store's protocol, and the order of rows. Not here: which conversations are analysed (plan.py),
or where the tables lie (a ResultStore's business).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from pls_pipeline.extraction.records import ConversationResult, Outcome
from pls_pipeline.patterns import Candidate, RejectedCandidate

_Record = TypeVar("_Record", Candidate, RejectedCandidate)


@dataclass(frozen=True)
class StoredResults:
    """The rows of extraction_outcomes, extracted_patterns and rejected_candidates of one import."""

    outcomes: tuple[Outcome, ...] = ()
    candidates: tuple[Candidate, ...] = ()
    rejected: tuple[RejectedCandidate, ...] = ()

    @classmethod
    def from_rows(
        cls,
        outcomes: Iterable[Mapping[str, Any]],
        candidates: Iterable[Mapping[str, Any]],
        rejected: Iterable[Mapping[str, Any]],
    ) -> "StoredResults":
        """Read the results from rows of the three tables."""
        return cls(
            tuple(Outcome.from_row(row) for row in outcomes),
            tuple(Candidate.from_row(row) for row in candidates),
            tuple(RejectedCandidate(**row) for row in rejected),
        )


class ResultStore(Protocol):
    """Keeps the three tables of one import."""

    def load(self) -> StoredResults:
        """Return what the last commit stored; nothing where there was none."""

    def commit(self, results: StoredResults) -> None:
        """Replace the three tables by `results`, extraction_outcomes last.

        An outcome without its candidates would count as analysed and lose them; candidates without their outcome are
        replaced when the conversation is analysed again. So outcomes come last.
        """


class ResultLedger:
    """The results of one import while a run goes on: one outcome for each conversation, in the conversations' order."""

    def __init__(self, order: Sequence[str], results: StoredResults) -> None:
        self._order = dict.fromkeys(order)
        self._outcomes = {outcome.conversation_key: outcome for outcome in results.outcomes}
        self._candidates = _by_conversation(results.candidates)
        self._rejected = _by_conversation(results.rejected)

    def put(self, result: ConversationResult) -> None:
        """Replace what is known of the result's conversation. Raises KeyError where it is none of the import's."""
        key = result.outcome.conversation_key
        if key not in self._order:
            raise KeyError(key)
        self._outcomes[key] = result.outcome
        self._candidates[key] = _sort(result.candidates)
        self._rejected[key] = _sort(result.rejected)

    def snapshot(self) -> StoredResults:
        """Return all results, sorted by the conversations' order and, within one, by candidate id.

        The rows are the same whichever result came first.
        """
        return StoredResults(
            tuple(self._outcomes[key] for key in self._order if key in self._outcomes),
            tuple(candidate for key in self._order for candidate in self._candidates.get(key, ())),
            tuple(candidate for key in self._order for candidate in self._rejected.get(key, ())),
        )


def _by_conversation(records: Iterable[_Record]) -> dict[str, list[_Record]]:
    grouped: dict[str, list[_Record]] = {}
    for record in records:
        grouped.setdefault(record.conversation_key, []).append(record)
    return {key: _sort(found) for key, found in grouped.items()}


def _sort(records: Iterable[_Record]) -> list[_Record]:
    return sorted(records, key=lambda record: record.candidate_id)

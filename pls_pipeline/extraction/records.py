"""What extraction hands on: the outcome of a conversation, its candidates, and the protocol that every extractor keeps.

Here: Outcome, ConversationResult, Extractor and the errors that end a run. Not here: which conversations are analysed
(plan.py), when results are stored (runner.py), or how a candidate is found (embedded.py, openai_extractor.py).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Literal, Protocol

from pls_pipeline.conversations import Conversation
from pls_pipeline.patterns import Candidate, RejectedCandidate

OutcomeStatus = Literal["extracted", "nothing", "failed", "deferred"]
DONE: frozenset[str] = frozenset({"extracted", "nothing"})


class ExtractorSettingsError(ValueError):
    """The extractor cannot be made from these settings; one sentence says what is missing."""


class ExtractionStoppedError(RuntimeError):
    """No further conversation can be analysed (key refused, quota used up); one sentence says what to do.

    The results that came before it are kept: the runner stores them, then lets the error pass.
    """


@dataclass(frozen=True)
class Outcome:
    """What became of one conversation: one row of extraction_outcomes.

    `reason` is a code, or a sentence that holds no message text. `seconds` is the time taken; `cost_usd` is US dollars,
    None where the price is unknown. `answer_keys` name the kept answers whose tokens and cost it carries
    (counted_answers.py). `cost_is_estimated`: the server told no tokens of one of them, so they were counted here.
    """

    import_key: str
    conversation_key: str
    fingerprint: str
    status: OutcomeStatus
    reason: str | None = None
    extractor: str | None = None
    model: str | None = None
    prompt_version: str | None = None
    prompt_tokens: int = 0
    completion_tokens: int = 0
    cost_usd: float | None = 0.0
    cached: bool = False
    attempts: int = 0
    seconds: float = 0.0
    analysed_at: datetime | None = None
    run_id: str | None = None
    answer_keys: tuple[str, ...] = ()
    cost_is_estimated: bool = False

    @property
    def is_done(self) -> bool:
        """Whether this fingerprint needs no further analysis."""
        return self.status in DONE

    def after(self, earlier: "Outcome") -> "Outcome":
        """Add what an earlier outcome of the same fingerprint has used: tokens, cost, attempts, seconds."""
        unknown = self.cost_usd is None or earlier.cost_usd is None
        return replace(
            self,
            prompt_tokens=self.prompt_tokens + earlier.prompt_tokens,
            completion_tokens=self.completion_tokens + earlier.completion_tokens,
            cost_usd=None if unknown else (self.cost_usd or 0.0) + (earlier.cost_usd or 0.0),
            attempts=self.attempts + earlier.attempts,
            seconds=self.seconds + earlier.seconds,
            answer_keys=tuple(dict.fromkeys((*earlier.answer_keys, *self.answer_keys))),
            cost_is_estimated=self.cost_is_estimated or earlier.cost_is_estimated,
        )

    def to_row(self) -> dict[str, Any]:
        """Return the row of extraction_outcomes."""
        return dict(vars(self))

    @classmethod
    def from_row(cls, row: Mapping[str, Any]) -> "Outcome":
        """Return the outcome of a row of extraction_outcomes."""
        read = {name: row[name] for name in cls.__dataclass_fields__}
        read["answer_keys"] = tuple(row["answer_keys"] or ())
        # A file that was stored before this column was has none.
        read["cost_is_estimated"] = bool(row["cost_is_estimated"])
        return cls(**read)


@dataclass(frozen=True)
class ConversationResult:
    """All that the analysis of one conversation brought.

    `masked`: how many values were replaced by placeholders, by type; it holds no value.
    """

    outcome: Outcome
    candidates: tuple[Candidate, ...] = ()
    rejected: tuple[RejectedCandidate, ...] = ()
    masked: Mapping[str, int] = field(default_factory=dict)


class Extractor(Protocol):
    """Finds candidate patterns in conversations."""

    @property
    def name(self) -> str:
        """Either embedded or openai."""

    @property
    def model(self) -> str | None:
        """The model that answers; None where there is none."""

    @property
    def prompt_version(self) -> str:
        """Version of the prompt, or of the rules."""

    def analyse(self, conversations: Sequence[Conversation]) -> Iterator[ConversationResult]:
        """Yield one result for each conversation, as they complete, in any order.

        A conversation that cannot be analysed is a result with the status `failed`. Raises ExtractionStoppedError after
        the last result that could be had.
        """

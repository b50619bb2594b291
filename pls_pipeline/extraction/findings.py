"""What the analysis of one conversation has brought and used so far.

Here: the sums over its parts and their answers. Not here: how an answer is asked for and judged (part_analysis.py), or
the outcome (openai_extractor.py).
"""

from dataclasses import dataclass, field

from pls_pipeline.extraction.counted_answers import CountedAnswers
from pls_pipeline.extraction.model_answer import ModelAnswer
from pls_pipeline.patterns import Candidate, RejectedCandidate


@dataclass
class Findings:
    """Candidates and reasons of all parts; tokens and `cost_usd` (None: price unknown) of the answers.

    An answer that `counted` knows adds nothing. `answer_keys`: those that added something and may be found again;
    `is_estimated`: the server told no tokens of one of them.
    """

    counted: CountedAnswers = field(default_factory=CountedAnswers)

    candidates: dict[str, Candidate] = field(default_factory=dict)
    rejected: dict[str, RejectedCandidate] = field(default_factory=dict)
    nothing_reasons: list[str] = field(default_factory=list)
    prompt_tokens: int = 0
    completion_tokens: int = 0
    attempts: int = 0
    cost_usd: float | None = 0.0
    answers: int = 0
    stored_answers: int = 0
    answer_keys: list[str] = field(default_factory=list)
    is_estimated: bool = False

    @property
    def is_cached(self) -> bool:
        """Whether every answer had been paid before."""
        return 0 < self.answers == self.stored_answers

    def count(self, key: str, answer: ModelAnswer) -> None:
        """Add what an answer used, unless that is counted already."""
        self.answers += 1
        self.stored_answers += answer.is_stored
        if not self.counted.claim(key, is_stored=answer.is_stored):
            return
        self.answer_keys.append(key)
        self.attempts += answer.attempts
        self.prompt_tokens += answer.prompt_tokens
        self.completion_tokens += answer.completion_tokens
        unknown = self.cost_usd is None or answer.cost_usd is None
        self.cost_usd = None if unknown else (self.cost_usd or 0.0) + (answer.cost_usd or 0.0)
        self.is_estimated |= answer.is_estimated

    def discard(self, key: str) -> None:
        """Name an answer no more: it counts as spent, and nobody will find it again."""
        self.answer_keys = [kept for kept in self.answer_keys if kept != key]

    def add(self, result: Candidate | RejectedCandidate) -> None:
        """Add a candidate, or one that was put aside."""
        if isinstance(result, Candidate):
            self.candidates.setdefault(result.candidate_id, result)
        else:
            self.rejected.setdefault(result.candidate_id, result)

    def explain(self) -> str | None:
        """Return why there are no candidates; None where there are."""
        if self.candidates:
            return None
        if self.rejected:
            return "all_candidates_rejected"
        return ", ".join(dict.fromkeys(self.nothing_reasons)) or "no_new_reply"

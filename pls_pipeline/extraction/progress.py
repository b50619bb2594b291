"""How far a run of extraction has come, in numbers.

Here: the record that is told while a run works. Not here: when it is told (runner.py), how it is shown
(orchestration/).
"""

from dataclasses import dataclass, replace

from pls_pipeline.extraction.records import ConversationResult


@dataclass(frozen=True)
class ExtractionProgress:
    """`done` of `total` conversations of the run have a result; what they brought and used.

    `deferred` of them wait for a budget or a batch. `requests` are those sent, repeats included; `cost_usd` is US
    dollars, None where the price of a call is unknown.
    """

    done: int
    total: int
    patterns: int = 0
    rejected: int = 0
    requests: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0
    cost_usd: float | None = 0.0
    deferred: int = 0

    @property
    def tokens(self) -> int:
        """Tokens read and written."""
        return self.prompt_tokens + self.completion_tokens

    def describe_use(self) -> str:
        """Tokens, and dollars where they are known: "41,200 tokens, $0.12"."""
        dollars = "" if self.cost_usd is None else f", ${self.cost_usd:.2f}"
        return f"{self.tokens:,} tokens{dollars}"

    def plus(self, result: ConversationResult) -> "ExtractionProgress":
        """Return the progress with one more result."""
        outcome = result.outcome
        unknown = self.cost_usd is None or outcome.cost_usd is None
        return replace(
            self,
            done=self.done + 1,
            deferred=self.deferred + (outcome.status == "deferred"),
            patterns=self.patterns + len(result.candidates),
            rejected=self.rejected + len(result.rejected),
            requests=self.requests + outcome.attempts,
            prompt_tokens=self.prompt_tokens + outcome.prompt_tokens,
            completion_tokens=self.completion_tokens + outcome.completion_tokens,
            cost_usd=None if unknown else (self.cost_usd or 0.0) + (outcome.cost_usd or 0.0),
        )

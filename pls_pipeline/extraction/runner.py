"""One run of extraction over the conversations of an import: analyse, commit as results come, leave the rest for later.

Here: the order of commits, what a kill or a stop leaves behind, and the run's summary. Not here: what is analysed
(plan.py), how (the extractors), or where results lie (the ResultStore).
"""

from collections import Counter
from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from pls_pipeline.conversations import Conversation
from pls_pipeline.extraction.plan import ExtractionPlan, plan_extraction
from pls_pipeline.extraction.progress import ExtractionProgress
from pls_pipeline.extraction.records import (
    ConversationResult,
    ExtractionStoppedError,
    Extractor,
    Outcome,
    OutcomeStatus,
)
from pls_pipeline.extraction.results import ResultLedger, ResultStore, StoredResults

__all__ = ["ExtractionSummary", "ResultStore", "StoredResults", "run_extraction", "summarise"]

_TELL_EVERY = 10
# A commit writes all rows of the import: at shares of what has come, all commits cost as the rows, not their square.
_COMMITTED_SHARE = 100


@dataclass(frozen=True)
class ExtractionSummary:
    """Counts of one run. eligible = already_analysed + analysed + deferred; analysed = extracted + nothing + failed.

    Candidates, rejected candidates, tokens and cost are those of this run's outcomes, answers included that a killed
    run paid and that no outcome carries yet; `cost_usd` is US dollars, None where the price of a call is unknown.
    `cached` are those of the analysed that answers paid before were used for; `deferred_because` is the sentence of a
    budget that was reached, None where none was; `cost_estimated` are those of the analysed whose tokens the server did
    not tell, so that their cost is that of a count made here. `masked` counts the values that placeholders replaced, by
    type.
    """

    eligible: int
    already_analysed: int
    analysed: int
    extracted: int
    nothing: int
    failed: int
    deferred: int
    candidates: int
    rejected_candidates: int
    prompt_tokens: int
    completion_tokens: int
    cost_usd: float | None
    cached: int = 0
    deferred_because: str | None = None
    cost_estimated: int = 0
    masked: Mapping[str, int] = field(default_factory=dict)


def run_extraction(
    conversations: Sequence[Conversation],
    extractor: Extractor,
    store: ResultStore,
    *,
    import_key: str,
    limit: int = 500,
    commit_every: int = 10,
    run_id: str = "",
    on_progress: Callable[[ExtractionProgress], None] | None = None,
    only_awaited: bool = False,
) -> ExtractionSummary:
    """Analyse up to `limit` of the import's eligible conversations that need it, and store their results.

    Commits before the first analysis, after every `commit_every` results (a hundredth of the run's where that is more),
    and when the run ends in whatever way, so that a killed process loses fewer than these results and those under way.
    From the first commit on each eligible conversation has exactly one outcome: those not analysed yet are `deferred`.

    `on_progress` is told at each commit, and after every 10 results where commits are rarer. With `only_awaited` the
    run takes conversations that wait for a batch, and no others.

    Raises ExtractionStoppedError where the extractor stopped, after storing what it had; ValueError where a
    conversation belongs to another import, or the extractor gave a result that nobody asked for.
    """
    if commit_every < 1:
        raise ValueError(f"commit_every is {commit_every}; it must be 1 or more")
    if any(conversation.import_key != import_key for conversation in conversations):
        raise ValueError(f"a conversation does not belong to the import {import_key}")
    plan = plan_extraction(conversations, store.load(), limit, only_awaited=only_awaited)
    run = _Run(plan, extractor, store, run_id, on_progress)
    for conversation in (*plan.analyse, *plan.deferred):
        run.defer([conversation], plan.reasons[conversation.conversation_key])
    run.commit()
    analysis = extractor.analyse(plan.analyse)
    try:
        for result in analysis:
            run.add(result)
            if run.uncommitted >= max(commit_every, len(run.results) // _COMMITTED_SHARE):
                run.commit()
            run.tell()
        for conversation in run.unanswered():
            run.add(ConversationResult(run.outcome(conversation, "failed", "no_result")))
    except ExtractionStoppedError as stop:
        run.defer(run.unanswered(), f"the run stopped: {stop}")
        raise
    finally:
        # What is under way ends now, not when the garbage is collected.
        if isinstance(analysis, Generator):
            analysis.close()
        run.commit()
    return summarise(plan, run.results)


class _Run:
    """What a run has brought so far, and what of it is stored."""

    def __init__(
        self,
        plan: ExtractionPlan,
        extractor: Extractor,
        store: ResultStore,
        run_id: str,
        on_progress: Callable[[ExtractionProgress], None] | None,
    ) -> None:
        self.results: list[ConversationResult] = []
        self.uncommitted = 0
        self._plan = plan
        self._extractor = extractor
        self._store = store
        self._run_id = run_id
        self._on_progress = on_progress
        self._progress = ExtractionProgress(0, len(plan.analyse))
        self._told: int | None = None
        self._ledger = ResultLedger([conversation.conversation_key for conversation in plan.eligible], plan.kept)
        self._waiting = {conversation.conversation_key: conversation for conversation in plan.analyse}
        self._is_stored = False

    def outcome(self, conversation: Conversation, status: OutcomeStatus, reason: str) -> Outcome:
        """Make an outcome that no analysis gave."""
        return Outcome(
            conversation.import_key,
            conversation.conversation_key,
            conversation.fingerprint,
            status,
            reason,
            self._extractor.name,
            self._extractor.model,
            self._extractor.prompt_version,
        )

    def defer(self, conversations: Sequence[Conversation], reason: str) -> None:
        """Give each conversation an outcome `deferred`."""
        for conversation in conversations:
            self._put(ConversationResult(self.outcome(conversation, "deferred", reason)))

    def add(self, result: ConversationResult) -> None:
        """Take a result of this run in."""
        if self._waiting.pop(result.outcome.conversation_key, None) is None:
            raise ValueError(
                "the extractor gave a result for a conversation that it was not asked for, or a second one"
            )
        self.results.append(result)
        self._progress = self._progress.plus(result)
        self.uncommitted += 1
        self._put(result)

    def unanswered(self) -> tuple[Conversation, ...]:
        """Conversations of this run without a result."""
        return tuple(self._waiting.values())

    def commit(self) -> None:
        """Store everything, unless the store holds it already."""
        if self._is_stored:
            return
        self._store.commit(self._ledger.snapshot())
        self._is_stored = True
        self.uncommitted = 0
        self.tell(at_least=1)

    def tell(self, at_least: int = _TELL_EVERY) -> None:
        """Tell how far the run has come, where it has come so many results further since it told the last time."""
        is_news = self._told is None or self._progress.done - self._told >= at_least
        if self._on_progress and is_news:
            self._told = self._progress.done
            self._on_progress(self._progress)

    def _put(self, result: ConversationResult) -> None:
        spent = self._plan.spent.get(result.outcome.conversation_key)
        outcome = result.outcome if spent is None else result.outcome.after(spent)
        self._ledger.put(replace(result, outcome=replace(outcome, run_id=self._run_id or None)))
        self._is_stored = False


def summarise(plan: ExtractionPlan, results: Sequence[ConversationResult]) -> ExtractionSummary:
    """Count what a run planned and brought."""
    outcomes = [result.outcome for result in results]
    statuses = [outcome.status for outcome in outcomes]
    analysed = len(outcomes) - statuses.count("deferred")
    costs = [outcome.cost_usd for outcome in outcomes]
    masked = sum((Counter(result.masked) for result in results), Counter[str]())
    return ExtractionSummary(
        eligible=len(plan.eligible),
        already_analysed=len(plan.kept.outcomes),
        analysed=analysed,
        extracted=statuses.count("extracted"),
        nothing=statuses.count("nothing"),
        failed=statuses.count("failed"),
        deferred=len(plan.deferred) + len(plan.analyse) - analysed,
        candidates=sum(len(result.candidates) for result in results),
        rejected_candidates=sum(len(result.rejected) for result in results),
        prompt_tokens=sum(outcome.prompt_tokens for outcome in outcomes),
        completion_tokens=sum(outcome.completion_tokens for outcome in outcomes),
        cost_usd=None if None in costs else sum(cost for cost in costs if cost is not None),
        cached=sum(outcome.cached for outcome in outcomes),
        cost_estimated=sum(outcome.cost_is_estimated for outcome in outcomes),
        deferred_because=next((outcome.reason for outcome in outcomes if outcome.status == "deferred"), None),
        masked=dict(sorted(masked.items())),
    )

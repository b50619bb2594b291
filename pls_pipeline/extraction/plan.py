"""Which conversations a run analyses, which it leaves for later, and what of the stored results stays.

Here: a pure function of conversations and stored results. Not here: the analysis and the commits (runner.py).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pls_pipeline.conversations import Conversation
from pls_pipeline.extraction.asking import AWAITING
from pls_pipeline.extraction.records import Outcome
from pls_pipeline.extraction.results import StoredResults

NOT_REACHED = "not reached: the run ended before this conversation"
_NOT_SUBMITTED = "not submitted: the run took only what waited for a batch"


@dataclass(frozen=True)
class ExtractionPlan:
    """`kept`: results that stand. `analyse`: what this run takes, in order. `deferred`: what it leaves.

    `spent`: by conversation key, the failed or deferred outcome of the same fingerprint; a new outcome takes its tokens
    and attempts over. `reasons`: by conversation key, why one of `analyse` or `deferred` has no result until it has.
    """

    eligible: tuple[Conversation, ...]
    kept: StoredResults
    analyse: tuple[Conversation, ...]
    deferred: tuple[Conversation, ...]
    spent: Mapping[str, Outcome]
    reasons: Mapping[str, str]


def plan_extraction(
    conversations: Sequence[Conversation], stored: StoredResults, limit: int, *, only_awaited: bool = False
) -> ExtractionPlan:
    """Decide what one run does.

    A conversation is analysed when it is eligible and its fingerprint has no outcome `extracted` or `nothing`. Those
    that wait for a batch come first, so that they count in the limit until they have a result; those that failed come
    after those that were never analysed, so that conversations which always fail cannot hold up the rest. Results of
    conversations that are no longer eligible, or whose fingerprint changed, do not stay.

    With `only_awaited` a run takes what waits for a batch, and what a run that was killed did not reach; what failed
    stays as it is.

    Raises ValueError where a conversation key stands twice, or `limit` is below 1.
    """
    if limit < 1:
        raise ValueError(f"the limit of conversations a run is {limit}; it must be 1 or more")
    eligible = tuple(conversation for conversation in conversations if conversation.status == "eligible")
    fingerprints = {conversation.conversation_key: conversation.fingerprint for conversation in eligible}
    if len(fingerprints) != len(eligible):
        raise ValueError("a conversation key stands twice among the conversations of the import")

    current = {o.conversation_key: o for o in stored.outcomes if fingerprints.get(o.conversation_key) == o.fingerprint}
    standing = {key for key, o in current.items() if o.is_done or (only_awaited and o.status == "failed")}
    spent = {key: outcome for key, outcome in current.items() if key not in standing}
    waiting = {key: outcome.reason for key, outcome in spent.items() if outcome.status == "deferred" and outcome.reason}
    open_conversations = sorted(
        (conversation for conversation in eligible if conversation.conversation_key not in standing),
        key=lambda conversation: _rank(spent.get(conversation.conversation_key)),
    )
    taken = [c for c in open_conversations if not only_awaited or _was_asked_for(waiting.get(c.conversation_key))]
    analyse = tuple(taken[:limit])
    chosen = {conversation.conversation_key for conversation in analyse}
    deferred = tuple(c for c in open_conversations if c.conversation_key not in chosen)
    over = f"over the limit of {limit} conversations a run"
    return ExtractionPlan(
        eligible=eligible,
        kept=StoredResults(
            tuple(outcome for key, outcome in current.items() if key in standing),
            tuple(candidate for candidate in stored.candidates if candidate.conversation_key in standing),
            tuple(candidate for candidate in stored.rejected if candidate.conversation_key in standing),
        ),
        analyse=analyse,
        deferred=deferred,
        spent=spent,
        reasons={
            **{c.conversation_key: _NOT_SUBMITTED if only_awaited else over for c in deferred},
            **{c.conversation_key: NOT_REACHED for c in analyse},
            # What waits for a batch does so until it has a result. What a run does not take keeps its reason.
            **{key: reason for key, reason in waiting.items() if only_awaited or reason.startswith(AWAITING)},
        },
    )


def _was_asked_for(reason: str | None) -> bool:
    """Whether a person's run took the conversation that is deferred for this reason, and has not ended with it."""
    return reason is not None and (reason.startswith(AWAITING) or reason == NOT_REACHED)


def _rank(outcome: Outcome | None) -> int:
    """Place in a run: 0 waits for a batch, 1 was never analysed, 2 has failed."""
    if outcome is None:
        return 1
    if outcome.status == "deferred" and (outcome.reason or "").startswith(AWAITING):
        return 0
    return 2 if _has_failed(outcome) else 1


def _has_failed(outcome: Outcome) -> bool:
    # A failed conversation that a later run deferred is known by its attempts.
    return outcome.status == "failed" or outcome.attempts > 0

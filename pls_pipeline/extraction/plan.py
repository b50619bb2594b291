"""Which conversations a run analyses, which it leaves for later, and what of the stored results stays.

Here: a pure function of conversations and stored results. Not here: the analysis and the commits (runner.py).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pls_pipeline.conversations import Conversation
from pls_pipeline.extraction.records import Outcome
from pls_pipeline.extraction.results import StoredResults


@dataclass(frozen=True)
class ExtractionPlan:
    """`kept`: results that stand. `analyse`: what this run takes, in order. `deferred`: what is over the limit.

    `spent`: by conversation key, the failed or deferred outcome of the same fingerprint; a new outcome takes its tokens
    and attempts over.
    """

    eligible: tuple[Conversation, ...]
    kept: StoredResults
    analyse: tuple[Conversation, ...]
    deferred: tuple[Conversation, ...]
    spent: Mapping[str, Outcome]


def plan_extraction(conversations: Sequence[Conversation], stored: StoredResults, limit: int) -> ExtractionPlan:
    """Decide what one run does.

    A conversation is analysed when it is eligible and its fingerprint has no outcome `extracted` or `nothing`. Those
    that failed come after those that were never analysed, so that conversations which always fail cannot hold up the
    rest. Results of conversations that are no longer eligible, or whose fingerprint changed, do not stay.

    Raises ValueError where a conversation key stands twice, or `limit` is below 1.
    """
    if limit < 1:
        raise ValueError(f"the limit of conversations a run is {limit}; it must be 1 or more")
    eligible = tuple(conversation for conversation in conversations if conversation.status == "eligible")
    fingerprints = {conversation.conversation_key: conversation.fingerprint for conversation in eligible}
    if len(fingerprints) != len(eligible):
        raise ValueError("a conversation key stands twice among the conversations of the import")

    current = {o.conversation_key: o for o in stored.outcomes if fingerprints.get(o.conversation_key) == o.fingerprint}
    done = {key for key, outcome in current.items() if outcome.is_done}
    spent = {key: outcome for key, outcome in current.items() if key not in done}
    open_conversations = sorted(
        (conversation for conversation in eligible if conversation.conversation_key not in done),
        key=lambda conversation: _has_failed(spent.get(conversation.conversation_key)),
    )
    return ExtractionPlan(
        eligible=eligible,
        kept=StoredResults(
            tuple(outcome for key, outcome in current.items() if key in done),
            tuple(candidate for candidate in stored.candidates if candidate.conversation_key in done),
            tuple(candidate for candidate in stored.rejected if candidate.conversation_key in done),
        ),
        analyse=tuple(open_conversations[:limit]),
        deferred=tuple(open_conversations[limit:]),
        spent=spent,
    )


def _has_failed(outcome: Outcome | None) -> bool:
    # A failed conversation that a later run deferred is known by its attempts.
    return outcome is not None and (outcome.status == "failed" or outcome.attempts > 0)

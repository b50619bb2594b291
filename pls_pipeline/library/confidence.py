"""Confidence in a pattern, from its evidence alone; the formula is explained in docs/confidence.md.

Here: what is counted, and the formula. Not here: where messages come from, or what a model says of itself: 55 of 55
templates of a published library claimed 70 % or more.
"""

import re
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime, timedelta

from pls_pipeline.library.merging import Cluster
from pls_pipeline.library.replies import MessageText

HALF_YEAR = timedelta(days=182)
WAITED_FOR = timedelta(hours=24)
"""A customer's message later than this after the reply says nothing about the reply."""

_CONTENT = re.compile(
    r"\b(?:thanks?|thank you|thx|ty|cheers|perfect|great|awesome|amazing|wonderful|excellent|appreciate it|got it|"
    r"it works|works now|worked|that helps|you'?re the best|sounds good|all good|all set)\b"
    r"|\U0001f44d|\u2764|\U0001f64f",
    re.IGNORECASE,
)
_TROUBLE = re.compile(
    r"\b(?:still|not working|(?:does|did|do|is|was|has)(?:n['’]?t| not) (?:work|help|open|arrive|come|go)\w*|no luck|"
    r"same (?:problem|issue|thing|error)|tried that|that'?s wrong|not what i)\b",
    re.IGNORECASE,
)
_REPEATED = 0.6


@dataclass(frozen=True)
class Evidence:
    """What a pattern rests on. `main_wording` and `conversations` count conversations, `satisfied` and `returned`
    replies, `half_years` whole half years from its latest reply to the latest reply of all.
    """

    conversations: int
    main_wording: int
    imports: int
    operators: int
    satisfied: int = 0
    returned: int = 0
    half_years: int = 0


def score_confidence(evidence: Evidence) -> float:
    """0 to 1, three decimals: c/(c+3) · (0.5 + 0.1·a + 0.1·(1 − 1/i) + 0.05·(1 − 1/o) + 0.15·s + 0.1·r).

    c: conversations; a: share of them that hold the main wording; i: imports; o: operators;
    s: (satisfied + 1) / (satisfied + returned + 2); r: 1 / (1 + half_years).
    Raises ZeroDivisionError for a pattern without evidence, which is none.
    """
    support = evidence.conversations / (evidence.conversations + 3)
    content = (evidence.satisfied + 1) / (evidence.satisfied + evidence.returned + 2)
    quality = (
        0.5
        + 0.1 * evidence.main_wording / evidence.conversations
        + 0.1 * (1 - 1 / evidence.imports)
        + 0.05 * (1 - 1 / evidence.operators)
        + 0.15 * content
        + 0.1 / (1 + evidence.half_years)
    )
    return round(support * quality, 3)


def gather_evidence(cluster: Cluster, messages: Mapping[str, MessageText], newest: datetime) -> Evidence:
    """Count what a cluster rests on; `newest` is the time of the latest reply of all patterns and candidates."""
    candidates = [reply.candidate for reply in cluster.replies]
    replies = {message.message_key: messages[message.message_key] for c in candidates for message in c.responses}
    asked: dict[str, list[str]] = {}
    for candidate in candidates:
        questions = [messages[m.message_key].body for m in candidate.evidence if m.role == "trigger"]
        for message in candidate.responses:
            asked.setdefault(message.message_key, []).extend(questions)
    outcomes = [read_outcome(reply.next_text, asked[key]) for key, reply in replies.items()]
    senders: AbstractSet[str] = {reply.sender for reply in replies.values() if reply.sender}
    return Evidence(
        conversations=len(cluster.conversations),
        main_wording=len(cluster.wordings[0].conversations),
        imports=len({candidate.import_key for candidate in candidates}),
        operators=max(1, len(senders)),
        satisfied=outcomes.count("satisfied"),
        returned=outcomes.count("returned"),
        half_years=(newest - max(reply.occurred_at for reply in replies.values())) // HALF_YEAR,
    )


def read_outcome(next_text: str | None, questions: Sequence[str]) -> str | None:
    """Whether the customer was `satisfied`, or has `returned`; None where the next message tells neither.

    `next_text`: what the customer wrote within WAITED_FOR, None where that is nothing.
    returned: it tells of trouble that goes on, or asks again what was asked before the reply. English only; a text in
    another language says nothing, unless it repeats the question.
    """
    if not next_text:
        return None
    if _TROUBLE.search(next_text) or any(_is_repeated(question, next_text) for question in questions):
        return "returned"
    return "satisfied" if _CONTENT.search(next_text) and "?" not in next_text else None


def _is_repeated(question: str, text: str) -> bool:
    from rapidfuzz.distance import Indel

    words = text.casefold().split()
    return len(words) > 2 and Indel.normalized_similarity(question.casefold().split(), words) >= _REPEATED

"""Texts that many conversations receive word for word within minutes, and that nobody asked for.

Here: which messages are such broadcasts. Not here: texts that give themselves away (automated.py).

A copy is a broadcast where the same text went out unasked to at least so many conversations within so many minutes, its
own among them. It is asked for where a customer's text, not an automatic one, came within the episode gap before it: a
standard answer that goes to ten customers in a busy hour is ten replies. So the copy of a broadcast that falls into a
running exchange stays unmarked; a reviewer sees it.
The messages of one import and their context are judged. A broadcast that goes on over two exports is judged in each by
the copies that it holds; where one holds too few, those stay unmarked.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from pls_pipeline.steps import Steps


@dataclass(frozen=True)
class BroadcastRule:
    """At least `conversations` get the text within `minutes`; `unasked_hours`: silence of the customer before it."""

    conversations: int = 5
    minutes: float = 30.0
    unasked_hours: float = 12.0


def find_broadcasts(steps: Steps, rule: BroadcastRule | None, automated: Mapping[str, str]) -> None:
    """Add the step `broadcasts`: message_key of each broadcast; none where there is no rule.

    Reads the step members and the expressions has_text, is_customer, automated_reason, of which `automated` are the
    parameters.
    """
    if rule is None:
        steps.keep("broadcasts", _NO_BROADCASTS)
        return
    window = {"least": rule.conversations, "window": round(rule.minutes * 60_000_000)}
    steps.keep("sent", _SENT, {"window": window["window"]})
    steps.keep("crowded", _CROWDED, {"least": rule.conversations})
    if not steps.relation("FROM {crowded} LIMIT 1").fetchall():
        steps.keep("broadcasts", _NO_BROADCASTS)
        return
    steps.keep("crowd", _CROWD)
    steps.keep("repeated", _REPEATED, {"window": window["window"]})
    steps.keep("questions", _QUESTIONS, automated)
    steps.keep("broadcasts", _BROADCASTS, {**window, "gap": round(rule.unasked_hours * 3_600_000_000)})


_NO_BROADCASTS = "SELECT CAST(NULL AS VARCHAR) AS message_key WHERE false"

# A first sieve by the hash of the text and by slots of time: any window lies in two slots that follow each other, of
# which one then holds half the copies. Few texts pass it, and all that follows is about their conversations.
_SENT = """
SELECT hash(body) AS text, epoch_us(occurred_at) // $window AS slot, hash(conversation_key) AS talk
FROM {members} WHERE direction = 'outgoing'
"""

_CROWDED = """
WITH counts AS MATERIALIZED (SELECT text, slot, count(*) AS copies FROM {sent} GROUP BY text, slot),
dense AS (FROM counts SEMI JOIN (SELECT text FROM counts WHERE copies * 2 >= $least) USING (text)),
begun AS (
    SELECT text, slot FROM (FROM dense UNION ALL SELECT text, slot + 1 AS slot, copies FROM dense)
    GROUP BY text, slot HAVING sum(copies) >= $least
)
FROM begun UNION SELECT text, slot - 1 AS slot FROM begun
"""

# Kept before the rules are applied to it, because DuckDB would apply them to all messages first.
_CROWD = """
SELECT message_key, conversation_key, epoch_us(occurred_at) AS instant, direction, body, {is_customer} AS is_customer
FROM {members} WHERE hash(conversation_key) IN (SELECT talk FROM {sent} SEMI JOIN {crowded} USING (text, slot))
"""

_REPEATED = """
SELECT message_key, conversation_key, body, instant
FROM {crowd} SEMI JOIN {crowded} ON hash(body) = text AND instant // $window = slot
WHERE direction = 'outgoing' AND {has_text}
"""

_QUESTIONS = """
SELECT conversation_key, instant FROM {crowd} WHERE is_customer AND {has_text} AND {automated_reason} IS NULL
"""

# A window that reaches the number begins with one of its copies, and all copies in it are broadcasts.
_BROADCASTS = """
WITH unasked AS (
    SELECT message_key, copy.conversation_key, body, copy.instant
    FROM {repeated} AS copy ASOF LEFT JOIN {questions} AS question
    ON copy.conversation_key = question.conversation_key AND copy.instant >= question.instant
    WHERE question.instant IS NULL OR copy.instant - question.instant > $gap
),
begun AS (
    SELECT message_key, body, instant, count(DISTINCT conversation_key) OVER (
        PARTITION BY body ORDER BY instant RANGE BETWEEN CURRENT ROW AND $window FOLLOWING) >= $least AS begins
    FROM unasked
)
SELECT message_key FROM (
    SELECT message_key, bool_or(begins) OVER (
        PARTITION BY body ORDER BY instant RANGE BETWEEN $window PRECEDING AND CURRENT ROW) AS is_broadcast
    FROM begun
) WHERE is_broadcast
"""

"""The rows of grouped_conversations: members in order, who takes part, whether there is something to analyse.

Here: the order and the marks of messages, what a conversation's row holds. Not here: which messages belong together
(placement.py), which texts are automatic (automated.py, broadcasts.py), where episodes begin (episodes.py), or how
messages in order become one row (gathering.py).
"""

from collections.abc import Mapping, Sequence
from typing import Any

import duckdb

from pls_pipeline.conversations.automated import reason_expression
from pls_pipeline.conversations.broadcasts import find_broadcasts
from pls_pipeline.conversations.gathering import Conversations
from pls_pipeline.conversations.options import GroupingOptions
from pls_pipeline.conversations.ordering import order_messages
from pls_pipeline.conversations.placement import place_messages
from pls_pipeline.lake import no_rows
from pls_pipeline.steps import Steps
from pls_pipeline.tables import DUPLICATE_ROWS, GROUPED_CONVERSATIONS


def group_conversations(
    connection: duckdb.DuckDBPyConnection,
    messages: duckdb.DuckDBPyRelation,
    earlier: duckdb.DuckDBPyRelation,
    import_key: str,
    options: GroupingOptions,
    duplicates: duckdb.DuckDBPyRelation | None = None,
    arrival: Sequence[str] = (),
    own_numbers: Sequence[str] = (),
) -> duckdb.DuckDBPyRelation:
    """The conversations that have a message of this import, whole: columns of GROUPED_CONVERSATIONS.

    Args:
        connection: the connection of the relations.
        messages: DEDUPLICATED_MESSAGES of this import.
        earlier: DEDUPLICATED_MESSAGES of the imports before it; they are context, and none of them is new.
        import_key: this import.
        options: what a person may set.
        duplicates: DUPLICATE_ROWS of this import and of those before it; they bring thread ids.
        arrival: keys of the imports before it, in their order. It decides which import began a conversation without a
            thread id, and so its key; imports that it does not name follow in the order of their keys.
        own_numbers: numbers that are ours, from the account's archive; what messages show is found beside them.

    A new message is in exactly one conversation. What is analysed of it are the episodes with a new message and what
    stands shortly before them (episodes.py). Status, the first that holds: `automated` (the thread id has a prefix that
    is kept out, or all that we say is automatic), `empty` (no message has text), `eligible` (in what is analysed, a
    text of a customer is followed by a new text of ours, neither of them automatic), `one_sided`.
    The fingerprint is a hash of what is analysed: keys, contents and marks of the messages, and where episodes begin.
    """
    steps = Steps(connection)
    steps.read("messages", messages)
    steps.read("earlier", earlier)
    steps.read("duplicates", no_rows(connection, DUPLICATE_ROWS) if duplicates is None else duplicates)
    steps.keep("line_numbers", "SELECT unnest($numbers::VARCHAR[]) AS number", {"numbers": list(own_numbers)})
    steps.keep("prefixes", "SELECT unnest($prefixes::VARCHAR[]) AS prefix", {"prefixes": options.automated_prefixes})
    steps.define("is_automated_thread", _IS_AUTOMATED_THREAD)
    place_messages(steps, arrival, round(options.window_hours * 3_600_000_000))
    _find_sides(steps)
    reason, patterns = reason_expression(options.automated_rules)
    steps.define("automated_reason", reason)
    steps.define("has_text", _HAS_TEXT)
    steps.define("is_customer", _IS_CUSTOMER)
    find_broadcasts(steps, options.broadcast_rule, patterns)
    steps.define("marked", _MARKED)
    _gather(steps, patterns, round(options.episode_gap_hours * 3_600_000_000))
    return steps.relation(_ROWS, {"import_key": import_key}).project(", ".join(GROUPED_CONVERSATIONS.column_names))


def _find_sides(steps: Steps) -> None:
    """Add the step `sides`: conversation (a number), conversation_key, conversation_id, own_number, participants."""
    steps.keep("pairs", _PAIRS)
    steps.keep("numbers_of", _NUMBERS_OF_PAIRS)
    if steps.relation("FROM {pairs} WHERE NOT is_pair LIMIT 1").fetchall():
        steps.append("numbers_of", _NUMBERS_OF_OTHERS)
    steps.keep("sides", _SIDES)


def _gather(steps: Steps, patterns: Mapping[str, Any], gap: int) -> None:
    """Add the step `gathered`: the columns of GATHERED and of `sides`, made anew each time it is read."""
    ((message_count,),) = steps.relation("SELECT count(*) FROM {members}").fetchall()
    ordered = order_messages(steps, _TO_ORDER, patterns, message_count)
    sides = steps.relation("FROM {sides} ORDER BY conversation").to_arrow_table().combine_chunks()
    steps.read_arrow("gathered", Conversations(ordered, sides, gap))


_IS_AUTOMATED_THREAD = "EXISTS (FROM {prefixes} WHERE starts_with(conversation_id, prefix))"

# Nearly all conversations run between two numbers; this says which, in one pass.
_PAIRS = """
SELECT conversation_key, any_value(conversation_id) AS conversation_id, min(own) AS own_number, min(other) AS other,
    coalesce(min(own) = max(own) AND min(other) = max(other) AND min(own) <> min(other)
        AND bool_and(len(recipients) <= 1 AND own IS NOT NULL AND other IS NOT NULL), false) AS is_pair
FROM (SELECT *, {own_number} AS own, {other_side} AS other FROM {members}) GROUP BY conversation_key
"""

_NUMBERS_OF_PAIRS = """
SELECT conversation_key, conversation_id, own_number, [other] AS participants FROM {pairs} WHERE is_pair
"""

# Our number is the one that most messages name as ours; the participants are all numbers that no message names so.
_NUMBERS_OF_OTHERS = """
WITH kinds AS (
    SELECT conversation_key, any_value(conversation_id) AS conversation_id, direction, sender, recipients,
        count(*) AS message_count
    FROM {members} WHERE conversation_key IN (SELECT conversation_key FROM {pairs} WHERE NOT is_pair) GROUP BY ALL
),
sided AS (SELECT *, {own_number} AS own_number FROM kinds),
tallied AS (
    SELECT conversation_key, any_value(conversation_id) AS conversation_id, own_number,
        sum(message_count) AS message_count, flatten(list({participants})) AS participants
    FROM sided GROUP BY conversation_key, own_number
)
SELECT conversation_key, any_value(conversation_id) AS conversation_id,
    max_by(own_number, (message_count, own_number)) AS own_number,
    list_sort(list_distinct(list_filter(
        flatten(list(participants)), lambda number: NOT list_contains(list(own_number), number)))) AS participants
FROM tallied GROUP BY conversation_key
"""

_SIDES = "SELECT row_number() OVER () AS conversation, *, {is_automated_thread} AS is_kept_out FROM {numbers_of}"

# Nearly all texts begin with a visible character of ASCII.
_HAS_TEXT = r"(CASE WHEN body >= '!' AND body < chr(127) THEN true ELSE regexp_matches(body, '[^\s\p{{Z}}]') END)"
# A text to ourselves, or from one of our lines to another, is no customer's.
_IS_CUSTOMER = """
(direction = 'incoming' AND recipients IS DISTINCT FROM [sender] AND (sender IN (FROM {own_numbers})) IS NOT TRUE)
"""

_MARKED = """
SELECT *, {has_text} AS has_text, {is_customer} AS is_customer,
    CASE WHEN is_kept_out THEN 'conversation_prefix'
        ELSE coalesce({automated_reason}, CASE WHEN message_key IN (FROM {broadcasts}) THEN 'broadcast' END)
        END AS automated_reason
FROM {members} JOIN (SELECT conversation, conversation_key, is_kept_out FROM {sides}) USING (conversation_key)
"""

# content_hash holds the time, in a fixed length.
_TO_ORDER = """
SELECT * EXCLUDE (digest), CAST(digest >> 64 AS UBIGINT) AS digest_high,
    CAST(digest & 18446744073709551615 AS UBIGINT) AS digest_low
FROM (
    SELECT conversation, message_key, message_id, import_key, row_number, occurred_at, direction,
        sender, body, is_new, automated_reason IS NOT NULL AS is_automated, automated_reason, has_text,
        is_customer AND has_text AS is_question, direction = 'outgoing' AND has_text AS is_text,
        md5_number(message_key || content_hash) AS digest, hash(message_key) AS tie
    FROM ({marked})
)
"""

# The fingerprint does not name the numbers of episodes: one that comes in before them does not change it.
_ROWS = """
SELECT conversation_key, $import_key AS import_key, conversation_id, own_number, participants, started_at, ended_at,
    message_count, new_message_count,
    CASE WHEN is_kept_out THEN 'automated'
        WHEN NOT has_text THEN 'empty'
        WHEN only_automated THEN 'automated'
        WHEN is_answered THEN 'eligible'
        ELSE 'one_sided' END AS status,
    lpad(to_hex(print_high), 16, '0') || lpad(to_hex(print_low), 16, '0') AS fingerprint,
    list_sort(automated_reasons) AS automated_reasons, messages
FROM {gathered}
"""

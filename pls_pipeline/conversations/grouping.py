"""The rows of grouped_conversations: members in order, who takes part, whether there is something to analyse.

Here: what a conversation's row holds. Not here: which messages belong together (placement.py), which texts are
automatic (automated.py, broadcasts.py), or where episodes begin (episodes.py).
"""

from collections.abc import Mapping, Sequence
from typing import Any

import duckdb

from pls_pipeline.conversations.automated import reason_expression
from pls_pipeline.conversations.broadcasts import find_broadcasts
from pls_pipeline.conversations.episodes import CONTEXT_MESSAGES, EPISODE_NUMBERS, EPISODES, IN_VIEW
from pls_pipeline.conversations.options import GroupingOptions
from pls_pipeline.conversations.placement import place_messages
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
    steps.read("duplicates", _no_duplicates(connection) if duplicates is None else duplicates)
    steps.keep("line_numbers", "SELECT unnest($numbers::VARCHAR[]) AS number", {"numbers": list(own_numbers)})
    steps.keep("prefixes", "SELECT unnest($prefixes::VARCHAR[]) AS prefix", {"prefixes": options.automated_prefixes})
    steps.define("is_automated_thread", _IS_AUTOMATED_THREAD)
    place_messages(steps, arrival, round(options.window_hours * 3_600_000_000))
    steps.keep("sides", _SIDES)
    reason, patterns = reason_expression(options.automated_rules)
    steps.define("automated_reason", reason)
    steps.define("has_text", _HAS_TEXT)
    steps.define("is_customer", _IS_CUSTOMER)
    find_broadcasts(steps, options.broadcast_rule, patterns)
    steps.define("marked", _MARKED)
    steps.define("ordered", _ORDERED)
    steps.define("episodes", EPISODES)
    steps.define("in_view", IN_VIEW)
    steps.define("episode_numbers", EPISODE_NUMBERS)
    view = {"gap": round(options.episode_gap_hours * 3_600_000_000), "context": CONTEXT_MESSAGES}
    rows = _gather(steps, {"import_key": import_key, **patterns, **view})
    return rows.project(", ".join(GROUPED_CONVERSATIONS.column_names))


def _gather(steps: Steps, parameters: Mapping[str, Any]) -> duckdb.DuckDBPyRelation:
    """The rows, made in portions of the conversations where the messages are too many for one."""
    ((message_count,),) = steps.relation("SELECT count(*) FROM {members}").fetchall()
    portions = 1 + message_count // _MESSAGES_AT_ONCE
    first = {**parameters, "portions": portions, "portion": 0}
    if portions == 1:
        return steps.relation(_ROWS, first)
    steps.keep("rows", _ROWS, first)
    for portion in range(1, portions):
        steps.append("rows", _ROWS, {**first, "portion": portion})
    return steps.relation("FROM {rows}")


def _no_duplicates(connection: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyRelation:
    columns = ", ".join(f"CAST(NULL AS {column.type}) AS {column.name}" for column in DUPLICATE_ROWS.columns)
    return connection.sql("SELECT 1").filter("false").project(columns)


_IS_AUTOMATED_THREAD = "EXISTS (FROM {prefixes} WHERE starts_with(conversation_id, prefix))"

# Our number is the one that most messages name as ours; the participants are all numbers that no message names so.
_SIDES = """
WITH kinds AS (
    SELECT conversation_key, direction, sender, recipients, count(*) AS message_count
    FROM {members} GROUP BY ALL
),
sided AS (SELECT *, {own_number} AS own_number FROM kinds),
tallied AS (
    SELECT conversation_key, own_number, sum(message_count) AS message_count,
        flatten(list({participants})) AS participants
    FROM sided GROUP BY conversation_key, own_number
)
SELECT conversation_key, max_by(own_number, (message_count, own_number)) AS own_number,
    list_sort(list_distinct(list_filter(
        flatten(list(participants)), lambda number: NOT list_contains(list(own_number), number)))) AS participants
FROM tallied GROUP BY conversation_key
"""

# Lists of all messages at once, grown beyond the memory, cost three times as long as portions that fit (10^7 messages).
_MESSAGES_AT_ONCE = 1_500_000

_HAS_TEXT = r"regexp_matches(body, '[^\s\p{{Z}}]')"
# A text to ourselves, or from one of our lines to another, is no customer's.
_IS_CUSTOMER = """
(direction = 'incoming' AND recipients IS DISTINCT FROM [sender] AND (sender IN (FROM {own_numbers})) IS NOT TRUE)
"""

_MARKED = """
SELECT *, automated_reason IS NOT NULL AS is_automated
FROM (
    SELECT *, {has_text} AS has_text, {is_customer} AS is_customer, coalesce({automated_reason},
        CASE WHEN message_key IN (FROM {broadcasts}) THEN 'broadcast' END) AS automated_reason
    FROM {members}
    WHERE hash(conversation_key) % $portions = $portion
)
"""

# Sorting the places of the messages is cheaper than ordered lists of them. content_hash holds the time.
_ORDERED = """
SELECT * REPLACE (list_select(messages, places) AS messages, list_select(facts, places) AS facts)
FROM (
    SELECT conversation_key,
        any_value(conversation_id) AS conversation_id,
        min(occurred_at) AS started_at,
        max(occurred_at) AS ended_at,
        count(*) AS message_count,
        count(*) FILTER (is_new) AS new_message_count,
        bool_or(has_text) AS has_text,
        bool_and(is_automated) FILTER (direction = 'outgoing' AND has_text) AS only_automated,
        list_sort(coalesce(list(automated_reason) FILTER (is_new AND is_automated), [])) AS automated_reasons,
        list(struct_pack(message_key, message_id, import_key, row_number, occurred_at, direction, sender, body, is_new,
            is_automated, automated_reason)) AS messages,
        list(struct_pack(is_new, instant := epoch_us(occurred_at),
            is_question := is_customer AND has_text AND NOT is_automated,
            is_answer := direction = 'outgoing' AND has_text AND NOT is_automated AND is_new,
            digest := md5_number(message_key || ' ' || content_hash || CASE WHEN is_new THEN ' new' ELSE ' earlier' END
                || CASE WHEN is_automated THEN ' automated' ELSE '' END))) AS facts,
        list_grade_up(list(struct_pack(occurred_at, row_number, tie := hash(message_key)))) AS places
    FROM ({marked}) GROUP BY conversation_key
)
"""

# The fingerprint does not name the numbers of episodes: one that comes in before them does not change it.
_ROWS = """
WITH viewed AS (SELECT *, {is_automated_thread} AS is_kept_out, {episode_numbers} AS numbers FROM ({in_view}))
SELECT conversation_key, $import_key AS import_key, conversation_id, own_number, participants, started_at, ended_at,
    message_count, new_message_count,
    CASE WHEN is_kept_out THEN 'automated'
        WHEN NOT has_text THEN 'empty'
        WHEN only_automated THEN 'automated'
        WHEN list_min(list_transform(list_filter(shown, lambda fact: fact.is_question), lambda fact: fact.instant))
            <= list_max(list_transform(list_filter(shown, lambda fact: fact.is_answer), lambda fact: fact.instant))
        THEN 'eligible'
        ELSE 'one_sided' END AS status,
    to_hex(xor(list_bit_xor(list_transform(shown, lambda fact: fact.digest)),
        list_bit_xor(list_transform(begun, lambda fact: md5_number(to_hex(fact.digest))))
    )) AS fingerprint,
    CASE WHEN is_kept_out THEN list_resize(['conversation_prefix'], new_message_count, 'conversation_prefix')
        ELSE automated_reasons END AS automated_reasons,
    list_transform(messages, lambda message, place: struct_insert(message, episode := numbers[place])) AS messages
FROM viewed LEFT JOIN {sides} USING (conversation_key)
"""

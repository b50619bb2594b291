"""Which conversation each message belongs to.

Here: the thread id of a message, the silence that ends a conversation without one, which earlier messages are context.
Not here: the numbers a message runs between (numbers.py), what a conversation's row holds (grouping.py).

1. A message with a thread id belongs to that thread. Where the row that owns the message lacks one and a duplicate
   brings one, that is its thread id (the smallest, where duplicates disagree).
2. Other messages run between our own number and the set of all others. A silence longer than the window ends a
   conversation. Where the other side was lost (a number that a spreadsheet rounded, a blank), each message is a
   conversation of its own: nothing tells whom it was with. `Anonymous` is a name like a number.
3. Such a conversation joins a thread between the same numbers that has a message within the window of one of its own:
   the nearest such thread, automated ones left out.

A conversation's key is made of the thread id; or of the numbers and the first message that its first import brought, so
that a later import which adds messages at either end does not change it.
"""

from collections.abc import Sequence

from pls_pipeline.conversations.numbers import OTHER_SIDE, OWN_NUMBER, OWN_NUMBERS, PARTICIPANTS
from pls_pipeline.steps import Steps


def place_messages(steps: Steps, arrival: Sequence[str], window_microseconds: int) -> None:
    """Add the step `members`: all messages, new or earlier, of every conversation that has a new one.

    Reads the steps messages, earlier (DEDUPLICATED_MESSAGES), duplicates (DUPLICATE_ROWS), line_numbers (number) and
    the expression is_automated_thread over conversation_id. Columns of members: those of DEDUPLICATED_MESSAGES, where
    conversation_id is the thread that rules 1 to 3 give, conversation_key, is_new. Adds the steps own_numbers and the
    expressions own_number, other_side, participants too.
    """
    steps.keep("own_numbers", OWN_NUMBERS)
    steps.define("own_number", OWN_NUMBER)
    steps.define("other_side", OTHER_SIDE)
    steps.define("participants", PARTICIPANTS)
    steps.keep("unthreaded", _UNTHREADED)
    steps.keep("brought", _BROUGHT)
    steps.keep("loose", _LOOSE)
    steps.keep("stretches", _STRETCHES, {"window": window_microseconds})
    steps.keep("threaded", _THREADED)
    steps.keep("joined", _JOINED, {"window": window_microseconds})
    steps.keep("placed", _PLACED, {"arrival": list(arrival)})
    if steps.relation("FROM {earlier} LIMIT 1").fetchall():
        steps.keep("touched", _TOUCHED)
        steps.keep("touched_imports", _TOUCHED_IMPORTS)
        steps.keep("context", _CONTEXT)
    else:
        steps.keep("context", _NO_CONTEXT)
    steps.read("members", steps.relation(_MEMBERS))


_UNTHREADED = """
SELECT message_key, import_key, row_number, occurred_at, direction, sender, recipients, is_new
FROM (SELECT *, true AS is_new FROM {messages} UNION ALL SELECT *, false AS is_new FROM {earlier})
WHERE conversation_id IS NULL
"""

_BROUGHT = """
SELECT message_key, min(conversation_id) AS conversation_id
FROM {duplicates} SEMI JOIN {unthreaded} USING (message_key)
WHERE conversation_id IS NOT NULL
GROUP BY message_key
"""

# Messages that stay without a thread id, with the numbers they run between as one text. Earlier ones count only where
# they name a number that new messages name.
_LOOSE = """
WITH named AS (
    SELECT DISTINCT unnest(list_append(recipients, sender)) AS number FROM {messages}
    WHERE EXISTS (FROM {unthreaded} WHERE NOT is_new)
),
sided AS (
    SELECT *, {own_number} AS own_number
    FROM {unthreaded} ANTI JOIN {brought} USING (message_key)
    WHERE is_new OR {other_side} IN (FROM named)
)
SELECT message_key, import_key, row_number, occurred_at, is_new, list_append(participants, own_number) AS numbers,
    concat_ws(' ', own_number, array_to_string(participants, ' '), CASE WHEN is_lost THEN message_key END) AS pair
FROM (SELECT *, {participants} AS participants, {other_side} IS NULL AS is_lost FROM sided)
"""

# A stretch is a run of loose messages between the same numbers without a silence longer than the window.
_STRETCHES = """
WITH marked AS (
    SELECT *, coalesce(epoch_us(occurred_at) - lag(epoch_us(occurred_at)) OVER in_time > $window, true) AS begins
    FROM {loose} WINDOW in_time AS (PARTITION BY pair ORDER BY occurred_at, row_number, message_key)
)
SELECT message_key, import_key, occurred_at, is_new, pair, sum(begins::INTEGER) OVER in_time AS stretch
FROM marked
WINDOW in_time AS (PARTITION BY pair ORDER BY occurred_at, row_number, message_key ROWS UNBOUNDED PRECEDING)
"""

# Messages of threads that a stretch could join: those between the same numbers. The other side is compared first,
# because it needs no list.
_THREADED = """
WITH numbers AS (SELECT DISTINCT unnest(numbers) AS number FROM {loose}),
candidates AS (
    SELECT conversation_id, occurred_at, direction, sender, recipients
    FROM (FROM {messages} UNION ALL FROM {earlier})
    WHERE conversation_id IS NOT NULL AND {other_side} IN (FROM numbers)
    UNION ALL
    SELECT conversation_id, occurred_at, direction, sender, recipients
    FROM {unthreaded} JOIN {brought} USING (message_key)
),
sided AS (SELECT *, {own_number} AS own_number FROM candidates WHERE NOT {is_automated_thread}),
paired AS (
    SELECT conversation_id, occurred_at, concat_ws(' ', own_number, array_to_string({participants}, ' ')) AS pair
    FROM sided
)
SELECT pair, occurred_at, min(conversation_id) AS conversation_id
FROM paired SEMI JOIN {loose} USING (pair)
GROUP BY pair, occurred_at
"""

_JOINED = """
WITH neighbours AS (
    SELECT own.pair, stretch, conversation_id, epoch_us(own.occurred_at) - epoch_us(other.occurred_at) AS distance
    FROM {stretches} AS own ASOF JOIN {threaded} AS other
    ON own.pair = other.pair AND own.occurred_at >= other.occurred_at
    UNION ALL
    SELECT own.pair, stretch, conversation_id, epoch_us(other.occurred_at) - epoch_us(own.occurred_at) AS distance
    FROM {stretches} AS own ASOF JOIN {threaded} AS other
    ON own.pair = other.pair AND own.occurred_at <= other.occurred_at
)
SELECT pair, stretch, min_by(conversation_id, (distance, conversation_id)) AS conversation_id
FROM neighbours WHERE distance <= $window
GROUP BY pair, stretch
"""

# Imports of `arrival` come first, in its order; this one comes last.
_PLACED = """
WITH begun AS (
    SELECT pair, stretch, min(struct_pack(
        is_new, place := coalesce(list_position($arrival::VARCHAR[], import_key), len($arrival::VARCHAR[]) + 1),
        import_key, instant := epoch_us(occurred_at))) AS first
    FROM {stretches} GROUP BY pair, stretch
)
SELECT message_key, import_key, is_new, conversation_id,
    coalesce('thread:' || conversation_id, 'numbers:' || md5(concat_ws(' ', pair, first.instant))) AS conversation_key
FROM {stretches} JOIN begun USING (pair, stretch) LEFT JOIN {joined} USING (pair, stretch)
UNION ALL
SELECT message_key, import_key, is_new, conversation_id, 'thread:' || conversation_id AS conversation_key
FROM {brought} JOIN {unthreaded} USING (message_key)
"""

# Threads that have a new message.
_TOUCHED = """
SELECT conversation_id FROM {messages} WHERE conversation_id IS NOT NULL
UNION
SELECT conversation_id FROM {placed} WHERE is_new AND conversation_id IS NOT NULL
"""

# Found first, because one narrow column says which files need not be read at all.
_TOUCHED_IMPORTS = "SELECT DISTINCT import_key FROM {earlier} WHERE conversation_id IN (FROM {touched})"

# Kept, because reading many earlier imports costs more than holding the few messages that matter.
_CONTEXT = """
SELECT *, 'thread:' || conversation_id AS conversation_key, false AS is_new
FROM {earlier} WHERE import_key IN (FROM {touched_imports}) AND conversation_id IN (FROM {touched})
UNION ALL BY NAME
SELECT message.* REPLACE (placed.conversation_id AS conversation_id), placed.conversation_key, false AS is_new
FROM {earlier} AS message JOIN {placed} AS placed USING (import_key, message_key)
WHERE NOT placed.is_new AND (placed.conversation_id IN (FROM {touched})
    OR placed.conversation_key IN (SELECT conversation_key FROM {placed} WHERE is_new))
"""

_NO_CONTEXT = "SELECT *, CAST(NULL AS VARCHAR) AS conversation_key, false AS is_new FROM {messages} LIMIT 0"

# Threaded messages, mostly all, need no join.
_MEMBERS = """
SELECT *, 'thread:' || conversation_id AS conversation_key, true AS is_new
FROM {messages} WHERE conversation_id IS NOT NULL
UNION ALL BY NAME
SELECT message.* REPLACE (placed.conversation_id AS conversation_id), placed.conversation_key, true AS is_new
FROM {messages} AS message LEFT JOIN {placed} AS placed USING (message_key)
WHERE message.conversation_id IS NULL
UNION ALL BY NAME
FROM {context}
"""

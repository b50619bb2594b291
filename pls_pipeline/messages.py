"""What makes two rows the same message, and which of them is kept.

Here: message keys, content hashes, deduplication within an import and against other imports. Not here: reading a file
(sources/), which conversation a message belongs to (conversations/), or when the claim on a message is settled: that is
the shell's, which holds the lock `message_ledger` from reading the other imports' keys until its own are written.

A message is identified by the id that its source gave it. A row without one is identified by what it says: sender,
recipients in any order, direction, body, and the time cut to the second, because exports write the same time with
milliseconds and without. The same message exported once with an id and once without is therefore two messages.
"""

from dataclasses import dataclass

import duckdb

from pls_pipeline.lake import no_rows
from pls_pipeline.steps import Steps
from pls_pipeline.tables import DEDUPLICATED_MESSAGES, DUPLICATE_ROWS, RAW_MESSAGES

# A field is preceded by its length, so that no two different rows make the same text. The body is in its normal form
# already (no NUL, LF for CRLF): the reader's doing.
_MESSAGE_KEY = """
CASE WHEN message_id IS NOT NULL THEN 'id:' || message_id
ELSE 'text:' || md5(concat(
    direction, ' ', epoch_us(date_trunc('second', occurred_at)), ' ',
    length(coalesce(sender, '')), ' ', sender, ' ',
    list_sort(recipients)::VARCHAR, ' ',
    body))
END"""

# Cut to the minute: createdAt and sentAt of one message lie under a second apart, and an export may carry either.
# 64 bits of it tell an edited copy from an equal one, and cost half the bytes of the full hash in every file.
_CONTENT_HASH = "left(md5(concat_ws(' ', direction, epoch_us(date_trunc('minute', occurred_at)), sender, body)), 16)"


@dataclass(frozen=True)
class Deduplication:
    """The rows of one import, divided: every row of raw_messages is in exactly one of the two.

    Attributes:
        messages: DEDUPLICATED_MESSAGES; the rows that this import was the first to bring, in the order of `row_number`
            of the input.
        duplicates: DUPLICATE_ROWS; the others, each with the row that its message was taken from.
    """

    messages: duckdb.DuckDBPyRelation
    duplicates: duckdb.DuckDBPyRelation


def key_messages(raw: duckdb.DuckDBPyRelation) -> duckdb.DuckDBPyRelation:
    """Rows of RAW_MESSAGES with `message_key` and `content_hash` (columns of DEDUPLICATED_MESSAGES)."""
    columns = ", ".join(RAW_MESSAGES.column_names)
    return raw.project(f"{columns}, {_MESSAGE_KEY} AS message_key, {_CONTENT_HASH} AS content_hash")


def deduplicate(
    connection: duckdb.DuckDBPyConnection,
    raw: duckdb.DuckDBPyRelation,
    import_key: str,
    owned_elsewhere: duckdb.DuckDBPyRelation,
) -> Deduplication:
    """Divide the rows of one import into messages and duplicates.

    The first row of a key, by `row_number`, is the message, unless another import holds the key: then all its rows are
    duplicates. `owned_elsewhere` has the columns message_key, import_key, row_number, content_hash of what the other
    imports hold; rows of `import_key` in it are left aside, so that a second run divides as the first did.
    The keys are read now; the relations returned read `raw` again when they are used.
    """
    steps = Steps(connection)
    steps.read("raw", raw)
    steps.read("keyed", key_messages(raw))
    steps.read("owned", owned_elsewhere)
    steps.keep("keys", _KEYS)
    steps.keep("repeated", _REPEATED)
    steps.keep("known", _KNOWN, {"import_key": import_key})
    steps.keep("duplicates", _DUPLICATES, {"import_key": import_key})
    columns = ", ".join(DEDUPLICATED_MESSAGES.column_names)
    if not steps.relation("FROM {duplicates} LIMIT 1").fetchall():
        return Deduplication(steps.relation("FROM {keyed}").project(columns), no_rows(connection, DUPLICATE_ROWS))
    steps.read("duplicates_keyed", key_messages(steps.relation(_DUPLICATE_AND_FIRST_ROWS)))
    messages = steps.relation("FROM {keyed} ANTI JOIN {duplicates} USING (row_number)")
    duplicates = steps.relation(_DUPLICATE_ROWS, {"import_key": import_key})
    return Deduplication(
        messages.project(columns),
        duplicates.project(", ".join(DUPLICATE_ROWS.column_names)),
    )


# In two parts, because the rows with an id, mostly all, need no other column of theirs.
_KEYS = """
SELECT row_number, 'id:' || message_id AS message_key FROM {raw} WHERE message_id IS NOT NULL
UNION ALL
SELECT row_number, message_key FROM {keyed} WHERE message_id IS NULL
"""

# Counted by a number of 8 bytes, which a large import holds in memory where the keys would not fit.
_REPEATED = """
WITH suspects AS (SELECT hash(message_key) AS digest FROM {keys} GROUP BY digest HAVING count(*) > 1)
SELECT message_key, min(row_number) AS row_number
FROM {keys} WHERE hash(message_key) IN (FROM suspects)
GROUP BY message_key HAVING count(*) > 1
"""

_KNOWN = """
SELECT message_key, min_by(struct_pack(import_key, row_number, content_hash), (import_key, row_number)) AS owner
FROM {owned} SEMI JOIN {keys} USING (message_key)
WHERE import_key <> $import_key
GROUP BY message_key
"""

_DUPLICATES = """
SELECT keys.row_number, keys.message_key,
    coalesce(known.owner.import_key, $import_key) AS first_import_key,
    coalesce(known.owner.row_number, repeated.row_number) AS first_row_number,
    known.owner.content_hash AS owner_hash
FROM {keys} AS keys
LEFT JOIN {known} AS known USING (message_key)
LEFT JOIN {repeated} AS repeated USING (message_key)
WHERE known.owner IS NOT NULL OR repeated.row_number < keys.row_number
"""

_DUPLICATE_AND_FIRST_ROWS = """
FROM {raw} WHERE row_number IN (
    SELECT row_number FROM {duplicates} UNION SELECT first_row_number FROM {duplicates} WHERE owner_hash IS NULL
)
"""

_DUPLICATE_ROWS = """
SELECT $import_key AS import_key, row_number, duplicate.message_key, first_import_key, first_row_number,
    coalesce(owner_hash, first.content_hash) IS DISTINCT FROM own.content_hash AS content_differs,
    own.conversation_id
FROM {duplicates} AS duplicate
JOIN {duplicates_keyed} AS own USING (row_number)
LEFT JOIN {duplicates_keyed} AS first ON owner_hash IS NULL AND first.row_number = first_row_number
ORDER BY row_number
"""

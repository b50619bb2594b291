"""Which messages are those of a marked customer.

Here: queries over relations with the columns of RAW_MESSAGES. Not here: what text a value may stand in (values.py),
rejected rows, which are judged by their text in the file (redacting.py).

A message is his where he sent or received it, one of several recipients included, where its text or another column
holds one of his values, or where its thread is his alone: then also the rows that lost their number in a spreadsheet.
"""

from dataclasses import dataclass

import duckdb
import pyarrow as pa

from pls_pipeline.erasure.marks import Marks
from pls_pipeline.erasure.values import DIGIT_RUN, EMAIL, SPOKEN_RUN, Value
from pls_pipeline.lake import quoted
from pls_pipeline.steps import Steps

# Fields are parted by a line end, so that no run of digits goes over two of them.
_EXPRESSIONS = {
    "parties": "concat_ws(chr(10), sender, array_to_string(recipients, chr(10)))",
    "text": "concat_ws(chr(10), {parties}, body, extra, message_id, conversation_id, member)",
    "party_runs": "regexp_extract_all({parties}, $digit_run)",
    "text_runs": "list_concat(regexp_extract_all({text}, $digit_run), regexp_extract_all({text}, $spoken_run))",
    "text_emails": "regexp_extract_all(lower({text}), $email)",
    "has_email": "contains(concat(body, extra), '@')",
}
_RUN_PATTERNS = {"digit_run": DIGIT_RUN, "spoken_run": SPOKEN_RUN}
_PATTERNS = {**_RUN_PATTERNS, "email": EMAIL}


@dataclass(frozen=True)
class FoundMessages:
    """`rows`: the customer's messages, columns of the relation that was searched; `threads`: ids of his own threads."""

    rows: duckdb.DuckDBPyRelation
    threads: tuple[str, ...]


def find_messages(
    connection: duckdb.DuckDBPyConnection, messages: duckdb.DuckDBPyRelation, marks: Marks
) -> FoundMessages:
    """The messages of the marked customers among these, which have the columns of RAW_MESSAGES."""
    steps = Steps(connection)
    steps.read("messages", messages)
    for name, expression in _EXPRESSIONS.items():
        steps.define(name, expression)
    runs = steps.relation(_RUNS, _RUN_PATTERNS)
    addresses = steps.relation(_ADDRESSES, {"email": EMAIL})
    threads = steps.relation("SELECT DISTINCT conversation_id FROM {messages} WHERE conversation_id IS NOT NULL")
    marked = {
        "runs": [run for (run,) in runs.fetchall() if marks.is_number(run)],
        "addresses": [text for (text,) in addresses.fetchall() if marks.has(Value("email", text))],
        "threads": [text for (text,) in threads.fetchall() if marks.has(Value("thread", text))],
    }
    for name, texts in marked.items():
        steps.read_arrow(name, pa.table({"text": pa.array(texts, pa.string())}))
    steps.keep("named", _NAMED, _PATTERNS)
    own = [text for (text,) in steps.relation(_OWN_THREADS, {"digit_run": DIGIT_RUN}).fetchall()]
    steps.read_arrow("own", pa.table({"text": pa.array(own, pa.string())}))
    steps.keep("all_rows", _ALL_ROWS)
    rows = steps.relation("FROM {messages} SEMI JOIN {all_rows} USING (import_key, row_number)")
    return FoundMessages(rows.project(", ".join(map(quoted, messages.columns))), tuple(sorted(own)))


_RUNS = "SELECT DISTINCT unnest({text_runs}) AS run FROM {messages}"
_ADDRESSES = "SELECT DISTINCT unnest({text_emails}) AS address FROM {messages} WHERE {has_email}"

_NAMED = """
SELECT import_key, row_number, conversation_id,
    list_has_any({party_runs}, (SELECT coalesce(list(text), []) FROM {runs})) AS is_party
FROM {messages}
WHERE list_has_any({text_runs}, (SELECT coalesce(list(text), []) FROM {runs}))
    OR ({has_email} AND list_has_any({text_emails}, (SELECT coalesce(list(text), []) FROM {addresses})))
    OR conversation_id IN (FROM {threads})
"""

# Rows whose other side is a number that is not his make a thread that of others as well.
_OWN_THREADS = """
WITH touched AS (SELECT DISTINCT conversation_id FROM {named} WHERE is_party AND conversation_id IS NOT NULL),
sides AS (
    SELECT conversation_id, unnest(CASE WHEN direction = 'outgoing' THEN recipients ELSE [sender] END) AS side
    FROM {messages} SEMI JOIN touched USING (conversation_id)
),
others AS (
    SELECT conversation_id FROM sides WHERE regexp_matches(side, '\\p{{Nd}}{{7}}')
    AND NOT list_has_any(regexp_extract_all(side, $digit_run), (SELECT coalesce(list(text), []) FROM {runs}))
)
SELECT conversation_id FROM touched WHERE conversation_id NOT IN (FROM others)
UNION
SELECT text FROM {threads}
"""

_ALL_ROWS = """
SELECT import_key, row_number FROM {named}
UNION
SELECT import_key, row_number FROM {messages} WHERE conversation_id IN (FROM {own})
"""

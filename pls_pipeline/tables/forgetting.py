"""The table of customers who were forgotten: the audit line of each, and the marks that keep him out.

Here: forgotten_customers. No column holds a number, a name or a text. Not here: what a mark is (erasure/marks.py).
"""

from pls_pipeline.tables.schema import Table, parse_columns

FORGOTTEN_CUSTOMERS = Table(
    "forgotten_customers",
    "Customers who were forgotten, one row each time; their messages are kept out of every later import.",
    parse_columns("""
erasure_id        | VARCHAR   | identity of the erasure
marks             | VARCHAR[] | kind:length:HMAC-SHA-256 of each number, address and thread, under the secret of the data folder
begun_at          | TIMESTAMP | when it began
completed_at      | TIMESTAMP | when nothing was left to do; NULL while it is under way
pending           | VARCHAR   | JSON of what is left to do: keys of imports, messages, patterns and answers; NULL once it is done
imports           | BIGINT    | imports that held messages of the customer
messages          | BIGINT    | messages that were erased
patterns_changed  | BIGINT    | patterns that lost evidence and stayed
patterns_vanished | BIGINT    | patterns that were left without evidence
approvals_lost    | BIGINT    | approved patterns that vanished or whose reply changed
"""),
    partitioned=False,
)

"""The table of conversations.

Here: grouped_conversations. Not here: what is extracted from them (extraction.py).
"""

from pls_pipeline.tables.schema import Table, parse_columns

GROUPED_CONVERSATIONS = Table(
    "grouped_conversations",
    "Whole conversations with at least one message that is new in this import.",
    parse_columns("""
conversation_key  | VARCHAR   | identity of the conversation in every import
import_key        | VARCHAR   | import whose new messages it holds
conversation_id   | VARCHAR   | thread id of the source; NULL for a group by numbers and window
own_number        | VARCHAR   | number of the business
participants      | VARCHAR[] | the other numbers, sorted
started_at        | TIMESTAMP | first message
ended_at          | TIMESTAMP | last message
message_count     | BIGINT    | messages, those of earlier imports included
new_message_count | BIGINT    | messages that this import brought
status            | VARCHAR   | eligible | automated | one_sided | empty
fingerprint       | VARCHAR   | hash of what would be analysed: episodes with new messages, and their context
automated_reasons | VARCHAR[] | why new messages are kept out as automatic: a reason for each of them
messages | STRUCT(message_key VARCHAR, message_id VARCHAR, import_key VARCHAR, row_number BIGINT, occurred_at TIMESTAMP, direction VARCHAR, sender VARCHAR, body VARCHAR, is_new BOOLEAN, is_automated BOOLEAN, episode BIGINT, automated_reason VARCHAR)[] | in the order of time; episode counts from 1, automated_reason is NULL where a person wrote the message
"""),
    partitioned=True,
)

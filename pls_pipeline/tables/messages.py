"""Tables of messages that are known once: which import owns each, and which rows repeat it.

Here: deduplicated_messages, duplicate_rows, message_ledger. Not here: records as an export holds them (files.py).
"""

from pls_pipeline.tables.files import MESSAGE_COLUMNS
from pls_pipeline.tables.schema import Table, parse_columns

DEDUPLICATED_MESSAGES = Table(
    "deduplicated_messages",
    "Each message once, ever: those that this import was the first to bring.",
    parse_columns(
        MESSAGE_COLUMNS
        + """
message_key  | VARCHAR | identity of the message in every import
content_hash | VARCHAR | hash of body, direction, sender and time
"""
    ),
    partitioned=True,
)

DUPLICATE_ROWS = Table(
    "duplicate_rows",
    "Rows whose message was known already, within this import or from another.",
    parse_columns("""
import_key       | VARCHAR | import that brought the row
row_number       | BIGINT  | record in the file
message_key      | VARCHAR | the message it repeats
first_import_key | VARCHAR | import that owns the message
first_row_number | BIGINT  | row that the message was taken from
content_differs  | BOOLEAN | true where the text or the time is not the same
conversation_id  | VARCHAR | thread id that this row brings; NULL where it lacks one
"""),
    partitioned=True,
)

MESSAGE_LEDGER = Table(
    "message_ledger",
    "In which order the imports took possession of their messages: one row an import.",
    parse_columns("""
import_key | VARCHAR | import
position   | BIGINT  | 1 for the first; kept when the import runs again
"""),
    partitioned=True,
)

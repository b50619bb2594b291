"""Tables of what an export holds: its records, its rejected rows, how it was read, its people and lines.

Here: raw_messages, rejected_rows, export_facts, contacts, line_numbers. Not here: what is made of them.
"""

from pls_pipeline.tables.schema import Table, parse_columns

MESSAGE_COLUMNS = """
import_key      | VARCHAR   | import that brought the row
row_number      | BIGINT    | record in the import, from 1, headers not counted; runs on over the files of an archive
line_number     | BIGINT    | physical line of its file where the record starts, from 1
message_id      | VARCHAR   | id given by the source; NULL where it lacks one
conversation_id | VARCHAR   | thread id given by the source; NULL where it lacks one
body            | VARCHAR   | text of the message; empty for a picture without words
sender          | VARCHAR   | number in E.164 where it could be read as one, else as it stood
recipients      | VARCHAR[] | numbers of all who received it
direction       | VARCHAR   | incoming | outgoing, seen from the business
occurred_at     | TIMESTAMP | when it was sent: created_at, else sent_at
sent_at         | TIMESTAMP | the export's sentAt; NULL where absent or lost
created_at      | TIMESTAMP | the export's createdAt; NULL where absent or lost
repaired        | BOOLEAN   | true where an unquoted comma was put back into the body
extra           | VARCHAR   | JSON of the columns that are not ours
member          | VARCHAR   | file in the archive; NULL where the import is no archive
"""

RAW_MESSAGES = Table(
    "raw_messages", "Every record of an import that could be read.", parse_columns(MESSAGE_COLUMNS), partitioned=True
)

REJECTED_ROWS = Table(
    "rejected_rows",
    "Every record of an import that could not be read, with the reason.",
    parse_columns("""
import_key  | VARCHAR | import that brought the row
line_number | BIGINT  | physical line of its file where the record starts, from 1
reason      | VARCHAR | too_few_fields | bad_timestamp | bad_direction | ...
detail      | VARCHAR | what was found, for a person; holds no message text
raw_text    | VARCHAR | the record as it stands in the file
member      | VARCHAR | file in the archive; NULL where the import is no archive
"""),
    partitioned=True,
)

EXPORT_FACTS = Table(
    "export_facts",
    "How the file of an import was read: one row.",
    parse_columns("""
import_key       | VARCHAR | import
source           | VARCHAR | kind of export that was recognised
encoding         | VARCHAR | encoding of its bytes
delimiter        | VARCHAR | what parts its cells
reader           | VARCHAR | strict | careful
columns          | VARCHAR | JSON of {header: our column, or null}
record_count     | BIGINT  | records in the file, the header not counted
message_count    | BIGINT  | records that became raw messages
rejected_count   | BIGINT  | records that were put aside
repaired_count   | BIGINT  | messages into which an unquoted comma was put back
blank_lines      | BIGINT  | empty lines, which are no records
repeated_headers | BIGINT  | headers in the middle of the file, which are no records
container        | VARCHAR | plain | gzip | zip
members          | VARCHAR | JSON list of {name, kind, record_count, message_count, rejected_count}: files of the archive, those that are no messages included; kind: messages | calls | contacts | users | phone_numbers | workbook | other
"""),
    partitioned=True,
)

CONTACTS = Table(
    "contacts",
    "People that the account's archive names.",
    parse_columns("""
import_key | VARCHAR   | import that brought the row
kind       | VARCHAR   | customer | user
contact_id | VARCHAR   | id given by the source; NULL where it lacks one
first_name | VARCHAR   | as it stands
last_name  | VARCHAR   | as it stands
company    | VARCHAR   | as it stands
role       | VARCHAR   | as it stands
phones     | VARCHAR[] | numbers in E.164 where they could be read as such, else as they stood
emails     | VARCHAR[] | as they stand
member     | VARCHAR   | file in the archive
row_number | BIGINT    | row in that file, from 1, the header not counted
"""),
    partitioned=True,
)

LINE_NUMBERS = Table(
    "line_numbers",
    "Our own numbers, from the account's archive.",
    parse_columns("""
import_key | VARCHAR   | import that brought the row
phone      | VARCHAR   | number in E.164 where it could be read as one, else as it stood
name       | VARCHAR   | name of the line
users      | VARCHAR[] | ids of the users whose line it is (contact_id in contacts)
member     | VARCHAR   | file in the archive
row_number | BIGINT    | row in that file, from 1, the header not counted
"""),
    partitioned=True,
)

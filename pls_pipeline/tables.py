"""The tables of the lake: names, columns, DuckDB types and what each column means.

Here: the contract that code, checks, Dagster metadata and readers of the files share. Not here: any rule that fills a table.
Times are UTC, stored as TIMESTAMP. Keys are text. JSON is text that holds JSON.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Column:
    """One column: its name, its DuckDB type, its meaning."""

    name: str
    type: str
    description: str


@dataclass(frozen=True)
class Table:
    """One table. A partitioned one has a file for each import."""

    name: str
    description: str
    columns: tuple[Column, ...]
    partitioned: bool

    @property
    def column_names(self) -> tuple[str, ...]:
        """Names in order."""
        return tuple(column.name for column in self.columns)


def parse_columns(text: str) -> tuple[Column, ...]:
    """Return the columns of a block of `name | TYPE | description` lines."""
    rows = (line.split("|", 2) for line in text.splitlines() if line)
    return tuple(Column(name.strip(), kind.strip(), meaning.strip()) for name, kind, meaning in rows)


_MESSAGE_COLUMNS = """
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
    "raw_messages", "Every record of an import that could be read.", parse_columns(_MESSAGE_COLUMNS), partitioned=True
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

DEDUPLICATED_MESSAGES = Table(
    "deduplicated_messages",
    "Each message once, ever: those that this import was the first to bring.",
    parse_columns(
        _MESSAGE_COLUMNS
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

EXTRACTION_OUTCOMES = Table(
    "extraction_outcomes",
    "What became of each eligible conversation of an import.",
    parse_columns("""
import_key        | VARCHAR   | import
conversation_key  | VARCHAR   | conversation
fingerprint       | VARCHAR   | hash of what was analysed
status            | VARCHAR   | extracted | nothing | failed | deferred
reason            | VARCHAR   | why nothing, failed or deferred
extractor         | VARCHAR   | embedded | openai
model             | VARCHAR   | model that answered
prompt_version    | VARCHAR   | version of the prompt, or of the embedded rules
prompt_tokens     | BIGINT    | tokens read by the model
completion_tokens | BIGINT    | tokens written by the model
cost_usd          | DOUBLE    | cost in US dollars; NULL where the price is unknown
cached            | BOOLEAN   | true where a stored answer was used
attempts          | BIGINT    | requests made
seconds           | DOUBLE    | time taken
analysed_at       | TIMESTAMP | when
run_id            | VARCHAR   | Dagster run
"""),
    partitioned=True,
)

EXTRACTED_PATTERNS = Table(
    "extracted_patterns",
    "Candidate patterns, each from one conversation, with its evidence.",
    parse_columns("""
candidate_id      | VARCHAR | identity: hash of what it was made from
import_key        | VARCHAR | import
conversation_key  | VARCHAR | conversation
category          | VARCHAR | one of the categories in the settings
situation         | VARCHAR | what the customer wants or says
response_template | VARCHAR | the reply with {{variables}}
variables         | VARCHAR | JSON list of {name, type, description}
evidence          | VARCHAR | JSON list of {role, message_key, message_id, import_key, row_number, values}
stated_confidence | DOUBLE  | what the model says of itself; NULL for the embedded extractor
extractor         | VARCHAR | embedded | openai
"""),
    partitioned=True,
)

REJECTED_CANDIDATES = Table(
    "rejected_candidates",
    "Candidates that were put aside, with the reason.",
    parse_columns("""
candidate_id     | VARCHAR | identity
import_key       | VARCHAR | import
conversation_key | VARCHAR | conversation
reason           | VARCHAR | malformed_template | no_evidence | acknowledgement | ...
detail           | VARCHAR | for a person; holds no message text
"""),
    partitioned=True,
)

PATTERN_LIBRARY = Table(
    "pattern_library",
    "One row a pattern, over all imports.",
    parse_columns("""
pattern_id         | VARCHAR   | minted once, never reused
version            | BIGINT    | rises by one with every change
status             | VARCHAR   | proposed | approved | rejected | retired
category           | VARCHAR   | one of the categories in the settings
situation          | VARCHAR   | when the reply is used
trigger_examples   | VARCHAR[] | what customers said before, personal values masked
response_template  | VARCHAR   | the reply with {{variables}}
wordings           | VARCHAR[] | other templates that mean the same
variables          | VARCHAR   | JSON list of {name, type, description}
confidence         | DOUBLE    | 0 to 1, from the evidence
conversation_count | BIGINT    | conversations that are evidence
import_count       | BIGINT    | imports that are evidence
first_import_key   | VARCHAR   | import of the first evidence
last_import_key    | VARCHAR   | import of the latest evidence
first_seen_at      | TIMESTAMP | earliest reply
last_seen_at       | TIMESTAMP | latest reply
conflicts_with     | VARCHAR[] | patterns that answer the same question otherwise
updated_at         | TIMESTAMP | when this version was made
"""),
    partitioned=False,
)

PATTERN_VERSIONS = Table(
    "pattern_versions",
    "Append-only history of every pattern.",
    parse_columns("""
pattern_id     | VARCHAR   | pattern
version        | BIGINT    | version that the change made
changes        | VARCHAR   | JSON of {field: [before, after]}
why            | VARCHAR   | created | enhanced | evidence_removed | retired | ...
import_key     | VARCHAR   | import that caused it; NULL where none did
extractor      | VARCHAR   | embedded | openai | NULL
prompt_version | VARCHAR   | version of the prompt or of the embedded rules
changed_at     | TIMESTAMP | when
"""),
    partitioned=False,
)

PATTERN_ALIASES = Table(
    "pattern_aliases",
    "Former ids of patterns that were merged into others.",
    parse_columns("""
former_pattern_id | VARCHAR   | id that is no longer a pattern of its own
pattern_id        | VARCHAR   | pattern that took its evidence
why               | VARCHAR   | merged | ...
changed_at        | TIMESTAMP | when
"""),
    partitioned=False,
)

PATTERN_PROVENANCE = Table(
    "pattern_provenance",
    "One row for each message that is evidence of a pattern.",
    parse_columns("""
pattern_id       | VARCHAR | pattern
candidate_id     | VARCHAR | candidate that brought the evidence
import_key       | VARCHAR | import that owns the message
file_name        | VARCHAR | file of that import
row_number       | BIGINT  | record in that file
conversation_key | VARCHAR | conversation
message_id       | VARCHAR | id given by the source
message_key      | VARCHAR | message
role             | VARCHAR | trigger | response
template         | VARCHAR | wording that the message is an instance of; NULL for a trigger
values           | VARCHAR | JSON list of {name, start, end}: code points in the body
"""),
    partitioned=False,
)

MERGE_DECISIONS = Table(
    "merge_decisions",
    "Which pattern each candidate went to, and why.",
    parse_columns("""
candidate_id | VARCHAR   | candidate
pattern_id   | VARCHAR   | pattern; NULL where it waits for a second conversation
band         | VARCHAR   | same | judged_same | judged_different | different
scores       | VARCHAR   | JSON of the scores that decided
decided_by   | VARCHAR   | normalised_text | alignment | gate | judge | reviewer | support
decided_at   | TIMESTAMP | when
"""),
    partitioned=False,
)

ALL = (
    RAW_MESSAGES, REJECTED_ROWS, EXPORT_FACTS, CONTACTS, LINE_NUMBERS,
    DEDUPLICATED_MESSAGES, DUPLICATE_ROWS, MESSAGE_LEDGER,
    GROUPED_CONVERSATIONS, EXTRACTION_OUTCOMES,
    EXTRACTED_PATTERNS, REJECTED_CANDIDATES, PATTERN_LIBRARY, PATTERN_VERSIONS, PATTERN_ALIASES, PATTERN_PROVENANCE,
    MERGE_DECISIONS,
)  # fmt: skip

"""The views of the analysts' file, under the names that the predecessor's tables had.

Here: pattern_import_jobs, imported_messages and decision_patterns, over the tables of the file. Not here: how the file
is built (warehouse.py). Only the names are the predecessor's; the columns say what the names promise.
"""

from dataclasses import dataclass

from pls_pipeline.lake import quoted


@dataclass(frozen=True)
class ViewColumn:
    """One column of a view: its name, the SQL expression that it shows, its meaning."""

    name: str
    expression: str
    description: str


@dataclass(frozen=True)
class View:
    """One view; `source` is the FROM clause."""

    name: str
    description: str
    columns: tuple[ViewColumn, ...]
    source: str

    @property
    def query(self) -> str:
        """The SELECT statement."""
        selected = ", ".join(f"{column.expression} AS {quoted(column.name)}" for column in self.columns)
        return f"SELECT {selected} FROM {self.source}"  # noqa: S608 - both stand in this module


def _columns(text: str) -> tuple[ViewColumn, ...]:
    """Return the columns of a block of `name | expression | description` lines."""
    rows = (line.split("|", 2) for line in text.splitlines() if line)
    return tuple(ViewColumn(name.strip(), expression.strip(), meaning.strip()) for name, expression, meaning in rows)


_PATTERN_IMPORT_JOBS = View(
    "pattern_import_jobs",
    "One row for each import.",
    _columns("""
id                     | import_key        | import; joins imported_messages.job_id
file_name              | file_name         | name of the file as it was given
file_hash              | sha256            | SHA-256 of the content, hex
status                 | status            | landed, read, deduplicated, grouped, partly_analysed or analysed
total_rows             | rows              | records in the file
rejected_rows          | rejected          | records that could not be read
duplicates             | duplicates_within + duplicates_across | rows whose message was known already
imported_messages      | new_messages      | messages that this import brought
total_conversations    | conversations     | conversations with a new message
analyzed_conversations | analysed          | conversations that were analysed
deferred_conversations | deferred          | conversations that the next run takes
failed_conversations   | failed            | conversations whose analysis failed
patterns_created       | patterns_created  | patterns whose first evidence this import brought
patterns_enhanced      | patterns_enhanced | patterns of other imports to which it brought replies
tokens                 | tokens            | tokens read and written by the model
cost_usd               | cost_usd          | US dollars; NULL where the price of a request is unknown
created_at             | started_at        | when the file was landed
completed_at           | ended_at          | latest analysis; NULL before the first
"""),
    "import_history JOIN (SELECT import_key, sha256 FROM import_files) USING (import_key)",
)

_IMPORTED_MESSAGES = View(
    "imported_messages",
    "Each message once, with the import and the row that brought it.",
    _columns("""
id              | message_key     | identity of the message in every import
message_id      | message_id      | id given by the source; NULL where it lacks one
conversation_id | conversation_id | thread id given by the source; NULL where it lacks one
direction       | direction       | incoming or outgoing, seen from the business
occurred_at     | occurred_at     | when it was sent, UTC
job_id          | import_key      | import that brought it; joins pattern_import_jobs.id
file_name       | file_name       | name of that file as it was given
row_number      | row_number      | record in that file, from 1
"""),
    "deduplicated_messages JOIN import_files USING (import_key)",
)

_MESSAGE_TEXT = _columns("""
body       | body       | text of the message
sender     | sender     | number
recipients | recipients | numbers of all who received it
""")

_DECISION_PATTERNS = View(
    "decision_patterns",
    "One row a pattern of the library.",
    _columns("""
id                 | pattern_id         | minted once, never reused
category           | category           | one of the categories in the settings
situation          | situation          | when the reply is used
trigger_examples   | trigger_examples   | what customers said before, personal values masked
response_template  | response_template  | the reply with {{variables}}
wordings           | wordings           | other templates that mean the same
variables          | variables          | JSON list of {name, type, description}
confidence         | confidence         | 0 to 1, from the evidence
conversation_count | conversation_count | conversations that are evidence
import_count       | import_count       | imports that are evidence
status             | status             | proposed, approved, rejected or retired
is_approved        | status = 'approved' | true where a person approved it
version            | version            | rises by one with every change
first_seen_at      | first_seen_at      | earliest reply
last_seen_at       | last_seen_at       | latest reply
updated_at         | updated_at         | when this version was made
"""),
    "pattern_library",
)


def views(include_messages: bool = False) -> tuple[View, ...]:
    """Return the views; imported_messages has body, sender and recipients where the file holds messages."""
    messages = _IMPORTED_MESSAGES
    if include_messages:
        messages = View(messages.name, messages.description, messages.columns + _MESSAGE_TEXT, messages.source)
    return (_PATTERN_IMPORT_JOBS, messages, _DECISION_PATTERNS)

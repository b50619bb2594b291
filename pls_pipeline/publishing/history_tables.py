"""The columns of import_files and import_history, which are derived and never stored in the lake.

Here: names, types and meanings. Not here: how they are counted (history.py).
"""

from pls_pipeline.tables import Table, parse_columns

IMPORT_FILES = Table(
    "import_files",
    "Registry: one row for each file that was landed.",
    parse_columns("""
import_key  | VARCHAR   | name of the import: slug of the file name and hash of the content
file_name   | VARCHAR   | name of the file as it was given
sha256      | VARCHAR   | SHA-256 of the content, hex
size_bytes  | BIGINT    | size of the content
received_at | TIMESTAMP | when the file was landed
sequence    | BIGINT    | order of arrival, from 1
source      | VARCHAR   | system that wrote the export
"""),
    partitioned=False,
)

IMPORT_HISTORY = Table(
    "import_history",
    "One row for each import. rows = rejected + duplicates_within + duplicates_across + new_messages; "
    "conversations = eligible + automated + one_sided + empty.",
    parse_columns("""
sequence          | BIGINT    | order of arrival, from 1
import_key        | VARCHAR   | import
file_name         | VARCHAR   | name of the file as it was given
source            | VARCHAR   | system that wrote the export
status            | VARCHAR   | stage reached: landed | read | deduplicated | grouped | partly_analysed | analysed
received_at       | TIMESTAMP | when the file was landed
rows              | BIGINT    | records in the file, rejected ones included
rejected          | BIGINT    | records that could not be read
repaired          | BIGINT    | records whose unquoted comma was put back into the body
duplicates_within | BIGINT    | rows whose message an earlier row of the file holds
duplicates_across | BIGINT    | rows whose message another import holds
new_messages      | BIGINT    | messages that this import brought
automated_messages | BIGINT   | new messages that are kept out as automatic
conversations     | BIGINT    | conversations with a new message
automated         | BIGINT    | conversations of automated threads
one_sided         | BIGINT    | conversations in which one side alone speaks
empty             | BIGINT    | conversations without words
eligible          | BIGINT    | conversations that can be analysed
analysed          | BIGINT    | conversations with an outcome extracted or nothing
deferred          | BIGINT    | conversations over the limit of the run; the next run takes them
failed            | BIGINT    | conversations whose analysis failed; the next run takes them
patterns_created  | BIGINT    | patterns whose first evidence this import brought
patterns_enhanced | BIGINT    | patterns of other imports to which this import brought replies
tokens            | BIGINT    | tokens read and written by the model
cost_usd          | DOUBLE    | US dollars; NULL where the price of a request is unknown
started_at        | TIMESTAMP | received_at
ended_at          | TIMESTAMP | latest analysis; NULL before the first
cost_per_conversation_usd | DOUBLE | cost_usd for each analysed conversation; NULL where none is, or nothing was paid
cost_per_pattern_usd | DOUBLE | cost_usd for each pattern created or enhanced; NULL where none is, or nothing was paid
judge_cost_usd | DOUBLE | US dollars of the library's judge in this import's runs, beside cost_usd; NULL as there
"""),
    partitioned=False,
)

"""Tables of the library: patterns, their versions, former ids, provenance and decisions.

Here: tables over all imports, one file each. Not here: candidates of one import (extraction.py).
"""

from pls_pipeline.tables.schema import Table, parse_columns

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
decision_id        | VARCHAR   | decision in review_decisions that the status rests on; NULL where none does
edited_fields      | VARCHAR[] | columns whose content a reviewer wrote
operator_count     | BIGINT    | senders of the replies that are evidence; lines, where an export names no users
satisfied_count    | BIGINT    | replies after which the customer was content
returned_count     | BIGINT    | replies after which the customer came back with the same matter
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
why            | VARCHAR   | created | enhanced | restored | reopened | merged | evidence_removed | reviewed: what a decision changed
import_key     | VARCHAR   | import that caused it; NULL where none did
extractor      | VARCHAR   | embedded | openai | NULL
prompt_version | VARCHAR   | version of the prompt or of the embedded rules
changed_at     | TIMESTAMP | when
decision_id    | VARCHAR   | decision in review_decisions that caused it; NULL where none did
"""),
    partitioned=False,
)

PATTERN_ALIASES = Table(
    "pattern_aliases",
    "Former ids of patterns that were merged into others.",
    parse_columns("""
former_pattern_id | VARCHAR   | id that is no longer a pattern of its own
pattern_id        | VARCHAR   | pattern that took its evidence
why               | VARCHAR   | merged | reviewed
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

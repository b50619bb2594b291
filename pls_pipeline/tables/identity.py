"""Tables that a library is rebuilt with: what reviewers decided, and which messages each pattern has rested on.

Here: review_decisions, pattern_evidence, removed_imports. Rows are appended and never altered. Not here: the library as
it stands (library.py).
"""

from pls_pipeline.tables.schema import Table, parse_columns

REVIEW_DECISIONS = Table(
    "review_decisions",
    "What reviewers decided, in the order of their decisions. Every build of the library replays them.",
    parse_columns("""
decision_id  | VARCHAR   | identity of the decision
pattern_id   | VARCHAR   | pattern that was decided on
version_seen | BIGINT    | version of the pattern that the reviewer saw
action       | VARCHAR   | approve | reject | retire | edit | split | merge
fields       | VARCHAR   | JSON: for edit {column: text}; for split {new_pattern_id, templates}; for merge {into}; else {}
reply        | VARCHAR   | response_template that was decided on
message_keys | VARCHAR[] | operator messages behind the pattern, or behind the part that is split off
who          | VARCHAR   | reviewer
why          | VARCHAR   | reason given
decided_at   | TIMESTAMP | when
"""),
    partitioned=False,
)

PATTERN_EVIDENCE = Table(
    "pattern_evidence",
    "Which pattern rested on a candidate and its messages first. Rows stay when these are removed: with them the pattern "
    "comes back.",
    parse_columns("""
message_key  | VARCHAR   | operator message
candidate_id | VARCHAR   | candidate that cites it; another extractor makes others of the same message
pattern_id   | VARCHAR   | pattern
claimed_at   | TIMESTAMP | when
"""),
    partitioned=False,
)

REMOVED_IMPORTS = Table(
    "removed_imports",
    "Imports that were undone.",
    parse_columns("""
import_key         | VARCHAR   | import
file_name          | VARCHAR   | name of the file as it was given
sha256             | VARCHAR   | SHA-256 of the content, hex
received_at        | TIMESTAMP | when the file was landed
removed_at         | TIMESTAMP | when it was removed
messages           | BIGINT    | messages that it had brought
patterns_changed   | BIGINT    | patterns that lost evidence and stayed
patterns_vanished  | BIGINT    | patterns that were left without evidence
approvals_lost     | BIGINT    | approved patterns that vanished or whose reply changed
"""),
    partitioned=False,
)

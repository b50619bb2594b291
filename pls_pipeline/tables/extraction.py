"""Tables of what was analysed and found in each conversation.

Here: extraction_outcomes, extracted_patterns, rejected_candidates. Not here: the library made of them (library.py).
"""

from pls_pipeline.tables.schema import Table, parse_columns

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
cached            | BOOLEAN   | true where stored answers alone were used; costs something where no other outcome carries them
attempts          | BIGINT    | requests made
seconds           | DOUBLE    | time taken
analysed_at       | TIMESTAMP | when
run_id            | VARCHAR   | Dagster run
answer_keys       | VARCHAR[] | keys of the requests whose answers' tokens and cost this row carries
cost_is_estimated | BOOLEAN   | true where the server told no tokens, so that they were counted here
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
known_pattern_id  | VARCHAR | approved pattern that the model recognised in the reply; NULL where the template is its own
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

"""The table of what the model said of pairs of replies, kept so that a verdict stays and none is paid twice.

Here: its columns. It holds no text, and it is not among `tables.ALL`: it can be deleted at any time.
"""

from pls_pipeline.tables.schema import Table, parse_columns

JUDGED_PAIRS = Table(
    "judged_pairs",
    "Verdicts of the model that the last library rests on.",
    parse_columns("""
pair_hash | VARCHAR | SHA-256 of both templates and the words of the question, hexadecimal
verdict   | VARCHAR | same | different | unsure
reason    | VARCHAR | what differs, as the model named it
"""),
    partitioned=False,
)

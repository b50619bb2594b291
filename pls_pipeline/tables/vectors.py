"""The table of vectors that an embedder made, kept so that none is computed twice.

Here: its columns. It is no part of the audit trail and not among `tables.ALL`: it can be deleted at any time.
"""

from pls_pipeline.tables.schema import Table, parse_columns

REPLY_VECTORS = Table(
    "reply_vectors",
    "Vectors of the wordings of the last library.",
    parse_columns("""
text_hash | VARCHAR | SHA-256 of the text that was embedded, hexadecimal
embedder  | VARCHAR | what made the vector
vector    | BLOB    | 32-bit floats, little-endian
"""),
    partitioned=False,
)

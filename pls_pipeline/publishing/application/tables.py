"""The tables in the application's database, as this version of the program reads and writes them.

Here: names and types of the columns. Not here: constraints, and what each column means: the migration that made it says
so, and the database shows it (migrations/).
"""

from sqlalchemy import ARRAY, BigInteger, Boolean, Column, Computed, DateTime, Double, MetaData, Table, Text
from sqlalchemy.dialects.postgresql import JSONB

DECISION_PATTERNS = "decision_patterns"
DECISION_PATTERN_VERSIONS = "decision_pattern_versions"


def decision_patterns(schema: str) -> Table:
    """One row a pattern that was ever approved and published; none is deleted.

    `version`, `status` and `successor_id` follow the library. The other columns are those of `approved_version`, the
    last one that a person approved; where the status is `removed`, the examples of what customers said are gone.
    """
    return Table(
        DECISION_PATTERNS,
        MetaData(schema=schema),
        Column("id", Text, primary_key=True),
        Column("version", BigInteger, nullable=False),
        Column("approved_version", BigInteger, nullable=False),
        Column("status", Text, nullable=False),
        Column("is_approved", Boolean, Computed("status = 'approved'", persisted=True)),
        Column("successor_id", Text),
        Column("category", Text, nullable=False),
        Column("situation", Text, nullable=False),
        Column("trigger_examples", ARRAY(Text), nullable=False),
        Column("response_template", Text, nullable=False),
        Column("wordings", ARRAY(Text), nullable=False),
        Column("variables", JSONB, nullable=False),
        Column("confidence", Double, nullable=False),
        Column("conversation_count", BigInteger, nullable=False),
        Column("import_count", BigInteger, nullable=False),
        Column("first_seen_at", DateTime(timezone=True)),
        Column("last_seen_at", DateTime(timezone=True)),
        Column("updated_at", DateTime(timezone=True), nullable=False),
    )


def decision_pattern_versions(schema: str) -> Table:
    """Append-only: each version of a pattern that was published, without examples of what customers said."""
    return Table(
        DECISION_PATTERN_VERSIONS,
        MetaData(schema=schema),
        Column("id", Text, primary_key=True),
        Column("version", BigInteger, primary_key=True),
        Column("status", Text, nullable=False),
        Column("category", Text, nullable=False),
        Column("situation", Text, nullable=False),
        Column("response_template", Text, nullable=False),
        Column("wordings", ARRAY(Text), nullable=False),
        Column("variables", JSONB, nullable=False),
        Column("updated_at", DateTime(timezone=True), nullable=False),
    )

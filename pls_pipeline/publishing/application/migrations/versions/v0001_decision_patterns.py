"""Make decision_patterns and decision_pattern_versions.

The columns stand here as they were at this step; tables.py has them as they are now.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

revision = "0001"
down_revision = None

_MOMENT = sa.DateTime(timezone=True)
_STATUSES = "'approved', 'proposed', 'rejected', 'retired', 'merged', 'removed'"


def upgrade() -> None:
    """Make both tables, empty."""
    schema = op.get_context().version_table_schema
    op.create_table(
        "decision_patterns",
        sa.Column("id", sa.Text, primary_key=True, comment="minted once, never reused"),
        sa.Column("version", sa.BigInteger, nullable=False, comment="version of the pattern; rises with every change"),
        sa.Column("approved_version", sa.BigInteger, nullable=False, comment="version whose texts stand here"),
        sa.Column(
            "status",
            sa.Text,
            sa.CheckConstraint(f"status IN ({_STATUSES})", name="decision_patterns_status"),
            nullable=False,
            comment="approved; proposed: to be approved anew; rejected, retired: by a person; merged: see "
            "successor_id; removed: its imports were undone",
        ),
        sa.Column("is_approved", sa.Boolean, sa.Computed("status = 'approved'", persisted=True), comment="may be used"),
        sa.Column("successor_id", sa.Text, comment="pattern that took the evidence of a merged one"),
        sa.Column("category", sa.Text, nullable=False, comment="one of the categories in the settings"),
        sa.Column("situation", sa.Text, nullable=False, comment="when the reply is used"),
        sa.Column("trigger_examples", ARRAY(sa.Text), nullable=False, comment="what customers said, values masked"),
        sa.Column("response_template", sa.Text, nullable=False, comment="the reply with {{variables}}"),
        sa.Column("wordings", ARRAY(sa.Text), nullable=False, comment="other templates that mean the same"),
        sa.Column("variables", JSONB, nullable=False, comment="list of {name, type, description}"),
        sa.Column("confidence", sa.Double, nullable=False, comment="0 to 1, from the evidence"),
        sa.Column("conversation_count", sa.BigInteger, nullable=False, comment="conversations that are evidence"),
        sa.Column("import_count", sa.BigInteger, nullable=False, comment="imports that are evidence"),
        sa.Column("first_seen_at", _MOMENT, comment="earliest reply"),
        sa.Column("last_seen_at", _MOMENT, comment="latest reply"),
        sa.Column("updated_at", _MOMENT, nullable=False, comment="when the library made this version"),
        schema=schema,
    )  # fmt: skip
    op.create_index("decision_patterns_in_use", "decision_patterns", ["category", "is_approved"], schema=schema)
    op.create_table(
        "decision_pattern_versions",
        sa.Column("id", sa.Text, primary_key=True, comment="pattern"),
        sa.Column("version", sa.BigInteger, primary_key=True, comment="version"),
        sa.Column("status", sa.Text, nullable=False, comment="its status"),
        sa.Column("category", sa.Text, nullable=False, comment="its category"),
        sa.Column("situation", sa.Text, nullable=False, comment="its situation"),
        sa.Column("response_template", sa.Text, nullable=False, comment="its reply"),
        sa.Column("wordings", ARRAY(sa.Text), nullable=False, comment="its other templates"),
        sa.Column("variables", JSONB, nullable=False, comment="its variables"),
        sa.Column("updated_at", _MOMENT, nullable=False, comment="when the library made it"),
        schema=schema,
    )

"""The tables that files and report are made of, read from the lake once.

Here: which rows and columns are published and in which order. Not here: how they are written (files.py, report.py).
The order of the rows depends on the values alone, so the same library gives the same files.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import duckdb
import pyarrow as pa

from pls_pipeline.imports import Manifest
from pls_pipeline.lake import Lake
from pls_pipeline.publishing.history import import_files, import_history
from pls_pipeline.tables import (
    EXTRACTION_OUTCOMES,
    GROUPED_CONVERSATIONS,
    MERGE_DECISIONS,
    PATTERN_LIBRARY,
    PATTERN_PROVENANCE,
    REJECTED_CANDIDATES,
    REJECTED_ROWS,
    REVIEW_DECISIONS,
)


@dataclass(frozen=True)
class PublishedTables:
    """What is published, as Arrow tables. No message text; `raw_text` in `rejected` is NULL unless it is asked for.

    patterns: the columns of PATTERN_LIBRARY; those with most evidence first
    provenance: the columns of PATTERN_PROVENANCE; by pattern, import, row
    history: the columns of history.IMPORT_HISTORY; by sequence
    rejected: file_name (`archive.zip:member` where the import is an archive) and the columns of REJECTED_ROWS; by
        sequence of the import, member, line
    set_aside: stage (row | conversation | candidate), status, reason, import_key, count: what is in no pattern and why;
        status is rejected for a row, automated | one_sided | empty | nothing | failed | deferred for a conversation,
        rejected | waiting (for a second conversation) for a candidate; reason is NULL where the status says it;
        import_key is NULL for a waiting candidate
    decisions: pattern_id, action, who, why, decided_at of review_decisions, in the order of decision; one that makes or
        changes a second pattern stands under both
    """

    patterns: pa.Table
    provenance: pa.Table
    history: pa.Table
    rejected: pa.Table
    set_aside: pa.Table
    decisions: pa.Table

    @classmethod
    def collect(
        cls,
        connection: duckdb.DuckDBPyConnection,
        lake: Lake,
        manifests: Sequence[Manifest],
        *,
        include_texts: bool = False,
    ) -> "PublishedTables":
        """Read the tables from the lake; `manifests` are all imports of the registry."""
        keys = [manifest.import_key for manifest in manifests]
        patterns = lake.relation(connection, PATTERN_LIBRARY).order("conversation_count DESC, pattern_id")
        provenance = lake.relation(connection, PATTERN_PROVENANCE).order(
            "pattern_id, import_key, row_number, role, message_key, candidate_id, template"
        )
        return cls(
            patterns=patterns.to_arrow_table(),
            provenance=provenance.to_arrow_table(),
            history=import_history(connection, lake, manifests).to_arrow_table(),
            rejected=_rejected(connection, lake, manifests, include_texts).to_arrow_table(),
            set_aside=_set_aside(connection, lake, keys).to_arrow_table(),
            decisions=_decisions(connection, lake).to_arrow_table(),
        )


def _decisions(connection: duckdb.DuckDBPyConnection, lake: Lake) -> duckdb.DuckDBPyRelation:
    told = "action, who, why, decided_at, decision_id"
    decisions = lake.relation(connection, REVIEW_DECISIONS)
    others = decisions.project(f"coalesce(fields->>'into', fields->>'new_pattern_id') AS pattern_id, {told}")
    return (
        decisions.project(f"pattern_id, {told}")
        .union(others.filter("pattern_id IS NOT NULL"))
        .order("decided_at, decision_id, pattern_id")
        .project("pattern_id, action, who, why, decided_at")
    )


def _rejected(
    connection: duckdb.DuckDBPyConnection, lake: Lake, manifests: Sequence[Manifest], include_texts: bool
) -> duckdb.DuckDBPyRelation:
    shown = {} if include_texts else {"raw_text": "CAST(NULL AS VARCHAR) AS raw_text"}
    columns = ", ".join(shown.get(name, name) for name in REJECTED_ROWS.column_names)
    files = import_files(connection, manifests).project("import_key, file_name, sequence")
    rows = lake.relation(connection, REJECTED_ROWS, [manifest.import_key for manifest in manifests])
    return (
        rows.join(files, "import_key")
        .order("sequence, member NULLS FIRST, line_number, reason, detail, raw_text")
        .project(f"concat_ws(':', file_name, member) AS file_name, {columns}")
    )


def _set_aside(connection: duckdb.DuckDBPyConnection, lake: Lake, keys: Sequence[str]) -> duckdb.DuckDBPyRelation:
    rows = lake.relation(connection, REJECTED_ROWS, keys).project(
        "'row' AS stage, 'rejected' AS status, reason, import_key"
    )
    not_eligible = (
        lake.relation(connection, GROUPED_CONVERSATIONS, keys)
        .filter("status <> 'eligible'")
        .project("'conversation' AS stage, status, CAST(NULL AS VARCHAR) AS reason, import_key")
    )
    not_extracted = (
        lake.relation(connection, EXTRACTION_OUTCOMES, keys)
        .filter("status <> 'extracted'")
        .project("'conversation' AS stage, status, reason, import_key")
    )
    refused = lake.relation(connection, REJECTED_CANDIDATES, keys).project(
        "'candidate' AS stage, 'rejected' AS status, reason, import_key"
    )
    waiting = (
        lake.relation(connection, MERGE_DECISIONS)
        .filter("pattern_id IS NULL")
        .project("'candidate' AS stage, 'waiting' AS status, decided_by AS reason, CAST(NULL AS VARCHAR) AS import_key")
    )
    return (
        rows.union(not_eligible)
        .union(not_extracted)
        .union(refused)
        .union(waiting)
        .aggregate(
            "stage, status, reason, import_key, count(*) AS count",
            "stage, status, reason, import_key",
        )
        .order("stage, count DESC, status, reason, import_key")
    )

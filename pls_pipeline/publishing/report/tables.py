"""What the pages of the folder need beyond PublishedTables, read from the lake once.

Here: versions, former ids, the place and time of each message of evidence, how files were read, who analysed them. Not
here: what the pages make of it (pattern_page.py, import_page.py). No text of a message is read, unless it is asked for.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import duckdb
import pyarrow as pa

from pls_pipeline.imports import Manifest
from pls_pipeline.lake import Lake
from pls_pipeline.publishing.history import import_files
from pls_pipeline.tables import (
    EXPORT_FACTS,
    EXTRACTION_OUTCOMES,
    PATTERN_ALIASES,
    PATTERN_PROVENANCE,
    PATTERN_VERSIONS,
    RAW_MESSAGES,
)


@dataclass(frozen=True)
class ReportTables:
    """Arrow tables for the pages.

    versions: the columns of PATTERN_VERSIONS; by pattern, version
    aliases: the columns of PATTERN_ALIASES; by former_pattern_id
    evidence: a row a conversation of a pattern and import: pattern_id, conversation_key, import_key, wording (the
        template that the reply is an instance of), said and replied (rows of the customer's messages and of the reply),
        lines (physical lines of the reply), members (files of the archive that hold the replies), occurred_at (of the
        first reply), said_texts and replied_texts (lists of {row, body}, NULL unless texts were asked for); by pattern,
        import, first row
    files: the columns of history_tables.IMPORT_FILES and of EXPORT_FACTS that say how the file was read; by sequence
    effort: import_key, extractor, model, prompt_version, conversations, cached, prompt_tokens, completion_tokens,
        cost_usd (NULL where the price of a request is unknown); most conversations first
    """

    versions: pa.Table
    aliases: pa.Table
    evidence: pa.Table
    files: pa.Table
    effort: pa.Table

    @classmethod
    def collect(
        cls, connection: duckdb.DuckDBPyConnection, lake: Lake, manifests: Sequence[Manifest], *, texts: bool = False
    ) -> "ReportTables":
        """Read the tables from the lake; `manifests` are all imports of the registry; `texts`: the messages as well."""
        keys = [manifest.import_key for manifest in manifests]
        return cls(
            versions=lake.relation(connection, PATTERN_VERSIONS).order("pattern_id, version").to_arrow_table(),
            aliases=lake.relation(connection, PATTERN_ALIASES).order("former_pattern_id, changed_at").to_arrow_table(),
            evidence=_evidence(connection, lake, keys, texts=texts).to_arrow_table(),
            files=_files(connection, lake, manifests).to_arrow_table(),
            effort=_effort(connection, lake, keys).to_arrow_table(),
        )


def _evidence(
    connection: duckdb.DuckDBPyConnection, lake: Lake, keys: Sequence[str], *, texts: bool
) -> duckdb.DuckDBPyRelation:
    body = "body" if texts else "CAST(NULL AS VARCHAR) AS body"
    places = lake.relation(connection, RAW_MESSAGES, keys).project(
        f"import_key, row_number, line_number, member, occurred_at, {body}"
    )
    message = 'struct_pack("row" := row_number, body := body)'
    listed = f"list(DISTINCT {message} ORDER BY {message}) FILTER (role = '{{}}' AND body IS NOT NULL)"
    return (
        lake.relation(connection, PATTERN_PROVENANCE)
        .project("pattern_id, conversation_key, import_key, row_number, role, template")
        .join(places, "import_key, row_number", how="left")
        .aggregate(
            f"""
            pattern_id, conversation_key, import_key, min(template) AS wording, min(row_number) AS first_row,
            list(DISTINCT row_number ORDER BY row_number) FILTER (role = 'trigger') AS said,
            list(DISTINCT row_number ORDER BY row_number) FILTER (role = 'response') AS replied,
            list(DISTINCT line_number ORDER BY line_number) FILTER (role = 'response') AS lines,
            list(DISTINCT member ORDER BY member) FILTER (member IS NOT NULL) AS members,
            coalesce(min(occurred_at) FILTER (role = 'response'), min(occurred_at)) AS occurred_at,
            {listed.format("trigger")} AS said_texts, {listed.format("response")} AS replied_texts
            """,
            "pattern_id, conversation_key, import_key",
        )
        .order("pattern_id, import_key, first_row, conversation_key")
    )


def _files(connection: duckdb.DuckDBPyConnection, lake: Lake, manifests: Sequence[Manifest]) -> duckdb.DuckDBPyRelation:
    facts = lake.relation(connection, EXPORT_FACTS, [manifest.import_key for manifest in manifests]).project(
        "import_key, encoding, delimiter, reader, container, members, blank_lines, repeated_headers"
    )
    return import_files(connection, manifests).join(facts, "import_key", how="left").order("sequence, import_key")


def _effort(connection: duckdb.DuckDBPyConnection, lake: Lake, keys: Sequence[str]) -> duckdb.DuckDBPyRelation:
    return (
        lake.relation(connection, EXTRACTION_OUTCOMES, keys)
        .filter("status <> 'deferred'")
        .aggregate(
            """
            import_key, extractor, model, prompt_version, count(*) AS conversations,
            count(*) FILTER (cached) AS cached,
            CAST(sum(coalesce(prompt_tokens, 0)) AS BIGINT) AS prompt_tokens,
            CAST(sum(coalesce(completion_tokens, 0)) AS BIGINT) AS completion_tokens,
            CASE WHEN bool_or(cost_usd IS NULL AND coalesce(prompt_tokens, 0) + coalesce(completion_tokens, 0) > 0)
                 THEN NULL ELSE round(fsum(coalesce(cost_usd, 0.0)), 6) END AS cost_usd
            """,
            "import_key, extractor, model, prompt_version",
        )
        .order("import_key, conversations DESC, extractor, model, prompt_version")
    )

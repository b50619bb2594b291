"""What became of each import: the relations import_files and import_history.

Here: counts per import, derived from the tables of the lake each time they are asked for. Not here: how they are shown
(report.py, files.py, warehouse.py). Nothing of this is stored by a run, so it cannot disagree with the tables.
"""

from collections.abc import Sequence

import duckdb
import pyarrow as pa

from pls_pipeline.imports import Manifest
from pls_pipeline.lake import Lake, arrow_schema
from pls_pipeline.publishing.history_tables import IMPORT_FILES
from pls_pipeline.tables import (
    DEDUPLICATED_MESSAGES,
    DUPLICATE_ROWS,
    EXTRACTION_OUTCOMES,
    GROUPED_CONVERSATIONS,
    PATTERN_LIBRARY,
    PATTERN_PROVENANCE,
    RAW_MESSAGES,
    REJECTED_ROWS,
)
from pls_pipeline.tables.judge_costs import JUDGE_COSTS

_STAGES = (
    ("read", RAW_MESSAGES),
    ("deduplicated", DEDUPLICATED_MESSAGES),
    ("grouped", GROUPED_CONVERSATIONS),
    ("analysed", EXTRACTION_OUTCOMES),
)


def import_files(connection: duckdb.DuckDBPyConnection, manifests: Sequence[Manifest]) -> duckdb.DuckDBPyRelation:
    """Return the registry as a relation with the columns of IMPORT_FILES, by sequence."""
    records = [{name: getattr(manifest, name) for name in IMPORT_FILES.column_names} for manifest in manifests]
    rows = pa.Table.from_pylist(records, schema=arrow_schema(IMPORT_FILES))
    return connection.from_arrow(rows).order("sequence, import_key")


def import_history(
    connection: duckdb.DuckDBPyConnection, lake: Lake, manifests: Sequence[Manifest]
) -> duckdb.DuckDBPyRelation:
    """Say what became of each registered import: the columns of IMPORT_HISTORY, by sequence.

    A file that is landed and not yet run has zeros and the status `landed`; `partly_analysed` is one with an eligible
    conversation that is deferred, failed or changed since. Partitions of the lake without a manifest are left out.
    Outcomes count only where they are about the conversation as it is grouped now, so that analysed + deferred + failed
    never exceeds eligible; tokens and cost count every stored outcome; `cost_per_conversation_usd` and
    `cost_per_pattern_usd` divide that cost. What the judge of the library cost stands beside it, in `judge_cost_usd`.
    """
    keys = [manifest.import_key for manifest in manifests]
    history = import_files(connection, manifests)
    for counts in (
        _stages(connection, lake, keys),
        _rows(connection, lake, keys),
        _duplicates(connection, lake, keys),
        _conversations(connection, lake, keys),
        _effort(connection, lake, keys),
        _judging(connection, lake),
        _patterns(connection, lake),
    ):
        history = history.join(counts, "import_key", how="left")
    history = history.project(
        """
        sequence, import_key, file_name, source,
        CASE WHEN stage = 'analysed' AND coalesce(eligible, 0) > coalesce(analysed, 0) THEN 'partly_analysed'
             ELSE coalesce(stage, 'landed') END AS status,
        received_at,
        CAST(coalesce(readable, 0) + coalesce(rejected, 0) AS BIGINT) AS rows,
        CAST(coalesce(rejected, 0) AS BIGINT) AS rejected,
        CAST(coalesce(repaired, 0) AS BIGINT) AS repaired,
        CAST(coalesce(duplicates_within, 0) AS BIGINT) AS duplicates_within,
        CAST(coalesce(duplicates_across, 0) AS BIGINT) AS duplicates_across,
        CAST(coalesce(new_messages, 0) AS BIGINT) AS new_messages,
        CAST(coalesce(automated_messages, 0) AS BIGINT) AS automated_messages,
        CAST(coalesce(conversations, 0) AS BIGINT) AS conversations,
        CAST(coalesce(automated, 0) AS BIGINT) AS automated,
        CAST(coalesce(one_sided, 0) AS BIGINT) AS one_sided,
        CAST(coalesce("empty", 0) AS BIGINT) AS "empty",
        CAST(coalesce(eligible, 0) AS BIGINT) AS eligible,
        CAST(coalesce(analysed, 0) AS BIGINT) AS analysed,
        CAST(coalesce(deferred, 0) AS BIGINT) AS deferred,
        CAST(coalesce(failed, 0) AS BIGINT) AS failed,
        CAST(coalesce(patterns_created, 0) AS BIGINT) AS patterns_created,
        CAST(coalesce(patterns_enhanced, 0) AS BIGINT) AS patterns_enhanced,
        CAST(coalesce(tokens, 0) AS BIGINT) AS tokens,
        CASE WHEN price_unknown THEN NULL ELSE coalesce(cost_usd, 0.0) END AS cost_usd,
        received_at AS started_at, ended_at,
        CASE WHEN judge_price_unknown THEN NULL ELSE coalesce(judge_cost_usd, 0.0) END AS judge_cost_usd
        """
    )
    # Dividing by NULL gives NULL.
    return history.project(
        """
        * EXCLUDE (judge_cost_usd), round(nullif(cost_usd, 0.0) / nullif(analysed, 0), 6) AS cost_per_conversation_usd,
        round(nullif(cost_usd, 0.0) / nullif(patterns_created + patterns_enhanced, 0), 6) AS cost_per_pattern_usd,
        judge_cost_usd
        """
    ).order("sequence, import_key")


def _stages(connection: duckdb.DuckDBPyConnection, lake: Lake, keys: Sequence[str]) -> duckdb.DuckDBPyRelation:
    """import_key, stage: the last stage whose file is in the lake."""
    reached: dict[str, str] = {}
    for stage, table in _STAGES:
        reached |= dict.fromkeys(lake.partitions(table), stage)
    rows = [{"import_key": key, "stage": reached.get(key, "landed")} for key in keys]
    schema = pa.schema([("import_key", pa.string()), ("stage", pa.string())])
    return connection.from_arrow(pa.Table.from_pylist(rows, schema=schema))


def _rows(connection: duckdb.DuckDBPyConnection, lake: Lake, keys: Sequence[str]) -> duckdb.DuckDBPyRelation:
    """import_key, readable, repaired, rejected, new_messages."""
    readable = lake.relation(connection, RAW_MESSAGES, keys).aggregate(
        "import_key, count(*) AS readable, count(*) FILTER (repaired) AS repaired", "import_key"
    )
    rejected = lake.relation(connection, REJECTED_ROWS, keys).aggregate(
        "import_key, count(*) AS rejected", "import_key"
    )
    new = lake.relation(connection, DEDUPLICATED_MESSAGES, keys).aggregate(
        "import_key, count(*) AS new_messages", "import_key"
    )
    return readable.join(rejected, "import_key", how="outer").join(new, "import_key", how="outer")


def _duplicates(connection: duckdb.DuckDBPyConnection, lake: Lake, keys: Sequence[str]) -> duckdb.DuckDBPyRelation:
    """import_key, duplicates_within, duplicates_across."""
    return lake.relation(connection, DUPLICATE_ROWS, keys).aggregate(
        "import_key, count(*) FILTER (first_import_key = import_key) AS duplicates_within, "
        "count(*) FILTER (first_import_key <> import_key) AS duplicates_across",
        "import_key",
    )


def _conversations(connection: duckdb.DuckDBPyConnection, lake: Lake, keys: Sequence[str]) -> duckdb.DuckDBPyRelation:
    """import_key, conversations, automated_messages, a count for each status of a conversation and of an outcome."""
    grouped = lake.relation(connection, GROUPED_CONVERSATIONS, keys).project(
        "import_key, conversation_key, fingerprint, status, len(automated_reasons) AS automatic"
    )
    outcomes = lake.relation(connection, EXTRACTION_OUTCOMES, keys).project(
        "import_key, conversation_key, fingerprint, status AS outcome"
    )
    return grouped.join(outcomes, "import_key, conversation_key, fingerprint", how="left").aggregate(
        """
        import_key, count(*) AS conversations, sum(automatic) AS automated_messages,
        count(*) FILTER (status = 'automated') AS automated,
        count(*) FILTER (status = 'one_sided') AS one_sided,
        count(*) FILTER (status = 'empty') AS "empty",
        count(*) FILTER (status = 'eligible') AS eligible,
        count(*) FILTER (status = 'eligible' AND outcome IN ('extracted', 'nothing')) AS analysed,
        count(*) FILTER (status = 'eligible' AND outcome = 'deferred') AS deferred,
        count(*) FILTER (status = 'eligible' AND outcome = 'failed') AS failed
        """,
        "import_key",
    )


def _effort(connection: duckdb.DuckDBPyConnection, lake: Lake, keys: Sequence[str]) -> duckdb.DuckDBPyRelation:
    """import_key, tokens, cost_usd, price_unknown, ended_at."""
    return lake.relation(connection, EXTRACTION_OUTCOMES, keys).aggregate(
        """
        import_key,
        sum(coalesce(prompt_tokens, 0) + coalesce(completion_tokens, 0)) AS tokens,
        round(fsum(cost_usd), 6) AS cost_usd,
        bool_or(cost_usd IS NULL AND coalesce(prompt_tokens, 0) + coalesce(completion_tokens, 0) > 0) AS price_unknown,
        max(analysed_at) FILTER (status <> 'deferred') AS ended_at
        """,
        "import_key",
    )


def _judging(connection: duckdb.DuckDBPyConnection, lake: Lake) -> duckdb.DuckDBPyRelation:
    """import_key, judge_cost_usd, judge_price_unknown."""
    return lake.relation(connection, JUDGE_COSTS).aggregate(
        "import_key, round(fsum(cost_usd), 6) AS judge_cost_usd, bool_or(cost_usd IS NULL) AS judge_price_unknown",
        "import_key",
    )


def _patterns(connection: duckdb.DuckDBPyConnection, lake: Lake) -> duckdb.DuckDBPyRelation:
    """import_key, patterns_created, patterns_enhanced."""
    begun = lake.relation(connection, PATTERN_LIBRARY).project("pattern_id, first_import_key")
    replies = (
        lake.relation(connection, PATTERN_PROVENANCE)
        .filter("role = 'response'")
        .project("pattern_id, import_key")
        .distinct()
    )
    created = begun.project("first_import_key AS import_key").aggregate(
        "import_key, count(*) AS patterns_created", "import_key"
    )
    enhanced = (
        replies.join(begun, "pattern_id")
        .filter("first_import_key <> import_key")
        .aggregate("import_key, count(*) AS patterns_enhanced", "import_key")
    )
    return created.join(enhanced, "import_key", how="outer")

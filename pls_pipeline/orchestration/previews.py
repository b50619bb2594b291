"""Previews of tables for the UI: a few rows in Markdown, without a text, a number or a name of a person.

Here: which columns may be seen of each table, and how many rows. Not here: drawing (markdown.py), where a preview is
attached (assets/). Dagster keeps metadata for ever, and forgetting a customer does not reach it: so a preview holds
counts, times, row numbers, ids of patterns and words that the settings name, and nothing that anybody wrote.
"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from pls_pipeline.orchestration.markdown import draw_table

if TYPE_CHECKING:
    from duckdb import DuckDBPyRelation

_ROWS = 10
_PATTERNS = 25


def preview_messages(messages: "DuckDBPyRelation") -> str:
    """The first rows of raw_messages: where they stand, when, which way, how long."""
    return _draw(
        messages.order("row_number").limit(_ROWS),
        "row_number AS row, line_number AS line, strftime(occurred_at, '%Y-%m-%d %H:%M') AS occurred_at, direction, "
        "length(body) AS characters, len(recipients) AS recipients, repaired",
    )


def preview_rejected(rejected: "DuckDBPyRelation") -> str:
    """Rejected rows by reason, with the lines of the first ones."""
    lines = "array_to_string(list_slice(list(line_number ORDER BY line_number), 1, 5), ', ')"
    return _draw_counts(rejected, "reason", "rows", f"{lines} AS first_lines")


def preview_duplicates(duplicates: "DuckDBPyRelation") -> str:
    """Duplicate rows by the import that holds their message."""
    held_by = duplicates.project("first_import_key AS held_by, content_differs")
    return _draw_counts(held_by, "held_by", "rows", "count(*) FILTER (content_differs) AS rows_with_another_text")


def preview_conversations(conversations: "DuckDBPyRelation") -> str:
    """Conversations by status."""
    return _draw_counts(
        conversations,
        "status",
        "conversations",
        "sum(message_count)::BIGINT AS messages, sum(new_message_count)::BIGINT AS new_messages, "
        "strftime(min(started_at), '%Y-%m-%d') AS first, strftime(max(ended_at), '%Y-%m-%d') AS last",
    )


def preview_outcomes(outcomes: "DuckDBPyRelation") -> str:
    """Conversations by what came of their analysis, with what it took."""
    return _draw_counts(
        outcomes,
        "status, extractor, model",
        "conversations",
        "count(*) FILTER (cached) AS from_stored_answers, "
        "sum(coalesce(prompt_tokens, 0) + coalesce(completion_tokens, 0))::BIGINT AS tokens, "
        "round(sum(cost_usd), 6) AS cost_usd",
    )


def preview_candidates(candidates: "DuckDBPyRelation") -> str:
    """Candidates by category."""
    return _draw_counts(
        candidates,
        "category",
        "candidates",
        "count(DISTINCT conversation_key) AS conversations, avg(json_array_length(variables)) AS variables_each",
    )


def preview_library(patterns: Sequence[Mapping[str, object]]) -> str:
    """The patterns with most evidence: ids and counts; `pls trace` and the report have their words."""
    columns = (
        "pattern_id", "version", "status", "category", "conversation_count", "import_count", "confidence",
        "first_import_key", "last_import_key",
    )  # fmt: skip
    ranked = sorted(patterns, key=lambda row: (-_number(row["conversation_count"]), str(row["pattern_id"])))
    return draw_table(columns, [[row[name] for name in columns] for row in ranked[:_PATTERNS]])


def _number(value: object) -> int:
    return value if isinstance(value, int) else 0


def _draw_counts(relation: "DuckDBPyRelation", keys: str, counted: str, further: str) -> str:
    """Draw the rows by `keys`, the most first: their number as `counted`, and further aggregates."""
    groups = relation.aggregate(f"{keys}, count(*) AS {counted}, {further}", keys)
    return _draw(groups.order(f"{counted} DESC, {keys}").limit(_ROWS), "*")


def _draw(relation: "DuckDBPyRelation", columns: str) -> str:
    """Draw these SQL expressions under their names; no text of a row reaches a preview but what they name."""
    shown = relation.project(columns)
    return draw_table(tuple(shown.columns), shown.fetchall())

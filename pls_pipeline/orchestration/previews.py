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
        row="row_number",
        line="line_number",
        occurred_at="strftime(occurred_at, '%Y-%m-%d %H:%M')",
        direction="direction",
        characters="length(body)",
        recipients="len(recipients)",
        repaired="repaired",
    )


def preview_rejected(rejected: "DuckDBPyRelation") -> str:
    """Rejected rows by reason, with the lines of the first ones."""
    lines = "array_to_string(list_slice(list(line_number ORDER BY line_number), 1, 5), ', ')"
    return _draw(
        rejected.aggregate(f"reason, count(*) AS n, {lines} AS first_lines", "reason").order("n DESC, reason"),
        reason="reason",
        rows="n",
        first_lines="first_lines",
    )


def preview_duplicates(duplicates: "DuckDBPyRelation") -> str:
    """Duplicate rows by the import that holds their message."""
    grouped = duplicates.aggregate(
        "first_import_key, count(*) AS n, count(*) FILTER (content_differs) AS other_text", "first_import_key"
    ).order("n DESC, first_import_key")
    return _draw(grouped.limit(_ROWS), held_by="first_import_key", rows="n", rows_with_another_text="other_text")


def preview_conversations(conversations: "DuckDBPyRelation") -> str:
    """Conversations by status."""
    grouped = conversations.aggregate(
        "status, count(*) AS n, sum(message_count)::BIGINT AS messages, sum(new_message_count)::BIGINT AS new, "
        "min(started_at) AS first, max(ended_at) AS last",
        "status",
    ).order("n DESC, status")
    return _draw(
        grouped,
        status="status",
        conversations="n",
        messages="messages",
        new_messages="new",
        first="strftime(first, '%Y-%m-%d')",
        last="strftime(last, '%Y-%m-%d')",
    )


def preview_outcomes(outcomes: "DuckDBPyRelation") -> str:
    """Conversations by what came of their analysis, with what it took."""
    grouped = outcomes.aggregate(
        "status, extractor, model, count(*) AS n, count(*) FILTER (cached) AS cached, "
        "sum(coalesce(prompt_tokens, 0) + coalesce(completion_tokens, 0))::BIGINT AS tokens, "
        "round(sum(cost_usd), 6) AS cost",
        "status, extractor, model",
    ).order("n DESC, status")
    return _draw(
        grouped,
        outcome="status",
        extractor="extractor",
        model="model",
        conversations="n",
        from_stored_answers="cached",
        tokens="tokens",
        cost_usd="cost",
    )


def preview_candidates(candidates: "DuckDBPyRelation") -> str:
    """Candidates by category."""
    grouped = candidates.aggregate(
        "category, count(*) AS n, count(DISTINCT conversation_key) AS conversations, "
        "avg(json_array_length(variables)) AS variables",
        "category",
    ).order("n DESC, category")
    return _draw(
        grouped, category="category", candidates="n", conversations="conversations", variables_each="variables"
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


def _draw(relation: "DuckDBPyRelation", /, **columns: str) -> str:
    """Draw these expressions under these names; no text of a row reaches an expression but those named above."""
    shown = relation.project(", ".join(f"{expression} AS {name}" for name, expression in columns.items()))
    return draw_table(tuple(columns), shown.fetchall())

"""Questions about the library: which patterns there are, and which messages one rests on.

Here: the queries behind `pls patterns` and `pls trace`. Not here: how the answers are printed (cli.py).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import duckdb

from pls_pipeline.lake import Lake
from pls_pipeline.tables import PATTERN_ALIASES, PATTERN_LIBRARY, PATTERN_PROVENANCE, RAW_MESSAGES


class UnknownPatternError(LookupError):
    """No pattern has this id, and none had it before."""


@dataclass(frozen=True)
class TracedMessage:
    """A message that a pattern rests on, and the row of the file that it stands in.

    `template` is the wording that a response is an instance of, None for a trigger. `values` is JSON text:
    [{name, start, end}], code points in `body`. `line_number`, `occurred_at`, `direction` and `body` are None where the
    row is no longer in the lake. `body` is the customer's or the operator's own text: for the terminal of whoever holds
    the data, never for a log.
    """

    role: str
    template: str | None
    file_name: str
    row_number: int
    line_number: int | None
    occurred_at: datetime | None
    direction: str | None
    body: str | None
    values: str
    conversation_key: str
    message_id: str | None
    message_key: str
    import_key: str
    candidate_id: str


@dataclass(frozen=True)
class PatternTrace:
    """A pattern and its evidence.

    `asked` is the id that was asked for; it differs from `pattern["pattern_id"]` where that pattern was merged.
    `pattern` has the columns of PATTERN_LIBRARY. `messages` are in the order wording (the template first),
    conversation, time; the triggers of a conversation come before its response.
    """

    asked: str
    pattern: dict[str, Any]
    messages: tuple[TracedMessage, ...]


def list_patterns(
    connection: duckdb.DuckDBPyConnection,
    lake: Lake,
    statuses: Sequence[str] = (),
    categories: Sequence[str] = (),
) -> duckdb.DuckDBPyRelation:
    """Return the library, most evidence first: the columns of PATTERN_LIBRARY. No `statuses` or `categories`: all."""
    patterns = lake.relation(connection, PATTERN_LIBRARY)
    for column, wanted in (("status", statuses), ("category", categories)):
        if wanted:
            values = [duckdb.ConstantExpression(value) for value in wanted]
            patterns = patterns.filter(duckdb.ColumnExpression(column).isin(*values))
    return patterns.order("conversation_count DESC, pattern_id")


def resolve_pattern_id(connection: duckdb.DuckDBPyConnection, lake: Lake, pattern_id: str) -> str:
    """Return the id that a pattern has now: its own, or that of the pattern that took its evidence.

    Raises UnknownPatternError where neither is in the library.
    """
    aliases = dict(
        lake.relation(connection, PATTERN_ALIASES)
        .order("changed_at")
        .project("former_pattern_id, pattern_id")
        .fetchall()
    )
    known = {row[0] for row in lake.relation(connection, PATTERN_LIBRARY).project("pattern_id").fetchall()}
    current, seen = pattern_id, {pattern_id}
    while current not in known and current in aliases and aliases[current] not in seen:
        current = aliases[current]
        seen.add(current)
    if current not in known:
        raise UnknownPatternError(f"no pattern has the id {pattern_id!r}; `pls patterns` lists those there are")
    return current


def trace_pattern(connection: duckdb.DuckDBPyConnection, lake: Lake, pattern_id: str) -> PatternTrace:
    """Follow a pattern to its wordings, their messages, and the rows of the files that these stand in.

    A former id leads to the pattern that took its evidence. Raises UnknownPatternError.
    """
    current = resolve_pattern_id(connection, lake, pattern_id)
    has_id = duckdb.ColumnExpression("pattern_id") == duckdb.ConstantExpression(current)
    patterns = lake.relation(connection, PATTERN_LIBRARY).filter(has_id)
    evidence = lake.relation(connection, PATTERN_PROVENANCE).filter(has_id)
    keys = [row[0] for row in evidence.project("import_key").distinct().fetchall()]
    rows = lake.relation(connection, RAW_MESSAGES, keys).project(
        "import_key, row_number, line_number, occurred_at, direction, body"
    )
    wording = "max(template) OVER (PARTITION BY candidate_id, conversation_key) AS wording"
    traced = (
        evidence.join(rows, "import_key, row_number", how="left")
        .join(patterns.project("pattern_id, response_template"), "pattern_id")
        .project(f"*, {wording}, min(occurred_at) OVER (PARTITION BY candidate_id) AS begins_at")
        .order(
            "wording <> response_template, wording, begins_at, candidate_id, role = 'response', occurred_at, "
            "import_key, row_number"
        )
    )
    selected = traced.project(", ".join(f'"{name}"' for name in TracedMessage.__dataclass_fields__))
    return PatternTrace(
        asked=pattern_id,
        pattern=patterns.to_arrow_table().to_pylist()[0],
        messages=tuple(TracedMessage(**record) for record in selected.to_arrow_table().to_pylist()),
    )

"""The DuckDB file that analysts open.

Here: how the file is built from the lake and takes the place of the old one. Not here: its views (warehouse_views.py).
A DuckDB file has one writing process or many reading ones. A run never writes to the file that is open: it builds
another beside it and moves it into place, so who has the old one open goes on reading the old one.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path

import duckdb

from pls_pipeline import tables
from pls_pipeline.imports import Manifest
from pls_pipeline.lake import Lake, quoted, replacing
from pls_pipeline.publishing.history import import_files, import_history
from pls_pipeline.publishing.history_tables import IMPORT_FILES, IMPORT_HISTORY
from pls_pipeline.publishing.warehouse_views import ViewColumn, views
from pls_pipeline.tables import Column, Table

_DATABASE = "pls_warehouse"

# Clients of DuckDB 1.0 and later read this version; the default of DuckDB 2 asks for 2.0.
_STORAGE_VERSION = "v1.0.0"

# What a customer or an operator wrote, numbers, and columns of the export whose content is not known. A candidate rests
# on one conversation, so its wording is close to that message; a pattern of the library rests on several.
MESSAGE_COLUMNS: Mapping[str, frozenset[str]] = {
    tables.RAW_MESSAGES.name: frozenset({"body", "sender", "recipients", "extra"}),
    tables.REJECTED_ROWS.name: frozenset({"raw_text"}),
    tables.CONTACTS.name: frozenset({"contact_id", "first_name", "last_name", "company", "role", "phones", "emails"}),
    tables.LINE_NUMBERS.name: frozenset({"phone", "users"}),
    tables.DEDUPLICATED_MESSAGES.name: frozenset({"body", "sender", "recipients", "extra"}),
    tables.GROUPED_CONVERSATIONS.name: frozenset({"own_number", "participants", "messages"}),
    tables.EXTRACTED_PATTERNS.name: frozenset({"situation", "response_template"}),
    tables.FORGOTTEN_CUSTOMERS.name: frozenset({"marks", "pending"}),
}


def write_warehouse(
    connection: duckdb.DuckDBPyConnection,
    lake: Lake,
    manifests: Sequence[Manifest],
    target: Path,
    include_messages: bool = False,
) -> Path:
    """Build `target` anew from the lake and return it. `connection` does the work, within its memory limit.

    It holds every table of tables/, import_files, import_history and the views of warehouse_views.py
    (pattern_import_jobs, imported_messages, decision_patterns), each with its comments. Left out unless
    `include_messages`: the columns of MESSAGE_COLUMNS, that is the text of messages and of rejected rows, phone
    numbers, who the contacts are, unknown columns of an export, and the wording of candidates. Partitions without a
    manifest are left out.

    A write-ahead log beside the old file, left by someone who wrote into it, is deleted: it belongs to the old file.
    Raises OSError or duckdb.Error where the file cannot be written; the old file then stays.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    with replacing(target) as temporary:
        try:
            _build(connection, lake, manifests, temporary, include_messages)
        finally:
            _log_of(temporary).unlink(missing_ok=True)
        _log_of(target).unlink(missing_ok=True)
    return target


def _log_of(database: Path) -> Path:
    return database.with_name(f"{database.name}.wal")


def _build(
    connection: duckdb.DuckDBPyConnection,
    lake: Lake,
    manifests: Sequence[Manifest],
    path: Path,
    include_messages: bool,
) -> None:
    keys = [manifest.import_key for manifest in manifests]
    connection.execute(
        f"ATTACH $path AS {_DATABASE} (STORAGE_VERSION '{_STORAGE_VERSION}')",
        {"path": str(path)},
    )
    try:
        for table in tables.ALL:
            rows = lake.relation(connection, table, keys if table.partitioned else None)
            left_out = frozenset() if include_messages else MESSAGE_COLUMNS.get(table.name, frozenset())
            _store(connection, rows, table, left_out)
        _store(connection, import_files(connection, manifests), IMPORT_FILES)
        _store(connection, import_history(connection, lake, manifests), IMPORT_HISTORY)
        for view in views(include_messages):
            connection.execute(f"CREATE VIEW {_DATABASE}.main.{view.name} AS {view.query}")
            _comment(connection, "VIEW", view.name, view.description, view.columns)
    finally:
        connection.execute(f"DETACH {_DATABASE}")


def _store(
    connection: duckdb.DuckDBPyConnection,
    rows: duckdb.DuckDBPyRelation,
    table: Table,
    left_out: frozenset[str] = frozenset(),
) -> None:
    kept = [column for column in table.columns if column.name not in left_out]
    rows.project(", ".join(quoted(column.name) for column in kept)).create(f"{_DATABASE}.main.{table.name}")
    _comment(connection, "TABLE", table.name, table.description, kept)


def _comment(
    connection: duckdb.DuckDBPyConnection,
    kind: str,
    name: str,
    description: str,
    columns: Sequence[Column | ViewColumn],
) -> None:
    """Write the descriptions into the file; all of them stand in this package, and COMMENT takes no bound value."""
    connection.execute(f"COMMENT ON {kind} {_DATABASE}.main.{name} IS {_literal(description)}")
    for column in columns:
        place = f"{_DATABASE}.main.{name}.{quoted(column.name)}"
        connection.execute(f"COMMENT ON COLUMN {place} IS {_literal(column.description)}")


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"

"""Rows of RAW_MESSAGES for tests, and the steps of an import over a real lake as the assets do them."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import duckdb
import pyarrow as pa

from pls_pipeline.conversations import GroupingOptions, group_conversations
from pls_pipeline.lake import Lake, arrow_schema, open_connection
from pls_pipeline.messages import deduplicate
from pls_pipeline.tables import (
    DEDUPLICATED_MESSAGES,
    DUPLICATE_ROWS,
    GROUPED_CONVERSATIONS,
    RAW_MESSAGES,
    Table,
)

NOON = datetime(2025, 9, 2, 12)
OURS, ANNE, BEN = "+16037891234", "+19022345678", "+14165550101"
Row = dict[str, Any]


def message(minute: float = 0, body: str = "hello", **fields: Any) -> Row:
    """An incoming message of ANNE, `minute` minutes after noon, without ids."""
    row = {
        "import_key": "one",
        "row_number": 1,
        "line_number": 2,
        "message_id": None,
        "conversation_id": None,
        "body": body,
        "sender": ANNE,
        "recipients": [OURS],
        "direction": "incoming",
        "occurred_at": NOON + timedelta(minutes=minute),
        "sent_at": None,
        "created_at": None,
        "repaired": False,
        "extra": None,
    }
    return {**row, **fields}


def reply(minute: float = 0, body: str = "hi", **fields: Any) -> Row:
    """Our answer to ANNE."""
    return message(minute, body, **{"sender": OURS, "recipients": [ANNE], "direction": "outgoing", **fields})


def export(*rows: Row, key: str = "one") -> list[Row]:
    """These rows as the records of one import, numbered in order unless they have a number."""
    return [{**row, "import_key": key, "row_number": number} for number, row in enumerate(rows, start=1)]


def relation(
    connection: duckdb.DuckDBPyConnection, rows: Sequence[Mapping[str, Any]], table: Table = RAW_MESSAGES
) -> duckdb.DuckDBPyRelation:
    """Rows as a relation with the columns of `table`."""
    return connection.from_arrow(pa.Table.from_pylist([dict(row) for row in rows], schema=arrow_schema(table)))


def store_raw(lake: Lake, rows: Sequence[Row], key: str) -> None:
    lake.write_records(rows, RAW_MESSAGES, key)


def claim(lake: Lake, key: str) -> None:
    """What the asset deduplicated_messages does."""
    with lake.serialised("message_ledger"), open_connection() as connection:
        others = [other for other in lake.partitions(DEDUPLICATED_MESSAGES) if other != key]
        owned = lake.relation(connection, DEDUPLICATED_MESSAGES, others)
        divided = deduplicate(connection, lake.relation(connection, RAW_MESSAGES, [key]), key, owned)
        lake.write(divided.duplicates, DUPLICATE_ROWS, key)
        lake.write(divided.messages, DEDUPLICATED_MESSAGES, key)


def group(lake: Lake, key: str, earlier: Sequence[str] = (), options: GroupingOptions | None = None) -> list[Row]:
    """What the asset grouped_conversations does; returns the rows, by key."""
    with open_connection() as connection:
        conversations = group_conversations(
            connection,
            lake.relation(connection, DEDUPLICATED_MESSAGES, [key]),
            lake.relation(connection, DEDUPLICATED_MESSAGES, earlier),
            key,
            options or GroupingOptions(),
            lake.relation(connection, DUPLICATE_ROWS, [*earlier, key]),
            earlier,
        )
        lake.write(conversations, GROUPED_CONVERSATIONS, key)
    return sorted(lake.read(GROUPED_CONVERSATIONS, [key]), key=lambda row: str(row["conversation_key"]))


def bring(lake: Lake, rows: Sequence[Row], key: str, earlier: Sequence[str] = ()) -> list[Row]:
    """All stages of one import; returns its conversations."""
    store_raw(lake, export(*rows, key=key), key)
    claim(lake, key)
    return group(lake, key, earlier)

"""Messages in order: from memory and from portions on disk alike."""

from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from pls_pipeline.conversations.ordering import OrderedMessages, order_messages
from pls_pipeline.steps import Steps
from pls_pipeline.temporary import SpillFolder

KEYS = ("conversation", "occurred_at", "row_number", "tie")
SCHEMA = pa.schema([(name, pa.uint64() if name == "tie" else pa.int64()) for name in KEYS] + [("body", pa.string())])
messages = st.lists(
    st.fixed_dictionaries(
        {
            "conversation": st.integers(1, 9), "occurred_at": st.integers(0, 3), "row_number": st.integers(1, 3),
            "tie": st.integers(0, 2**64 - 1), "body": st.text("ab é\n", max_size=4),
        }
    ),
    min_size=1, max_size=40, unique_by=lambda row: tuple(row[key] for key in KEYS),
)  # fmt: skip


def order(connection: duckdb.DuckDBPyConnection, rows: list[dict[str, Any]], at_once: int) -> OrderedMessages:
    steps = Steps(connection)
    steps.read_arrow("rows", pa.Table.from_pylist(rows, SCHEMA))
    steps.keep("sides", "SELECT DISTINCT conversation FROM {rows}")
    return order_messages(steps, "FROM {rows}", {}, len(rows), at_once)


def listed(ordered: OrderedMessages) -> list[dict[str, Any]]:
    return [row for batch in ordered.batches() for row in batch.to_pylist()]


@settings(deadline=None, max_examples=40)
@given(messages)
def test_messages_from_disk_stand_in_the_order_of_those_from_memory(rows: list[dict[str, Any]]) -> None:
    wanted = sorted(rows, key=lambda row: [row[key] for key in KEYS])
    with duckdb.connect() as connection:
        assert listed(order(connection, rows, len(rows))) == wanted
        assert listed(order(connection, rows, 0)) == wanted


def test_messages_from_disk_can_be_read_again() -> None:
    rows = [
        {"conversation": number % 3 + 1, "occurred_at": 0, "row_number": number, "tie": 0, "body": "é"}
        for number in range(9)
    ]
    with duckdb.connect() as connection:
        ordered = order(connection, rows, 0)
        assert listed(ordered) == listed(ordered)


def test_a_folder_goes_when_nothing_refers_to_it() -> None:
    folder = SpillFolder()
    path: Path = folder.path
    (path / "rows").write_text("x", encoding="utf-8")
    del folder
    assert not path.exists()

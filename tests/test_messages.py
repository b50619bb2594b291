"""Facts about message keys and deduplication: on values, over a real lake, and with processes at the same moment."""

import multiprocessing
import uuid
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import timedelta
from multiprocessing.synchronize import Barrier
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pls_pipeline.lake import Lake, open_connection
from pls_pipeline.messages import Deduplication, deduplicate, key_messages
from pls_pipeline.tables import DEDUPLICATED_MESSAGES, DUPLICATE_ROWS
from tests.message_rows import ANNE, BEN, NOON, OURS, Row, claim, export, message, relation, reply, store_raw


@pytest.fixture
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with open_connection() as opened:
        yield opened


def keys(connection: duckdb.DuckDBPyConnection, *rows: Row) -> list[str]:
    keyed = key_messages(relation(connection, export(*rows)))
    return [key for (key,) in keyed.order("row_number").project("message_key").fetchall()]


def divide(connection: duckdb.DuckDBPyConnection, rows: Sequence[Row], owned: Sequence[Row] = ()) -> Deduplication:
    return deduplicate(
        connection, relation(connection, rows), "one", relation(connection, owned, DEDUPLICATED_MESSAGES)
    )


def owned_by(connection: duckdb.DuckDBPyConnection, key: str, *rows: Row) -> list[Row]:
    """The rows as DEDUPLICATED_MESSAGES of another import."""
    owned: list[Row] = key_messages(relation(connection, export(*rows, key=key))).to_arrow_table().to_pylist()
    return owned


def rows_of(rows: duckdb.DuckDBPyRelation) -> list[Row]:
    found: list[Row] = rows.to_arrow_table().to_pylist()
    return found


def test_an_id_is_the_identity_whatever_else_the_row_says(connection: duckdb.DuckDBPyConnection) -> None:
    first, edited, other = keys(
        connection,
        message(0, "a", message_id="AC1"),
        message(9, "b", message_id="AC1"),
        message(0, "a", message_id="AC2"),
    )
    assert first == edited
    assert first != other


@pytest.mark.parametrize(
    "change",
    [
        {"occurred_at": NOON + timedelta(milliseconds=885)},
        {"recipients": [BEN, OURS]},
        {
            "line_number": 7,
            "conversation_id": "CN1",
            "sent_at": NOON,
            "created_at": NOON,
            "repaired": True,
            "extra": "{}",
        },
    ],
)
def test_without_an_id_the_same_words_at_the_same_second_are_the_same_message(
    connection: duckdb.DuckDBPyConnection, change: dict[str, Any]
) -> None:
    row = message(recipients=[OURS, BEN]) if "recipients" in change else message()
    first, again = keys(connection, row, {**row, **change})
    assert first == again


@pytest.mark.parametrize(
    "change",
    [
        {"occurred_at": NOON + timedelta(seconds=1)},
        {"body": "hello "},
        {"sender": BEN},
        {"sender": None},
        {"recipients": [OURS, BEN]},
        {"recipients": []},
        {"direction": "outgoing"},
        {"message_id": "AC1"},
    ],
)
def test_without_an_id_any_other_difference_makes_another_message(
    connection: duckdb.DuckDBPyConnection, change: dict[str, Any]
) -> None:
    first, other = keys(connection, message(), message(**change))
    assert first != other


def test_fields_do_not_run_into_each_other(connection: duckdb.DuckDBPyConnection) -> None:
    found = keys(
        connection, message(sender="a", body="b c"), message(sender="a b", body="c"), message(sender="", body="a b c")
    )
    assert len(set(found)) == 3


def test_an_export_without_ids_keeps_every_message(connection: duckdb.DuckDBPyConnection) -> None:
    divided = divide(connection, export(*(message(minute) for minute in range(50))))
    assert len(divided.messages.fetchall()) == 50
    assert divided.duplicates.fetchall() == []


def test_two_equal_rows_without_an_id_in_one_file_are_one_message(connection: duckdb.DuckDBPyConnection) -> None:
    divided = divide(connection, export(message(), message(1), message()))
    (duplicate,) = rows_of(divided.duplicates)
    assert [row["row_number"] for row in rows_of(divided.messages)] == [1, 2]
    assert (duplicate["row_number"], duplicate["first_import_key"], duplicate["first_row_number"]) == (3, "one", 1)
    assert duplicate["content_differs"] is False


def test_the_first_row_is_the_message_in_whatever_order_rows_are_read(connection: duckdb.DuckDBPyConnection) -> None:
    rows = export(message(0, "as sent", message_id="AC1"), message(0, "edited", message_id="AC1"))
    divided = divide(connection, rows[::-1])
    assert [row["body"] for row in rows_of(divided.messages)] == ["as sent"]
    assert [row["content_differs"] for row in rows_of(divided.duplicates)] == [True]


def test_a_message_that_another_import_holds_is_a_duplicate_in_every_row(connection: duckdb.DuckDBPyConnection) -> None:
    owned = owned_by(connection, "before", message(5), message(0, "as sent", message_id="AC1"))
    rows = export(
        message(0, "as sent", message_id="AC1"), message(0, "edited", message_id="AC1"), message(9, message_id="AC9")
    )
    divided = divide(connection, rows, owned)
    assert [row["message_id"] for row in rows_of(divided.messages)] == ["AC9"]
    assert [
        (row["row_number"], row["first_import_key"], row["first_row_number"]) for row in rows_of(divided.duplicates)
    ] == [
        (1, "before", 2),
        (2, "before", 2),
    ]
    assert [row["content_differs"] for row in rows_of(divided.duplicates)] == [False, True]


def test_the_clock_of_another_column_is_no_difference_another_minute_is(connection: duckdb.DuckDBPyConnection) -> None:
    rows = export(
        message(message_id="AC1"),
        message(message_id="AC1", occurred_at=NOON + timedelta(milliseconds=700)),
        message(2, message_id="AC1"),
    )
    assert [row["content_differs"] for row in rows_of(divide(connection, rows).duplicates)] == [False, True]


def test_a_duplicate_keeps_the_thread_id_that_it_brings(connection: duckdb.DuckDBPyConnection) -> None:
    rows = export(message(message_id="AC1"), message(message_id="AC1", conversation_id="CN1"))
    assert [row["conversation_id"] for row in rows_of(divide(connection, rows).duplicates)] == ["CN1"]


def test_what_the_import_itself_holds_already_makes_no_duplicates(connection: duckdb.DuckDBPyConnection) -> None:
    rows = export(message(message_id="AC1"), reply(1))
    divided = divide(connection, rows, owned_by(connection, "one", *rows))
    assert len(divided.messages.fetchall()) == 2
    assert divided.duplicates.fetchall() == []


def test_the_tables_have_their_declared_columns(connection: duckdb.DuckDBPyConnection) -> None:
    divided = divide(connection, export(message()))
    assert tuple(divided.messages.columns) == DEDUPLICATED_MESSAGES.column_names
    assert tuple(divided.duplicates.columns) == DUPLICATE_ROWS.column_names


rows_for_laws = st.builds(
    lambda minute, body, identity, thread, ours: (reply if ours else message)(
        minute, body, message_id=identity, conversation_id=thread
    ),
    st.integers(0, 3),
    st.sampled_from(["", "yes", "no"]),
    st.sampled_from([None, None, "AC1", "AC2", "AC3"]),
    st.sampled_from([None, "CN1"]),
    st.booleans(),
)
imports_for_laws = st.lists(st.lists(rows_for_laws, max_size=6), min_size=1, max_size=3)


def ledger(lake: Lake) -> tuple[list[Row], list[Row]]:
    return lake.read(DEDUPLICATED_MESSAGES), lake.read(DUPLICATE_ROWS)


@settings(max_examples=8, deadline=None)
@given(imports=imports_for_laws, order=st.randoms(use_true_random=False))
def test_law_nothing_is_lost_nothing_is_held_twice_and_a_second_run_changes_nothing(
    imports: list[list[Row]], order: Any
) -> None:
    lake = Lake(f"memory://{uuid.uuid4().hex}")
    names = [f"import-{number}" for number in range(len(imports))]
    for name, rows in zip(names, imports, strict=True):
        store_raw(lake, export(*rows, key=name), name)
    order.shuffle(names)
    for name in names:
        claim(lake, name)
    messages, duplicates = ledger(lake)
    with open_connection() as connection:
        wanted = {key for rows in imports for key in keys(connection, *rows)}
    assert Counter(row["message_key"] for row in messages) == Counter(wanted)
    rows_found = Counter((row["import_key"], row["row_number"]) for row in [*messages, *duplicates])
    assert rows_found == Counter((name, number + 1) for name in names for number in range(len(imports[int(name[-1])])))
    held = {(row["message_key"], row["import_key"], row["row_number"]) for row in messages}
    assert all((row["message_key"], row["first_import_key"], row["first_row_number"]) in held for row in duplicates)
    order.shuffle(names)
    for name in names:
        claim(lake, name)
    assert ledger(lake) == (messages, duplicates)


def _claim_together(root: str, key: str, barrier: Barrier, rounds: int) -> None:
    for number in range(rounds):
        barrier.wait(60)
        claim(Lake(f"{root}/{number}"), key)


def test_two_imports_at_the_same_moment_hold_no_message_twice_and_lose_none(tmp_path: Path) -> None:
    rounds = 20
    left = [message(minute, message_id=f"AC{minute}") for minute in range(40)]
    right = [message(minute, message_id=f"AC{minute}" if minute % 2 else None) for minute in range(20, 60)]
    for number in range(rounds):
        store_raw(Lake(f"{tmp_path}/{number}"), export(*left, key="left"), "left")
        store_raw(Lake(f"{tmp_path}/{number}"), export(*right, key="right"), "right")
    context = multiprocessing.get_context("spawn")
    barrier = context.Barrier(2)
    workers = [
        context.Process(target=_claim_together, args=(str(tmp_path), key, barrier, rounds)) for key in ("left", "right")
    ]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
        assert worker.exitcode == 0
    with open_connection() as connection:
        wanted = {*keys(connection, *left), *keys(connection, *right)}
    for number in range(rounds):
        messages, duplicates = ledger(Lake(f"{tmp_path}/{number}"))
        assert Counter(row["message_key"] for row in messages) == Counter(wanted)
        assert len(messages) + len(duplicates) == len(left) + len(right)


def test_the_numbers_of_a_row_are_part_of_who_it_is_from(connection: duckdb.DuckDBPyConnection) -> None:
    incoming, outgoing = keys(connection, message(sender=ANNE, recipients=[OURS]), reply(body="hello"))
    assert incoming != outgoing

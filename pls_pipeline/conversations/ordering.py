"""The messages of conversations in order, read as often as wanted, in memory or from portions on disk.

Here: the order, and how many messages are held at once. Not here: what the messages carry (grouping.py), or what is
made of them (gathering.py). Sorting 10^7 messages at once takes four times as long as sorting portions of them, because
it spills; so they are divided by their conversations first.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Protocol

import duckdb
import numpy as np
import pyarrow as pa

from pls_pipeline.steps import Steps
from pls_pipeline.temporary import SpillFolder

# 10^6 messages in order take 300 MB beside the memory that DuckDB keeps to.
MESSAGES_AT_ONCE = 1_500_000
_PORTION = 500_000
_ORDER = ("conversation", "occurred_at", "row_number", "tie")


class OrderedMessages(Protocol):
    """Messages by conversation, each conversation in order."""

    def batches(self) -> Iterator[pa.RecordBatch]:
        """All messages, from the first again at each call."""
        ...


def order_messages(
    steps: Steps, query: str, parameters: Mapping[str, Any], message_count: int, at_once: int = MESSAGES_AT_ONCE
) -> OrderedMessages:
    """Order the rows of a query: conversation (a number from 1), occurred_at, row_number, tie, and others.

    `message_count`: how many rows there are; more than `at_once` go to the disk. Reads the step `sides`, which has a
    row for each conversation.
    """
    if message_count <= at_once:
        return _InMemory(steps.relation(f"{query} ORDER BY {', '.join(_ORDER)}", parameters).to_arrow_table())
    ((conversation_count,),) = steps.relation("SELECT count(*) FROM {sides}").fetchall()
    conversations_a_portion = conversation_count * _PORTION // message_count + 1
    return _OnDisk(steps.relation(query, parameters), conversations_a_portion)


class _InMemory:
    def __init__(self, messages: pa.Table) -> None:
        self._messages = messages

    def batches(self) -> Iterator[pa.RecordBatch]:
        yield from self._messages.to_batches()


class _OnDisk:
    """Files of consecutive conversations, each sorted when it is read."""

    def __init__(self, messages: duckdb.DuckDBPyRelation, conversations_a_portion: int) -> None:
        self._folder = SpillFolder()
        self._files = _divide(messages.to_arrow_reader(_PORTION // 4), conversations_a_portion, self._folder.path)

    def batches(self) -> Iterator[pa.RecordBatch]:
        for file in self._files:
            with pa.OSFile(str(file)) as source:
                messages = pa.ipc.open_stream(source).read_all().combine_chunks()
            order = np.lexsort([messages[name].to_numpy() for name in reversed(_ORDER)])
            yield from messages.take(pa.array(order)).combine_chunks().to_batches()


def _divide(rows: pa.RecordBatchReader, conversations_a_portion: int, folder: Path) -> list[Path]:
    """Write each row to the file of its portion; the files, in the order of their conversations."""
    writers: dict[int, pa.ipc.RecordBatchStreamWriter] = {}
    files: dict[int, Path] = {}
    for batch in rows:
        portions = batch["conversation"].to_numpy() // conversations_a_portion
        order = np.argsort(portions, kind="stable")
        divided = batch.take(pa.array(order))
        numbers, starts = np.unique(portions[order], return_index=True)
        for number, start, end in zip(numbers.tolist(), starts, [*starts[1:], batch.num_rows], strict=True):
            if number not in writers:
                files[number] = folder / f"{number}.arrows"
                writers[number] = pa.ipc.new_stream(str(files[number]), rows.schema)
            writers[number].write_batch(divided.slice(start, end - start))
    for writer in writers.values():
        writer.close()
    return [files[number] for number in sorted(files)]

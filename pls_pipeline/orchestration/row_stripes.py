"""Records as the Arrow rows of a table, where most are those of the last time.

Here: the conversion, stripe by stripe. Not here: when rows are stored (extraction/runner.py), the file (lake.py).
"""

import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Generic, Protocol, TypeVar

import pyarrow as pa

from pls_pipeline.lake import arrow_schema
from pls_pipeline.tables import Table

# Conversations a stripe, on the average: more are converted in vain, and each stripe costs what five records cost.
_MEAN_STRIPE = 8


class OfConversation(Protocol):
    """A record of one conversation."""

    @property
    def conversation_key(self) -> str:
        """The conversation."""


Record = TypeVar("Record", bound=OfConversation)


class RowStripes(Generic[Record]):
    """Converts the records of one table each time they are stored, but a stripe that has not changed only once.

    Results are committed every few conversations, each time with all rows of the import; making all of them anew took
    a quarter of the processor time of an extraction. A stripe ends where the name of a conversation says so, not after
    so many records: results come in any order, and one that comes between others changes its own stripe alone.
    """

    def __init__(self, table: Table, to_row: Callable[[Record], Mapping[str, Any]]) -> None:
        self._schema = arrow_schema(table)
        self._to_row = to_row
        # By the identities of its records, which are held with it.
        self._kept: dict[tuple[int, ...], tuple[Sequence[Record], pa.Table]] = {}

    def convert(self, records: Sequence[Record]) -> pa.Table:
        """Return the rows of the records, in their order; the same as without what is kept."""
        kept, self._kept = self._kept, {}
        made = []
        for stripe in _cut(records):
            name = tuple(map(id, stripe))
            known = kept.get(name) or (stripe, self._make(stripe))
            self._kept[name] = known
            made.append(known[1])
        return pa.concat_tables(made).combine_chunks() if made else self._schema.empty_table()

    def _make(self, stripe: Sequence[Record]) -> pa.Table:
        return pa.Table.from_pylist([self._to_row(record) for record in stripe], schema=self._schema)


def _cut(records: Sequence[Record]) -> Iterator[Sequence[Record]]:
    begin, last = 0, ""
    for index, record in enumerate(records):
        key = record.conversation_key
        if key != last and index > begin and not zlib.crc32(key.encode()) % _MEAN_STRIPE:
            yield records[begin:index]
            begin = index
        last = key
    if begin < len(records):
        yield records[begin:]

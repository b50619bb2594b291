"""Records as the Arrow rows of a table, where most are those of the last time.

Here: the conversion, stripe by stripe. Not here: when rows are stored (extraction/runner.py), the file (lake.py).
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Generic, TypeVar

import pyarrow as pa

from pls_pipeline.lake import arrow_schema
from pls_pipeline.tables import Table

Record = TypeVar("Record")
# Records a stripe: half of it is converted in vain at each commit, and each stripe costs about what five records cost.
STRIPE = 64


class RowStripes(Generic[Record]):
    """Converts the records of one table each time they are stored, but a stripe that has not changed only once.

    Results are committed every few conversations, each time with all rows of the import; making all of them anew took
    a quarter of the processor time of an extraction.
    """

    def __init__(self, table: Table, to_row: Callable[[Record], Mapping[str, Any]]) -> None:
        self._schema = arrow_schema(table)
        self._to_row = to_row
        self._kept: list[tuple[Sequence[Record], pa.Table]] = []

    def convert(self, records: Sequence[Record]) -> pa.Table:
        """Return the rows of the records, in their order; the same as without what is kept."""
        kept, self._kept = self._kept, []
        for number, begin in enumerate(range(0, len(records), STRIPE)):
            stripe = records[begin : begin + STRIPE]
            is_known = number < len(kept) and kept[number][0] == stripe
            self._kept.append(kept[number] if is_known else (stripe, self._make(stripe)))
        made = [table for _, table in self._kept]
        return pa.concat_tables(made).combine_chunks() if made else self._schema.empty_table()

    def _make(self, stripe: Sequence[Record]) -> pa.Table:
        return pa.Table.from_pylist([self._to_row(record) for record in stripe], schema=self._schema)

"""Named steps of one set-based computation on a DuckDB connection.

Here: how a query refers to the relations, kept results and expressions of the same computation. Not here: what a query
computes, or any file. Names are unique, so that relations returned by one computation stay valid beside those of the
next. A kept step is a temporary table: DuckDB moves it to disk where memory runs short. Relations and kept steps live
until the connection is closed, which its opener must do: a connection and the relations it knows hold each other.
"""

import uuid
from collections.abc import Mapping
from typing import Any, Protocol

import duckdb
import pyarrow as pa


class SupportsArrowStream(Protocol):
    """What makes a stream of record batches, each time anew, by Arrow's PyCapsule protocol."""

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        """The stream."""
        ...


class Steps:
    """The steps of one computation. A query names an earlier step in braces: `SELECT count(*) FROM {messages}`."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection
        self._prefix = f"steps_{uuid.uuid4().hex[:12]}"
        self._names: dict[str, str] = {}

    def read(self, step: str, relation: duckdb.DuckDBPyRelation) -> None:
        """Give a relation of the same connection a name; it is evaluated at each use."""
        self._connection.register(self._add(step), relation)

    def keep(self, step: str, query: str, parameters: Mapping[str, Any] | None = None) -> None:
        """Run a query now and keep its rows under a name; `$name` in the query takes a value of `parameters`."""
        text = query.format_map(self._names)
        self._connection.execute(f"CREATE TEMP TABLE {self._add(step)} AS {text}", dict(parameters or {}))

    def append(self, step: str, query: str, parameters: Mapping[str, Any] | None = None) -> None:
        """Run a query now and add its rows to a kept step."""
        text = query.format_map(self._names)
        self._connection.execute(f"INSERT INTO {self._names[step]} {text}", dict(parameters or {}))

    def read_arrow(self, step: str, rows: "pa.Table | SupportsArrowStream") -> None:
        """Give an Arrow table a name, or what makes an Arrow stream each time it is read; it stays where it is."""
        self.read(step, self._connection.from_arrow(rows))

    def define(self, name: str, expression: str) -> None:
        """Give an SQL expression a name; like a query, it may name earlier steps. No values: those are bound."""
        self._names[name] = expression.format_map(self._names)

    def relation(self, query: str, parameters: Mapping[str, Any] | None = None) -> duckdb.DuckDBPyRelation:
        """A relation that runs the query each time it is read."""
        return self._connection.sql(query.format_map(self._names), params=dict(parameters or {}))

    def _add(self, step: str) -> str:
        self._names[step] = f"{self._prefix}_{step}"
        return self._names[step]

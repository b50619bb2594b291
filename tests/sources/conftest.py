"""What the tests of sources share: a connection, a way to write a file and to read it back."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from pls_pipeline.lake import open_connection
from pls_pipeline.sources import ExportFacts, ReadingOptions, read_export

Reading = tuple[list[dict[str, Any]], list[dict[str, Any]], ExportFacts]
ReadBytes = Callable[..., Reading]


@pytest.fixture
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with open_connection() as opened:
        yield opened


@pytest.fixture
def read_bytes(connection: duckdb.DuckDBPyConnection, tmp_path: Path) -> ReadBytes:
    """Read these bytes as a file: messages and rejected rows as dictionaries in the file's order, and the facts."""

    def read(data: bytes, options: ReadingOptions | None = None, name: str = "export.csv") -> Reading:
        path = tmp_path / name
        path.write_bytes(data)
        reading = read_export(connection, path, "export-00000000", name, options)
        messages = reading.messages.order("row_number").to_arrow_table().to_pylist()
        rejected = reading.rejected.order("line_number").to_arrow_table().to_pylist()
        return messages, rejected, reading.facts

    return read

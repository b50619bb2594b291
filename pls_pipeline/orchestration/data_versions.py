"""Data versions: what ties a materialization to the content that it was made from.

Here: the version of tables of the lake, a hash of their files' bytes: the same rows give the same version, so that a
run which changes nothing leaves what is made of it in sync. Not here: comparing versions, which Dagster does.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import dagster as dg

if TYPE_CHECKING:
    from pls_pipeline.lake import Lake
    from pls_pipeline.tables import Table

_DIGITS = 16
_CHUNK_BYTES = 1 << 20


def version_tables(lake: "Lake", *tables: "Table", partition: str | None = None) -> dg.DataVersion:
    """The version of these tables, of one partition where one is named; a table without a file counts as empty."""
    digest = hashlib.sha256()
    for table in tables:
        digest.update(f"{table.name}\n".encode())
        path = lake.local_file(table, partition if table.partitioned else None)
        if path:
            with path.open("rb") as file:
                while chunk := file.read(_CHUNK_BYTES):
                    digest.update(chunk)
    return dg.DataVersion(shorten(digest.hexdigest()))


def version_rows(rows: Sequence[Mapping[str, Any]]) -> dg.DataVersion:
    """The version of rows that are stored nowhere."""
    text = json.dumps(list(rows), default=str, sort_keys=True)
    return dg.DataVersion(shorten(hashlib.sha256(text.encode()).hexdigest()))


def shorten(sha256: str) -> str:
    """The first digits of a hash: what the UI has room for."""
    return sha256[:_DIGITS]

"""A byte search of a data folder: every file, decoded where its bytes are packed.

Here: what a file says, and which needles stand in it. Not here: what a test looks for.
"""

import re
import sqlite3
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path

import duckdb


def find_traces(folder: Path, texts: Iterable[str] = (), numbers: Iterable[str] = ()) -> list[str]:
    """`file: needle` for each text, whatever its case, and each number, in whatever form, that a file or name holds."""
    needles = {text: re.compile(re.escape(text), re.IGNORECASE) for text in texts}
    # Digits with anything but letters and digits between them.
    needles |= {number: re.compile(r"[\W_]{0,3}".join(number)) for number in numbers}
    found = []
    for path in sorted(folder.rglob("*")):
        said = [str(path.relative_to(folder)), *(read_all(path) if path.is_file() else ())]
        found += [
            f"{path.relative_to(folder)}: {name}"
            for name, needle in needles.items()
            if any(needle.search(text) for text in said)
        ]
    return found


def read_all(path: Path) -> Iterator[str]:
    """The bytes of a file as text, and what they hold packed."""
    content = path.read_bytes()
    yield from _decode(content)
    if content.startswith(b"PAR1"):
        with duckdb.connect(config={"threads": 1}) as connection:
            yield from _read_rows(connection.read_parquet(str(path)))
    elif content.startswith(b"SQLite format 3"):
        yield from _read_sqlite(path)
    elif content[8:12] == b"DUCK":
        with duckdb.connect(path, read_only=True) as connection:
            for (table,) in connection.execute("SELECT table_name FROM duckdb_tables()").fetchall():
                yield from _read_rows(connection.table(table))
    elif content.startswith(b"PK"):
        with zipfile.ZipFile(path) as archive:
            for name in archive.namelist():
                yield name
                yield from _decode(archive.read(name))
    elif content.startswith(b"\x1f\x8b"):
        yield from _decode(zlib.decompress(content, 31))


def _decode(content: bytes) -> Iterator[str]:
    yield content.decode("utf-8", "replace")
    if b"\0" in content[:100]:
        yield content.decode("utf-16-le", "replace")


def _read_rows(rows: duckdb.DuckDBPyRelation) -> Iterator[str]:
    yield "\n".join(repr(row) for row in rows.fetchall())


def _read_sqlite(path: Path) -> Iterator[str]:
    connection = sqlite3.connect(path)
    try:
        yield from connection.iterdump()
    finally:
        connection.close()

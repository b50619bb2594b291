"""Parquet files per (table, partition): read, replace whole, list, remove, in turn with other processes.

Here: where a table lies and how a write stays atomic. Not here: what a table means (tables/), any rule that fills it,
how a lock is held (locks.py).
The root is a path or an fsspec URL (`s3://bucket/lake`). A local write goes to a temporary file beside its target, is
flushed to the disk and then replaces it, so that a reader sees the old file or the new one and a crash leaves the old
one. What a killed process left of a write or of its spilling is removed by the next that writes there: temporary names
carry the number of their process. An object store replaces an object whole by itself; its objects are read from copies
on this machine (object_copies.py).
"""

import contextlib
import functools
import os
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb
import fsspec
import pyarrow as pa
import pyarrow.parquet
from fsspec.implementations.local import LocalFileSystem

from pls_pipeline.locks import choose_locks
from pls_pipeline.object_copies import ObjectCopies, Versions
from pls_pipeline.tables import Table
from pls_pipeline.temporary import name_spill_folder, new_mark, sweep

_SUFFIX = ".parquet"


def quoted(name: str) -> str:
    """An SQL identifier, quoted."""
    return '"' + name.replace('"', '""') + '"'


def open_connection(memory_limit: str = "2GB", threads: int = 0) -> duckdb.DuckDBPyConnection:
    """A DuckDB connection in memory that keeps to `memory_limit` (DuckDB's spelling) and spills beyond it.

    Each connection spills to a folder of its own among the system's temporary files (TMPDIR): DuckDB's default is one
    folder below the working directory, whose files two processes would write over each other. It is made when needed
    and removed when the connection is closed; those of killed processes are removed here.
    """
    config: dict[str, Any] = {"memory_limit": memory_limit, "temp_directory": str(name_spill_folder())}
    if threads:
        config["threads"] = threads
    return duckdb.connect(":memory:", config=config)


class Lake:
    """The tables below one root. A partition is named by an import key; a table without partitions is one file.

    `locks_url`: the database whose locks serialise processes of several machines; files of this machine do without it.
    """

    def __init__(self, root: str, locks_url: str | None = None) -> None:
        # A listing that is kept would hide what other processes wrote since.
        self._fs, path = fsspec.core.url_to_fs(root, use_listings_cache=False)
        self.is_local = isinstance(self._fs, LocalFileSystem)
        self.root: str = path.rstrip("/") if self.is_local else root.rstrip("/")
        self._copies = ObjectCopies(self._fs)
        self._locks = choose_locks(self.root, Path(self.root) / ".locks" if self.is_local else None, locks_url)

    def path(self, table: Table, partition: str | None = None) -> str:
        """Path or URL of a table's file; raises ValueError where a partition is missing or not wanted."""
        if table.partitioned != (partition is not None):
            raise ValueError(f"table {table.name} {'needs a' if table.partitioned else 'has no'} partition")
        return f"{self.root}/{table.name}/{partition}.parquet" if partition else f"{self.root}/{table.name}.parquet"

    def exists(self, table: Table, partition: str | None = None) -> bool:
        """Whether the file is there."""
        return bool(self._fs.exists(self.path(table, partition)))

    def partitions(self, table: Table) -> list[str]:
        """Import keys that have a file in the table, sorted."""
        folder = Path(self.root) / table.name
        if not self.is_local:
            return sorted(map(_partition, self._list(table)))
        return sorted(path.stem for path in folder.iterdir() if path.suffix == _SUFFIX) if folder.is_dir() else []

    def local_file(self, table: Table, partition: str | None = None) -> Path | None:
        """The table's file, or a copy of it, on this machine, to be read only; None where there is none."""
        path = self.path(table, partition)
        if self.is_local:
            return Path(path) if Path(path).exists() else None
        found = self._copies.fetch(lambda: self._copies.look_at(path))
        return found.get(path)

    def _local_files(self, table: Table, partitions: Sequence[str] | None) -> list[Path]:
        """The table's files on this machine: of all partitions, or of those named that exist, in their order."""
        if not table.partitioned:
            file = self.local_file(table)
            return [file] if file else []
        wanted = None if partitions is None else frozenset(partitions)
        if self.is_local:
            keys = self.partitions(table)
            return [Path(self.path(table, key)) for key in keys if wanted is None or key in wanted]

        def look() -> Versions:
            found = self._list(table).items()
            return {path: version for path, version in found if wanted is None or _partition(path) in wanted}

        copies = self._copies.fetch(look)
        return [copies[path] for path in sorted(copies, key=_partition)]

    def _list(self, table: Table) -> Versions:
        found = self._copies.list_folder(f"{self.root}/{table.name}")
        return {path: version for path, version in found.items() if path.endswith(_SUFFIX)}

    def relation(
        self, connection: duckdb.DuckDBPyConnection, table: Table, partitions: Sequence[str] | None = None
    ) -> duckdb.DuckDBPyRelation:
        """The table as a relation with the declared columns: of all partitions, or of those named that exist.

        A column that an older file lacks is NULL. A table without a file is an empty relation.
        """
        files = self._local_files(table, partitions)
        if not files:
            return no_rows(connection, table)
        stored = connection.read_parquet([str(path) for path in files], union_by_name=True)
        return _shaped(stored, table, present=frozenset(stored.columns))

    def read(self, table: Table, partitions: Sequence[str] | None = None) -> list[dict[str, Any]]:
        """The rows as dictionaries, for the small tables."""
        with open_connection() as connection:
            rows: list[dict[str, Any]] = self.relation(connection, table, partitions).to_arrow_table().to_pylist()
            return rows

    def write(self, rows: duckdb.DuckDBPyRelation, table: Table, partition: str | None = None) -> int:
        """Replace the table's file by these rows, in the declared columns and types; return their number.

        Raises duckdb.Error where a value does not fit its type, KeyError where a declared column is missing.
        """
        missing = set(table.column_names) - set(rows.columns)
        if missing:
            raise KeyError(f"rows for {table.name} lack {', '.join(sorted(missing))}")
        shaped = _shaped(rows, table, present=frozenset(table.column_names))

        def put(path: Path) -> int:
            _write_parquet(shaped, path)
            return _count_rows(path)

        return self._replace(self.path(table, partition), put)

    def write_records(self, records: Sequence[Mapping[str, Any]], table: Table, partition: str | None = None) -> int:
        """Replace the table's file by these dictionaries; a key that is missing is NULL. For the small tables."""
        return self.write_arrow(pa.Table.from_pylist(list(records), schema=arrow_schema(table)), table, partition)

    def write_arrow(self, data: pa.Table, table: Table, partition: str | None = None) -> int:
        """Replace the table's file by these rows, which have the schema of `arrow_schema`."""

        def put(path: Path) -> int:
            # These tables are read whole, by nobody who asks for a range: zstd alone finds what repeats in them.
            pyarrow.parquet.write_table(data, path, compression="zstd", use_dictionary=False, write_statistics=False)
            return int(data.num_rows)

        return self._replace(self.path(table, partition), put)

    def _replace(self, target: str, write: Callable[[Path], int]) -> int:
        """Put what `write` makes in the target's place; return its number of rows, which `write` tells."""
        if self.is_local:
            Path(target).parent.mkdir(parents=True, exist_ok=True)
            with replacing(Path(target)) as temporary:
                return write(temporary)
        with tempfile.TemporaryDirectory() as folder:
            local = Path(folder) / "rows.parquet"
            rows = write(local)
            self._fs.put_file(str(local), target)
            return rows

    def count(self, table: Table, partition: str | None = None) -> int:
        """Rows in the table's file, from its footer; 0 where there is none."""
        file = self.local_file(table, partition)
        return _count_rows(file) if file else 0

    def remove(self, table: Table, partition: str | None = None) -> bool:
        """Delete the table's file; False where there was none."""
        path = self.path(table, partition)
        if self.is_local:
            sweep(Path(path).parent, f".{Path(path).name}.", ".tmp")
        if not self._fs.exists(path):
            return False
        self._fs.rm(path)
        return True

    @contextlib.contextmanager
    def serialised(self, name: str) -> Iterator[None]:
        """Hold the lock `name` against all other processes that share this lake and these locks.

        Raises UnreachableDatabaseError, or LostLockError after the block, where the locks are a database's.
        """
        with self._locks.hold(name):
            yield


def no_rows(connection: duckdb.DuckDBPyConnection, table: Table) -> duckdb.DuckDBPyRelation:
    """A relation of the table's columns without a row."""
    return _shaped(connection.sql("SELECT 1 AS _ LIMIT 0"), table, present=frozenset())


@functools.cache
def arrow_schema(table: Table) -> pa.Schema:
    """The table's columns as an Arrow schema."""
    with open_connection() as connection:
        return no_rows(connection, table).to_arrow_table().schema


def _shaped(rows: duckdb.DuckDBPyRelation, table: Table, present: frozenset[str]) -> duckdb.DuckDBPyRelation:
    sources = {name: quoted(name) for name in present}
    return rows.project(
        ", ".join(
            f"CAST({sources.get(column.name, 'NULL')} AS {column.type}) AS {quoted(column.name)}"
            for column in table.columns
        )
    )


def _write_parquet(rows: duckdb.DuckDBPyRelation, path: Path) -> None:
    # Pages of version 2 at zstd's level 1 take two thirds of the time of to_parquet's defaults and no more space. The
    # limit ends early the attempt at a dictionary of ids or texts, which costs a seventh. Row groups of an eighth of
    # the default need half as much new memory, which is a tenth of the time of an import, and no more space; a row of
    # conversations holds many messages.
    literal = "'" + str(path).replace("'", "''") + "'"
    size = 4_096 if any(kind.id == "list" and kind.child.id == "struct" for kind in rows.types) else 16_384
    options = (
        "FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1, PARQUET_VERSION v2, "
        f"ROW_GROUP_SIZE {size}, DICTIONARY_SIZE_LIMIT 2000"
    )
    rows.query("stored_rows", f"COPY stored_rows TO {literal} ({options})")


def _count_rows(path: Path) -> int:
    return int(pyarrow.parquet.read_metadata(path).num_rows)


def _partition(path: str) -> str:
    return path.rsplit("/", 1)[-1].removesuffix(_SUFFIX)


@contextlib.contextmanager
def replacing(target: Path) -> Iterator[Path]:
    """Yield a temporary path beside `target` that takes its place when the block ends well; the folder must be there.

    The block makes the file. Raises FileNotFoundError where it didn't, OSError where it cannot be flushed or moved.
    """
    sweep(target.parent, f".{target.name}.", ".tmp")
    temporary = target.with_name(f".{target.name}.{new_mark()}.tmp")
    try:
        yield temporary
        with temporary.open("rb") as file:
            os.fsync(file.fileno())
        temporary.replace(target)
        folder = os.open(target.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
    finally:
        temporary.unlink(missing_ok=True)

"""The pipeline's surroundings as plain objects: settings, lake, registry, connection, extractor.

Here: what assets, checks, the sensor and the commands all open in the same way. Not here: Dagster (resources.py hands a
Pipeline to steps), or any rule. Heavy modules are imported where they are first used: definitions load without them.
"""

import contextlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import duckdb

    from pls_pipeline.extraction.knowledge import Knowledge
    from pls_pipeline.extraction.records import Extractor
    from pls_pipeline.imports import ImportRegistry
    from pls_pipeline.lake import Lake
    from pls_pipeline.settings import Settings
    from pls_pipeline.tables import Table


@dataclass(frozen=True)
class Session:
    """A lake and a DuckDB connection on which its tables are relations."""

    lake: "Lake"
    connection: "duckdb.DuckDBPyConnection"

    def load(self, table: "Table", imports: Sequence[str] | None = None) -> "duckdb.DuckDBPyRelation":
        """Return the table as a relation: of all imports, or of those named that have a file."""
        return self.lake.relation(self.connection, table, imports)

    def store(self, rows: "duckdb.DuckDBPyRelation", table: "Table", import_key: str | None = None) -> int:
        """Replace the table's file by these rows; return their number."""
        return self.lake.write(rows, table, import_key)

    def others(self, table: "Table", import_key: str) -> list[str]:
        """Imports other than this one that have a file in the table."""
        return [key for key in self.lake.partitions(table) if key != import_key]


@dataclass(frozen=True)
class Pipeline:
    """One data folder (or lake) and the settings that go with it."""

    settings: "Settings"

    @cached_property
    def lake(self) -> "Lake":
        """The tables."""
        from pls_pipeline.lake import Lake

        return Lake(self.settings.lake_root, self.settings.lock_database)

    @cached_property
    def registry(self) -> "ImportRegistry":
        """The landed files and their manifests."""
        from pls_pipeline.imports import ImportRegistry

        return ImportRegistry(self.settings.imports_root, self.settings.lock_database)

    @contextlib.contextmanager
    def session(self) -> Iterator[Session]:
        """A session that is closed at the end of the block. Errors of DuckDB quote no values."""
        from pls_pipeline.lake import open_connection
        from pls_pipeline.orchestration.error_texts import without_values

        with without_values(), open_connection(self.settings.memory_limit, self.settings.threads) as connection:
            yield Session(self.lake, connection)

    def make_extractor(self, knowledge: "Knowledge") -> "Extractor":
        """Make the extractor that the settings name, with what the lake tells it.

        Raises ExtractorSettingsError where the settings lack something.
        """
        from pls_pipeline.extraction import make_extractor

        return make_extractor(self.settings, knowledge)

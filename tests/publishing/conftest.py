"""The sample lake, made once for all tests of publishing, which only read it."""

from collections.abc import Iterator

import duckdb
import pytest

from pls_pipeline.lake import open_connection
from pls_pipeline.publishing.published_tables import PublishedTables
from tests.publishing.sample_tables import SampleLake, make_lake


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> SampleLake:
    return make_lake(tmp_path_factory.mktemp("sample"))


@pytest.fixture
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with open_connection() as opened:
        yield opened


@pytest.fixture
def published(connection: duckdb.DuckDBPyConnection, sample: SampleLake) -> PublishedTables:
    return PublishedTables.collect(connection, sample.lake, sample.manifests)

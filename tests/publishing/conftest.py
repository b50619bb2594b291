"""The sample lake, made once for all tests of publishing, which only read it; a browser for the report."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from pls_pipeline.lake import open_connection
from pls_pipeline.publishing.published_tables import PublishedTables
from pls_pipeline.publishing.report.tables import ReportTables
from tests.publishing.sample_tables import SampleLake, make_lake

CHROMIUM = Path("/usr/bin/chromium")


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> SampleLake:
    return make_lake(tmp_path_factory.mktemp("sample"))


@pytest.fixture
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with open_connection() as opened:
        yield opened


@pytest.fixture
def published(connection: duckdb.DuckDBPyConnection, sample: SampleLake) -> PublishedTables:
    return PublishedTables.collect(connection, sample.lake, sample.manifests, include_texts=True)


@pytest.fixture
def report_tables(connection: duckdb.DuckDBPyConnection, sample: SampleLake) -> ReportTables:
    return ReportTables.collect(connection, sample.lake, sample.manifests)


@pytest.fixture(scope="package")
def browser() -> Iterator[Any]:
    if not CHROMIUM.exists():
        pytest.skip(f"{CHROMIUM} is not there")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])
        yield opened
        opened.close()

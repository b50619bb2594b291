"""What every test of batch mode begins with: a server, and runs over one lake at it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.extraction.batch_server import BatchServer
from tests.extraction.batching import Runs, say


@pytest.fixture
def server() -> Iterator[BatchServer]:
    """A server whose batches are answered by `say`; it has billed nothing twice when the test ends."""
    with BatchServer(say) as made:
        yield made
    assert made.billed_twice == 0


@pytest.fixture
def runs(server: BatchServer, tmp_path: Path) -> Runs:
    """Runs over one lake at that server."""
    return Runs(tmp_path / "lake", server.url)

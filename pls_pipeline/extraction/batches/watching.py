"""A look at the batches from outside of a run: which of them a run could collect now.

Here: one question to the provider for each open batch, nothing is changed. Not here: who looks, and what comes of it
(orchestration/batch_sensor.py).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from pls_pipeline.extraction.batches.collecting import UNCERTAIN_FOR
from pls_pipeline.extraction.batches.ledger import BatchLedger, BatchRecord
from pls_pipeline.extraction.batches.provider import BatchProvider, UnknownBatchError
from pls_pipeline.extraction.openai_settings import read_server
from pls_pipeline.settings import Settings

# A look has 60 s (a sensor's tick), and asks about one batch after the other.
_MOST_ASKED = 20
_TIMEOUT_SECONDS = 2.0


@dataclass(frozen=True)
class WatchedBatch:
    """A batch, the imports that wait for it, and whether a run of theirs would find something to do."""

    marker: str
    imports: tuple[str, ...]
    is_due: bool


def watch_batches(settings: Settings, now: datetime) -> list[WatchedBatch]:
    """Say how every batch stands that is not settled; asks nobody where there is none.

    Raises ExtractionStoppedError where the provider cannot be asked, ExtractorSettingsError where the settings lack
    something.
    """
    records = BatchLedger(settings.lake_root).records()
    if not records:
        return []
    with BatchProvider.open(read_server(settings), settings.model, timeout_seconds=_TIMEOUT_SECONDS) as provider:
        due = _find_due(records, provider, now)
    return [WatchedBatch(record.marker, record.imports, record.marker in due) for record in records]


def _find_due(records: Sequence[BatchRecord], provider: BatchProvider, now: datetime) -> set[str]:
    due = {record.marker for record in records if not record.is_open}
    here = [record for record in records if record.is_open and record.address == provider.address]
    for record in here[:_MOST_ASKED]:
        if record.batch_id is None:
            is_due = now - record.made_at >= UNCERTAIN_FOR
        else:
            is_due = _has_ended(provider, record.batch_id)
        if is_due:
            due.add(record.marker)
    return due


def _has_ended(provider: BatchProvider, batch_id: str) -> bool:
    try:
        batch = provider.retrieve(batch_id)
    except UnknownBatchError:
        # A run says so with a sentence.
        return True
    return batch.has_ended and not batch.lacks_answers

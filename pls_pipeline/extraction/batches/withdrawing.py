"""What becomes of batches that an import waits for when it is removed, and of what runs leave undone at the provider.

Here: taking an import out of the ledger, cancelling a batch that nobody waits for, deleting files that are left. Not
here: the calls (provider.py), what is done with a record (collecting.py), who asks for it (orchestration/).
"""

from collections.abc import Iterator
from datetime import datetime

from pls_pipeline.extraction.answer_store import LakeAnswers
from pls_pipeline.extraction.batches.collecting import Collecting
from pls_pipeline.extraction.batches.ledger import BatchLedger, BatchRecord
from pls_pipeline.extraction.batches.provider import BatchProvider, UnknownBatchError
from pls_pipeline.extraction.openai_settings import read_server
from pls_pipeline.extraction.pricing import BatchPrices, KnownPrices
from pls_pipeline.extraction.records import ExtractionStoppedError, ExtractorSettingsError
from pls_pipeline.settings import Settings

# A look has 60 s (a sensor's tick), and a removal waits for it.
_MOST_TENDED = 10
_TIMEOUT_SECONDS = 2.0


def withdraw_import(settings: Settings, import_key: str, now: datetime) -> list[str]:
    """Let no batch be awaited by an import any more, and cancel those that nobody else waits for.

    Returns a sentence for each. That the import is gone is recorded before the provider is asked, so that what cannot
    be cancelled now is cancelled by a later look; what a batch had done by then is paid, kept, and found again when the
    import comes back.
    """
    ledger = BatchLedger(settings.lake_root, settings.lock_database)
    with ledger.locked():
        records = [record for record in ledger.records() if import_key in record.imports]
        left = [ledger.write(_without(record, import_key)) for record in records]
        told = [f"{_name(record)} goes on: other imports wait for it" for record in left if record.imports]
    alone = [record for record in left if not record.imports]
    return told + [_tell(record, fault) for record, fault in _tend(settings, ledger, alone, now)]


def tend_batches(settings: Settings, now: datetime) -> None:
    """Cancel and collect batches that nobody waits for, and delete files that a run left at the provider.

    What cannot be done now is done by the next look.
    """
    ledger = BatchLedger(settings.lake_root, settings.lock_database)
    due = [record for record in ledger.records() if record.needs_tending]
    list(_tend(settings, ledger, due[:_MOST_TENDED], now))


def _without(record: BatchRecord, import_key: str) -> BatchRecord:
    imports = tuple(key for key in record.imports if key != import_key)
    removed = (*record.removed_imports, import_key)
    return record.model_copy(update={"imports": imports, "removed_imports": removed})


def _tend(
    settings: Settings, ledger: BatchLedger, records: list[BatchRecord], now: datetime
) -> Iterator[tuple[BatchRecord, str | None]]:
    """Do what each record asks for; yield it with the reason why that could not be done, None where it was."""
    if not records:
        return
    prices = BatchPrices(KnownPrices(settings.model_prices))
    try:
        with BatchProvider.open(read_server(settings), settings.model, timeout_seconds=_TIMEOUT_SECONDS) as provider:
            collecting = Collecting(ledger, provider, LakeAnswers(settings.lake_root), prices)
            for record in records:
                yield record, _attend(collecting, record, now)
    except (ExtractionStoppedError, ExtractorSettingsError) as stop:
        for record in records:
            yield record, str(stop)


def _attend(collecting: Collecting, record: BatchRecord, now: datetime) -> str | None:
    if record.address != collecting.provider.address:
        return f"it was submitted to {record.address}, which OPENAI_BASE_URL does not name now"
    try:
        with collecting.ledger.locked():
            # A run may have done it meanwhile.
            current = next((r for r in collecting.ledger.records() if r.marker == record.marker), None)
            if current is not None:
                collecting.look_after(current, now)
    except UnknownBatchError:
        return "the provider does not know it any more"
    except ExtractionStoppedError as stop:
        return str(stop)
    return None


def _tell(record: BatchRecord, fault: str | None) -> str:
    if not record.is_open:
        return f"{_name(record)} had ended: its answers stay paid and kept"
    if fault is not None:
        return (
            f"{_name(record)} could not be cancelled ({fault}): batch_sensor tries again, or cancel it at the provider"
        )
    return f"{_name(record)} is cancelled: what it had done by then stays paid and kept"


def _name(record: BatchRecord) -> str:
    return record.batch_id or "a batch that was under way"

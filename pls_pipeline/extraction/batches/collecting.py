"""Collecting batches: what became of each that is open, and its answers into the answer store.

Here: finding again a batch whose creation a crash parted from its record, keeping the answers of those that ended, and
which end is a fault. Not here: what is made of an answer (extractor.py and all that direct mode shares with it).
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from pls_pipeline.extraction.answer_store import AnswerStore
from pls_pipeline.extraction.batches.ledger import BatchLedger, BatchRecord, BrokenAnswer
from pls_pipeline.extraction.batches.lines import read_line
from pls_pipeline.extraction.batches.provider import BatchProvider, ProvidedBatch, UnknownBatchError
from pls_pipeline.extraction.model_answer import ModelAnswer, fill_usage
from pls_pipeline.extraction.pricing import Prices
from pls_pipeline.extraction.records import ExtractionStoppedError

_BROKEN_OFF = frozenset({"length", "content_filter"})
# A request to create a batch that was under way when its process died is done, or lost, after that.
UNCERTAIN_FOR = timedelta(minutes=2)
# A batch ends a day after its submission at the latest; some end before the provider names the file of their answers.
FILES_COME_WITHIN = timedelta(days=2)


def utc_now() -> datetime:
    """The time, UTC, without a zone."""
    return datetime.now(UTC).replace(tzinfo=None)


@dataclass(frozen=True)
class Collecting:
    """What collecting needs. `prices` are those of batches."""

    ledger: BatchLedger
    provider: BatchProvider
    answers: AnswerStore
    prices: Prices

    def collect(self, now: datetime) -> list[ExtractionStoppedError]:
        """Look after every open batch of this provider; return what stands in the way of collecting all of them.

        The caller holds the ledger's lock. An answer that is kept already is not kept again, so that a run that was
        killed meanwhile is repeated without harm.
        """
        stops: list[ExtractionStoppedError] = []
        for record in self.ledger.records():
            if record.address != self.provider.address or not (record.is_open or record.needs_tending):
                continue
            try:
                self.look_after(record, now)
            except ExtractionStoppedError as stop:
                # What stands in the way of one stands in the way of all.
                return [*stops, stop]
            except UnknownBatchError:
                stops.append(ExtractionStoppedError(self._describe_unknown(record)))
        return stops

    def look_after(self, record: BatchRecord, now: datetime) -> None:
        """Do what one record asks for: find its batch, cancel it, keep its answers, delete its files.

        The caller holds the ledger's lock. Raises ExtractionStoppedError, UnknownBatchError.
        """
        if not record.is_open:
            self._delete_files(record)
            return
        if record.stage == "intended":
            # The batch is created only after the record of its file: without one there is none.
            self.ledger.remove(record)
            return
        if record.stage == "uploaded":
            batch_id = self.provider.find(record.marker, record.made_at)
            if batch_id is None:
                if now - record.made_at >= UNCERTAIN_FOR:
                    self.ledger.remove(record)
                return
            record = self.ledger.write(record.model_copy(update={"stage": "submitted", "batch_id": batch_id}))
        batch = self.provider.retrieve(record.batch_id or "")
        if batch.has_ended and batch.lacks_answers:
            # Submitting its requests anew would pay them twice.
            if now - record.made_at >= FILES_COME_WITHIN:
                raise UnknownBatchError
        elif batch.has_ended:
            self._delete_files(self.ledger.write(self._take(record, batch)))
        elif not record.imports and not record.is_cancelled:
            self.provider.cancel(record.batch_id or "")
            self.ledger.write(record.model_copy(update={"is_cancelled": True}))

    def _delete_files(self, record: BatchRecord) -> None:
        """Delete the provider's files of a batch that was collected; what cannot be deleted now stays noted."""
        left = tuple(file_id for file_id in record.files_left if not self.provider.delete(file_id))
        if left != record.files_left:
            record = self.ledger.write(record.model_copy(update={"files_left": left}))
        self.ledger.put_aside(record)

    def _take(self, record: BatchRecord, batch: ProvidedBatch) -> BatchRecord:
        """Keep the answers of a batch that ended; return its record."""
        unfinished, sizes = dict.fromkeys(record.keys), record.sizes_by_key()
        refused: dict[str, str] = {}
        formless: list[str] = []
        broken: dict[str, BrokenAnswer] = {}
        for file_id in (batch.output_file_id, batch.error_file_id):
            if file_id is None:
                continue
            for text in self.provider.read_lines(file_id):
                result = read_line(text)
                if result is None or result.key not in unfinished:
                    continue
                if result.answer is not None:
                    answer = fill_usage(result.answer, sizes[result.key])
                    self._keep(record, result.key, answer, broken)
                elif result.fault is not None:
                    refused[result.key] = result.fault
                    formless += [result.key] * result.refuses_format
                else:
                    continue
                del unfinished[result.key]
        return record.model_copy(
            update={
                "stage": "collected",
                "status": batch.status,
                "faults": batch.faults,
                "unfinished": tuple(unfinished),
                "refused": refused,
                "broken": broken,
                "formless": tuple(formless),
                "takes_no_schema": bool(formless),
                # Noted before the first is deleted: a process that is killed here leaves them to the next look.
                "files_left": tuple(filter(None, (record.file_id, batch.output_file_id, batch.error_file_id))),
            }
        )

    def _keep(self, record: BatchRecord, key: str, answer: ModelAnswer, broken: dict[str, BrokenAnswer]) -> None:
        cost = self.prices.cost_usd(
            record.model, answer.prompt_tokens, answer.completion_tokens, answer.cached_prompt_tokens
        )
        paid = ModelAnswer(**{**vars(answer), "cost_usd": cost, "attempts": 1})
        is_broken = not answer.refused and answer.finish_reason in _BROKEN_OFF
        if is_broken:
            broken[key] = BrokenAnswer(
                finish_reason=answer.finish_reason,
                prompt_tokens=answer.prompt_tokens,
                completion_tokens=answer.completion_tokens,
                cached_prompt_tokens=answer.cached_prompt_tokens,
                cost_usd=cost,
                is_estimated=answer.is_estimated,
            )
        # An empty answer is kept too: the request that names its fault is asked for in the next batch.
        if is_broken or self.answers.find(key) is None:
            self.answers.keep(key, paid, is_usable=not is_broken)

    def _describe_unknown(self, record: BatchRecord) -> str:
        return (
            f"{self.provider.address} does not know {record.batch_id} or its files any more: set OPENAI_API_KEY to the "
            f"key that it was submitted with, or delete {self.ledger.path(record)} to submit its requests anew"
        )

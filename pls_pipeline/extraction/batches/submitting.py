"""Submitting requests: which of them a run may submit now, and how none is submitted twice.

Here: the room that budgets and the account's limit of tokens leave, and the order of records and calls. Not here: the
calls (provider.py), what the files look like (lines.py).
"""

import uuid
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import datetime

from pls_pipeline.extraction.asking import AWAITING
from pls_pipeline.extraction.batches.ledger import BatchLedger, BatchRecord
from pls_pipeline.extraction.batches.lines import BatchFile, FileLimits, make_files
from pls_pipeline.extraction.batches.provider import BatchProvider, UncertainBatchError
from pls_pipeline.extraction.batches.standing import describe_wait
from pls_pipeline.extraction.budget import Budget, BudgetReachedError, bound_cost
from pls_pipeline.extraction.model_request import ModelRequest
from pls_pipeline.extraction.pricing import Prices
from pls_pipeline.extraction.records import ExtractionStoppedError

NO_ROOM = f"{AWAITING}: those that are open hold as many tokens as PLS_BATCH_TOKENS allows"


@dataclass(frozen=True)
class BatchLimits:
    """`tokens`: the most that open batches may hold together, None where unbounded."""

    files: FileLimits = field(default_factory=FileLimits)
    tokens: int | None = None


@dataclass
class Submission:
    """Why each request, by key, has no answer yet; `stop` is what ended the submission before its end."""

    reasons: dict[str, str] = field(default_factory=dict)
    stop: ExtractionStoppedError | None = None


@dataclass(frozen=True)
class Submitting:
    """What submitting needs. `prices` are those of batches."""

    ledger: BatchLedger
    provider: BatchProvider
    prices: Prices
    limits: BatchLimits
    import_key: str

    def join(self, keys: AbstractSet[str]) -> None:
        """Note in the open batches that hold these requests that the import waits for them too."""
        for record in self.ledger.open_records():
            if self.import_key not in record.imports and not keys.isdisjoint(record.keys):
                self.ledger.write(record.model_copy(update={"imports": (*record.imports, self.import_key)}))

    def submit(self, groups: Sequence[Sequence[ModelRequest]], budget: Budget, now: datetime) -> Submission:
        """Submit requests, group by group: of a group (a conversation's) all or none.

        The caller holds the ledger's lock. A request that is in an open batch by now is not submitted.
        """
        submission = Submission()
        records = self.ledger.open_records()
        for record in records:
            submission.reasons.update(dict.fromkeys(record.keys, describe_wait(record, self.provider.address)))
        chosen = self._choose(groups, records, submission.reasons, budget)
        for file in make_files(chosen, self.limits.files):
            try:
                record = self._send(file, now)
            except ExtractionStoppedError as stop:
                submission.stop = stop
                break
            submission.reasons.update(dict.fromkeys(record.keys, describe_wait(record, self.provider.address)))
        return submission

    def _choose(
        self,
        groups: Sequence[Sequence[ModelRequest]],
        records: Sequence[BatchRecord],
        reasons: dict[str, str],
        budget: Budget,
    ) -> list[ModelRequest]:
        """Return the requests that there is room for; the others get a reason."""
        tokens = sum(record.prompt_tokens for record in records)
        chosen: dict[str, ModelRequest] = {}
        for group in groups:
            new = {r.key: r for r in group if r.key not in reasons and r.key not in chosen}
            needed = sum(request.prompt_tokens for request in new.values())
            # A group that is larger than the limit goes alone; else it would wait for ever.
            if self.limits.tokens is not None and tokens and tokens + needed > self.limits.tokens:
                reasons.update(dict.fromkeys(new, NO_ROOM))
                continue
            try:
                budget.take(sum(bound_cost(request, self.prices) or 0.0 for request in new.values()))
            except BudgetReachedError as reached:
                reasons.update(dict.fromkeys(new, str(reached)))
                continue
            tokens += needed
            chosen.update(new)
        return list(chosen.values())

    def _send(self, file: BatchFile, now: datetime) -> BatchRecord:
        """Upload a file and create its batch; each step is recorded before the next begins.

        A crash leaves a record that says how far it came: before the upload was recorded no batch can have been
        created, and after it the marker tells. Raises ExtractionStoppedError where there is no batch.
        """
        bounds = [bound_cost(request, self.prices) for request in file.requests]
        marker = uuid.uuid4().hex
        record = self.ledger.write(
            BatchRecord(
                marker=marker,
                imports=(self.import_key,),
                address=self.provider.address,
                model=file.requests[0].model,
                keys=tuple(request.key for request in file.requests),
                sizes=tuple(request.prompt_tokens for request in file.requests),
                prompt_tokens=sum(request.prompt_tokens for request in file.requests),
                estimate_usd=None if None in bounds else sum(bound or 0.0 for bound in bounds),
                made_at=now,
            )
        )
        try:
            file_id = self.provider.upload(f"pls-{marker}.jsonl", file.content)
            record = self.ledger.write(record.model_copy(update={"stage": "uploaded", "file_id": file_id}))
            batch_id = self.provider.create(file_id, marker)
        except UncertainBatchError:
            return record
        except ExtractionStoppedError:
            self.ledger.remove(record)
            raise
        return self.ledger.write(record.model_copy(update={"stage": "submitted", "batch_id": batch_id}))

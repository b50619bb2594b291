"""The batches that were submitted, one record each, written before and after every step that a crash could part.

Here: the record, its stages and its file. Not here: the provider (provider.py), what moves a record from one stage to
the next (submitting.py, collecting.py).

A record is `model_batches/<marker>.json` below the lake's root; once its answers have become results, what is worth
knowing of it later lies in `model_batches/settled/`. The marker goes with the batch to the provider, so that a batch
which was created just before a crash can be found there.
"""

import contextlib
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Literal

import fsspec
import pydantic
from fsspec.implementations.local import LocalFileSystem

from pls_pipeline.extraction.records import ExtractionStoppedError
from pls_pipeline.lake import Lake, replacing

FOLDER = "model_batches"
_LOCK = "model_batches"

Stage = Literal["intended", "uploaded", "submitted", "collected"]
OPEN_STAGES: frozenset[str] = frozenset({"intended", "uploaded", "submitted"})


class BrokenAnswer(pydantic.BaseModel):
    """An answer that was paid and is not whole (cut off, filtered): nothing can be made of it but its cost."""

    model_config = pydantic.ConfigDict(frozen=True)
    finish_reason: str | None
    prompt_tokens: int
    completion_tokens: int
    cached_prompt_tokens: int
    cost_usd: float | None
    is_estimated: bool = False


class BatchRecord(pydantic.BaseModel):
    """One batch.

    `imports`: those whose conversations wait for it, until a run of theirs has made results of it. `keys` are the
    requests'; `prompt_tokens` and `estimate_usd` (US dollars, None: price unknown) what they take at most. Stages:
    `intended`, nothing is sent yet; `uploaded`, the file is there (`file_id`) and the batch is created now;
    `submitted`, the provider has it (`batch_id`); `collected`, it ended with `status` and `faults` (codes), its answers
    are kept, `unfinished` are the requests that it did not come to, `refused` those with a fault (a code), `formless`
    those of them whose response format the model does not take. `sizes`: tokens that each request reads, in the order
    of `keys`. `files_left`: the provider's files that are still to be deleted there. `removed_imports`: those that
    waited for it when they were removed; where nobody else does, it is cancelled, which `is_cancelled` says was asked
    for.
    """

    model_config = pydantic.ConfigDict(frozen=True)
    marker: str
    imports: tuple[str, ...]
    address: str
    model: str
    keys: tuple[str, ...]
    prompt_tokens: int
    estimate_usd: float | None
    made_at: datetime
    stage: Stage = "intended"
    file_id: str | None = None
    batch_id: str | None = None
    status: str | None = None
    faults: tuple[str, ...] = ()
    unfinished: tuple[str, ...] = ()
    refused: Mapping[str, str] = pydantic.Field(default_factory=dict)
    broken: Mapping[str, BrokenAnswer] = pydantic.Field(default_factory=dict)
    formless: tuple[str, ...] = ()
    takes_no_schema: bool = False
    sizes: tuple[int, ...] = ()
    files_left: tuple[str, ...] = ()
    removed_imports: tuple[str, ...] = ()
    is_cancelled: bool = False

    @property
    def is_open(self) -> bool:
        """Whether its answers are still to come."""
        return self.stage in OPEN_STAGES

    @property
    def needs_tending(self) -> bool:
        """Whether there is something to do at the provider that no run waits for: delete files, cancel, collect."""
        return bool(self.files_left) or (self.is_open and not self.imports)

    def sizes_by_key(self) -> dict[str, int]:
        """Tokens that each request reads; in a record without sizes the mean of all."""
        mean = self.prompt_tokens // max(1, len(self.keys))
        return dict(zip(self.keys, self.sizes or (mean,) * len(self.keys), strict=True))


class BatchLedger:
    """The records below a lake's root, a path or an fsspec URL. Whoever changes them holds the lock.

    `locks_url`: see Lake.
    """

    def __init__(self, root: str, locks_url: str | None = None) -> None:
        self._fs, path = fsspec.core.url_to_fs(root)
        self._folder = f"{path.rstrip('/')}/{FOLDER}"
        self._settled = f"{self._folder}/settled"
        self._lake = Lake(root, locks_url)

    @contextlib.contextmanager
    def locked(self) -> Iterator[None]:
        """Keep other processes from collecting and submitting."""
        with self._lake.serialised(_LOCK):
            yield

    def records(self) -> list[BatchRecord]:
        """Records that are not settled, oldest first. Raises ExtractionStoppedError where one cannot be read."""
        return self._records_in(self._folder)

    def _records_in(self, folder: str) -> list[BatchRecord]:
        self._fs.invalidate_cache()
        if not self._fs.isdir(folder):
            return []
        paths = [str(path) for path in self._fs.ls(folder, detail=False)]
        names = [path for path in paths if path.endswith(".json") and not path.rsplit("/", 1)[-1].startswith(".")]
        return sorted(map(self._read, names), key=lambda record: (record.made_at, record.marker))

    def open_records(self) -> list[BatchRecord]:
        """Records whose answers are still to come, oldest first."""
        return [record for record in self.records() if record.is_open]

    def write(self, record: BatchRecord) -> BatchRecord:
        """Write a record in place of its earlier stage: when this returns it is on the disk."""
        self._write(self.path(record), record)
        return record

    def remove(self, record: BatchRecord) -> None:
        """Forget a batch that was never created."""
        self._fs.rm(self.path(record))

    def settle(self, import_key: str) -> None:
        """Note that a run of this import has made results of all answers that are there."""
        for record in self.records():
            if record.is_open or import_key not in record.imports:
                continue
            waiting = tuple(key for key in record.imports if key != import_key)
            left = record.model_copy(update={"imports": waiting})
            if not self.put_aside(left):
                self.write(left)

    def put_aside(self, record: BatchRecord) -> bool:
        """Move a record to the settled ones, unless somebody waits for it or there is something left to do with it."""
        if record.imports or record.is_open or record.files_left:
            return False
        self._write(f"{self._settled}/{record.marker}.json", _trim(record))
        self._fs.rm(self.path(record))
        return True

    def knows_no_schema(self, address: str, model: str) -> bool:
        """Whether a batch has shown that this model takes no response format with a schema at this address."""
        records = [*self.records(), *self._records_in(self._settled)]
        return any(r.takes_no_schema and (r.address, r.model) == (address, model) for r in records)

    def path(self, record: BatchRecord) -> str:
        """Where a record lies."""
        return f"{self._folder}/{record.marker}.json"

    def _read(self, path: str) -> BatchRecord:
        try:
            return BatchRecord.model_validate_json(self._fs.cat_file(path))
        except pydantic.ValidationError:
            raise ExtractionStoppedError(
                f"{path} cannot be read as the record of a batch: put it back from a backup, or delete it to submit "
                "its requests anew"
            ) from None

    def _write(self, path: str, record: BatchRecord) -> None:
        content = record.model_dump_json().encode()
        if isinstance(self._fs, LocalFileSystem):
            Path(path).parent.mkdir(parents=True, exist_ok=True)
            with replacing(Path(path)) as temporary:
                temporary.write_bytes(content)
        else:
            self._fs.pipe_file(path, content)


def _trim(record: BatchRecord) -> BatchRecord:
    return record.model_copy(update={"keys": (), "sizes": (), "unfinished": (), "formless": (), "broken": {}})

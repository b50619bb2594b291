"""The register of forgotten customers: rows of forgotten_customers as records, and the secret of their marks.

Here: both forms of a row, what is left to do of an erasure that was cut off, the file of the secret. Not here: doing it
(orchestration/forgetting.py).
"""

import json
import os
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from pls_pipeline.erasure.marks import Marks
from pls_pipeline.tables import FORGOTTEN_CUSTOMERS

SECRET_FILE = "forgotten.key"  # noqa: S105 - the name of a file
_SECRET_BYTES = 32


class MissingSecretError(RuntimeError):
    """Customers were forgotten under a secret that is not there; the sentence says where it belongs."""


@dataclass(frozen=True)
class Pending:
    """What is left to do of an erasure, as keys alone: of imports to be run again, messages, patterns, answers."""

    imports: frozenset[str] = frozenset()
    messages: frozenset[str] = frozenset()
    patterns: frozenset[str] = frozenset()
    answers: frozenset[str] = frozenset()

    def __or__(self, other: "Pending") -> "Pending":
        """What is left of both."""
        return Pending(**{name: getattr(self, name) | getattr(other, name) for name in asdict(self)})

    def to_json(self) -> str:
        """The column `pending`."""
        return json.dumps({name: sorted(keys) for name, keys in asdict(self).items()})

    @classmethod
    def from_json(cls, text: str) -> "Pending":
        """Read the column `pending`."""
        return cls(**{name: frozenset(keys) for name, keys in json.loads(text).items()})


@dataclass(frozen=True)
class Erasure:
    """A row of forgotten_customers, its columns read."""

    erasure_id: str
    marks: frozenset[str]
    begun_at: datetime
    completed_at: datetime | None = None
    pending: Pending | None = field(default_factory=Pending)
    imports: int = 0
    messages: int = 0
    patterns_changed: int = 0
    patterns_vanished: int = 0
    approvals_lost: int = 0

    @classmethod
    def from_row(cls, row: Mapping[str, Any]) -> "Erasure":
        """The record of a row."""
        read = {"marks": frozenset(row["marks"]), "pending": row["pending"] and Pending.from_json(row["pending"])}
        return cls(**{**{name: row[name] for name in FORGOTTEN_CUSTOMERS.column_names}, **read})

    def to_row(self) -> dict[str, Any]:
        """The row of forgotten_customers."""
        plain = {"marks": sorted(self.marks), "pending": self.pending and self.pending.to_json()}
        return {**vars(self), **plain}


def read_register(rows: Iterable[Mapping[str, Any]]) -> list[Erasure]:
    """All erasures, in their order."""
    return [Erasure.from_row(row) for row in rows]


def find_unfinished(register: Iterable[Erasure], marks: frozenset[str]) -> Erasure | None:
    """The erasure of these marks that was cut off; the latest where there are several."""
    cut_off = [item for item in register if item.completed_at is None and item.marks & marks]
    return cut_off[-1] if cut_off else None


def load_marks(register: Iterable[Erasure], folder: Path) -> Marks:
    """The marks of everybody who is kept out; nobody where nobody was forgotten. Raises MissingSecretError."""
    marks = [mark for item in register for mark in item.marks]
    if not marks:
        return Marks(b"", ())
    try:
        return Marks(read_secret(folder), marks)
    except FileNotFoundError:
        raise MissingSecretError(
            f"Customers were forgotten, and {folder / SECRET_FILE} is missing, without which they cannot be kept out: "
            "put it back from a backup, or copy it from the machine that forgot them."
        ) from None


def read_secret(folder: Path) -> bytes:
    """The secret of the data folder; raises FileNotFoundError."""
    return bytes.fromhex((folder / SECRET_FILE).read_text(encoding="ascii"))


def make_secret(folder: Path) -> bytes:
    """The secret of the data folder; where there is none, a new one, for the owner's eyes alone."""
    folder.mkdir(parents=True, exist_ok=True)
    try:
        descriptor = os.open(folder / SECRET_FILE, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return read_secret(folder)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(secrets.token_hex(_SECRET_BYTES))
        file.flush()
        os.fsync(file.fileno())
    return read_secret(folder)

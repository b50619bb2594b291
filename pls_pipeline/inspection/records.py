"""What an inspection found, as records.

Here: the values that commands and jobs show. Not here: how they are found (inspecting.py), or what is said about them
(advice.py, sections.py).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from pls_pipeline.extraction.estimate import CostEstimate
from pls_pipeline.sources import ExportFacts


@dataclass(frozen=True)
class KnownFile:
    """The import that brought the same content. `waiting`: its conversations that are deferred or failed.

    `is_analysed`: whether its run came to the end.
    """

    import_key: str
    file_name: str
    received_at: datetime
    is_analysed: bool
    waiting: int

    @property
    def is_finished(self) -> bool:
        """Whether importing the file again would do nothing."""
        return self.is_analysed and self.waiting == 0


@dataclass(frozen=True)
class RejectedReason:
    """Records that would be put aside for one reason, and where the first of them begin.

    `first_lines`: physical lines, from 1. `first_rows`: rows of a spreadsheet that shows the file, the header being row
    1; empty where they cannot be told from the lines. `member`: the file of an archive that holds them.
    """

    reason: str
    count: int
    first_lines: tuple[int, ...]
    first_rows: tuple[int, ...]
    member: str | None = None


@dataclass(frozen=True)
class MessageCounts:
    """What would become of the messages: new + duplicates_within + known = messages of the file.

    `known_by_import`: import key -> messages of the file that it brought before. Times are UTC, None without messages.
    """

    new: int
    duplicates_within: int
    known: int
    known_by_import: Mapping[str, int]
    first_at: datetime | None
    last_at: datetime | None


@dataclass(frozen=True)
class ConversationCounts:
    """Conversations that get a new message; eligible = to_analyse + deferred, the limit being that of one run.

    `automated_messages`: reason -> new messages that are kept out as automatic.
    """

    total: int
    eligible: int
    automated: int
    one_sided: int
    empty: int
    automated_messages: Mapping[str, int]
    to_analyse: int
    deferred: int
    limit: int


@dataclass(frozen=True)
class ShownRow:
    """A message of the file, for the eyes of the user alone."""

    row_number: int
    line_number: int
    occurred_at: datetime
    direction: str
    sender: str | None
    recipients: tuple[str, ...]
    body: str


@dataclass(frozen=True)
class Finding:
    """A sentence about the file: what is so, how often, what to do. `loss`: something would not be imported."""

    kind: Literal["loss", "note"]
    sentence: str


@dataclass(frozen=True)
class FileContent:
    """What an export holds and what importing it would do. `cut_off`: files that end within a row."""

    facts: ExportFacts
    rejected: tuple[RejectedReason, ...]
    cut_off: tuple[str, ...]
    messages: MessageCounts
    conversations: ConversationCounts
    cost: CostEstimate


@dataclass(frozen=True)
class FileInspection:
    """All that was found of one file.

    `refusal` is the sentence for a file that is no export; then there is no `content`. `rows` holds texts and numbers
    of people; everything else holds neither.
    """

    file_name: str
    size_bytes: int
    refusal: str | None = None
    known_as: KnownFile | None = None
    content: FileContent | None = None
    findings: tuple[Finding, ...] = ()
    rows: tuple[ShownRow, ...] = ()

    @property
    def can_import(self) -> bool:
        """Whether `pls import` would do something with the file."""
        if self.content is None or self.content.facts.message_count == 0:
            return False
        return self.known_as is None or not self.known_as.is_finished

    @property
    def is_clean(self) -> bool:
        """Whether it can be imported and nothing of it is rejected or lost."""
        return self.can_import and not any(finding.kind == "loss" for finding in self.findings)

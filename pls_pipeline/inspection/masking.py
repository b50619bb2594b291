"""What would be masked in the messages of a file before a model sees them, with nothing stored.

Here: the messages of a file, each with the spans that would be replaced. Not here: what is recognised (entities/), how
placeholders are given (privacy.py), or showing (cli/masking.py).
A message is masked with its conversation, as an analysis does it, but with what this file and the archives of all
imports tell; conversations that are not analysed are masked too.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb

from pls_pipeline.conversations import Conversation, GroupingOptions, group_conversations
from pls_pipeline.extraction.people import People, known_values
from pls_pipeline.inspection.inspecting import KnownImports, load_people
from pls_pipeline.lake import no_rows
from pls_pipeline.messages import deduplicate
from pls_pipeline.privacy import ConversationMask, MaskedText
from pls_pipeline.settings import Settings
from pls_pipeline.sources import ReadingOptions, read_export
from pls_pipeline.tables import DEDUPLICATED_MESSAGES

_KEY = "this file"
_CONVERSATIONS_AT_ONCE = 500


@dataclass(frozen=True)
class MaskedMessage:
    """One message of a file; the replacements of `masked` are spans of `body`, in code points."""

    message_id: str | None
    row_number: int
    direction: str
    body: str
    masked: MaskedText


def mask_export(
    connection: duckdb.DuckDBPyConnection, path: Path, file_name: str, known: KnownImports, settings: Settings
) -> Iterator[MaskedMessage]:
    """Mask each message of the file once, by conversation, each in the order of time.

    Raises UnreadableExportError where the file is no export, OSError where it cannot be read. The steps leave temporary
    tables on the connection, which is to be closed.
    """
    reading = read_export(
        connection, path, _KEY, file_name, ReadingOptions(settings.default_region, settings.naive_timezone)
    )
    people = load_people(known, reading, settings)
    nothing = no_rows(connection, DEDUPLICATED_MESSAGES)
    divided = deduplicate(connection, reading.messages, _KEY, nothing)
    conversations = group_conversations(
        connection,
        divided.messages,
        nothing,
        _KEY,
        GroupingOptions.from_settings(settings),
        duplicates=divided.duplicates,
        arrival=[_KEY],
        own_numbers=sorted(people.lines),
    )
    for batch in conversations.to_arrow_reader(_CONVERSATIONS_AT_ONCE):
        for row in batch.to_pylist():
            yield from _mask(Conversation.from_row(row), people, settings)


def _mask(conversation: Conversation, people: People, settings: Settings) -> Iterator[MaskedMessage]:
    known = known_values(conversation, people)
    mask = ConversationMask(known, settings.default_region, mask_names=settings.mask_names)
    mask.learn(message.body for message in conversation.messages)
    for message in conversation.messages:
        masked = mask.mask(message.body)
        yield MaskedMessage(message.message_id, message.row_number, message.direction, message.body, masked)

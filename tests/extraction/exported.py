"""Conversations of an export, as an import would group them into an empty lake."""

from pathlib import Path

from pls_pipeline.conversations import Conversation, GroupingOptions, group_conversations
from pls_pipeline.lake import Lake, open_connection
from pls_pipeline.messages import deduplicate
from pls_pipeline.settings import Settings
from pls_pipeline.sources import ReadingOptions, read_export
from pls_pipeline.tables import DEDUPLICATED_MESSAGES, DUPLICATE_ROWS


def read_conversations(
    path: Path, import_key: str, count: int, settings: Settings, scratch: Path
) -> list[Conversation]:
    """The first eligible conversations of a file; `scratch` is an empty folder."""
    lake = Lake(str(scratch))
    with open_connection() as connection:
        reading = read_export(
            connection, path, import_key, path.name, ReadingOptions(settings.default_region, settings.naive_timezone)
        )
        known = lake.relation(connection, DEDUPLICATED_MESSAGES)
        divided = deduplicate(connection, reading.messages, import_key, known)
        grouped = group_conversations(
            connection,
            divided.messages,
            known,
            import_key,
            GroupingOptions.from_settings(settings),
            duplicates=lake.relation(connection, DUPLICATE_ROWS).union(divided.duplicates),
            arrival=[import_key],
        )
        eligible = grouped.filter("status = 'eligible'").order("started_at, conversation_key").limit(count)
        return [Conversation.from_row(row) for row in eligible.to_arrow_table().to_pylist()]

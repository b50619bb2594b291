"""How much of what operators say the library covers, with masking and without it.

Here: the share of replies of families with five messages or more that are evidence of a pattern; the conversations of
an import extracted again with `EmbeddedExtractor(is_masking=...)` and built into a library. Not here: how well replies
are grouped (benchmarks/library.py), the imports of the model's extractor (__main__.py).
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from benchmarks.privacy.planting import Planted
from pls_pipeline.conversations import Conversation
from pls_pipeline.extraction.embedded import EmbeddedExtractor
from pls_pipeline.extraction.people import People
from pls_pipeline.library import LibraryOptions, LibraryState, build_library
from pls_pipeline.library.replies import MessageText
from pls_pipeline.settings import Settings

_FEWEST_MESSAGES = 5
_NOW = datetime(2026, 1, 1)


def measure_coverage(planted: Planted, provenance: Iterable[Mapping[str, Any]]) -> float:
    """Share of the replies of frequent families that are a response in the rows of pattern_provenance."""
    frequent = {name for name, family in planted.header["families"].items() if family["messages"] >= _FEWEST_MESSAGES}
    replies = {message["id"] for message in planted.messages if message.get("family") in frequent}
    cited = {row["message_id"] for row in provenance if row["role"] == "response"}
    return len(replies & cited) / len(replies)


def read_provenance(data: Path) -> list[dict[str, Any]]:
    """The rows of pattern_provenance of a data folder."""
    rows: list[dict[str, Any]] = pq.read_table(data / "lake/pattern_provenance.parquet").to_pylist()
    return rows


def build_both(planted: Planted, data: Path) -> tuple[float, float]:
    """Coverage of the import's conversations with masking and without."""
    rows = [
        row for path in data.glob("lake/grouped_conversations/*.parquet") for row in pq.read_table(path).to_pylist()
    ]
    conversations = [Conversation.from_row(row) for row in rows if row["status"] == "eligible"]
    messages = {
        message.message_key: MessageText(message.body, message.occurred_at, sender=message.sender)
        for conversation in conversations
        for message in conversation.messages
    }
    on, off = (_build(planted, conversations, messages, is_masking=is_masking) for is_masking in (True, False))
    return on, off


def _build(
    planted: Planted, conversations: Sequence[Conversation], messages: dict[str, MessageText], *, is_masking: bool
) -> float:
    settings = Settings()
    people = People(public=planted.public)
    extractor = EmbeddedExtractor(settings.categories, settings.default_region, people, is_masking=is_masking)
    candidates = [candidate for result in extractor.analyse(conversations) for candidate in result.candidates]
    options = LibraryOptions(categories=tuple(settings.categories))
    state = build_library(candidates, messages, (), LibraryState(), options, _NOW)
    return measure_coverage(planted, state.provenance)

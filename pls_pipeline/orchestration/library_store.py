"""The library in the lake: what it is built from, its state, and storing it where it changed.

Here: reads and writes of the library's tables. Not here: how a library comes about (library/).
"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from pls_pipeline.library import LibraryOptions, LibraryState, MessageText
from pls_pipeline.library.confidence import WAITED_FOR
from pls_pipeline.library.decisions import Decision, read_decisions
from pls_pipeline.orchestration.pipeline import Session
from pls_pipeline.patterns import Candidate
from pls_pipeline.tables import (
    DEDUPLICATED_MESSAGES,
    EXTRACTED_PATTERNS,
    GROUPED_CONVERSATIONS,
    MERGE_DECISIONS,
    PATTERN_ALIASES,
    PATTERN_EVIDENCE,
    PATTERN_LIBRARY,
    PATTERN_PROVENANCE,
    PATTERN_VERSIONS,
    REVIEW_DECISIONS,
    Table,
)

if TYPE_CHECKING:
    from pls_pipeline.lake import Lake
    from pls_pipeline.settings import Settings

Rows = Sequence[Mapping[str, Any]]


def load_candidates(session: Session, imports: Sequence[str]) -> list[Candidate]:
    """The candidates of these imports, by import and conversation."""
    rows = session.load(EXTRACTED_PATTERNS, imports).order("import_key, conversation_key, candidate_id")
    return [Candidate.from_row(row) for row in rows.to_arrow_table().to_pylist()]


def load_evidence(session: Session, candidates: Sequence[Candidate]) -> dict[str, MessageText]:
    """Body, time, sender and file of every message that is evidence, by message key; of replies what came next."""
    import pyarrow as pa

    keys = sorted({message.message_key for candidate in candidates for message in candidate.evidence})
    wanted = session.connection.from_arrow(pa.table({"message_key": pa.array(keys, pa.string())}))
    found = session.load(DEDUPLICATED_MESSAGES).join(wanted, "message_key", how="semi")
    rows = found.project("message_key, body, occurred_at, member, sender").fetchall()
    following = _load_next_texts(session, candidates)
    return {
        key: MessageText(body, occurred_at, member, sender, following.get(key))
        for key, body, occurred_at, member, sender in rows
    }


def _load_next_texts(session: Session, candidates: Sequence[Candidate]) -> dict[str, str]:
    """{key of a reply that is evidence: the customer's next message in its conversation, at most a day later}."""
    import pyarrow as pa

    keys = sorted({message.message_key for candidate in candidates for message in candidate.responses})
    conversations = sorted({candidate.conversation_key for candidate in candidates})
    connection = session.connection
    held = connection.from_arrow(pa.table({"conversation_key": pa.array(conversations, pa.string())}))
    wanted = connection.from_arrow(pa.table({"message_key": pa.array(keys, pa.string())}))
    turns = (
        session.load(GROUPED_CONVERSATIONS)
        .project("conversation_key, messages")
        .join(held, "conversation_key", how="semi")
        .project("conversation_key, unnest(messages) AS message")
        .project(
            "conversation_key, message.message_key AS message_key, message.occurred_at AS occurred_at, "
            "message.direction AS direction, message.body AS body"
        )
        .distinct()
    )
    following = turns.project(
        """
        message_key, direction, occurred_at,
        first_value(CASE WHEN direction = 'incoming' THEN {'at': occurred_at, 'body': body} END IGNORE NULLS) OVER (
            PARTITION BY conversation_key ORDER BY occurred_at, message_key
            ROWS BETWEEN 1 FOLLOWING AND UNBOUNDED FOLLOWING
        ) AS after
        """
    )
    rows = (
        following.filter(f"after.at <= occurred_at + to_seconds({WAITED_FOR.total_seconds():.0f})")
        .join(wanted, "message_key", how="semi")
        .project("message_key, after.body")
        .order("message_key, body")
    )
    return dict(rows.fetchall())


def load_library(lake: "Lake") -> LibraryState:
    """The library as it was stored last."""
    return LibraryState(
        patterns=lake.read(PATTERN_LIBRARY),
        versions=lake.read(PATTERN_VERSIONS),
        aliases=lake.read(PATTERN_ALIASES),
        provenance=lake.read(PATTERN_PROVENANCE),
        decisions=lake.read(MERGE_DECISIONS),
        evidence=lake.read(PATTERN_EVIDENCE),
    )


def load_reviews(lake: "Lake") -> list[Decision]:
    """The decisions of reviewers, in their order."""
    return read_decisions(lake.read(REVIEW_DECISIONS))


def append_reviews(lake: "Lake", decided: Sequence[Decision], new: Sequence[Decision]) -> None:
    """Store the new decisions behind those that were read; the caller has held the library's lock since."""
    lake.write_records([decision.to_row() for decision in (*decided, *new)], REVIEW_DECISIONS)


def store_library(lake: "Lake", before: LibraryState, after: LibraryState) -> None:
    """Store the tables that changed; pattern_library last, so that what it names is there already."""
    pairs: tuple[tuple[Table, Rows, Rows], ...] = (
        (PATTERN_VERSIONS, before.versions, after.versions),
        (PATTERN_ALIASES, before.aliases, after.aliases),
        (PATTERN_PROVENANCE, before.provenance, after.provenance),
        (MERGE_DECISIONS, before.decisions, after.decisions),
        (PATTERN_EVIDENCE, before.evidence, after.evidence),
        (PATTERN_LIBRARY, before.patterns, after.patterns),
    )
    for table, old, new in pairs:
        if list(old) != list(new) or not lake.exists(table):
            lake.write_records(new, table)


def choose_options(settings: "Settings") -> LibraryOptions:
    """The library's options from the settings."""
    return LibraryOptions(min_conversations=settings.min_conversations, categories=settings.categories)

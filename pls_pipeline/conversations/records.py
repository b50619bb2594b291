"""A row of grouped_conversations as a record. Not here: how the row is made (grouping.py)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pls_pipeline.conversations.episodes import CONTEXT_MESSAGES


@dataclass(frozen=True)
class ConversationMessage:
    """One message of a conversation, in the columns of `grouped_conversations.messages`.

    `is_new`: this import owns the message; one of an earlier import is context. `is_automated`: no person wrote it, for
    the reason `automated_reason`. `episode` counts from 1; a silence longer than the episode gap begins another.
    """

    message_key: str
    message_id: str | None
    import_key: str
    row_number: int
    occurred_at: datetime
    direction: str
    sender: str | None
    body: str
    is_new: bool
    is_automated: bool
    episode: int = 1
    automated_reason: str | None = None


@dataclass(frozen=True)
class Conversation:
    """One row of grouped_conversations; `messages` stand in the order of time, `participants` are sorted."""

    conversation_key: str
    import_key: str
    conversation_id: str | None
    own_number: str | None
    participants: tuple[str, ...]
    started_at: datetime
    ended_at: datetime
    status: str
    fingerprint: str
    messages: tuple[ConversationMessage, ...]

    @classmethod
    def from_row(cls, row: Mapping[str, Any]) -> "Conversation":
        """The record of a row of grouped_conversations, its messages as dictionaries."""
        return cls(
            conversation_key=row["conversation_key"],
            import_key=row["import_key"],
            conversation_id=row["conversation_id"],
            own_number=row["own_number"],
            participants=tuple(row["participants"]),
            started_at=row["started_at"],
            ended_at=row["ended_at"],
            status=row["status"],
            fingerprint=row["fingerprint"],
            messages=tuple(ConversationMessage(**message) for message in row["messages"]),
        )

    def shown_messages(self) -> tuple[ConversationMessage, ...]:
        """The messages that an analysis sees, in order; the fingerprint is about them alone.

        The episodes that hold a new message, whole, each with up to CONTEXT_MESSAGES before it.
        """
        analysed = {message.episode for message in self.messages if message.is_new}
        shown: set[int] = set()
        episode: int | None = None
        for place, message in enumerate(self.messages):
            if message.episode in analysed:
                shown.update(
                    range(place if message.episode == episode else max(0, place - CONTEXT_MESSAGES), place + 1)
                )
            episode = message.episode
        return tuple(message for place, message in enumerate(self.messages) if place in shown)

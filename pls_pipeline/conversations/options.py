"""What a person may set about grouping. Not here: what the values do (placement.py, episodes.py, automated.py …)."""

from dataclasses import dataclass

from pls_pipeline.conversations.automated import AUTOMATED_RULES, AutomatedRule, choose_rules
from pls_pipeline.conversations.broadcasts import BroadcastRule
from pls_pipeline.settings import Settings


@dataclass(frozen=True)
class GroupingOptions:
    """What a person may set.

    Attributes:
        window_hours: silence that ends a conversation of messages without a thread id.
        automated_prefixes: conversations whose thread id begins so are automated.
        automated_rules: texts that are marked as automated.
        episode_gap_hours: a longer silence within a conversation begins a new episode.
        broadcast_conversations: conversations that get the same text unasked when it is a broadcast; None: no text is.
        broadcast_minutes: longest time from the first to the last of these texts.
    """

    window_hours: float = 2.0
    automated_prefixes: tuple[str, ...] = ("CN6cc5c67b4", "CN2cc08d4c")
    automated_rules: tuple[AutomatedRule, ...] = AUTOMATED_RULES
    episode_gap_hours: float = 12.0
    broadcast_conversations: int | None = 5
    broadcast_minutes: float = 30.0

    @classmethod
    def from_settings(cls, settings: Settings) -> "GroupingOptions":
        """The options that the settings give."""
        reasons = settings.automated_reasons
        return cls(
            window_hours=settings.grouping_window_hours,
            automated_prefixes=settings.automated_conversation_prefixes,
            automated_rules=choose_rules(reasons, settings.automated_rules),
            episode_gap_hours=settings.episode_gap_hours,
            broadcast_conversations=settings.automated_broadcast_conversations if "broadcast" in reasons else None,
            broadcast_minutes=settings.automated_broadcast_minutes,
        )

    @property
    def broadcast_rule(self) -> BroadcastRule | None:
        """What makes a text a broadcast; None where no text is one."""
        if self.broadcast_conversations is None:
            return None
        return BroadcastRule(self.broadcast_conversations, self.broadcast_minutes, self.episode_gap_hours)

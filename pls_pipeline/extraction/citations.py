"""The messages that a model's pattern cites: that they exist, who says them, and which values stand in them.

Here: message numbers of an answer -> messages of the transcript -> evidence. Not here: the template (verification.py).
"""

from collections.abc import Sequence

from pls_pipeline.extraction.alignment import find_value
from pls_pipeline.extraction.answer import VariableAnswer
from pls_pipeline.extraction.transcript import TranscriptMessage, TranscriptPart
from pls_pipeline.patterns import EvidenceMessage, SlotValue


class RejectedPatternError(ValueError):
    """A pattern that is not true of its transcript: `reason` is a code, `detail` a sentence without message text."""

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(f"{reason}: {detail}")
        self.reason = reason
        self.detail = detail


def cited_replies(numbers: Sequence[int], part: TranscriptPart) -> tuple[TranscriptMessage, ...]:
    """Return the operator's messages that are the reply. Raises RejectedPatternError where one cannot be."""
    replies = _cited(numbers, part)
    if not replies:
        raise RejectedPatternError("no_reply_cited", "no message is cited as the reply")
    for reply in replies:
        if reply.role != "operator":
            reason = "reply_is_automatic" if reply.role == "automatic" else "reply_not_operator"
            raise RejectedPatternError(reason, f"message {reply.number}, cited as the reply, is {reply.role}'s")
        if reply.is_context:
            raise RejectedPatternError("reply_is_context", f"message {reply.number}, cited as the reply, is context")
    return replies


def cited_triggers(
    numbers: Sequence[int], part: TranscriptPart, replies: Sequence[TranscriptMessage]
) -> tuple[TranscriptMessage, ...]:
    """Return the customer's messages that are answered. Raises RejectedPatternError where one cannot be."""
    triggers = _cited(numbers, part)
    for trigger in triggers:
        if trigger.role != "customer":
            detail = f"message {trigger.number}, cited as the customer's, is {trigger.role}'s"
            raise RejectedPatternError("trigger_not_customer", detail)
        if trigger.number > replies[-1].number:
            detail = f"message {trigger.number} comes after the reply that it is cited for"
            raise RejectedPatternError("trigger_after_reply", detail)
    return triggers


def check_values(variables: Sequence[VariableAnswer], part: TranscriptPart) -> None:
    """Raise RejectedPatternError where a value does not stand in the message that is cited for it."""
    for variable in variables:
        (message,) = _cited([variable.message], part)
        if find_value(variable.value, message.masked) is None:
            detail = f"the value of a variable does not stand in message {message.number}, cited for it"
            raise RejectedPatternError("value_not_in_message", detail)


def spans_in(trigger: TranscriptMessage, variables: Sequence[VariableAnswer]) -> tuple[SlotValue, ...]:
    """Return where a customer's message holds the values that are cited from it: sorted, not overlapping."""
    found: list[SlotValue] = []
    for variable in variables:
        span = find_value(variable.value, trigger.masked) if variable.message == trigger.number else None
        if span and not any(span[0] < other.end and other.start < span[1] for other in found):
            found.append(SlotValue(variable.name, *span))
    return tuple(sorted(found, key=lambda value: value.start))


def cite(role: str, cited: TranscriptMessage, values: tuple[SlotValue, ...]) -> EvidenceMessage:
    """Return a message as evidence."""
    message = cited.message
    return EvidenceMessage(
        role, message.message_key, message.message_id, message.import_key, message.row_number, values
    )


def _cited(numbers: Sequence[int], part: TranscriptPart) -> tuple[TranscriptMessage, ...]:
    """Return the messages of these numbers, each once, in their order in the conversation."""
    messages = []
    for number in sorted(set(numbers)):
        message = part.get(number)
        if message is None:
            raise RejectedPatternError("unknown_message", f"there is no message {number}")
        messages.append(message)
    return tuple(messages)

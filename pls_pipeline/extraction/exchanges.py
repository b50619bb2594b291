"""Exchanges: what an operator replied, and what the customer had said before.

Here: turns of a conversation, and which replies say nothing that could be used again. Not here: what varies in a reply
(values.py) or what the exchange is about (categories.py).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from pls_pipeline.conversations import Conversation, ConversationMessage

# Words that a reply may consist of without telling the customer anything. A closed class: it is complete for English
# texting, not fitted to a corpus. A greeting or a farewell is not among them: businesses do send standard ones.
_ACKNOWLEDGING = frozenset(
    """
    ok okay k kk okey alright right sure yes yep yeah yup ya no nope nah thanks thank you thx ty tysm cheers great
    perfect awesome cool
    nice good lovely excellent wonderful fantastic amazing sweet gotcha got it sounds understood noted fine
    absolutely definitely certainly of course indeed exactly agreed done np no problem problems worries
    lol haha hahaha ah oh hmm mm mhm so very much a lot again and the that this that's thats it's its is
    sir ma'am miss mate man
    """.split()  # noqa: SIM905 - a word list reads better as text
)
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_LONGEST_ACKNOWLEDGEMENT = 6


@dataclass(frozen=True)
class Exchange:
    """An operator's message and the customer's messages that it follows, in the order of time."""

    triggers: tuple[ConversationMessage, ...]
    reply: ConversationMessage


def find_exchanges(conversation: Conversation) -> Iterator[Exchange]:
    """Every reply of an operator that is new, written by a person and holds text.

    Several replies in a row answer the same messages of the customer. Automated messages neither ask nor answer. What
    was said in another episode is not what a reply answers: a thread goes on for months.
    """
    triggers: list[ConversationMessage] = []
    answered = False
    episode: int | None = None
    for message in conversation.messages:
        if message.is_automated or not message.body.strip():
            continue
        if message.episode != episode:
            triggers, answered = [], False
        episode = message.episode
        if message.direction == "incoming":
            if answered:
                triggers, answered = [], False
            triggers.append(message)
        else:
            answered = True
            if message.is_new:
                yield Exchange(_telling(triggers), message)


def _telling(triggers: list[ConversationMessage]) -> tuple[ConversationMessage, ...]:
    """Without "ok" and "thanks", unless the customer said nothing else."""
    telling = tuple(message for message in triggers if not is_acknowledgement(message.body))
    return telling or tuple(triggers)


def is_acknowledgement(body: str) -> bool:
    """True where a text only acknowledges ("ok thanks!", an emoji): at most six words, all of them acknowledging."""
    words = [word.casefold().replace("’", "'") for word in _WORD.findall(body)]
    return len(words) <= _LONGEST_ACKNOWLEDGEMENT and all(word in _ACKNOWLEDGING for word in words)

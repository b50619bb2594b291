"""Conversations that an import repeats: the same texts under other ids and dates are no second occurrence.

Here: which conversations are copies of each other. Their replies stay evidence; what comes back in copies alone has not
come back, neither as a condition (columns.py) nor as support (merging.py). Not here: messages that two imports share,
which are one by their key (messages.py).

An account that is moved, or a file whose dates were rewritten, brings every conversation again with new ids.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace

from pls_pipeline.library.replies import Reply

# Words of a conversation from which on nobody says all of them again by chance.
LEAST_WORDS = 20
# Shorter conversations are copies where so many different ones, and this share of the smaller import, are in both.
LEAST_SHARED = 5
LEAST_SHARE = 0.5
# A conversation of more imports is a usual one, and says nothing of two of them.
_MOST_IMPORTS = 10

_Text = tuple[tuple[str, str], ...]


def mark_copies(replies: Sequence[Reply]) -> list[Reply]:
    """The replies in their order; those of copied conversations have one `source`. Copies lie in different imports."""
    by_conversation: defaultdict[tuple[str, str], list[Reply]] = defaultdict(list)
    for reply in replies:
        by_conversation[reply.candidate.import_key, reply.conversation_key].append(reply)
    text_of = {key: _read(said) for key, said in by_conversation.items()}
    holders: defaultdict[_Text, set[str]] = defaultdict(set)
    for (import_key, _), text in text_of.items():
        holders[text].add(import_key)
    repeated = {text: imports for text, imports in holders.items() if len(imports) > 1}
    if not repeated:
        return list(replies)
    alike = _find_repeating_imports(holders.values(), repeated.values())
    number = {text: place for place, text in enumerate(sorted(repeated))}
    said_before: Counter[tuple[str, int]] = Counter()
    source_of: dict[tuple[str, str], str] = {}
    for key, text in sorted(text_of.items()):
        if text in repeated and (_count_words(text) >= LEAST_WORDS or not alike[key[0]].isdisjoint(repeated[text])):
            # What one import holds three times is three conversations, in each of the imports.
            occurrence = (key[0], number[text])
            said_before[occurrence] += 1
            source_of[key] = f"copy {number[text]} {said_before[occurrence]}"
    return [
        replace(reply, copied_from=source) if source else reply
        for reply in replies
        for source in (source_of.get((reply.candidate.import_key, reply.conversation_key)),)
    ]


def _read(said: Iterable[Reply]) -> _Text:
    return tuple(sorted((reply.candidate.situation.casefold(), reply.text.casefold()) for reply in said))


def _count_words(text: _Text) -> int:
    return sum(len(part.split()) for exchange in text for part in exchange)


def _find_repeating_imports(held: Iterable[set[str]], repeated: Iterable[set[str]]) -> defaultdict[str, set[str]]:
    """For each import the others that repeat it, or that it repeats."""
    sizes = Counter(import_key for imports in held for import_key in imports)
    shared = Counter(
        (one, other)
        for imports in repeated
        if len(imports) <= _MOST_IMPORTS
        for one in imports
        for other in imports
        if one != other
    )
    alike: defaultdict[str, set[str]] = defaultdict(set)
    for (one, other), count in shared.items():
        if count >= LEAST_SHARED and count >= LEAST_SHARE * min(sizes[one], sizes[other]):
            alike[one].add(other)
    return alike

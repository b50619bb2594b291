"""Replies of a fixed part and a free one: "<an instruction> Shall I go on?", "Your instructions are: <text>".

Here: which sentences are a fixed part, and the wordings that they make. What stands before them, or after a colon, is
one variable. Not here: values within a sentence (frames.py, columns.py).

A colon alone says little: what follows it is guidance as often as not. But two full stops at the end show that a text
with its own was put into a template.
A closing such as "Is there anything else?" is no fixed part: it stands alone too, and what it follows is said without
it. A fixed part is nothing without its free one.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from pls_pipeline.library.replies import Reply

LEAST_WORDS = 5
LEAST_WORDS_BEFORE_COLON = 3
# Different free parts, of which none is said in more than this share of the conversations.
LEAST_FREE_PARTS = 8
MOST_OF_ONE = 0.6
# Conversations in which a free part stands on average: chance sentences before a closing are said once.
LEAST_REUSE = 2
LEAST_AFTER_COLON = 2
# Conversations in which the fixed part stands alone, and in which its free parts are said without it: shares of those
# in which they stand together.
MOST_ALONE = 0.1
MOST_ELSEWHERE = 0.33
_MOST_SENTENCES = 3
_BORDER = re.compile(r"(?<=[.!?])\s+|\s*\n\s*")
_COLON = re.compile(r"(?<=[^\W\d]):\s+")
_TWO_STOPS = re.compile(r"[^.]\.\.$")

Form = tuple[str, ...]


@dataclass(frozen=True)
class FreePart:
    """Replies with one fixed part; `spans` are the free parts' offsets in the text of each reply."""

    replies: tuple[Reply, ...]
    spans: tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class _Cut:
    """One way to cut a reply: forms of both parts, and where the free one stands."""

    reply: Reply
    fixed: Form
    free: Form
    span: tuple[int, int]


def take_free_parts(replies: Sequence[Reply]) -> tuple[list[FreePart], list[Reply]]:
    """Groups of replies that share a fixed part, and the other replies. The order of the replies does not matter."""
    cuts = [cut for reply in replies if reply.is_exact for cut in _cut(reply)]
    by_fixed: defaultdict[Form, list[_Cut]] = defaultdict(list)
    for cut in cuts:
        by_fixed[cut.fixed].append(cut)
    standing = _conversations_by_form((reply.form, reply) for reply in replies)
    holds = {fixed for fixed, found in by_fixed.items() if _is_fixed_part(fixed, found, standing)}
    # Of several fixed parts at the end of a reply, the longest.
    longest: dict[str, _Cut] = {}
    for cut in cuts:
        known = longest.get(cut.reply.candidate.candidate_id)
        if cut.fixed in holds and (known is None or len(cut.fixed) > len(known.fixed)):
            longest[cut.reply.candidate.candidate_id] = cut
    taken: defaultdict[Form, list[_Cut]] = defaultdict(list)
    for _, cut in sorted(longest.items()):
        taken[cut.fixed].append(cut)
    groups = [
        FreePart(tuple(cut.reply for cut in taken[fixed]), tuple(cut.span for cut in taken[fixed]))
        for fixed in sorted(taken)
    ]
    return groups, [reply for reply in replies if reply.candidate.candidate_id not in longest]


def _cut(reply: Reply) -> Iterable[_Cut]:
    """The last sentences as fixed part; what stands before a colon as fixed part."""
    text = reply.text.rstrip()
    borders = [match.span() for match in _BORDER.finditer(text)]
    for end_of_free, start_of_fixed in borders[-_MOST_SENTENCES:]:
        fixed, has_value = _form(reply, start_of_fixed, len(text))
        if len(fixed) >= LEAST_WORDS and not has_value:
            start = len(text) - len(text.lstrip())
            free, _ = _form(reply, 0, end_of_free)
            if free:
                yield _Cut(reply, fixed, free, (start, end_of_free))
    colon = _COLON.search(text)
    if colon and _TWO_STOPS.search(text) and (not borders or colon.start() < borders[0][0]):
        fixed, has_value = _form(reply, 0, colon.start())
        free, _ = _form(reply, colon.end(), len(text))
        if len(fixed) >= LEAST_WORDS_BEFORE_COLON and free and not has_value:
            yield _Cut(reply, (*fixed, ":"), free, (colon.end(), len(text) - 1))


def _form(reply: Reply, start: int, end: int) -> tuple[Form, bool]:
    tokens = [token for token in reply.tokens if start <= token.start and token.end <= end]
    return tuple(token.text for token in tokens), any(token.is_value for token in tokens)


def _is_fixed_part(fixed: Form, cuts: Sequence[_Cut], standing: Mapping[Form, set[str]]) -> bool:
    conversations = {cut.reply.conversation_key for cut in cuts}
    by_free = _conversations_by_form((cut.free, cut.reply) for cut in cuts)
    is_after_colon = fixed[-1] == ":"
    if len(by_free) < (LEAST_AFTER_COLON if is_after_colon else LEAST_FREE_PARTS):
        return False
    if is_after_colon:
        return not _share_words(list(by_free))
    if max(map(len, by_free.values())) > MOST_OF_ONE * len(conversations):
        return False
    alone = len(standing.get(fixed, set()))
    elsewhere = sum(len(standing.get(free, set())) for free in by_free)
    together = sum(map(len, by_free.values()))
    is_reused = together >= LEAST_REUSE * len(by_free)
    return is_reused and alone <= MOST_ALONE * together and elsewhere <= MOST_ELSEWHERE * together


def _share_words(frees: Sequence[Form]) -> bool:
    """Whether free parts after a colon are one sentence with something exchanged: then they are answers, no text."""
    first = set(frees[0])
    return any(2 * len(first & set(other)) > max(len(first), len(set(other))) for other in frees[1:])


def _conversations_by_form(items: Iterable[tuple[Form, Reply]]) -> dict[Form, set[str]]:
    found: defaultdict[Form, set[str]] = defaultdict(set)
    for form, reply in items:
        found[form].add(reply.conversation_key)
    return dict(found)

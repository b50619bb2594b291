"""Frames: replies that say the same words around values that differ.

Here: forms (replies equal but for values), and which forms share a frame. A frame only proposes; whether what differs
is a value or another meaning is decided in columns.py. Not here: wordings that mean the same
with other words (merging.py).
"""

from array import array
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rapidfuzz.distance import LCSseq

from pls_pipeline.library.replies import Reply

# Share of the longer form that two forms of one frame have in common, in order.
LEAST_COMMON_SHARE = 0.6
# Words in a place that differs; longer ones are another sentence, not another value.
LONGEST_FILLER = 6
# Words in common, so that "Your X is Y" is no frame.
LEAST_COMMON_WORDS = 3
_GRAM = 2
_LEADERS_TRIED = 8
# A gram of thousands of leaders ("^ we can") tells nothing, and to count all of them takes the square of their number.
MOST_LOOKED_UP = 5000
# So many are counted faster one by one than in arrays.
_FEW = 64


@dataclass(frozen=True)
class Form:
    """Replies with the same words, values apart."""

    tokens: tuple[str, ...]
    replies: tuple[Reply, ...]

    @property
    def support(self) -> int:
        """Conversations that hold it."""
        return len({reply.conversation_key for reply in self.replies})


@dataclass(frozen=True)
class Frame:
    """Forms that align with the first of them, the leader."""

    forms: tuple[Form, ...]


def collect_forms(replies: Sequence[Reply]) -> list[Form]:
    """Forms of the replies, the best supported first; the order of the replies does not matter."""
    by_tokens: defaultdict[tuple[str, ...], list[Reply]] = defaultdict(list)
    for reply in replies:
        by_tokens[reply.form].append(reply)
    forms = [
        Form(tokens, tuple(sorted(members, key=lambda reply: reply.candidate.candidate_id)))
        for tokens, members in by_tokens.items()
    ]
    return sorted(forms, key=lambda form: (-form.support, form.tokens))


def gather_frames(forms: Sequence[Form]) -> list[Frame]:
    """Each form in one frame: with the leader that it has most in common with, or as a leader itself.

    Every member is compared with the leader alone, so that a chain of small differences joins nothing.
    """
    members: list[list[Form]] = []
    leaders_by_gram: defaultdict[tuple[str, ...], array[int]] = defaultdict(lambda: array("q"))
    for form in forms:
        can_align = len(forms) > 1 and all(reply.is_exact for reply in form.replies)
        grams = list(_grams(form.tokens)) if can_align else []
        ranked = _rank_leaders([leaders_by_gram[gram] for gram in grams if gram in leaders_by_gram])
        scored = [(_common_share(members[i][0].tokens, form.tokens), -i) for i in ranked]
        share, index = max(scored, default=(0.0, 0))
        if share >= LEAST_COMMON_SHARE:
            members[-index].append(form)
            continue
        for gram in grams:
            leaders_by_gram[gram].append(len(members))
        members.append([form])
    return [Frame(tuple(group)) for group in members]


def _rank_leaders(holders: "Sequence[array[int]]") -> list[int]:
    """The _LEADERS_TRIED leaders that hold most of a form's grams; of equal ones, those that came first.

    `holders`: the leaders of each gram. The rarest grams are looked up first, up to MOST_LOOKED_UP leaders of them.
    """
    looked_up: list[array[int]] = []
    count = 0
    for leaders in sorted(holders, key=len):
        count += len(leaders)
        if count > MOST_LOOKED_UP and looked_up:
            break
        looked_up.append(leaders)
    if count <= _FEW:
        shared = Counter(leader for leaders in looked_up for leader in leaders)
        return sorted(shared, key=lambda leader: (-shared[leader], leader))[:_LEADERS_TRIED]
    return _rank_many(looked_up)


def _rank_many(holders: "Sequence[array[int]]") -> list[int]:
    import numpy as np

    counts = np.bincount(np.concatenate([np.frombuffer(leaders, dtype=np.int64) for leaders in holders]))
    found = np.flatnonzero(counts)
    shared = counts[found]
    if len(found) > _LEADERS_TRIED:
        least = np.partition(shared, -_LEADERS_TRIED)[-_LEADERS_TRIED]
        found, shared = found[shared >= least], shared[shared >= least]
    order = np.lexsort((found, -shared))[:_LEADERS_TRIED]
    return [int(leader) for leader in found[order]]


def differing_runs(left: Sequence[str], right: Sequence[str]) -> list[tuple[int, int, int, int]]:
    """Runs (left start, left end, right start, right end) between the tokens that two forms have in common."""
    runs: list[tuple[int, int, int, int]] = []
    for block in LCSseq.opcodes(left, right):
        if block.tag == "equal":
            continue
        run = (block.src_start, block.src_end, block.dest_start, block.dest_end)
        if runs and runs[-1][1] == run[0] and runs[-1][3] == run[2]:
            run = (runs[-1][0], run[1], runs[-1][2], run[3])
            runs.pop()
        runs.append(run)
    return runs


def _common_share(leader: Sequence[str], form: Sequence[str]) -> float:
    """Share of the longer form that is common; 0 where the two are no frame."""
    runs = differing_runs(leader, form)
    for left_start, left_end, right_start, right_end in runs:
        shorter, longer = sorted((left_end - left_start, right_end - right_start))
        if shorter == 0 or longer > LONGEST_FILLER:
            return 0.0
    common = len(leader) - sum(run[1] - run[0] for run in runs)
    words = sum(not token.startswith("<") for token in leader) - sum(
        not token.startswith("<") for run in runs for token in leader[run[0] : run[1]]
    )
    return common / max(len(leader), len(form)) if words >= LEAST_COMMON_WORDS else 0.0


def _grams(tokens: Sequence[str]) -> Iterator[tuple[str, ...]]:
    edged = ("^", *tokens, "$")
    return (edged[i : i + _GRAM + 1] for i in range(len(edged) - _GRAM))

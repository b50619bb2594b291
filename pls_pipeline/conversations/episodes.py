"""Episodes of a conversation, and which of its messages an analysis sees.

Here: what follows from the times of messages that stand in order, over many conversations at once. Not here: how they
come into order (grouping.py), how they become rows (gathering.py).

A thread goes on for years. A silence longer than the gap ends an episode; they are numbered from 1. What is analysed
are the episodes that hold a new message, whole, each with the last few messages before it as context.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

# Messages shown before an episode. Enough for what the episode answers: a customer's last turn is seldom longer.
CONTEXT_MESSAGES = 6


class Episodes(NamedTuple):
    """For each message: number of its episode, whether it begins one that is analysed, whether an analysis sees it."""

    numbers: NDArray[np.int64]
    begins_analysed: NDArray[np.bool_]
    is_shown: NDArray[np.bool_]


def find_episodes(
    starts: NDArray[np.int64], instants: NDArray[np.int64], is_new: NDArray[np.bool_], gap: int
) -> Episodes:
    """Divide conversations, one after the other, each in the order of time, into episodes.

    `starts`: place of the first message of each conversation, the first being 0. `instants` and `gap` in one unit.
    """
    count = len(instants)
    begins = np.concatenate(([True], np.diff(instants) > gap))
    begins[starts] = True
    firsts = np.flatnonzero(begins)
    ends = np.append(firsts[1:], count)
    episodes = np.cumsum(begins)
    numbers = episodes - np.repeat(episodes[starts] - 1, np.diff(np.append(starts, count)))

    is_analysed = np.logical_or.reduceat(is_new, firsts)
    conversation = starts[np.searchsorted(starts, firsts, side="right") - 1]
    shown_from = np.maximum(firsts - CONTEXT_MESSAGES, conversation)[is_analysed]
    # Views may overlap: a message is shown where more of them have begun than ended.
    under_way = np.zeros(count + 1, dtype=np.int64)
    np.add.at(under_way, shown_from, 1)
    np.add.at(under_way, ends[is_analysed], -1)
    begins_analysed = np.zeros(count, dtype=np.bool_)
    begins_analysed[firsts[is_analysed]] = True
    return Episodes(numbers, begins_analysed, np.cumsum(under_way[:-1]) > 0)

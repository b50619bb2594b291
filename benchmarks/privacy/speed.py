"""Messages a second on one core, beside the floor.

Here: the clock around the three ways of recall.py, conversation by conversation. Not here: what they find.
"""

import time
from collections.abc import Sequence

from benchmarks.privacy.planting import Planted
from benchmarks.privacy.recall import MASKERS, Masker
from pls_pipeline.entities import forget_texts

REPEATS = 5
_CONVERSATIONS_AT_ONCE = 25


def measure_speed(planted: Planted) -> dict[str, float]:
    """Messages a second by way of masking.

    The texts are read anew each time; of each 25 conversations the fastest of five times counts, since what else runs
    on the machine can only slow one down.
    """
    bodies = [[body for _, body in messages] for messages in planted.conversations]
    chunks = [bodies[i : i + _CONVERSATIONS_AT_ONCE] for i in range(0, len(bodies), _CONVERSATIONS_AT_ONCE)]
    count = sum(map(len, bodies))
    return {name: count / _time(masker, chunks, planted) for name, masker in MASKERS.items()}


def _time(masker: Masker, chunks: Sequence[Sequence[Sequence[str]]], planted: Planted) -> float:
    """Seconds of processor time for all chunks."""
    known = planted.known
    best = [float("inf")] * len(chunks)
    for _ in range(REPEATS):
        forget_texts()
        for index, conversations in enumerate(chunks):
            started = time.process_time()
            for conversation in conversations:
                for _spans in masker(conversation, known):
                    pass
            best[index] = min(best[index], time.process_time() - started)
    return sum(best)

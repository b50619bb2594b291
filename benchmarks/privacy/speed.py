"""Messages a second on one core, beside the floor.

Here: the clock around the three ways of recall.py, conversation by conversation. Not here: what they find.
"""

import csv
import time
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

from benchmarks.privacy.recall import MASKERS, Masker
from pls_pipeline.entities import KnownValues, forget_texts

REPEATS = 5
_CONVERSATIONS_AT_ONCE = 25


def measure_speed(bodies: Sequence[Sequence[str]], known: KnownValues) -> dict[str, float]:
    """Messages a second by way of masking; `bodies` are those of each conversation.

    The texts are read anew each time; of each 25 conversations the fastest of five times counts, since what else runs
    on the machine can only slow one down.
    """
    chunks = [bodies[i : i + _CONVERSATIONS_AT_ONCE] for i in range(0, len(bodies), _CONVERSATIONS_AT_ONCE)]
    count = sum(map(len, bodies))
    return {name: count / _time(masker, chunks, known) for name, masker in MASKERS.items()}


def read_bodies(export: Path) -> list[list[str]]:
    """Bodies of each conversation of an export with OpenPhone's header."""
    threads: defaultdict[str, list[str]] = defaultdict(list)
    with export.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            threads[row["conversationId"]].append(row["body"])
    return list(threads.values())


def _time(masker: Masker, chunks: Sequence[Sequence[Sequence[str]]], known: KnownValues) -> float:
    """Seconds of processor time for all chunks."""
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

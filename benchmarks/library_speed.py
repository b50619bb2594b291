"""How long a library takes: from many candidates at once, and when 500 conversations come to a small or a large one.

    python -m benchmarks.library_speed [--small 1000] [--large 100000] [--words]

Candidates are those of `synthetic_replies`, one a conversation, nearly each of them a pattern of its own. Every library
lies in a lake and is built by the functions of the asset `pattern_library`; the candidates that come later are of 250
patterns that are there and of 250 new ones. `--words` compares replies by their words alone, without the model of
embeddings.

Each library is a process of its own. Printed: wall and CPU seconds of reading, building and storing, of the first
library and of the one with 500 conversations more; the peak of resident memory. Wall seconds of a machine with other
work say little: compare CPU seconds there.
"""

import argparse
import multiprocessing
import resource
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.synthetic_replies import BEGIN, Replies, draw_replies

if TYPE_CHECKING:
    from pls_pipeline.lake import Lake

ARRIVING = 500
STEPS = ("read", "build", "store")


@dataclass
class Timing:
    """Wall and CPU seconds by step, and the number of patterns that came out."""

    wall: dict[str, float] = field(default_factory=dict)
    cpu: dict[str, float] = field(default_factory=dict)
    patterns: int = 0

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Time a step."""
        wall, cpu = time.perf_counter(), time.process_time()
        yield
        self.wall[name], self.cpu[name] = time.perf_counter() - wall, time.process_time() - cpu


@dataclass(frozen=True)
class Run:
    """One library: its first build, the build with 500 more, and the peak of memory in MB."""

    first: Timing
    second: Timing
    peak: float


def main() -> None:
    """Print both tables and the ratio."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("--small", type=int, default=1_000)
    parser.add_argument("--large", type=int, default=100_000)
    parser.add_argument("--words", action="store_true")
    arguments = parser.parse_args()
    runs = {size: measure(size, by_words=arguments.words) for size in (arguments.small, arguments.large)}
    print(f"{'':34}" + "".join(f"{name:>16}" for name in (*STEPS, "in all", "patterns", "peak MB")))
    for size, run in runs.items():
        for name, timing in ((f"library of {size:,} candidates", run.first), (f"{ARRIVING} more", run.second)):
            cells = [f"{timing.wall[step]:.1f} ({timing.cpu[step]:.1f})" for step in STEPS]
            cells.append(f"{sum(timing.wall.values()):.1f} ({sum(timing.cpu.values()):.1f})")
            print(f"{name:34}" + "".join(f"{c:>16}" for c in (*cells, f"{timing.patterns:,}", f"{run.peak:.0f}")))
    small, large = (sum(runs[size].second.wall.values()) for size in (arguments.small, arguments.large))
    print(
        f"{ARRIVING} conversations, large to small: {large / small:.1f} times (wall seconds, CPU seconds in brackets)"
    )


def measure(size: int, *, by_words: bool) -> Run:
    """Build a library of so many candidates, and again with more, in a process of its own."""
    with tempfile.TemporaryDirectory() as folder, multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(_measure, (size, Path(folder), by_words))


def _measure(size: int, folder: Path, by_words: bool) -> Run:
    from pls_pipeline.lake import Lake

    lake = Lake(str(folder))
    first, second = Timing(), Timing()
    _bring(lake, draw_replies(range(size), 1, "base"), "base")
    _build(lake, ["base"], first, by_words=by_words)
    half = ARRIVING // 2
    _bring(lake, draw_replies(range(size - half, size + half), 1, "next"), "next")
    _build(lake, ["base", "next"], second, by_words=by_words)
    return Run(first, second, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000)


def _bring(lake: "Lake", replies: Replies, key: str) -> None:
    """Store candidates and their messages as an import's tables."""
    from pls_pipeline.tables import DEDUPLICATED_MESSAGES, EXTRACTED_PATTERNS

    lake.write_records([candidate.to_row() for candidate in replies.candidates], EXTRACTED_PATTERNS, key)
    said = [
        {"message_key": name, "body": message.body, "occurred_at": message.occurred_at, "sender": message.sender}
        for name, message in replies.messages.items()
    ]
    lake.write_records(said, DEDUPLICATED_MESSAGES, key)


def _build(lake: "Lake", keys: list[str], timing: Timing, *, by_words: bool) -> None:
    """What the asset `pattern_library` does, step by step."""
    from pls_pipeline.imports import Manifest
    from pls_pipeline.lake import open_connection
    from pls_pipeline.library import LibraryOptions, build_library
    from pls_pipeline.library.similarity import KeepingEmbedder, LexicalEmbedder
    from pls_pipeline.orchestration import library_store, reply_vectors
    from pls_pipeline.orchestration.pipeline import Session

    imports = [Manifest(key, f"{key}.csv", "0" * 64, 1, BEGIN, place, "openphone") for place, key in enumerate(keys)]
    with open_connection() as connection:
        session = Session(lake, connection)
        with timing.step("read"):
            candidates = library_store.load_candidates(session, keys)
            messages = library_store.load_evidence(session, candidates)
            before = library_store.load_library(lake)
            embedder = (
                KeepingEmbedder(LexicalEmbedder())
                if by_words
                else reply_vectors.open_embedder(lake, (item.response_template for item in candidates))
            )
        with timing.step("build"):
            now = datetime(2026, 1, len(keys))
            after = build_library(candidates, messages, imports, before, LibraryOptions(), now, (), embedder)
        with timing.step("store"):
            if not by_words:
                reply_vectors.store_vectors(lake, embedder)
            library_store.store_library(lake, before, after)
    timing.patterns = len(after.patterns)


if __name__ == "__main__":
    main()

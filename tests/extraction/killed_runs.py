"""Runs that are killed with SIGKILL at random moments and resumed, against a server that counts what it billed.

    python -m tests.extraction.killed_runs 50      kills 50 runs, then lets one end; exit code 0 when nothing is lost

Called with the name of a folder instead of a number, it is the run that is killed.
"""

import contextlib
import random
import signal
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from pls_pipeline.extraction.answer_store import LakeAnswers
from pls_pipeline.extraction.counted_answers import CountedAnswers
from pls_pipeline.extraction.model_client import ServerOptions
from pls_pipeline.extraction.openai_extractor import AnalysisOptions, OpenAIExtractor
from pls_pipeline.extraction.pace import PaceLimits
from pls_pipeline.extraction.runner import run_extraction
from tests.extraction.conversing import conversation
from tests.extraction.made_results import IMPORT, LakeStore
from tests.extraction.metered_server import ROOT, RunningServer, ServerLimits, run_server

AT_ONCE = 4
LIMITS = ServerLimits(requests_a_minute=100_000, latency=0.3)
_MOST_BILLED_A_LIFE = 18


@dataclass(frozen=True)
class KilledRuns:
    """What is there after all runs: conversations, answers and candidates without repetition, requests, repeats.

    `carried` are the answers whose cost an outcome carries, `carried_once` those without repetition.
    """

    kills: int
    conversations: int
    extracted: int
    candidates: int
    distinct_candidates: int
    carried: int
    carried_once: int
    billed: int
    billed_twice: int

    @property
    def is_sound(self) -> bool:
        """Whether nothing was lost, nothing is there twice, and no more was paid again than was under way."""
        found = self.extracted, self.candidates, self.distinct_candidates, self.carried, self.carried_once
        whole = set(found) == {self.conversations}
        return whole and self.billed_twice <= self.kills * AT_ONCE


def analyse(root: Path, address: str, conversations: int) -> None:
    """Run the extraction of one import to its end."""
    talks = [
        conversation(f"> is number {number} open?", "< Yes, come in by the green door.", key=f"talk {number:04}")
        for number in range(conversations)
    ]
    server = ServerOptions("none", address, pace=PaceLimits(LIMITS.requests_a_minute, at_once=AT_ONCE))
    store = LakeStore(root)
    counted = CountedAnswers(key for outcome in store.load().outcomes for key in outcome.answer_keys)
    extractor = OpenAIExtractor(
        server, AnalysisOptions("gpt-4o", ("general",)), answers=LakeAnswers(str(root)), counted=counted
    )
    run_extraction(talks, extractor, store, import_key=IMPORT, limit=conversations)


def kill_runs(kills: int, seed: int = 1) -> KilledRuns:
    """Kill so many runs of one import, each after a random number of its requests, then let one end."""
    chance = random.Random(seed)  # noqa: S311 - moments, no secrets
    conversations = 20 * max(kills, 2)
    with tempfile.TemporaryDirectory() as folder, run_server(LIMITS) as server:
        command = [sys.executable, "-m", "tests.extraction.killed_runs", folder, server.url, str(conversations)]
        for _ in range(kills):
            with subprocess.Popen(command, cwd=ROOT, text=True) as process:
                _await_bills(process, server, chance.randint(1, _MOST_BILLED_A_LIFE))
                process.kill()
        subprocess.run(command, cwd=ROOT, check=True)
        results, meter = LakeStore(Path(folder)).load(), server.read_meter()
        carried = [key for outcome in results.outcomes for key in outcome.answer_keys]
        return KilledRuns(
            kills,
            conversations,
            sum(outcome.status == "extracted" for outcome in results.outcomes),
            len(results.candidates),
            len({candidate.candidate_id for candidate in results.candidates}),
            len(carried),
            len(set(carried)),
            meter["billed"],
            meter["billed_twice"],
        )


def _await_bills(process: "subprocess.Popen[str]", server: RunningServer, bills: int) -> None:
    """Wait until the server has billed so many requests of this process, or the process has ended."""
    target = server.read_meter().get("billed", 0) + bills
    while server.read_meter().get("billed", 0) < target:
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(0.01)
            return


if __name__ == "__main__":
    if sys.argv[1].isdigit():
        report = kill_runs(int(sys.argv[1]))
        sys.stdout.write(f"{report}\n")
        sys.exit(0 if report.is_sound else 1)
    # A shell that runs the tests in the background has its children ignore the keyboard.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    analyse(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]))

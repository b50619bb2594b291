"""A run that is killed, and the run after it."""

import subprocess
import sys
from pathlib import Path

import pytest

from pls_pipeline.extraction.runner import run_extraction
from tests.extraction.made_results import IMPORT, LakeStore, MadeExtractor, talks

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize(("given", "stored"), [(9, 0), (10, 10), (27, 20)])
def test_a_killed_run_loses_what_was_not_committed_and_no_more(tmp_path: Path, given: int, stored: int) -> None:
    keys = [f"talk {number:02}" for number in range(30)]
    command = [sys.executable, "-m", "tests.extraction.run_until_killed", str(tmp_path), "30", str(given)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        assert process.stdout.readline() == "given\n"
        process.kill()

    store = LakeStore(tmp_path)
    left = store.load()
    assert [outcome.conversation_key for outcome in left.outcomes] == keys
    assert sum(outcome.status == "extracted" for outcome in left.outcomes) == len(left.candidates) == stored

    resumed = MadeExtractor()
    summary = run_extraction(talks(*keys), resumed, store, import_key=IMPORT)
    assert (summary.already_analysed, summary.analysed, summary.deferred) == (stored, 30 - stored, 0)
    assert [key for key, _ in resumed.analysed] == keys[stored:]
    assert {outcome.status for outcome in store.load().outcomes} == {"extracted"}
    assert len({candidate.candidate_id for candidate in store.load().candidates}) == 30

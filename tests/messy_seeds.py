"""Damaged exports of other seeds than those of test_messy_exports: a script, because it takes minutes.

    python -m tests.messy_seeds [--seeds 10] [--conversations 1200]

Each seed is a set of files by the corpus' gen_messy.py; the test then imports each set and compares the lake with its
truth. Exit code 1 where a lake differs.
"""

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.test_messy_exports import CORPUS

FIRST_SEED = 101


def generate(seed: int, out: Path, *options: str) -> Path:
    """The files of a seed and their truth."""
    sources = sorted(str(path) for path in (CORPUS / "sgd/exports").iterdir())
    command = [sys.executable, str(CORPUS / "gen_messy.py"), "--in", *sources, "--out", str(out), "--seed", str(seed)]
    subprocess.run([*command, *options], check=True, stdout=subprocess.DEVNULL)
    return out


def main() -> int:
    """Generate, import, compare."""
    parser = argparse.ArgumentParser(description="Damaged exports of other seeds.")
    parser.add_argument("--seeds", type=int, default=10)
    parser.add_argument("--conversations", type=int, default=1200)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        seeds = range(FIRST_SEED, FIRST_SEED + options.seeds)
        count = ("--convs", str(options.conversations))
        folders = [generate(seed, Path(name) / f"seed-{seed}", *count) for seed in seeds]
        environment = {**os.environ, "PLS_MESSY_EXPORTS": ",".join(map(str, folders))}
        command = [sys.executable, "-m", "pytest", "-q", "tests/test_messy_exports.py"]
        return subprocess.run(command, env=environment, cwd=Path(__file__).resolve().parents[1]).returncode


if __name__ == "__main__":
    sys.exit(main())

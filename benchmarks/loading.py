"""Loading the definitions beside importing Dagster alone: what each process of a deployment pays before it works.

    python -m benchmarks.loading [--times 7]

Each is a new process, by turns, seconds of a processor beside seconds; the median counts. Allowed is 1.3.
"""

import argparse
import resource
import statistics
import subprocess
import sys
import time

ALONE = "import dagster"
LOADED = "from pls_pipeline.definitions import defs; defs()"
_WAYS = {"import dagster": ALONE, "definitions": LOADED}


def main() -> None:
    """Measure, print."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--times", type=int, default=7)
    options = parser.parse_args()
    measured: dict[str, list[tuple[float, float]]] = {name: [] for name in _WAYS}
    for number in range(options.times + 1):
        for name, code in _WAYS.items():
            found = run(code)
            if number:  # the first finds cold caches
                measured[name].append(found)
    medians = {
        name: [statistics.median(column) for column in zip(*found, strict=True)] for name, found in measured.items()
    }
    for name, (wall, processor) in medians.items():
        print(f"{name:15} {wall:5.2f} s ({processor:.2f} s of a processor)")
    (alone, alone_processor), (loaded, loaded_processor) = medians.values()
    print(f"ratio           {loaded / alone:5.2f}   ({loaded_processor / alone_processor:.2f})")


def run(code: str) -> tuple[float, float]:
    """Seconds, and seconds of a processor, of a process that runs this code."""
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run([sys.executable, "-W", "ignore", "-c", code], check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return time.perf_counter() - began, spent


if __name__ == "__main__":
    main()

"""Raw, deduplicated and grouped, measured beside what DuckDB and pandas take for the same export.

    python -m benchmarks.ingest [--messages 1000000] [--runs 5] [--large] [--overlapping] [--repair] [--folder FOLDER]

FOLDER holds gen_scale.py and sgd/exports; default ../shared/eval. Each measurement is a process of its own, in turns,
so that a busy machine meets all of them; the median of the runs counts. Wall and CPU seconds are those of the work
without the start of Python and its imports; peak memory is that of the whole process, from the kernel.

- *pipeline*: one export through raw, deduplicated, grouped into a lake, as the assets do it.
- *plain*: DuckDB reads the CSV into one zstd Parquet file, all columns as text, with its defaults.
- *pandas*: the same work by pandas, three Parquet files (`pandas_ingest`).

`--large`: ten times the messages, once: memory, and how the time grows. `--overlapping`: 200 imports of 10,000
messages, half of each known already; the last against the second. `--repair`: an export of which every row has an
unquoted comma in its body.
"""

import argparse
import csv
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
DEFAULT_FOLDER = ROOT / "../shared/eval"
IMPORTS, MESSAGES_AN_IMPORT = 200, 10_000


@dataclass(frozen=True)
class Figures:
    """Seconds of wall clock and CPU, and the peak of resident memory in MB."""

    wall: float
    cpu: float
    peak: float


def ingest(export: Path, lake_root: Path, key: str = "export", earlier: Sequence[str] = ()) -> None:
    """One export through raw, deduplicated, grouped; each stage with a connection of its own, as in its asset."""
    from pls_pipeline.conversations import GroupingOptions, group_conversations
    from pls_pipeline.lake import Lake, open_connection
    from pls_pipeline.messages import deduplicate
    from pls_pipeline.sources import read_export
    from pls_pipeline.tables import (
        DEDUPLICATED_MESSAGES,
        DUPLICATE_ROWS,
        GROUPED_CONVERSATIONS,
        RAW_MESSAGES,
        REJECTED_ROWS,
    )

    lake = Lake(str(lake_root))
    with open_connection() as connection:
        reading = read_export(connection, export, key, export.name)
        lake.write(reading.rejected, REJECTED_ROWS, key)
        lake.write(reading.messages, RAW_MESSAGES, key)
    with open_connection() as connection:
        others = [other for other in lake.partitions(DEDUPLICATED_MESSAGES) if other != key]
        owned = lake.relation(connection, DEDUPLICATED_MESSAGES, others)
        divided = deduplicate(connection, lake.relation(connection, RAW_MESSAGES, [key]), key, owned)
        lake.write(divided.duplicates, DUPLICATE_ROWS, key)
        lake.write(divided.messages, DEDUPLICATED_MESSAGES, key)
    with open_connection() as connection:
        conversations = group_conversations(
            connection,
            lake.relation(connection, DEDUPLICATED_MESSAGES, [key]),
            lake.relation(connection, DEDUPLICATED_MESSAGES, earlier),
            key,
            GroupingOptions(),
            duplicates=lake.relation(connection, DUPLICATE_ROWS, [*earlier, key]),
            arrival=[*earlier, key],
        )
        lake.write(conversations, GROUPED_CONVERSATIONS, key)


def copy_plainly(export: Path, out: Path) -> None:
    """The baseline: text columns into one zstd Parquet file."""
    import duckdb

    out.mkdir(parents=True)
    with duckdb.connect() as connection:
        rows = connection.read_csv(str(export), all_varchar=True)
        rows.to_parquet(str(out / "plain.parquet"), compression="zstd")


def ingest_by_pandas(export: Path, out: Path) -> None:
    """Loaded here, because pandas is not needed elsewhere."""
    from benchmarks.pandas_ingest import ingest_by_pandas as run

    run(export, out)


def read_only(export: Path, out: Path) -> None:
    """The reader alone, into a lake's table."""
    from pls_pipeline.lake import Lake, open_connection
    from pls_pipeline.sources import read_export
    from pls_pipeline.tables import RAW_MESSAGES

    with open_connection() as connection:
        reading = read_export(connection, export, "export", export.name)
        if reading.facts.reader != "careful" or reading.facts.repaired_count != reading.facts.record_count:
            raise SystemExit(f"{reading.facts}: not every row was repaired")
        Lake(str(out)).write(reading.messages, RAW_MESSAGES, "export")


WORK: dict[str, Callable[[Path, Path], None]] = {
    "pipeline": ingest,
    "plain": copy_plainly,
    "pandas": ingest_by_pandas,
    "repair": read_only,
}


def work_once(name: str, export: Path, out: Path) -> None:
    """Within a process of its own: warm up the imports, do the work, print its figures."""
    import duckdb  # noqa: F401 - not to be measured
    import pandas as pd  # noqa: F401
    import phonenumbers  # noqa: F401
    import pyarrow.parquet  # noqa: F401

    import pls_pipeline.conversations
    import pls_pipeline.sources  # noqa: F401

    wall, cpu = time.perf_counter(), time.process_time()
    WORK[name](export, out)
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    print(json.dumps([wall, cpu, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000]))


def measure(name: str, export: Path) -> Figures:
    """The figures of one run in a process."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "benchmarks.ingest", "--work", name, str(export), f"{folder}/out"]
        done = subprocess.run(command, check=True, cwd=ROOT, stdout=subprocess.PIPE, text=True)
        return Figures(*json.loads(done.stdout))


def generate(folder: Path, messages: int, out: Path, *options: str) -> Path:
    """An export of so many messages, by gen_scale.py."""
    sources = sorted(str(path) for path in (folder / "sgd/exports").iterdir())
    command = [sys.executable, str(folder / "gen_scale.py"), "--in", *sources, "--n", str(messages), "--out", str(out)]
    subprocess.run([*command, *options], check=True, stdout=subprocess.DEVNULL)
    return out


def median(figures: Sequence[Figures]) -> Figures:
    """The median of each figure."""
    return Figures(
        *(statistics.median(values) for values in zip(*((f.wall, f.cpu, f.peak) for f in figures), strict=True))
    )


def compare(export: Path, runs: int) -> None:
    """Measure the pipeline and its baselines in turns, and print the table."""
    names = ("plain", "pipeline", "pandas")
    figures: dict[str, list[Figures]] = {name: [] for name in names}
    for _ in range(runs):
        for name in names:
            figures[name].append(measure(name, export))
    medians = {name: median(values) for name, values in figures.items()}
    plain, ours, pandas = (medians[name] for name in names)
    print(f"{'':10}{'wall s':>9}{'CPU s':>9}{'peak MB':>9}{'× plain':>9}{'× CPU':>9}   median of {runs}")
    for name, value in medians.items():
        print(
            f"{name:10}{value.wall:9.2f}{value.cpu:9.2f}{value.peak:9.0f}"
            f"{value.wall / plain.wall:9.2f}{value.cpu / plain.cpu:9.2f}"
        )
    print(f"pandas / pipeline: {pandas.wall / ours.wall:.2f} of wall clock, {pandas.cpu / ours.cpu:.2f} of CPU")


def grow(folder: Path, work: Path, messages: int, small_export: Path) -> None:
    """Ten times the messages, beside the mean of one measurement before it and one after it."""
    export = generate(folder, messages * 10, work / "large.csv")
    before, large, after = (measure("pipeline", path) for path in (small_export, export, small_export))
    export.unlink()
    small = Figures(*((getattr(before, name) + getattr(after, name)) / 2 for name in ("wall", "cpu", "peak")))
    print(
        f"{messages * 10} messages: {large.wall:.1f} s wall, {large.cpu:.1f} s CPU, peak {large.peak:.0f} MB; "
        f"ten times the messages take {large.wall / small.wall:.1f} × wall, {large.cpu / small.cpu:.1f} × CPU"
    )


def overlap(folder: Path, work: Path) -> None:
    """Imports of 10,000 messages, each half of which the import before it brought."""
    step = MESSAGES_AN_IMPORT // 2
    export = generate(folder, step * (IMPORTS + 1), work / "rows.csv")
    seconds, cpu, keys = [], [], []
    with export.open("r", encoding="utf-8", newline="") as file, tempfile.TemporaryDirectory() as lake:
        header, *rows = file  # no body of the corpus has a line end
        for number in range(IMPORTS):
            part = work / "part.csv"
            part.write_text("".join([header, *rows[number * step : (number + 2) * step]]), encoding="utf-8", newline="")
            key = f"part-{number:03}"
            began = time.perf_counter(), time.process_time()
            ingest(part, Path(lake), key, keys)
            seconds.append(time.perf_counter() - began[0])
            cpu.append(time.process_time() - began[1])
            keys.append(key)
    # One import takes a fraction of a second: the neighbours of the second and of the last tell noise from growth.
    first, last = slice(1, 6), slice(IMPORTS - 5, IMPORTS)
    for name, values in (("wall", seconds), ("CPU", cpu)):
        second, last_one = statistics.median(values[first]), statistics.median(values[last])
        print(
            f"{IMPORTS} overlapping imports, {name}: 2nd {values[1]:.3f} s, {IMPORTS}th {values[-1]:.3f} s "
            f"({values[-1] / values[1]:.2f} ×); medians of five at either end {last_one / second:.2f} ×"
        )


def repair(folder: Path, work: Path, messages: int, runs: int) -> None:
    """Rows a second of the careful reader."""
    export = generate(folder, messages, work / "rows.csv")
    broken = work / "broken.csv"
    with export.open(encoding="utf-8", newline="") as source, broken.open("w", encoding="utf-8", newline="") as out:
        rows = csv.reader(source)
        out.write(",".join(next(rows)) + "\n")
        for number, (message, thread, body, *others) in enumerate(rows):
            text = body.replace('"', "").replace("\n", " ")
            out.write(",".join([message, thread, f"{text}, and {number}", *others]) + "\n")
    took = median([measure("repair", broken) for _ in range(runs)])
    print(f"every row repaired: {messages / took.wall:,.0f} rows/s of wall clock, {messages / took.cpu:,.0f} of CPU")


def main() -> None:
    """Print what is asked for."""
    if sys.argv[1:2] == ["--work"]:
        work_once(sys.argv[2], Path(sys.argv[3]), Path(sys.argv[4]))
        return
    parser = argparse.ArgumentParser(description="Ingestion beside DuckDB and pandas.")
    parser.add_argument("--messages", type=int, default=1_000_000)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--large", action="store_true", help="ten times the messages, once")
    parser.add_argument("--overlapping", action="store_true", help="200 imports that overlap")
    parser.add_argument("--repair", action="store_true", help="a file of which every row needs repair")
    parser.add_argument("--folder", type=Path, default=DEFAULT_FOLDER)
    options = parser.parse_args()
    folder = options.folder.resolve()
    if not (folder / "gen_scale.py").exists():
        print(f"Nothing measured: {folder} holds no gen_scale.py. Give its folder by --folder.")
        return
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}; {options.messages} messages")
    with tempfile.TemporaryDirectory() as name:
        work = Path(name)
        export = generate(folder, options.messages, work / "export.csv")
        compare(export, options.runs)
        if options.large:
            grow(folder, work, options.messages, export)
        if options.overlapping:
            overlap(folder, work)
        if options.repair:
            repair(folder, work, min(options.messages, 200_000), options.runs)


if __name__ == "__main__":
    main()

"""All measures of privacy, printed beside their floors; the exit code is 1 where one is not reached.

    python -m benchmarks.privacy [FOLDER] [--seeds N] [--speed-only]

FOLDER holds score_pii.py and generators/; default ../shared/eval. Here: the order and the tables. Not here: a measure.
"""

import argparse
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Mapping
from pathlib import Path
from statistics import fmean

from benchmarks.privacy.coverage import build_both, measure_coverage, read_provenance
from benchmarks.privacy.hostile import count_canaries
from benchmarks.privacy.importing import import_export
from benchmarks.privacy.leaks import KEPT_ON_PURPOSE, NAMES, find_leaks, find_names_with_evidence
from benchmarks.privacy.planting import SEEDS, Planted, holds, plant, plant_hostile
from benchmarks.privacy.recall import MASKERS, measure_recall
from benchmarks.privacy.speed import measure_speed, read_bodies
from pls_pipeline.entities import NOTHING_KNOWN
from tests.privacy.asked_server import AskedServer, ask_about, find_broken_frames, serve

DEFAULT_FOLDER = Path(__file__).resolve().parents[2] / "../shared/eval"
LEAST = {
    "recall": 0.94, "benign_precision": 0.97, "phone": 0.99, "email": 0.99, "card": 0.99,
    "access_code": 0.97, "gift_code": 0.97, "password": 0.97,
}  # fmt: skip
MOST_NAMES = 1 / 1000
MOST_LOST = 0.02
LEAST_SPEED = 20_000
OFF = {"PLS_MASK_NAMES": "false"}


class Verdicts:
    """Figures that did not reach their floor."""

    def __init__(self) -> None:
        self.failed: list[str] = []

    def judge(self, name: str, good: bool, text: str) -> None:
        """Print a figure and remember it where it is not good."""
        print(f"{name:44}{text:>28}   {'ok' if good else 'NOT REACHED'}")
        if not good:
            self.failed.append(name)


def main() -> int:
    """Print the tables."""
    parser = argparse.ArgumentParser(description="Privacy, measured on planted personal data and hostile text.")
    parser.add_argument("folder", nargs="?", type=Path, default=DEFAULT_FOLDER)
    parser.add_argument("--seeds", type=int, default=len(SEEDS), help="how many seeds, from 1 on")
    parser.add_argument("--speed-only", action="store_true", help="only messages a second")
    arguments = parser.parse_args()
    folder = arguments.folder.resolve()
    if not (folder / "generators/gen_pii.py").exists():
        print(f"Nothing measured: {folder} holds no generators/gen_pii.py. Give the folder as an argument.")
        return 0
    verdicts = Verdicts()
    with tempfile.TemporaryDirectory() as work:
        seeds = range(1, arguments.seeds + 1)
        corpora = {seed: plant(folder, seed, Path(work) / f"planted{seed}") for seed in seeds}
        _print_speed(folder, corpora, verdicts)
        if not arguments.speed_only:
            _print_recall(folder, corpora, verdicts)
            _print_leaks(corpora, Path(work), verdicts)
            _print_model(corpora[1], Path(work), verdicts)
            _print_canaries(folder, seeds, Path(work), verdicts)
    return 1 if verdicts.failed else 0


def _print_speed(folder: Path, corpora: Mapping[int, Planted], verdicts: Verdicts) -> None:
    for corpus in ("star", "sgd"):
        exports = sorted((folder / corpus / "exports").glob("*.csv"))[:1]
        for export in exports:
            speed = measure_speed(read_bodies(export), NOTHING_KNOWN)
            print(f"messages/s of {corpus:29}" + "".join(f"  {name} {speed[name]:.0f}" for name in MASKERS))
    speeds = {
        seed: measure_speed([[body for _, body in messages] for messages in planted.conversations], planted.known)
        for seed, planted in corpora.items()
    }
    for name in MASKERS:
        print(
            f"messages/s of seeds 1-{len(speeds)}, {name:20}"
            + "".join(f"{speed[name]:10.0f}" for speed in speeds.values())
        )
    mean = fmean(speed["masked"] for speed in speeds.values())
    verdicts.judge("messages/s on one core", mean >= LEAST_SPEED, f"{mean:.0f} (>= {LEAST_SPEED})")


def _print_recall(folder: Path, corpora: Mapping[int, Planted], verdicts: Verdicts) -> None:
    figures = {seed: measure_recall(folder, planted) for seed, planted in corpora.items()}
    print(f"\n{'seed':20}" + "".join(f"{seed:>9}" for seed in figures) + "".join(f"{name:>9}" for name in MASKERS))
    keys = sorted({key for ways in figures.values() for key in ways["masked"]}, key=lambda key: (key not in LEAST, key))
    for key in keys:
        shares = "".join(f"{ways['masked'][key]:9.4f}" for ways in figures.values())
        means = {name: fmean(ways[name][key] for ways in figures.values()) for name in MASKERS}
        print(f"{key:20}{shares}" + "".join(f"{mean:9.4f}" for mean in means.values()))
        if key in LEAST:
            verdicts.judge(f"  {key}, mean", means["masked"] >= LEAST[key], f"{means['masked']:.4f} (>= {LEAST[key]})")


def _print_leaks(corpora: Mapping[int, Planted], work: Path, verdicts: Verdicts) -> None:
    print(f"\nsearched: all files of the data folder but {', '.join(KEPT_ON_PURPOSE)}")
    leaks: Counter[str] = Counter()
    planted_count = names_with_evidence = 0
    coverage: defaultdict[str, list[float]] = defaultdict(list)
    for seed, planted in corpora.items():
        settings = {"PLS_PUBLIC_VALUES": ";".join(sorted(planted.public))}
        data = work / f"data{seed}"
        log = import_export(planted.export, data, settings)
        found = find_leaks(planted, data, log)
        planted_count += len(planted.spans)
        names_with_evidence += find_names_with_evidence(data, found)
        leaks.update(Counter(kind for kind, _ in {(kind, value) for _, kind, value in found}))
        on, off = build_both(planted, data)
        coverage["on"].append(on)
        coverage["off"].append(off)
        print(f"\nseed {seed}: {len(planted.spans)} planted, {len(planted.tellable)} values looked for")
        for (place, kind), count in sorted(Counter((p, k) for p, k, _ in found).items()):
            print(f"  {kind} in {place}: {count}")
    others = sum(count for kind, count in leaks.items() if kind not in NAMES)
    names = sum(count for kind, count in leaks.items() if kind in NAMES)
    print()
    verdicts.judge(f"planted values found, of {planted_count}", others == 0, f"{others} (= 0)")
    verdicts.judge("names found", names <= MOST_NAMES * planted_count, f"{names} (<= 1 in 1,000)")
    verdicts.judge("names with two conversations or more", names_with_evidence == 0, f"{names_with_evidence} (= 0)")
    on, off = fmean(coverage["on"]), fmean(coverage["off"])
    verdicts.judge(
        "coverage lost to masking, embedded", off - on <= MOST_LOST, f"{off:.4f} -> {on:.4f} (<= {MOST_LOST})"
    )


def _print_model(planted: Planted, work: Path, verdicts: Verdicts) -> None:
    """What a model's server is sent, and what masking of names costs the library that a model makes."""
    coverage = []
    for name, setting in (("on", {}), ("off", OFF)):
        data = work / f"model_{name}"
        with serve() as server:
            asked = AskedServer(server)
            public = {"PLS_PUBLIC_VALUES": ";".join(sorted(planted.public)), **setting}
            import_export(planted.export, data, {**asked.settings, **public})
        coverage.append(measure_coverage(planted, read_provenance(data)))
        if name == "on":
            sent = Counter(kind for kind, value in planted.tellable if holds(asked.sent, value))
            others = sum(count for kind, count in sent.items() if kind not in NAMES)
            print(f"\nseed 1, a model's server: {len(server.requests)} requests, values in them: {dict(sent)}")
            verdicts.judge("planted values in requests, names apart", others == 0, f"{others} (= 0)")
            verdicts.judge("broken frames", not (faults := find_broken_frames(server.requests)), f"{len(faults)} (= 0)")
    on, off = coverage
    verdicts.judge(
        "coverage lost to masked names, model", off - on <= MOST_LOST, f"{off:.4f} -> {on:.4f} (<= {MOST_LOST})"
    )


def _print_canaries(folder: Path, seeds: range, work: Path, verdicts: Verdicts) -> None:
    for seed in seeds:
        export = plant_hostile(folder, seed, work / f"hostile{seed}")
        data = work / f"hostile_data{seed}"
        log = import_export(export, data, {})
        count = count_canaries(folder, export.parents[1] / "truth.json", data, log)
        verdicts.judge(f"canaries of hostile text, seed {seed}", count == 0, f"{count} (= 0)")
        faults = find_broken_frames(ask_about(export, work / f"hostile_lake{seed}"))
        verdicts.judge(f"frames broken by it, seed {seed}", not faults, f"{len(faults)} (= 0)")


if __name__ == "__main__":
    sys.exit(main())

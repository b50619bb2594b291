"""The library's quality on labelled corpora and on merge traps, beside simple ways, with the embedded extractor.

    python -m benchmarks.library [star] [sgd] [traps] [--order] [--folder FOLDER]

FOLDER holds star/, sgd/, evaluate.py, score_traps.py and generators/ (default ../shared/eval). Each corpus is imported
by `pls import` into a folder of its own and exported; its scorer gives the figures. `--order` imports a corpus again
backwards and says how far both libraries agree (ARI of messages by pattern). Also printed: conversations a second of
the extractor, seconds of a build with and without kept vectors.
"""

import argparse
import csv
import importlib.util
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

from benchmarks.library_baselines import Grouped, choose_baselines

ROOT = Path(__file__).resolve().parents[1]
DEFAULT_FOLDER = ROOT / "../shared/eval"
SEEDS = (1, 2, 3, 4, 5)
CORPUS_FIGURES = (
    "coverage", "bcubed_f1", "impure_rate", "duplicate_rate", "template_exact", "variable_f1", "patterns",
)  # fmt: skip
TRAP_FIGURES = ("coverage", "merged", "falsely_merged", "flagged")


def main() -> None:
    """Print the tables that are asked for."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("parts", nargs="*", default=["traps", "star", "sgd"])
    parser.add_argument("--order", action="store_true")
    parser.add_argument("--folder", type=Path, default=DEFAULT_FOLDER)
    arguments = parser.parse_args()
    if not arguments.folder.is_dir():
        sys.exit(f"{arguments.folder} is not there: name the folder of corpora with --folder")
    with tempfile.TemporaryDirectory() as scratch:
        for part in arguments.parts:
            if part == "traps":
                bench_traps(arguments.folder, Path(scratch))
            else:
                bench_corpus(arguments.folder, part, Path(scratch), in_both_orders=arguments.order)


def bench_corpus(folder: Path, corpus: str, scratch: Path, *, in_both_orders: bool) -> None:
    """The table of one corpus."""
    scorer = load_script(folder / "evaluate.py")
    gold = str(folder / corpus / "conversations_gold.jsonl.gz")
    exports = sorted((folder / corpus / "exports").glob("*.csv"))
    print_head(corpus, CORPUS_FIGURES)
    for name, group in choose_baselines().items():
        rows = write_rows(group(read_replies(exports)), scratch / "rows.jsonl")
        print_figures(name, scorer.score(gold, str(rows)), CORPUS_FIGURES)
    out, seconds = import_exports(exports, scratch / corpus)
    print_figures("pls-pipeline", scorer.score(gold, str(out / "pattern_provenance.jsonl")), CORPUS_FIGURES)
    print(f"imports in {seconds:.0f} s; {measure_extractor(scratch / corpus):.0f} conversations/s extracted")
    if in_both_orders:
        back, _ = import_exports(exports[::-1], scratch / f"{corpus}-backwards")
        print(f"agreement of both orders (ARI): {agree(scorer, out, back):.4f}")


def bench_traps(folder: Path, scratch: Path) -> None:
    """The table of merge traps: the mean of five seeds, and the worst of them."""
    scorer = load_script(folder / "score_traps.py")
    figures: dict[str, list[Mapping[str, float]]] = {}
    empty = scratch / "no_library.jsonl"
    empty.write_text("")
    for seed in SEEDS:
        made = scratch / f"traps{seed}"
        script = folder / "generators" / "gen_traps.py"
        subprocess.run(
            [sys.executable, script, "--out", made, "--seed", str(seed)], check=True, stdout=subprocess.DEVNULL
        )
        truth = str(made / "truth.json")
        for name, group in choose_baselines().items():
            rows = write_rows(group(read_replies([made / "export.csv"])), scratch / "rows.jsonl")
            figures.setdefault(name, []).append(scorer.score(truth, str(rows), str(empty)))
        out, _ = import_exports([made / "export.csv"], scratch / f"data{seed}")
        tables = (str(out / "pattern_provenance.jsonl"), str(out / "pattern_library.jsonl"))
        figures.setdefault("pls-pipeline", []).append(scorer.score(truth, *tables))
    print_head("traps", TRAP_FIGURES)
    for name, scored in figures.items():
        print_figures(name, {key: sum(f[key] for f in scored) / len(scored) for key in TRAP_FIGURES}, TRAP_FIGURES)
    worst = {key: min(f[key] for f in figures["pls-pipeline"]) for key in TRAP_FIGURES}
    worst["falsely_merged"] = max(f["falsely_merged"] for f in figures["pls-pipeline"])
    print_figures("  worst seed", worst, TRAP_FIGURES)


def import_exports(exports: Sequence[Path], data: Path) -> tuple[Path, float]:
    """The folder of the exported library, and the seconds that the imports took."""
    shutil.rmtree(data, ignore_errors=True)
    surroundings = {**os.environ, "PLS_EXTRACTOR": "embedded", "PLS_CONVERSATION_LIMIT": "1000000"}
    started = time.perf_counter()
    run_pls(["import", "--data-dir", str(data), *map(str, exports)], surroundings)
    seconds = time.perf_counter() - started
    run_pls(["export", "--data-dir", str(data), "--out", str(data / "out")], surroundings)
    return data / "out", seconds


def run_pls(arguments: Sequence[str], surroundings: Mapping[str, str]) -> None:
    """Run the command; ends the benchmark with its last words where it fails."""
    command = [sys.executable, "-c", "from pls_pipeline.cli import main; main()", *arguments]
    done = subprocess.run(command, env=dict(surroundings), cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"pls {arguments[0]} failed: {done.stdout[-2000:]}{done.stderr[-2000:]}")


def measure_extractor(data: Path) -> float:
    """Conversations a second of the embedded extractor, over all that can be analysed."""
    import pyarrow.parquet as pq

    from pls_pipeline.conversations import Conversation
    from pls_pipeline.extraction.embedded import EmbeddedExtractor

    rows = [
        row
        for file in sorted((data / "lake" / "grouped_conversations").glob("*.parquet"))
        for row in pq.read_table(file).to_pylist()
    ]
    conversations = [Conversation.from_row(row) for row in rows if row["status"] == "eligible"]
    started = time.perf_counter()
    analysed = sum(1 for _ in EmbeddedExtractor(("general",)).analyse(conversations))
    return analysed / (time.perf_counter() - started)


def agree(scorer: ModuleType, left: Path, right: Path) -> float:
    """ARI of two libraries over the operator messages that both hold."""
    one, other = (
        {row["message_id"]: row["pattern_id"] for row in scorer.lines(str(out / "pattern_provenance.jsonl"))
         if row["role"] == "response"}
        for out in (left, right)
    )  # fmt: skip
    return float(scorer.agreement([(one[key], other[key]) for key in sorted(one.keys() & other.keys())])[1])


def read_replies(exports: Iterable[Path]) -> list[tuple[str, str]]:
    """The operator's messages of exports: (id, body)."""
    found = []
    for export in exports:
        with export.open(encoding="utf-8-sig", newline="") as file:
            found += [(row["id"], row["body"]) for row in csv.DictReader(file) if row["direction"] == "outgoing"]
    return found


def write_rows(grouped: Iterable[Grouped], path: Path) -> Path:
    """A provenance file for the scorers."""
    with path.open("w", encoding="utf-8") as file:
        for item in grouped:
            row: dict[str, Any] = {
                "pattern_id": item.group,
                "message_id": item.message_id,
                "role": "response",
                "template": item.template,
                "values": [vars(value) for value in item.values],
            }
            file.write(json.dumps(row) + "\n")
    return path


def load_script(path: Path) -> ModuleType:
    """A scorer as a module."""
    spec = importlib.util.spec_from_file_location(path.stem, path)
    if spec is None or spec.loader is None:
        sys.exit(f"{path} cannot be loaded")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def print_head(title: str, names: Sequence[str]) -> None:
    """The head of a table."""
    print(f"\n{title:24}" + "".join(f"{name:>16}" for name in names), flush=True)


def print_figures(name: str, figures: Mapping[str, float], names: Sequence[str]) -> None:
    """A row of a table."""
    cells = (figures[key] for key in names)
    print(f"{name:24}" + "".join(f"{c:16.3f}" if isinstance(c, float) else f"{c:16}" for c in cells), flush=True)


if __name__ == "__main__":
    main()

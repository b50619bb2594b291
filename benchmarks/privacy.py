"""Masking, measured on planted personal data: recall by type, harmless look-alikes left alone, messages a second.

    python benchmarks/privacy.py [FOLDER]    FOLDER holds generators/gen_pii.py and score_pii.py; default ../shared/eval

Five seeds are generated and scored, three ways side by side. `masked`: names that recur in the export are learnt, then
each conversation is masked as before a model sees it, its messages read first. `alone`: `find_entities` on each
message, nothing else known. `floor`: e-mail addresses by a pattern, phones by `phonenumbers`, runs of four digits or
more.
"""

import argparse
import csv
import json
import re
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import phonenumbers

from pls_pipeline.entities import PERSONAL_TYPES, KnownValues, find_entities, find_recurring_names
from pls_pipeline.privacy import ConversationMask

SEEDS = (1, 2, 3, 4, 5)
CONVERSATIONS = 600
DEFAULT_FOLDER = Path(__file__).resolve().parents[1] / "../shared/eval"
Spans = list[tuple[str, int, int]]
Masker = Callable[[Sequence[str], KnownValues], Iterator[Spans]]

_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_DIGITS = re.compile(r"\d{4,}")


@dataclass(frozen=True)
class Planted:
    """One generated export: its conversations, their messages' ids and bodies, what is public."""

    folder: Path
    conversations: tuple[tuple[tuple[str, str], ...], ...]
    known: KnownValues


def mask_conversation(bodies: Sequence[str], known: KnownValues) -> Iterator[Spans]:
    """Spans that ConversationMask replaces, for each message."""
    mask = ConversationMask(known)
    mask.learn(bodies)
    for body in bodies:
        yield [(item.type, item.start, item.end) for item in mask.mask(body).replacements]


def mask_alone(bodies: Sequence[str], known: KnownValues) -> Iterator[Spans]:
    """Personal spans of each message by itself."""
    for body in bodies:
        entities = find_entities(body, known)
        yield [(entity.type, entity.start, entity.end) for entity in entities if entity.type in PERSONAL_TYPES]


def mask_floor(bodies: Sequence[str], _known: KnownValues) -> Iterator[Spans]:
    """Spans of the floor, for each message."""
    for body in bodies:
        spans = [("email", *match.span()) for match in _EMAIL.finditer(body)]
        spans += [("phone", match.start, match.end) for match in phonenumbers.PhoneNumberMatcher(body, "US")]
        yield spans + [("number", *match.span()) for match in _DIGITS.finditer(body)]


def generate(folder: Path, seed: int, out: Path) -> Planted:
    """Run the generator with a seed and read what it wrote."""
    command = [sys.executable, str(folder / "generators/gen_pii.py"), "--out", str(out), "--seed", str(seed)]
    subprocess.run([*command, "--n", str(CONVERSATIONS)], check=True, stdout=subprocess.DEVNULL)
    with (out / "truth.jsonl").open(encoding="utf-8") as file:
        header = json.loads(next(file))
    conversations: dict[str, list[tuple[str, str]]] = defaultdict(list)
    with (out / "export.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            conversations[row["conversationId"]].append((row["id"], row["body"]))
    public = frozenset(value for values in header["public"].values() for value in values)
    return Planted(out, tuple(map(tuple, conversations.values())), KnownValues(public=public))


def score(folder: Path, planted: Planted, masker: Masker) -> tuple[dict[str, float], float]:
    """Recall overall and by type, benign_precision, and the messages a second of CPU time."""
    masked = planted.folder / "masked.jsonl"
    seconds, count = 0.0, 0
    with masked.open("w", encoding="utf-8") as file:
        for conversation in planted.conversations:
            started = time.process_time()
            found = list(masker([body for _, body in conversation], planted.known))
            seconds += time.process_time() - started
            count += len(conversation)
            for (message_id, _), spans in zip(conversation, found, strict=True):
                row = {"message_id": message_id, "spans": [{"type": t, "start": s, "end": e} for t, s, e in spans]}
                file.write(json.dumps(row) + "\n")
    command = [
        sys.executable,
        str(folder / "score_pii.py"),
        str(planted.folder / "truth.jsonl"),
        "--masked",
        str(masked),
    ]
    figures = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    shares = {"recall": figures["recall"], "benign_precision": figures["benign_precision"], **figures["recall_by_type"]}
    return shares, count / seconds


def learn_names(planted: Planted) -> Planted:
    """The export with the names that recur in it among the known values."""
    names = find_recurring_names(([body for _, body in messages] for messages in planted.conversations), planted.known)
    return replace(planted, known=replace(planted.known, names=names))


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description="Masking, measured on planted personal data.")
    parser.add_argument("folder", nargs="?", type=Path, default=DEFAULT_FOLDER)
    folder = parser.parse_args().folder.resolve()
    if not (folder / "generators/gen_pii.py").exists():
        print(f"Nothing measured: {folder} holds no generators/gen_pii.py. Give the folder as an argument.")
        return
    maskers: dict[str, Masker] = {"masked": mask_conversation, "alone": mask_alone, "floor": mask_floor}
    shares: dict[str, dict[str, float]] = {name: defaultdict(float) for name in maskers}
    speeds: dict[str, list[float]] = {name: [] for name in maskers}
    with tempfile.TemporaryDirectory() as work:
        for seed in SEEDS:
            planted = generate(folder, seed, Path(work) / str(seed))
            for name, masker in maskers.items():
                prepared = learn_names(planted) if masker is mask_conversation else planted
                figures, speed = score(folder, prepared, masker)
                speeds[name].append(speed)
                for key, share in figures.items():
                    shares[name][key] += share / len(SEEDS)
    print(f"{'':18}" + "".join(f"{name:>10}" for name in maskers) + f"   mean of seeds {SEEDS}")
    for key in sorted(shares["masked"], key=lambda key: (key not in {"recall", "benign_precision"}, key)):
        print(f"{key:18}" + "".join(f"{shares[name][key]:10.4f}" for name in maskers))
    for name, values in speeds.items():
        print(f"messages/s {name:16}{sum(values) / len(values):10.0f}")


if __name__ == "__main__":
    main()

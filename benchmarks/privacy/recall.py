"""Recall of planted values before a model sees them, by type, and harmless look-alikes left alone.

Here: three ways side by side, scored by score_pii.py. `masked`: each conversation is masked as before a model sees it,
its messages read first. `alone`: `find_personal` on each message,
nothing else known. `floor`: e-mail addresses by a pattern, phones by `phonenumbers`, runs of four digits or more. Not
here: how fast they are (speed.py).
"""

import json
import re
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import phonenumbers

from benchmarks.privacy.planting import Planted
from pls_pipeline.entities import KnownValues, find_personal
from pls_pipeline.privacy import ConversationMask

Spans = list[tuple[str, int, int]]
Masker = Callable[[Sequence[str], KnownValues], Iterator[Spans]]

_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_DIGITS = re.compile(r"\d{4,}")


def mask_conversation(bodies: Sequence[str], known: KnownValues) -> Iterator[Spans]:
    """Spans that ConversationMask replaces, for each message."""
    mask = ConversationMask(known)
    mask.learn(bodies)
    for body in bodies:
        yield [(item.type, item.start, item.end) for item in mask.mask(body).replacements]


def mask_alone(bodies: Sequence[str], known: KnownValues) -> Iterator[Spans]:
    """Personal spans of each message by itself."""
    for body in bodies:
        yield [(entity.type, entity.start, entity.end) for entity in find_personal(body, known)]


def mask_floor(bodies: Sequence[str], _known: KnownValues) -> Iterator[Spans]:
    """Spans of the floor, for each message."""
    for body in bodies:
        spans = [("email", *match.span()) for match in _EMAIL.finditer(body)]
        spans += [("phone", match.start, match.end) for match in phonenumbers.PhoneNumberMatcher(body, "US")]
        yield spans + [("number", *match.span()) for match in _DIGITS.finditer(body)]


MASKERS: dict[str, Masker] = {"masked": mask_conversation, "alone": mask_alone, "floor": mask_floor}


def measure_recall(folder: Path, planted: Planted) -> dict[str, dict[str, float]]:
    """By way of masking: recall overall and by type, and benign_precision."""
    return {name: _score(folder, planted, masker, planted.known) for name, masker in MASKERS.items()}


def _score(folder: Path, planted: Planted, masker: Masker, known: KnownValues) -> dict[str, float]:
    masked = planted.folder / "masked.jsonl"
    with masked.open("w", encoding="utf-8") as file:
        for conversation in planted.conversations:
            found = masker([body for _, body in conversation], known)
            for (message_id, _), spans in zip(conversation, found, strict=True):
                row = {"message_id": message_id, "spans": [{"type": t, "start": s, "end": e} for t, s, e in spans]}
                file.write(json.dumps(row) + "\n")
    program, truth = folder / "score_pii.py", planted.folder / "truth.jsonl"
    command = [sys.executable, str(program), str(truth), "--masked", str(masked)]
    figures = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    return {"recall": figures["recall"], "benign_precision": figures["benign_precision"], **figures["recall_by_type"]}

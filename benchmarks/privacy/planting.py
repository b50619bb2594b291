"""Exports with planted personal data, made by the generators of an evaluation folder.

Here: running gen_pii.py and gen_injection.py and reading what they planted. Not here: what is measured on it.
"""

import csv
import json
import re
import subprocess
import sys
from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from pls_pipeline.entities import KnownValues

SEEDS = (1, 2, 3, 4, 5)
CONVERSATIONS = 800


@dataclass(frozen=True)
class Planted:
    """One generated export.

    `header` is the first line of its truth, `messages` are the others: id, role, spans of type, value, start, end.
    `conversations` are the ids and bodies of each conversation's messages.
    """

    folder: Path
    header: dict[str, Any]
    messages: tuple[dict[str, Any], ...]
    conversations: tuple[tuple[tuple[str, str], ...], ...]

    @property
    def export(self) -> Path:
        """The export."""
        return self.folder / "export.csv"

    @property
    def public(self) -> frozenset[str]:
        """What the business tells everybody."""
        return frozenset(value for values in self.header["public"].values() for value in values)

    @property
    def known(self) -> KnownValues:
        """What is known before masking: what is public."""
        return KnownValues(public=self.public)

    @cached_property
    def bodies(self) -> dict[str, str]:
        """Body by message id."""
        return {message_id: body for messages in self.conversations for message_id, body in messages}

    @property
    def spans(self) -> list[tuple[str, str]]:
        """Type and value of every planted span."""
        return [(s["type"], s["value"]) for m in self.messages for s in m["spans"] if s["type"] != "benign"]

    @cached_property
    def tellable(self) -> frozenset[tuple[str, str]]:
        """Type and value of what was planted and stands nowhere else.

        A value that a message holds outside the planted spans too ("will", a year) cannot be told from what anybody
        says; public values are nobody's.
        """
        elsewhere = "\n".join(self._without_planted(message) for message in self.messages)
        public = {value.casefold() for value in self.public}
        values = {span for span in self.spans if span[1].casefold() not in public}
        return frozenset((kind, value) for kind, value in values if not holds(elsewhere, value))

    def _without_planted(self, message: dict[str, Any]) -> str:
        body = self.bodies[message["id"]]
        for span in message["spans"]:
            if span["type"] != "benign":
                body = body[: span["start"]] + "\x00" * (span["end"] - span["start"]) + body[span["end"] :]
        return body


def holds(text: str, value: str) -> bool:
    """Whether the value stands in the text, not as a part of a word or number, in these or small letters."""
    return value in text and re.search(rf"(?<!\w){re.escape(value)}(?!\w)", text) is not None


def plant(folder: Path, seed: int, out: Path, conversations: int = CONVERSATIONS) -> Planted:
    """Run gen_pii.py of the folder and read what it wrote."""
    _generate(folder / "generators/gen_pii.py", out, seed, "--n", str(conversations))
    with (out / "truth.jsonl").open(encoding="utf-8") as file:
        header, *messages = map(json.loads, file)
    threads: defaultdict[str, list[tuple[str, str]]] = defaultdict(list)
    with (out / "export.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            threads[row["conversationId"]].append((row["id"], row["body"]))
    return Planted(out, header, tuple(messages), tuple(map(tuple, threads.values())))


def plant_hostile(folder: Path, seed: int, out: Path) -> Path:
    """Run gen_injection.py of the folder; return the export that it wrote, truth.json lies two folders above it."""
    _generate(folder / "generators/gen_injection.py", out, seed)
    return out / "exports/injection.csv"


def _generate(program: Path, out: Path, seed: int, *options: str) -> None:
    command = [sys.executable, str(program), "--out", str(out), "--seed", str(seed), *options]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)

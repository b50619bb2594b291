"""Gold files: what a person says of operators' messages, to score a library against.

Here: the format (docs/evaluation.md) and its faults. Not here: the figures (evaluation.py).
"""

import gzip
import io
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class GoldMessage:
    """An operator's message: replies of one `group` do the same job. `template` None: it is not known.

    `slots`: (start, end) of what varies, code points of the body.
    """

    message_id: str
    conversation_id: str
    group: str
    template: str | None = None
    slots: tuple[tuple[int, int], ...] = ()


class UnreadableGoldError(ValueError):
    """A gold file that is not in the format; the sentence names the line and what it lacks."""


def read_gold(path: Path) -> list[GoldMessage]:
    """The labelled messages of operators in a .jsonl or .jsonl.gz file. Raises UnreadableGoldError, OSError."""
    messages: list[GoldMessage] = []
    for number, line in _read_lines(path):
        try:
            conversation = json.loads(line)
            messages += _read_conversation(conversation)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            what = f"lacks {error}" if isinstance(error, KeyError) else "is not as docs/evaluation.md describes it"
            raise UnreadableGoldError(f"{path.name}, line {number} {what}") from error
    if not messages:
        raise UnreadableGoldError(f"{path.name} labels no message: none has role operator and a group")
    return messages


def _read_lines(path: Path) -> Iterator[tuple[int, str]]:
    try:
        with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as file:
            for number, line in enumerate(io.TextIOWrapper(file, encoding="utf-8"), 1):
                if line.strip():
                    yield number, line
    except (UnicodeDecodeError, gzip.BadGzipFile, EOFError) as error:
        raise UnreadableGoldError(f"{path.name} is not JSON lines in UTF-8, plain or packed with gzip") from error


def _read_conversation(conversation: Mapping[str, Any]) -> Iterator[GoldMessage]:
    for message in conversation["messages"]:
        if message["role"] == "operator" and message.get("group"):
            yield GoldMessage(
                str(message["id"]),
                str(conversation["conversation_id"]),
                str(message["group"]),
                message.get("template"),
                tuple((int(slot["start"]), int(slot["end"])) for slot in message.get("slots", [])),
            )

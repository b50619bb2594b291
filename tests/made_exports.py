"""Exports made for tests: CSV files with OpenPhone's header, from a few talks.

Here: writing a file. Not here: what is expected of it.
"""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

HEADER = ("id", "conversationId", "body", "sentAt", "to", "from", "direction", "createdAt")
OURS = "+16037891234"
FIRST = datetime(2025, 9, 2, 12)

# The rows that the user gave: sentAt lies in April 2030, createdAt is the clock.
USERS_ROWS = (
    (
        "AC1BD1e24,AC3BDd48d8,Hi I need help with bay 3,"
        "1902700000000,+19022345678,+16037891234,incoming,2025-09-02T21:05:34.885Z"
    ),
    (
        "AC1BD1e25,AC3BDd48d8,I'll reset bay 3 for you right away,"
        "1902700001000,+16037891234,+19022345678,outgoing,2025-09-02T21:05:45.885Z"
    ),
)


@dataclass(frozen=True)
class Said:
    """One message of a talk; `talk` counts from 1."""

    talk: int
    outgoing: bool
    body: str
    minute: int

    @property
    def row(self) -> tuple[str, ...]:
        """The record of the export."""
        theirs = f"+1902555{self.talk:04}"
        sender, recipient = (OURS, theirs) if self.outgoing else (theirs, OURS)
        at = FIRST + timedelta(days=self.talk, minutes=self.minute)
        direction = "outgoing" if self.outgoing else "incoming"
        key = f"AC{self.talk:04}{self.minute:04}"
        return (key, f"CN{self.talk:08}", self.body, "", recipient, sender, direction, f"{at:%Y-%m-%dT%H:%M:%S}.000Z")


def talk(number: int, *bodies: str) -> list[Said]:
    """A talk in which the customer begins and the sides take turns."""
    return [Said(number, index % 2 == 1, body, index) for index, body in enumerate(bodies)]


def resets(*numbers: int) -> list[Said]:
    """Talks about a frozen screen, each with another bay, all answered with the same words."""
    said = []
    for number in numbers:
        said += talk(
            number, f"The screen in bay {number} is frozen", f"Sorry about that! I just restarted bay {number}."
        )
    return said


def write_export(path: Path, said: Sequence[Said]) -> Path:
    """Write the messages as an export."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(HEADER)
        writer.writerows(message.row for message in said)
    return path


def write_users_rows(path: Path) -> Path:
    """Write the two rows that the user gave."""
    path.write_text("\n".join([",".join(HEADER), *USERS_ROWS]) + "\n", encoding="utf-8")
    return path

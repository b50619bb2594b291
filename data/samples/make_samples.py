"""Write the two sample exports of Nightjar Golf, an invented indoor golf place that never closes.

`python data/samples/make_samples.py [FOLDER]` writes them into this folder, or into FOLDER.

Here: the two files and the faults that they carry. Not here: what is said (scenes.txt, replies.txt), and when (studio).
"""

import csv
import io
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from bystanders import play_bystanders
from studio import Message, Studio

HEADER = ("id", "conversationId", "body", "sentAt", "to", "from", "direction", "createdAt")
SEED = 20250801


@dataclass(frozen=True)
class Export:
    """One file: the time that it covers, and its faults as positions among its messages.

    unquoted: n-th body with one comma, which is written without quotes. repeated: rows that come twice in succession,
    as when a page is fetched twice.
    """

    first: str
    last: str
    unquoted: tuple[int, ...]
    repeated: range


EXPORTS = {
    "openphone_2025-08.csv": Export("2025-08-01", "2025-09-01", unquoted=(20, -20), repeated=range(200, 203)),
    "openphone_2025-09.csv": Export("2025-08-18", "2025-10-01", unquoted=(-30,), repeated=range(400, 402)),
}
OVERLAP = datetime.fromisoformat(EXPORTS["openphone_2025-09.csv"].first)


def play_all() -> list[Message]:
    """Return every message of the two months in the order of time."""
    studio = Studio(SEED)
    threads = studio.cast_threads()
    messages = [message for thread in threads for message in studio.play_thread(thread)]
    messages += play_bystanders(studio, threads)
    return sorted(messages, key=lambda message: (message.at, message.id))


def build_exports() -> Iterator[tuple[str, bytes]]:
    """Yield file name and bytes of each export."""
    everything = play_all()
    for name, export in EXPORTS.items():
        first, last = datetime.fromisoformat(export.first), datetime.fromisoformat(export.last)
        messages = [message for message in everything if first <= message.at < last]
        rows = [_row(message) for message in messages]
        with_comma = [n for n, m in enumerate(messages) if m.body.count(",") == 1 and not set('"\n') & set(m.body)]
        for position in export.unquoted:
            rows[with_comma[position]] = rows[with_comma[position]].replace('"', "")
        if name.endswith("08.csv"):
            _lose_a_time(rows, messages)
            _cut_a_row(rows, messages)
        else:
            rows[-1] = rows[-1][:60]  # the download broke off within the conversation id
        for position in reversed(export.repeated):
            rows.insert(export.repeated.stop, rows[position])
        yield name, (",".join(HEADER) + "\n" + "".join(rows)).encode()


def _lose_a_time(rows: list[str], messages: list[Message]) -> None:
    """Make one row's only time unreadable: it is rejected, and no other export brings it."""
    alone = [n for n, m in enumerate(messages) if m.at < OVERLAP and m.direction == "incoming" and not m.has_sent_at]
    position = next(n for n in reversed(alone) if messages[n].body.startswith("thank"))
    rows[position] = re.sub(r"[^,]*\n\Z", "Invalid Date\n", rows[position])


def _cut_a_row(rows: list[str], messages: list[Message]) -> None:
    """Cut one row within its body: it is rejected, and the next export brings it whole."""
    repeated = [n for n, m in enumerate(messages) if m.at >= OVERLAP and m.direction == "incoming"]
    position = next(
        n for n in repeated[30:] if len(messages[n].body) > 30 and messages[n].body.replace(" ", "").isalnum()
    )
    rows[position] = rows[position][: rows[position].index(messages[position].body) + 18] + "\n"


def _row(message: Message) -> str:
    text = io.StringIO()
    milliseconds = f"{message.at.replace(tzinfo=UTC).timestamp() * 1000:.0f}"
    csv.writer(text, lineterminator="\n").writerow(
        (
            message.id,
            message.conversation,
            message.body,
            milliseconds if message.has_sent_at else "",
            message.recipients,
            message.sender,
            message.direction,
            message.at.isoformat(timespec="milliseconds") + "Z",
        )
    )
    return text.getvalue()


if __name__ == "__main__":
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent
    for file_name, content in build_exports():
        (folder / file_name).write_bytes(content)

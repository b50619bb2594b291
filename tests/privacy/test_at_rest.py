"""What an import writes beside the lake and the landed files: no text, no number, nothing that others may read.

One import after the other goes wrong on purpose: broken rows, a server that fails and repeats what it was asked, a
process that is killed, a table that is damaged.
"""

import http.server
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.made_exports import OURS, talk, write_export
from tests.privacy.searching import find_traces

pytestmark = pytest.mark.xdist_group("privacy")

WORDS = ("zebra fountain", "lilac tractor", "onyx paddle", "mauve trumpet", "ivory anchor")
NUMBERS = ("4165550123", "9025550003", "2895550144", "6037891234")


class _Echo(http.server.BaseHTTPRequestHandler):
    """A model's server that fails and repeats in its error what it was asked."""

    def do_POST(self) -> None:
        asked = self.rfile.read(int(self.headers["Content-Length"]))
        body = b'{"error": {"message": ' + repr(asked.decode()).replace("'", '"').encode() + b', "code": "bad"}}'
        self.send_response(400)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def echo() -> Iterator[str]:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Echo)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/v1"
    server.shutdown()


def _write(folder: Path) -> Path:
    """An export under a name that is a number."""
    said = [
        *talk(3, "Where is the zebra fountain?", "The lilac tractor is at desk four."),
        *talk(4, "Is the onyx paddle back?", "Yes, the onyx paddle is back since noon."),
    ]
    export = write_export(folder / "+14165550123.csv", said)
    with export.open("a", encoding="utf-8") as file:
        file.write("AX1,CN7,mauve trumpet,+1 289-555-0144\n")
        file.write(f'AX2,CN7,"ivory anchor",,{OURS},+12895550144,sideways,2025-09-02T12:00:00.000Z\n')
        file.write(f'AX3,CN7,"ivory anchor",,{OURS},+12895550144,incoming,the ivory anchor day\n')
    return export


def test_nothing_is_told_and_nobody_else_may_read(tmp_path: Path, echo: str) -> None:
    export, data = _write(tmp_path), tmp_path / "data"
    plain = {name: value for name, value in os.environ.items() if not name.startswith(("PLS_", "OPENAI_", "DAGSTER_"))}
    asking = {**plain, "OPENAI_API_KEY": "sk-test", "OPENAI_BASE_URL": echo, "PLS_MODEL_RETRIES": "0"}
    embedded = {**plain, "PLS_EXTRACTOR": "embedded"}
    said = []

    def pls(environment: dict[str, str], *words: str | Path) -> subprocess.CompletedProcess[str]:
        script = "import os; os.umask(0o022); from pls_pipeline.cli import main; main()"
        command = [sys.executable, "-c", script, *map(str, words), "--data-dir", str(data)]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=200)
        said.extend([done.stdout, done.stderr])
        return done

    killed = subprocess.Popen(
        [sys.executable, "-c", "from pls_pipeline.cli import main; main()", "import", export, "--data-dir", data],
        env=embedded, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    while killed.poll() is None and not (data / "lake" / "deduplicated_messages").exists():
        time.sleep(0.01)
    killed.send_signal(signal.SIGKILL)
    said.extend(killed.communicate())
    assert pls(asking, "import", export).returncode == 1
    assert pls(embedded, "import", export, "--json").returncode == 0
    table = next((data / "lake" / "grouped_conversations").glob("*.parquet"))
    whole = table.read_bytes()
    table.write_bytes(whole[:-40] + b"zebra fountain" * 3)
    assert pls(embedded, "rebuild").returncode in {0, 1}
    table.write_bytes(whole)
    assert pls(embedded, "history").returncode == 0

    # The user's own file is named on his screen, nowhere else.
    told = "\n".join(said).replace(str(export), "").replace(export.name, "")
    assert [text for text in (*WORDS, *NUMBERS) if text in told] == []
    assert find_traces(data / "dagster", WORDS, NUMBERS) == []
    assert not [path for path in data.rglob("*") if "4165550123" in path.name]
    # Of a message that no pattern rests on, and of numbers, nothing is published: that leads there by row numbers.
    kept = (
        "imports/",
        "lake/raw_messages/",
        "lake/rejected_rows/",
        "lake/deduplicated_",
        "lake/grouped_conversations/",
    )
    found = find_traces(data, ("mauve trumpet", "ivory anchor"), NUMBERS)
    assert [trace for trace in found if not trace.startswith(kept)] == []
    assert [path for path in data.rglob("*") if path.stat().st_mode & 0o077] == []

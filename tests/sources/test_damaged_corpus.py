"""The damaged exports of the shared corpus: every row of their truth, exactly."""

import json
import tarfile
from pathlib import Path
from typing import Any

import pytest

from pls_pipeline.lake import open_connection
from pls_pipeline.sources import read_export

CORPUS = Path(__file__).resolve().parents[3] / "shared/eval/messy/messy_seed101.tar.gz"


def plain(body: str) -> str:
    return body.replace("\0", "").replace("\r\n", "\n")


@pytest.mark.skipif(not CORPUS.exists(), reason="the corpus ../shared/eval/messy is not here")
def test_the_messy_exports_are_read_exactly(tmp_path: Path) -> None:
    with tarfile.open(CORPUS) as archive:
        archive.extractall(tmp_path, filter="data")
    truth = json.loads((tmp_path / "truth.json").read_text())["totals"]
    quarantine = json.loads((tmp_path / "truth_quarantine.json").read_text())
    wanted: dict[str, list[dict[str, Any]]] = {}
    for line in (tmp_path / "truth_messages.jsonl").read_text().splitlines():
        for file_name in json.loads(line)["files"]:
            wanted.setdefault(file_name, []).append(json.loads(line))
    rejected, valid_rows = set(), 0
    for file_name, truths in sorted(wanted.items()):
        with open_connection() as connection:
            reading = read_export(connection, tmp_path / "exports" / file_name, "key", file_name)
            found = reading.messages.project(
                "coalesce(message_id, ''), body, direction, sender, list_sort(recipients), epoch_ms(occurred_at)"
            ).fetchall()
            lines = reading.rejected.project("line_number, reason").fetchall()
        rejected |= {(file_name, *line) for line in lines}
        valid_rows += len(found)
        assert reading.facts.record_count == len(found) + len(lines)
        times: dict[tuple[Any, ...], list[int]] = {}
        for *identity, recipients, at in found:
            times.setdefault((*identity, *recipients), []).append(at)
        for message in truths:
            recipients = sorted(set(message["to"]))
            key = (message["id"], plain(message["body"]), message["direction"], message["from"], *recipients)
            assert any(abs(at - message["sent_ms"]) <= 2000 for at in times[key]), (file_name, message["key"])
    assert valid_rows == truth["valid_rows"]
    assert rejected == {(row["file"], row["line"], row["reason"]) for row in quarantine}

import csv
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import duckdb
import pyarrow.parquet
import pytest

from pls_pipeline.patterns import SlotValue, template_from_body
from pls_pipeline.publishing.cells import unescape_cell, unescape_list
from pls_pipeline.publishing.files import publish_files
from pls_pipeline.publishing.published_tables import PublishedTables
from pls_pipeline.tables import PATTERN_LIBRARY, PATTERN_PROVENANCE, RAW_MESSAGES
from tests.publishing.sample_tables import HOSTILE_NAME, PATTERNS, SampleLake, make_lake

EVAL = Path(__file__).resolve().parents[2] / "../shared/eval"

NAMES = {
    "pattern_library.jsonl", "pattern_library.csv", "pattern_library.parquet", "pattern_provenance.jsonl",
    "pattern_provenance.parquet", "import_history.csv", "rejected_rows.csv",
}  # fmt: skip


def read_json_lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").split("\n") if line]


def read_csv(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_the_files_are_those_of_the_contract(published: PublishedTables, tmp_path: Path) -> None:
    paths = publish_files(published, tmp_path / "new" / "folder")
    assert {path.name for path in paths} == NAMES == {path.name for path in (tmp_path / "new" / "folder").iterdir()}


def test_the_same_library_gives_the_same_bytes(
    published: PublishedTables, connection: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    again = make_lake(tmp_path / "again")
    publish_files(published, tmp_path / "one")
    publish_files(
        PublishedTables.collect(connection, again.lake, again.manifests[::-1], include_texts=True), tmp_path / "two"
    )
    for name in NAMES:
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes(), name


def test_json_lines_hold_json_and_not_text_of_json(published: PublishedTables, tmp_path: Path) -> None:
    publish_files(published, tmp_path)
    patterns = read_json_lines(tmp_path / "pattern_library.jsonl")
    assert [row["pattern_id"] for row in patterns[:2]] == ["pat_bayreset0001", "pat_doorcode0002"]
    assert set(patterns[0]) == set(PATTERN_LIBRARY.column_names)
    assert patterns[0]["variables"][0]["name"] == "bay_number"
    assert patterns[0]["trigger_examples"] == list(PATTERNS[0].examples)
    assert patterns[0]["updated_at"] == "2025-05-02T09:06:00.000Z"
    evidence = read_json_lines(tmp_path / "pattern_provenance.jsonl")
    assert set(evidence[0]) == set(PATTERN_PROVENANCE.column_names)
    assert all(isinstance(row["values"], list) for row in evidence)


def test_the_spans_of_the_provenance_make_the_template_of_the_message(
    published: PublishedTables, sample: SampleLake, tmp_path: Path
) -> None:
    publish_files(published, tmp_path)
    bodies = {(row["import_key"], row["row_number"]): row["body"] for row in sample.lake.read(RAW_MESSAGES)}
    responses = [row for row in read_json_lines(tmp_path / "pattern_provenance.jsonl") if row["role"] == "response"]
    assert responses
    for row in responses:
        values = [SlotValue(**value) for value in row["values"]]
        assert template_from_body(bodies[row["import_key"], row["row_number"]], values) == row["template"]


def test_parquet_has_the_types_of_the_lake(published: PublishedTables, tmp_path: Path) -> None:
    publish_files(published, tmp_path)
    for name, rows in (("pattern_library", published.patterns), ("pattern_provenance", published.provenance)):
        assert pyarrow.parquet.read_table(tmp_path / f"{name}.parquet").equals(rows)


def test_csv_begins_with_the_mark_that_excel_wants(published: PublishedTables, tmp_path: Path) -> None:
    for path in publish_files(published, tmp_path):
        assert path.read_bytes().startswith(b"\xef\xbb\xbf") == (path.suffix == ".csv")


def test_no_cell_begins_a_formula(published: PublishedTables, tmp_path: Path) -> None:
    for path in publish_files(published, tmp_path):
        if path.suffix == ".csv":
            cells = [cell for row in read_csv(path) for cell in row.values()]
            assert cells
            assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]


def test_csv_can_be_read_back(published: PublishedTables, tmp_path: Path) -> None:
    publish_files(published, tmp_path)
    rejected = read_csv(tmp_path / "rejected_rows.csv")
    assert [unescape_cell(row["raw_text"]) for row in rejected] == published.rejected.column("raw_text").to_pylist()
    assert unescape_cell(rejected[-1]["file_name"]) == HOSTILE_NAME
    patterns = read_csv(tmp_path / "pattern_library.csv")
    for row, pattern in zip(patterns, published.patterns.to_pylist(), strict=True):
        assert unescape_cell(row["response_template"]) == pattern["response_template"]
        assert unescape_list(row["trigger_examples"]) == pattern["trigger_examples"]
        assert row["updated_at"] == "2025-05-02 09:06:00"


def test_a_file_that_cannot_be_written_leaves_the_others_whole(published: PublishedTables, tmp_path: Path) -> None:
    publish_files(published, tmp_path)
    before = (tmp_path / "pattern_library.jsonl").read_bytes()
    (tmp_path / "import_history.csv").unlink()
    (tmp_path / "import_history.csv").mkdir()
    with pytest.raises(OSError, match="import_history"):
        publish_files(published, tmp_path)
    assert (tmp_path / "pattern_library.jsonl").read_bytes() == before
    assert not list(tmp_path.glob(".*"))


@pytest.mark.skipif(not EVAL.is_dir(), reason="../shared/eval is not there")
def test_the_scorers_read_the_files(published: PublishedTables, tmp_path: Path) -> None:
    publish_files(published, tmp_path)
    responses = [row for row in read_json_lines(tmp_path / "pattern_provenance.jsonl") if row["role"] == "response"]
    gold = [
        {
            "conversation_id": row["conversation_key"],
            "messages": [
                {
                    "id": row["message_id"], "role": "operator", "group": row["pattern_id"],
                    "template": row["template"], "slots": row["values"],
                }
            ],
        }
        for row in responses
    ]  # fmt: skip
    (tmp_path / "gold.jsonl").write_text("\n".join(map(json.dumps, gold)), "utf-8")
    meanings = [f"pat_hours{part}" for part in ("open003", "late004")]
    truth = {
        "messages": {
            row["message_id"]: {"role": "operator", "meaning": row["pattern_id"], "variant": row["pattern_id"]}
            for row in responses
        },
        "must_merge": [], "must_not_merge": [{"pair": meanings}], "contradictions": [{"meanings": meanings}],
    }  # fmt: skip
    (tmp_path / "truth.json").write_text(json.dumps(truth), "utf-8")

    def score(script: str, *names: str) -> dict[str, float]:
        command = [sys.executable, str(EVAL / script), *(str(tmp_path / name) for name in names), "--json"]
        found: dict[str, float] = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
        return found

    figures = score("evaluate.py", "gold.jsonl", "pattern_provenance.jsonl")
    assert (figures["bcubed_f1"], figures["template_exact"], figures["variable_f1"]) == (1, 1, 1)
    traps = score("score_traps.py", "truth.json", "pattern_provenance.jsonl", "pattern_library.jsonl")
    assert (traps["coverage"], traps["falsely_merged"], traps["flagged"]) == (1, 0, 1)

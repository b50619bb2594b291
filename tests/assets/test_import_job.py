"""One file through all stages: what is stored, what is shown, what a second run changes."""

from datetime import date
from pathlib import Path

import dagster as dg
import pytest

from pls_pipeline.orchestration.names import PARTITIONS
from pls_pipeline.tables import (
    DEDUPLICATED_MESSAGES,
    GROUPED_CONVERSATIONS,
    PATTERN_LIBRARY,
    PATTERN_PROVENANCE,
    RAW_MESSAGES,
)
from tests.assets.conftest import Bench
from tests.made_exports import resets, talk, write_export, write_users_rows

pytestmark = pytest.mark.xdist_group("import_job")


def _files(folder: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_the_users_two_rows_are_one_conversation_of_that_day(bench: Bench, tmp_path: Path) -> None:
    bench.bring(write_users_rows(tmp_path / "sample.csv"))
    (conversation,) = bench.pipeline.lake.read(GROUPED_CONVERSATIONS)
    assert conversation["started_at"].date() == date(2025, 9, 2)
    assert conversation["status"] == "eligible"
    (pattern,) = bench.pipeline.lake.read(PATTERN_LIBRARY)
    assert "reset bay" in pattern["response_template"]


def test_the_run_registers_its_partition_and_passes_every_check(bench: Bench, tmp_path: Path) -> None:
    key = bench.bring(write_export(tmp_path / "march.csv", resets(1, 2, 3)))
    assert bench.instance.get_dynamic_partitions(PARTITIONS) == [key]
    assert bench.run(bench.pipeline.registry.get(key)).warnings == ()


def test_evidence_ends_in_the_rows_that_hold_the_words(bench: Bench, tmp_path: Path) -> None:
    bench.bring(write_export(tmp_path / "march.csv", resets(1, 2, 3)))
    bodies = {(row["import_key"], row["row_number"]): row["body"] for row in bench.pipeline.lake.read(RAW_MESSAGES)}
    provenance = bench.pipeline.lake.read(PATTERN_PROVENANCE)
    responses = [bodies[row["import_key"], row["row_number"]] for row in provenance if row["role"] == "response"]
    assert sorted(responses) == [f"Sorry about that! I just restarted bay {bay}." for bay in (1, 2, 3)]
    assert {row["file_name"] for row in provenance} == {"march.csv"}


def test_a_second_run_changes_not_one_byte_of_lake_and_files(bench: Bench, tmp_path: Path) -> None:
    key = bench.bring(write_export(tmp_path / "march.csv", resets(1, 2, 3)))
    settings = bench.pipeline.settings
    before = _files(Path(settings.lake_root)) | _files(settings.exports_path)
    bench.run(bench.pipeline.registry.get(key))
    assert _files(Path(settings.lake_root)) | _files(settings.exports_path) == before


def test_an_overlapping_export_brings_only_what_is_new(bench: Bench, tmp_path: Path) -> None:
    first = bench.bring(write_export(tmp_path / "march.csv", resets(1, 2)))
    second = bench.bring(write_export(tmp_path / "april.csv", resets(2, 3)))
    owners = [(row["import_key"], row["message_key"]) for row in bench.pipeline.lake.read(DEDUPLICATED_MESSAGES)]
    assert [key for key, _ in owners].count(first) == 4
    assert [key for key, _ in owners].count(second) == 2
    assert len({message for _, message in owners}) == 6


def test_a_conversation_that_goes_on_in_the_next_export_is_whole(bench: Bench, tmp_path: Path) -> None:
    said = talk(1, "The screen is frozen", "I just restarted it.", "Now the door is locked", "Your new code is 4821.")
    bench.bring(write_export(tmp_path / "march.csv", said[:3]))
    second = bench.bring(write_export(tmp_path / "april.csv", said[2:]))
    (conversation,) = bench.pipeline.lake.read(GROUPED_CONVERSATIONS, [second])
    assert [message["is_new"] for message in conversation["messages"]] == [False, False, False, True]


def test_metadata_are_counts_and_no_texts_of_messages(bench: Bench, tmp_path: Path) -> None:
    bench.bring(write_export(tmp_path / "march.csv", resets(1, 2, 3)))
    shown = {
        name: bench.metadata(name)
        for name in ("raw_messages", "deduplicated_messages", "grouped_conversations", "extracted_patterns")
    }
    assert shown["raw_messages"]["dagster/partition_row_count"] == 6
    assert shown["raw_messages"]["records_in_file"] == 6
    assert shown["deduplicated_messages"]["duplicate_rows"] == 0
    assert shown["grouped_conversations"]["eligible"] == 3
    assert shown["extracted_patterns"]["analysed"] == 3
    assert bench.metadata("pattern_library")["dagster/row_count"] == 1
    told = repr(shown) + repr(bench.metadata("pattern_library")) + repr(bench.metadata("published_library"))
    assert "frozen" not in told
    assert "+1" not in told


def test_a_landed_file_that_cannot_be_read_fails_with_its_sentence(bench: Bench, tmp_path: Path) -> None:
    manifest = bench.land(write_export(tmp_path / "march.csv", resets(1)))
    with bench.pipeline.registry.local_file(manifest.import_key) as landed:
        landed.write_bytes(b"\x00\x01\x02 no export")
    report = bench.run(manifest)
    assert not report.succeeded
    assert "march.csv" in report.faults[0]
    assert not bench.pipeline.lake.exists(RAW_MESSAGES, manifest.import_key)


def test_a_run_that_fails_leaves_the_tables_as_they_were(bench: Bench, tmp_path: Path) -> None:
    manifest = bench.land(write_export(tmp_path / "march.csv", resets(1, 2)))
    bench.run(manifest)
    lake = Path(bench.pipeline.settings.lake_root)
    before = _files(lake)
    with bench.pipeline.registry.local_file(manifest.import_key) as landed:
        content = landed.read_bytes()
        landed.write_bytes(b"")
        assert not bench.run(manifest).succeeded
        assert _files(lake) == before
        landed.write_bytes(content)
    assert bench.run(manifest).succeeded
    assert _files(lake) == before


def test_the_events_of_a_run_can_be_read_by_partition(bench: Bench, tmp_path: Path) -> None:
    key = bench.bring(write_export(tmp_path / "march.csv", resets(1)))
    for name in ("raw_messages", "extracted_patterns"):
        assert bench.instance.get_materialized_partitions(dg.AssetKey(name)) == {key}

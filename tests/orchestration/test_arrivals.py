from pathlib import Path

import pytest

from pls_pipeline.imports import ImportRegistry
from pls_pipeline.orchestration.arrivals import SECONDS_A_LOOK, limit_bytes, take_files
from pls_pipeline.orchestration.inbox import FileState, list_inbox
from tests.made_exports import resets, write_export


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    folder = tmp_path / "inbox"
    folder.mkdir()
    return folder


@pytest.fixture
def registry(tmp_path: Path) -> ImportRegistry:
    return ImportRegistry(str(tmp_path / "imports"))


def test_an_export_is_landed(inbox: Path, registry: ImportRegistry) -> None:
    write_export(inbox / "march.csv", resets(1))
    (arrival,) = take_files(registry, inbox, list_inbox(inbox).files, frozenset())
    assert arrival.manifest == registry.manifests()[0]


def test_a_copy_is_refused_by_the_name_of_the_first(inbox: Path, registry: ImportRegistry) -> None:
    write_export(inbox / "march.csv", resets(1))
    write_export(inbox / "march (2).csv", resets(1))
    key = registry.land(inbox / "march.csv").import_key
    arrivals = take_files(registry, inbox, list_inbox(inbox).files, {key})
    assert [arrival.refusal for arrival in arrivals] == [
        f"march (2).csv is a copy of march.csv, already imported as {key}",
        f"march.csv is already imported as {key}",
    ]


def test_a_landed_file_that_dagster_does_not_know_is_taken_again(inbox: Path, registry: ImportRegistry) -> None:
    manifest = registry.land(write_export(inbox / "march.csv", resets(1)))
    (arrival,) = take_files(registry, inbox, list_inbox(inbox).files, frozenset())
    assert arrival.manifest == manifest


def test_what_is_no_export_is_refused_and_registers_nothing(inbox: Path, registry: ImportRegistry) -> None:
    (inbox / "letter.csv").write_text("Dear all,\nno header here\n")
    (arrival,) = take_files(registry, inbox, list_inbox(inbox).files, frozenset())
    assert arrival.refusal.startswith("letter.csv")
    assert registry.manifests() == []


def test_a_file_that_vanished_is_left_out(inbox: Path, registry: ImportRegistry) -> None:
    assert take_files(registry, inbox, [FileState("gone.csv", 1, 1)], frozenset()) == []


def test_a_look_takes_one_file_at_least_and_stops_at_the_limit() -> None:
    files = [FileState(name, 6, 1) for name in "abc"]
    assert limit_bytes(files, 5) == files[:1]
    assert limit_bytes(files, 12) == files[:2]
    assert limit_bytes([], 5) == []


def test_a_look_that_takes_too_long_leaves_the_rest_to_the_next(inbox: Path, registry: ImportRegistry) -> None:
    for name in ("a.csv", "b.csv", "c.csv"):
        write_export(inbox / name, resets(ord(name[0])))
    times = iter([0.0, 1.0, SECONDS_A_LOOK + 1])
    arrivals = take_files(registry, inbox, list_inbox(inbox).files, frozenset(), lambda: next(times))
    assert [arrival.file_name for arrival in arrivals] == ["a.csv", "b.csv"]

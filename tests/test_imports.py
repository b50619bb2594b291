"""Facts about landing and the registry, on real folders, a memory file system and real processes."""

import json
import multiprocessing
import os
import re
from concurrent.futures import ProcessPoolExecutor
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pls_pipeline.imports import (
    AlreadyImportedError,
    ImportRegistry,
    UnknownImportError,
    _free_key,
    hash_content,
    name_import,
)
from pls_pipeline.sources import UnreadableExportError

HEADER = "id,conversationId,body,sentAt,to,from,direction,createdAt\n"


def write_export(path: Path, body: str = "hello") -> Path:
    row = f"AC1,CN1,{body},,+19022345678,+16037891234,incoming,2025-09-02T21:05:34.885Z\n"
    path.write_text(HEADER + row, encoding="utf-8")
    return path


@pytest.fixture
def registry(tmp_path: Path) -> ImportRegistry:
    return ImportRegistry(str(tmp_path / "imports"))


def test_a_landed_file_keeps_its_bytes_and_is_registered(tmp_path: Path, registry: ImportRegistry) -> None:
    path = write_export(tmp_path / "March export.csv")
    manifest = registry.land(path, datetime(2025, 9, 3, 12, 0))
    assert manifest.import_key == f"march-export-{hash_content(path)[:8]}"
    assert (manifest.file_name, manifest.sequence, manifest.source) == ("March export.csv", 1, "openphone")
    assert registry.get(manifest.import_key) == manifest
    assert registry.manifests() == [manifest]
    with registry.local_file(manifest.import_key) as landed:
        assert landed.read_bytes() == path.read_bytes()
        assert landed.suffix == ".csv"
    stored = json.loads((tmp_path / "imports" / manifest.import_key / "manifest.json").read_text())
    assert stored["received_at"] == "2025-09-03T12:00:00"
    assert stored["size_bytes"] == path.stat().st_size


def test_known_content_is_refused_by_name_whatever_it_is_called(tmp_path: Path, registry: ImportRegistry) -> None:
    first = registry.land(write_export(tmp_path / "march.csv"), datetime(2025, 9, 3))
    with pytest.raises(AlreadyImportedError) as refused:
        registry.land(write_export(tmp_path / "copy of march.csv"))
    assert refused.value.manifest == first
    assert str(refused.value) == (
        f"copy of march.csv was already imported as {first.import_key} (file march.csv, on 2025-09-03)."
    )
    assert registry.find_content(first.sha256) == first
    assert len(registry.manifests()) == 1


def test_a_file_that_is_no_export_registers_nothing(tmp_path: Path, registry: ImportRegistry) -> None:
    path = tmp_path / "notes.csv"
    path.write_text("dear diary\n")
    with pytest.raises(UnreadableExportError):
        registry.land(path)
    assert not (tmp_path / "imports").exists()


def test_bytes_without_a_manifest_are_not_an_import_and_landing_again_completes_them(
    tmp_path: Path, registry: ImportRegistry
) -> None:
    path = write_export(tmp_path / "march.csv")
    key = name_import(path.name, hash_content(path))
    interrupted = tmp_path / "imports" / key
    interrupted.mkdir(parents=True)
    (interrupted / "content.csv").write_text("half of")
    (interrupted / ".content.csv.0123.tmp").write_text("left over")
    assert registry.manifests() == []
    assert registry.land(path).import_key == key
    assert sorted(entry.name for entry in interrupted.iterdir()) == ["content.csv", "manifest.json"]
    with registry.local_file(key) as landed:
        assert landed.read_bytes() == path.read_bytes()


def test_a_removed_import_is_unknown_and_its_file_can_come_again(tmp_path: Path, registry: ImportRegistry) -> None:
    path = write_export(tmp_path / "march.csv")
    key = registry.land(path).import_key
    registry.remove(key)
    assert registry.manifests() == []
    with pytest.raises(UnknownImportError):
        registry.get(key)
    with pytest.raises(UnknownImportError):
        registry.remove(key)
    assert registry.land(path).import_key == key


@pytest.mark.parametrize("key", ["", "..", "../imports", "a/b", "nobody-00000000", "\0"])
def test_a_key_that_is_none_is_unknown(registry: ImportRegistry, key: str) -> None:
    with pytest.raises(UnknownImportError):
        registry.get(key)


def test_a_registry_lives_on_any_file_system(tmp_path: Path) -> None:
    registry = ImportRegistry("memory://imports-test/imports")
    path = write_export(tmp_path / "march.csv")
    manifest = registry.land(path)
    assert ImportRegistry("memory://imports-test/imports").manifests() == [manifest]
    with registry.local_file(manifest.import_key) as landed:
        assert landed.read_bytes() == path.read_bytes()
    with pytest.raises(AlreadyImportedError):
        registry.land(path)
    registry.remove(manifest.import_key)
    assert registry.manifests() == []


HOSTILE_NAMES = [
    "..csv",
    "....csv",
    "-rf.csv",
    "CON.csv",
    "🏌️ golf.csv",
    "שלום.csv",
    "a" * 240 + ".csv",
    "line\nbreak.csv",
    "$(rm -rf).csv",
    "%2e%2e%2fpasswd.csv",
    "..\\..\\windows.csv",
    "x';DROP TABLE.csv",
    ".hidden",
]


@pytest.mark.parametrize("name", HOSTILE_NAMES)
def test_a_hostile_file_name_is_harmless(tmp_path: Path, registry: ImportRegistry, name: str) -> None:
    manifest = registry.land(write_export(tmp_path / name))
    assert re.fullmatch(r"[a-z0-9][a-z0-9._-]{0,79}", manifest.import_key)
    assert manifest.file_name.isprintable()
    with registry.local_file(manifest.import_key) as landed:
        assert landed.resolve().parent == (tmp_path / "imports" / manifest.import_key).resolve()


def test_a_file_name_that_is_no_text_is_harmless(tmp_path: Path, registry: ImportRegistry) -> None:
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9.csv"))
    manifest = registry.land(write_export(path))
    assert registry.get(manifest.import_key) == manifest


@given(st.text(max_size=300), st.text("0123456789abcdef", min_size=64, max_size=64))
def test_a_key_is_always_safe(name: str, sha256: str) -> None:
    key = name_import(name, sha256)
    assert re.fullmatch(r"[a-z0-9][a-z0-9._-]*", key)
    assert key.endswith(sha256[:8])
    assert len(key) <= 80
    assert ".." not in key


def test_contents_whose_hashes_begin_alike_get_different_keys() -> None:
    first, second = "0" * 64, "0" * 8 + "1" * 56
    taken = {name_import("a.csv", first)}
    assert _free_key("a.csv", second, taken) == "a-000000001"


def two_processes() -> ProcessPoolExecutor:
    """Two processes; one that dies is an error at once, where multiprocessing.Pool would wait for ever."""
    return ProcessPoolExecutor(2, mp_context=multiprocessing.get_context("spawn"))


def land_many(root: str, paths: list[str]) -> list[int]:
    registry = ImportRegistry(root)
    return [registry.land(Path(path)).sequence for path in paths]


def test_processes_that_land_at_once_share_no_sequence_number(tmp_path: Path) -> None:
    root = str(tmp_path / "imports")
    paths = [str(write_export(tmp_path / f"{index}.csv", f"text {index}")) for index in range(16)]
    with two_processes() as processes:
        first, second = processes.map(land_many, [root, root], [paths[::2], paths[1::2]])
    assert sorted(first + second) == list(range(1, 17))
    assert [manifest.sequence for manifest in ImportRegistry(root).manifests()] == list(range(1, 17))


def land_or_refuse(root: str, path: str) -> str:
    try:
        ImportRegistry(root).land(Path(path))
    except AlreadyImportedError:
        return "refused"
    return "landed"


def test_the_same_content_landed_by_two_processes_at_once_is_registered_once(tmp_path: Path) -> None:
    root = str(tmp_path / "imports")
    paths = [str(write_export(tmp_path / f"{name}.csv")) for name in "abcd"]
    with two_processes() as processes:
        results = list(processes.map(land_or_refuse, [root] * 4, paths))
    assert sorted(results) == ["landed", "refused", "refused", "refused"]
    assert len(ImportRegistry(root).manifests()) == 1

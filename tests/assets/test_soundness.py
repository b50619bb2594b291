"""What keeps an import out of the library, and what a stop leaves behind."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pls_pipeline.definitions import build_defs
from pls_pipeline.extraction.progress import ExtractionProgress
from pls_pipeline.orchestration.resources import PipelineResource
from pls_pipeline.orchestration.runs import run_import, run_library
from pls_pipeline.orchestration.soundness import UNFINISHED
from pls_pipeline.tables import (
    DEDUPLICATED_MESSAGES,
    EXPORT_FACTS,
    EXTRACTED_PATTERNS,
    EXTRACTION_OUTCOMES,
    PATTERN_LIBRARY,
    PATTERN_PROVENANCE,
    Table,
)
from tests.assets.conftest import Bench, open_bench
from tests.extraction.model_server import Failure, ModelServer
from tests.made_exports import resets, write_export

pytestmark = pytest.mark.xdist_group("import_job")


def _owners(bench: Bench) -> set[str]:
    return {row["import_key"] for row in bench.pipeline.lake.read(PATTERN_PROVENANCE)}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with two imports, made once."""
    folder = tmp_path_factory.mktemp("made")
    with open_bench(PipelineResource(data_dir=str(folder / "data"), extractor="embedded")) as bench:
        bench.bring(write_export(folder / "march.csv", resets(1, 2, 3)))
        bench.bring(write_export(folder / "april.csv", resets(4, 5, 6)))
    return folder / "data"


@pytest.fixture
def two_imports(made: Path, bench: Bench) -> tuple[str, str]:
    """A copy of that folder for one test; the keys in the order of arrival."""
    shutil.copytree(made, bench.pipeline.settings.data_dir, dirs_exist_ok=True)
    first, second = (manifest.import_key for manifest in bench.pipeline.registry.manifests())
    return first, second


def _edit(bench: Bench, table: Table, key: str, **values: Any) -> None:
    rows = bench.pipeline.lake.read(table, [key])
    bench.pipeline.lake.write_records([{**rows[0], **values}, *rows[1:]], table, key)


@pytest.mark.parametrize(
    ("table", "values", "fact"),
    [
        (EXPORT_FACTS, {"record_count": 99}, "every_record_is_accounted_for"),
        (EXTRACTED_PATTERNS, {"variables": '[{"name": "unused"}]'}, "templates_are_well_formed"),
        (EXTRACTED_PATTERNS, {"evidence": "[]"}, "evidence_is_resolvable"),
        (DEDUPLICATED_MESSAGES, {"message_key": "another"}, "every_message_is_in_exactly_one_conversation"),
    ],
    ids=lambda value: value.name if isinstance(value, Table) else None,
)
def test_an_import_that_breaks_a_fact_is_left_out_and_named(
    bench: Bench, two_imports: tuple[str, str], table: Table, values: dict[str, Any], fact: str
) -> None:
    sound, unsound = two_imports
    _edit(bench, table, unsound, **values)
    assert run_library(bench.instance, bench.definitions, "test").succeeded
    left_out = bench.metadata("pattern_library")["left_out"]
    assert isinstance(left_out, dict)
    assert fact in left_out[unsound]
    assert _owners(bench) == {sound}


def test_a_check_that_fails_ends_the_run_before_the_library(bench: Bench, tmp_path: Path) -> None:
    class LosesMessages:
        """A listener in whose time the messages get lost that the candidates name."""

        def advance(self, import_key: str, progress: ExtractionProgress) -> None:
            if progress.done == progress.total:
                bench.pipeline.lake.write_records([], DEDUPLICATED_MESSAGES, import_key)

    manifest = bench.land(write_export(tmp_path / "march.csv", resets(1, 2, 3)))
    resource = PipelineResource(data_dir=str(bench.pipeline.settings.data_dir), extractor="embedded")
    definitions = build_defs({"pipeline": resource, "progress": LosesMessages()})
    report = run_import(bench.instance, definitions, manifest, "test")
    assert not report.succeeded
    assert report.faults == ("the check evidence is resolvable does not hold",)
    assert not bench.pipeline.lake.exists(PATTERN_LIBRARY)


def test_an_import_that_was_only_landed_is_named_as_unfinished(
    bench: Bench, two_imports: tuple[str, str], tmp_path: Path
) -> None:
    landed = bench.land(write_export(tmp_path / "may.csv", resets(7)))
    run_library(bench.instance, bench.definitions, "test")
    assert bench.metadata("pattern_library")["left_out"] == {landed.import_key: [UNFINISHED]}
    assert _owners(bench) == set(two_imports)


class TestAStoppedExtraction:
    @pytest.fixture
    def server(self) -> Iterator[ModelServer]:
        with ModelServer(lambda _: Failure(401, "invalid_api_key")) as server:
            yield server

    @pytest.fixture
    def resource(self, tmp_path: Path, server: ModelServer, monkeypatch: pytest.MonkeyPatch) -> PipelineResource:
        monkeypatch.setenv("OPENAI_API_KEY", "sk-secret")
        monkeypatch.setenv("OPENAI_BASE_URL", server.url)
        return PipelineResource(data_dir=str(tmp_path / "data"), extractor="openai")

    def test_the_run_fails_with_the_sentence_and_nothing_is_lost(self, bench: Bench, tmp_path: Path) -> None:
        manifest = bench.land(write_export(tmp_path / "march.csv", resets(1, 2, 3)))
        report = bench.run(manifest)
        assert not report.succeeded
        assert "OPENAI_API_KEY" in report.faults[0]
        assert "sk-secret" not in report.faults[0]
        outcomes = bench.pipeline.lake.read(EXTRACTION_OUTCOMES)
        assert [outcome["status"] for outcome in outcomes] == ["deferred"] * 3
        assert not bench.pipeline.lake.exists(PATTERN_LIBRARY)

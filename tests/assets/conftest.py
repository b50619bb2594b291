"""A pipeline in a temporary folder whose jobs run in this process, in an instance of their own."""

import contextlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import dagster as dg
import pytest

from pls_pipeline.definitions import build_defs
from pls_pipeline.imports import Manifest
from pls_pipeline.orchestration import runs
from pls_pipeline.orchestration.pipeline import Pipeline
from pls_pipeline.orchestration.resources import PipelineResource


@dataclass(frozen=True)
class Bench:
    """What a test runs: files into the pipeline."""

    pipeline: Pipeline
    instance: dg.DagsterInstance
    definitions: dg.Definitions

    def land(self, path: Path) -> Manifest:
        return self.pipeline.registry.land(path)

    def run(self, manifest: Manifest) -> runs.RunReport:
        return runs.run_import(self.instance, self.definitions, manifest, "test")

    def bring(self, path: Path) -> str:
        """Land and run a file that is expected to go through; return its key."""
        manifest = self.land(path)
        report = self.run(manifest)
        assert report.succeeded, report.faults
        return manifest.import_key

    def metadata(self, asset: str) -> Mapping[str, object]:
        """Values of the metadata of the latest materialization."""
        event = self.instance.get_latest_materialization_event(dg.AssetKey(asset))
        assert event is not None
        assert event.asset_materialization is not None
        return {name: value.value for name, value in event.asset_materialization.metadata.items()}


@pytest.fixture
def resource(tmp_path: Path) -> PipelineResource:
    """A test overrides this fixture to set more than the folder."""
    return PipelineResource(data_dir=str(tmp_path / "data"), extractor="embedded")


@contextlib.contextmanager
def open_bench(resource: PipelineResource) -> Iterator[Bench]:
    """A bench in an instance that is forgotten at the end."""
    with dg.DagsterInstance.ephemeral() as instance:
        yield Bench(resource.open(), instance, build_defs({"pipeline": resource}))


@pytest.fixture
def bench(resource: PipelineResource) -> Iterator[Bench]:
    with open_bench(resource) as opened:
        yield opened

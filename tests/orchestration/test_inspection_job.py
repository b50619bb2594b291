"""The job inspect_file: metadata without texts and numbers, sentences for names that are none."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import dagster as dg
import pytest

from pls_pipeline.definitions import build_defs
from pls_pipeline.orchestration.markdown import draw_table
from pls_pipeline.orchestration.resources import PipelineResource

SAMPLE = Path(__file__).parents[2] / "data" / "samples" / "openphone_2025-08.csv"


@pytest.fixture
def data_dir(tmp_path: Path) -> Path:
    inbox = tmp_path / "data" / "inbox"
    inbox.mkdir(parents=True)
    (inbox / "august.csv").write_bytes(SAMPLE.read_bytes())
    (inbox / "diary.txt").write_text("dear diary\n")
    return tmp_path / "data"


def run(data_dir: Path, file_name: str) -> dg.ExecuteInProcessResult:
    resource = PipelineResource(data_dir=str(data_dir), extractor="embedded")
    job = build_defs({"pipeline": resource}).resolve_job_def("inspect_file")
    config = {"ops": {"inspect_inbox_file": {"config": {"file_name": file_name}}}}
    with dg.DagsterInstance.local_temp(str(data_dir.parent)) as instance:
        return job.execute_in_process(instance=instance, run_config=config, raise_on_error=False)


def observed(result: dg.ExecuteInProcessResult) -> Mapping[str, dg.MetadataValue[Any]]:
    (event,) = [event for event in result.all_events if event.event_type_value == "ASSET_OBSERVATION"]
    return event.asset_observation_data.asset_observation.metadata


def test_a_file_is_observed_in_tables_that_hold_no_text_and_no_phone_number(data_dir: Path) -> None:
    result = run(data_dir, "august.csv")
    assert result.success
    metadata = observed(result)
    assert metadata["result"].value == "august.csv can be imported, but not all of it."
    assert "| new messages | 549 |" in str(metadata["rows"].value)
    assert "| a time that cannot be read | 1 | 242 |" in str(metadata["rejected_rows"].value)
    shown = "\n".join(str(value.value) for value in metadata.values())
    assert not re.search(r"\d{7}", shown)
    assert "membership" not in shown
    assert sorted(path.name for path in data_dir.iterdir()) == ["inbox"]


def test_a_file_that_is_no_export_is_observed_with_its_sentence(data_dir: Path) -> None:
    result = run(data_dir, "diary.txt")
    assert result.success
    assert str(observed(result)["result"].value).startswith("Cannot be imported: diary.txt has no header line")


@pytest.mark.parametrize("name", ["", "../data/inbox/august.csv"])
def test_a_name_that_is_no_file_of_the_inbox_fails_with_a_sentence(data_dir: Path, name: str) -> None:
    result = run(data_dir, name)
    assert not result.success
    (failure,) = [event.step_failure_data for event in result.all_events if event.is_step_failure]
    assert failure.user_failure_data is not None
    sentence = str(failure.user_failure_data.description)
    assert "give the name of a file in" in sentence
    assert sentence.endswith("there are august.csv, diary.txt.")


def test_names_of_columns_are_no_markup() -> None:
    drawn = draw_table(("column", "taken for"), [("a|b\n<img src=x> [x](y)", "text")])
    assert len(drawn.splitlines()) == 3
    assert not set("<>[]") & set(drawn)

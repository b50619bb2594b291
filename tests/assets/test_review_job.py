"""review_job: decisions by configuration and by a sheet in the inbox, as the Dagster UI and the sensor start it."""

import csv
from pathlib import Path
from typing import Any

import dagster as dg
import pytest

from pls_pipeline.orchestration.resources import PipelineResource
from pls_pipeline.orchestration.sensors import inbox_sensor
from pls_pipeline.publishing.review_sheet import write_review_sheet
from pls_pipeline.tables import PATTERN_LIBRARY, REVIEW_DECISIONS
from tests.assets.conftest import Bench
from tests.made_exports import resets, talk, write_export


@pytest.fixture
def filled(bench: Bench, tmp_path: Path) -> Bench:
    bench.bring(write_export(tmp_path / "march.csv", resets(1, 2, 3)))
    return bench


def review(bench: Bench, **config: Any) -> dg.ExecuteInProcessResult:
    return bench.definitions.resolve_job_def("review_job").execute_in_process(
        instance=bench.instance, raise_on_error=False, run_config={"ops": {"review_decisions": {"config": config}}}
    )


def only(bench: Bench) -> dict[str, Any]:
    (row,) = bench.pipeline.lake.read(PATTERN_LIBRARY)
    return row


def test_a_decision_by_configuration_is_in_the_library_of_the_same_run(filled: Bench) -> None:
    pattern_id = only(filled)["pattern_id"]
    result = review(filled, pattern_ids=[pattern_id], action="approve", who="Ana", why="as we say it")
    assert result.success
    assert only(filled)["status"] == "approved"
    (decision,) = filled.pipeline.lake.read(REVIEW_DECISIONS)
    assert (decision["who"], decision["why"], decision["action"]) == ("Ana", "as we say it", "approve")
    assert filled.metadata("review_decisions")["decided"] == 1


def test_without_configuration_nothing_is_decided(filled: Bench) -> None:
    assert review(filled).success
    assert only(filled)["status"] == "proposed"


def test_what_is_refused_is_counted_and_listed_with_its_reason(filled: Bench) -> None:
    result = review(filled, pattern_ids=["pat_none"], action="approve", who="Ana", why="so")
    assert result.success
    (check,) = [c for c in result.get_asset_check_evaluations() if c.check_name == "every_request_became_a_decision"]
    assert not check.passed
    told = (filled.pipeline.settings.exports_path / "review_refused.csv").read_text("utf-8-sig")
    assert "no pattern has the id 'pat_none'" in told
    review(filled)
    assert not (filled.pipeline.settings.exports_path / "review_refused.csv").exists()


def test_several_patterns_are_merged_into_one_in_one_review(bench: Bench, tmp_path: Path) -> None:
    texts = ("We have spare clubs at the desk.", "Parking is free behind the building.", "Dogs may come along.")
    said = [message for number in range(6) for message in talk(number + 1, "What about it?", texts[number % 3])]
    bench.bring(write_export(tmp_path / "march.csv", said))
    first, *others = (row["pattern_id"] for row in bench.pipeline.lake.read(PATTERN_LIBRARY))
    assert len(others) == 2
    review(bench, pattern_ids=others, action="merge", into=first, who="Ana", why="one page of facts")
    assert only(bench)["pattern_id"] == first


@pytest.mark.parametrize(
    ("config", "sentence"),
    [
        ({"pattern_ids": ["pat_1"], "action": "like"}, "'like' is no action"),
        ({"pattern_ids": ["pat_1"], "action": "merge"}, "merge needs `into`"),
        ({"sheet": "gone.csv"}, "is not the name of a file in the inbox"),
    ],
)
def test_a_configuration_that_cannot_be_meant_fails_with_a_sentence(
    bench: Bench, config: dict[str, Any], sentence: str
) -> None:
    result = review(bench, **config)
    (failure,) = [event for event in result.all_events if event.is_step_failure]
    assert failure.step_failure_data.user_failure_data is not None
    assert sentence in str(failure.step_failure_data.user_failure_data.description)


def test_a_sheet_in_the_inbox_is_recognised_and_applied(filled: Bench, resource: PipelineResource) -> None:
    inbox = filled.pipeline.settings.inbox_path
    inbox.mkdir(parents=True, exist_ok=True)
    write_sheet(inbox / "reviewed.csv", only(filled), decision="reject", who="Ana")
    (request,) = look(filled, resource, look(filled, resource, None).cursor).run_requests or ()
    assert request.job_name == "review_job"
    job = filled.definitions.resolve_job_def("review_job")
    assert job.execute_in_process(instance=filled.instance, run_config=request.run_config).success
    assert only(filled)["status"] == "rejected"
    (decision,) = filled.pipeline.lake.read(REVIEW_DECISIONS)
    assert decision["why"] == "reviewed in reviewed.csv"


def test_a_sheet_that_changed_since_it_was_found_is_not_applied(filled: Bench) -> None:
    inbox = filled.pipeline.settings.inbox_path
    inbox.mkdir(parents=True, exist_ok=True)
    write_sheet(inbox / "reviewed.csv", only(filled), decision="reject", who="Ana")
    assert not review(filled, sheet="reviewed.csv", sheet_sha256="0" * 64).success
    assert only(filled)["status"] == "proposed"


def look(bench: Bench, resource: PipelineResource, cursor: str | None) -> dg.SensorResult:
    """One tick of the sensor."""
    with dg.build_sensor_context(bench.instance, cursor=cursor, resources={"pipeline": resource}) as context:
        tick = inbox_sensor(context)
    assert isinstance(tick, dg.SensorResult)
    return tick


def write_sheet(path: Path, row: dict[str, Any], **cells: str) -> None:
    write_review_sheet([row], path)
    header, record = csv.reader(path.read_text("utf-8-sig").splitlines(keepends=True))
    changed = dict(zip(header, record, strict=True)) | cells
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([header, list(changed.values())])

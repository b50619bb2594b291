"""What is told while an extraction runs: a line, an observation with numbers, a listener."""

from collections.abc import Iterator
from dataclasses import replace

import dagster as dg
import pytest

from pls_pipeline.extraction.progress import ExtractionProgress
from pls_pipeline.orchestration.progress import describe_progress, measure_progress, report_progress

ASKED = ExtractionProgress(10, 40, 12, 3, 11, 20_000, 2_000, 0.07)


@pytest.mark.parametrize(
    ("progress", "seconds", "line"),
    [
        (ExtractionProgress(0, 40), 0.1, "0 of 40 conversations analysed"),
        (
            ExtractionProgress(10, 40, patterns=7),
            5.0,
            "10 of 40 conversations analysed, 7 patterns, 0 rejected, about 15 s left",
        ),
        (
            replace(ASKED, total=500),
            60.0,
            "10 of 500 conversations analysed, 12 patterns, 3 rejected, 22,000 tokens, $0.07, about 49 min left",
        ),
        (
            replace(ASKED, done=40, cost_usd=None),
            20.0,
            "40 of 40 conversations analysed, 12 patterns, 3 rejected, 22,000 tokens",
        ),
        (
            ExtractionProgress(40, 40, deferred=38, patterns=2),
            1.0,
            "2 of 40 conversations analysed, 38 deferred, 2 patterns, 0 rejected",
        ),
    ],
)
def test_a_line_says_how_much_is_done_used_and_left(progress: ExtractionProgress, seconds: float, line: str) -> None:
    assert describe_progress(progress, seconds) == line


def test_what_is_not_known_is_no_number() -> None:
    begun = measure_progress(ExtractionProgress(0, 40, cost_usd=None), 0.0)
    assert not {"seconds_left", "requests_per_minute", "cost_usd"} & set(begun)


def test_observations_of_the_partition_carry_the_numbers_while_the_step_runs() -> None:
    told: list[tuple[str, int]] = []

    class Listener:
        def advance(self, import_key: str, progress: ExtractionProgress) -> None:
            told.append((import_key, progress.done))

    clock: Iterator[float] = iter([100.0, 100.0, 130.0])

    @dg.asset(partitions_def=dg.StaticPartitionsDefinition(["march"]))
    def analysed(context: dg.AssetExecutionContext) -> None:
        report = report_progress(context, Listener(), lambda: next(clock))
        report(ExtractionProgress(0, 40))
        report(ASKED)

    with dg.DagsterInstance.ephemeral() as instance:
        dg.materialize([analysed], instance=instance, partition_key="march")
        records = instance.fetch_observations(dg.AssetKey("analysed"), limit=10).records
    observations = [record.asset_observation for record in records]
    assert {found.partition for found in observations if found} == {"march"}
    latest = observations[0]
    assert latest is not None
    assert {name: value.value for name, value in latest.metadata.items()} == {
        "done": 10, "total": 40, "deferred": 0, "patterns": 12, "rejected": 3,
        "requests": 11, "tokens": 22_000, "cost_usd": 0.07,
        "requests_per_minute": 22.0, "tokens_per_minute": 44_000.0, "seconds": 30.0, "seconds_left": 90.0,
    }  # fmt: skip
    assert told == [("march", 0), ("march", 10)]

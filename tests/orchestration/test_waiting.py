"""Which imports go on, and when by themselves."""

from datetime import date

from pls_pipeline.orchestration.waiting import (
    WaitingImport,
    choose_continuations,
    choose_of_the_day,
    describe_waiting,
)

MONDAY, TUESDAY = date(2026, 3, 2), date(2026, 3, 3)
LIMIT = WaitingImport("limit", 3, 0, frozenset({"over the limit of this run"}), "m1")
FAILED = WaitingImport("failed", 0, 2, frozenset(), "m2")
BATCH = WaitingImport("batch", 4, 0, frozenset({"waiting for a batch"}), "m3")
DAY = WaitingImport("day", 5, 0, frozenset({"PLS_BUDGET_DAY_USD"}), "m4")
NEW = WaitingImport("new", 0, 0, frozenset(), "", begun=False)
ALL = [LIMIT, FAILED, BATCH, DAY, NEW]


def test_what_is_deferred_goes_on_and_failures_batches_and_runs_under_way_do_not() -> None:
    assert choose_continuations(ALL, frozenset(), MONDAY) == {"limit": "m1", "day": "m4@2026-03-02"}
    assert choose_continuations(ALL, {"limit", "day"}, MONDAY) == {}


def test_an_import_that_brought_nothing_further_has_the_same_mark_until_the_next_day() -> None:
    monday, tuesday = (choose_continuations([LIMIT, DAY], frozenset(), day) for day in (MONDAY, TUESDAY))
    assert monday["limit"] == tuesday["limit"]
    assert monday["day"] != tuesday["day"]


def test_a_new_day_takes_what_the_budget_of_a_day_held_back_alone() -> None:
    assert set(choose_of_the_day(ALL, frozenset(), MONDAY)) == {"day"}


def test_a_sentence_counts_what_waits() -> None:
    assert describe_waiting([]) == "No import has conversations left."
    assert describe_waiting(ALL) == (
        "Imports with work left: 5 (12 conversations deferred, 2 failed, 1 imports not analysed yet)."
    )

"""Runs that are killed at random moments lose no answer, and pay again no more than was under way."""

from tests.extraction.killed_runs import kill_runs


def test_killed_runs_lose_nothing_and_pay_again_at_most_what_was_under_way() -> None:
    report = kill_runs(3)
    assert report.is_sound, report

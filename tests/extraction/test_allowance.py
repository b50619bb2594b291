"""What is left of an allowance, by the clock and by the server's headers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pls_pipeline.extraction.allowance import Allowance, AllowanceHeaders, read_allowance, read_duration


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("1s", 1.0), ("120ms", 0.12), ("6m0s", 360.0), ("1h2m3.5s", 3723.5), ("2m", 120.0), ("", None), ("soon", None)],
)
def test_durations_are_read_as_the_provider_writes_them(text: str, seconds: float | None) -> None:
    assert read_duration(text) == seconds


def test_headers_name_limit_rest_and_reset() -> None:
    headers = {
        "x-ratelimit-limit-requests": "500",
        "x-ratelimit-remaining-requests": "24",
        "x-ratelimit-reset-requests": "120ms",
    }
    assert read_allowance(headers, "requests") == AllowanceHeaders(500.0, 24.0, 0.12)
    assert read_allowance(headers, "tokens") is None
    assert read_allowance({"x-ratelimit-limit-tokens": "nan"}, "tokens") is None


def test_without_a_limit_nothing_waits() -> None:
    allowance = Allowance(None, 0.0)
    allowance.take(1e9)
    assert allowance.seconds_until(1e9) == 0.0


@given(per_minute=st.floats(1, 1e6), steps=st.lists(st.floats(0.01, 5), max_size=50))
def test_no_more_is_taken_than_rate_and_burst_allow(per_minute: float, steps: list[float]) -> None:
    allowance, now, taken = Allowance(per_minute, 0.0), 0.0, 0
    for step in steps:
        now += step
        allowance.pass_time(now)
        while allowance.seconds_until(1) == 0 and taken < 1000:
            allowance.take(1)
            taken += 1
    assert taken <= per_minute / 60 * now + max(1.0, per_minute / 60) + 1


def test_what_was_sent_since_and_what_has_refilled_count_beside_the_headers() -> None:
    allowance = Allowance(600, 0.0)
    allowance.pass_time(1.0)
    for _ in range(5):
        allowance.take(1)
    # Sent at 0 s as the first; when it was answered, four more had gone and one second had passed.
    allowance.hear(AllowanceHeaders(600, 20, 3.0), sent_at=0.0, spent_then=1.0)
    assert allowance.seconds_until(20 + 10 - 4 - 2) == 0
    assert allowance.seconds_until(25) > 0
    # An answer to an earlier request is older news.
    allowance.hear(AllowanceHeaders(600, 0, 5.0), sent_at=0.0, spent_then=0.0)
    assert allowance.seconds_until(24) == 0


def test_what_overflowed_since_is_not_there() -> None:
    allowance = Allowance(600, 0.0)
    allowance.hear(AllowanceHeaders(600, 10, 1.0), sent_at=0.0, spent_then=0.0)
    allowance.pass_time(2.0)
    for _ in range(15):
        allowance.take(1)
    # 10 and what refilled in two seconds would be 30, but there are never more than 20.
    allowance.hear(AllowanceHeaders(600, 10, 1.0), sent_at=0.0, spent_then=0.0)
    assert allowance.seconds_until(3) == 0
    assert allowance.seconds_until(4) > 0


def test_what_is_told_of_a_day_says_nothing_of_the_pace() -> None:
    # 14,400 requests a day: every one that was used comes back after six seconds, as Groq tells it.
    allowance = Allowance(600, 0.0)
    for used, reset in ((1, 6.0), (11, 66.0), (12, 3.0)):
        allowance.take(1)
        allowance.hear(AllowanceHeaders(14_400, 14_400 - used, reset), sent_at=0.0, spent_then=used)
    assert (allowance.is_of_longer, allowance.is_told, allowance.per_second) == (True, False, 10.0)
    assert allowance.seconds_until(10) == pytest.approx(0.1)
    unbounded = Allowance(None, 0.0)
    unbounded.hear(AllowanceHeaders(200_000, 100_000, 43_200.0), sent_at=0.0, spent_then=0.0)
    assert unbounded.seconds_until(1e6) == 0.0


@given(
    limit=st.floats(1e-3, 1e6), taken=st.lists(st.floats(0, 1e7), max_size=9), remaining=st.none() | st.floats(0, 10)
)
def test_a_minute_is_the_longest_wait_whatever_a_server_tells(
    limit: float, taken: list[float], remaining: float | None
) -> None:
    allowance = Allowance(None, 0.0)
    allowance.hear(AllowanceHeaders(limit, remaining, None), sent_at=0.0, spent_then=0.0)
    for amount in taken:
        allowance.take(amount)
    allowance.hear(AllowanceHeaders(limit, remaining, None), sent_at=0.0, spent_then=0.0)
    assert allowance.seconds_until(1e7) <= 60.001


def test_more_than_there_ever_is_waits_for_all_and_not_for_ever() -> None:
    allowance = Allowance(60, 0.0)
    allowance.hear(AllowanceHeaders(60, 2, 3.0), sent_at=0.0, spent_then=0.0)
    assert allowance.seconds_until(1000) == pytest.approx(3.0)

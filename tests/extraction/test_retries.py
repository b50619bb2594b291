"""When a request is repeated, and after how long."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pls_pipeline.extraction.retries import LONGEST_DELAY_SECONDS, choose_delay, is_transient, read_retry_after

NOW = datetime(2025, 9, 2, 12, tzinfo=UTC)


@pytest.mark.parametrize("status", [408, 409, 425, 429, 500, 502, 503, 504, 529])
def test_statuses_that_pass_are_transient(status: int) -> None:
    assert is_transient(status, {})


@pytest.mark.parametrize("status", [400, 401, 403, 404, 413, 422])
def test_statuses_that_stay_are_not(status: int) -> None:
    assert not is_transient(status, {})


def test_the_server_may_say_whether_a_repeat_helps() -> None:
    assert is_transient(400, {"x-should-retry": "true"})
    assert not is_transient(429, {"x-should-retry": "false"})


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"retry-after": "3"}, 3.0),
        ({"retry-after": "0.25"}, 0.25),
        ({"retry-after": "3", "retry-after-ms": "1500"}, 1.5),
        ({"retry-after": "Tue, 02 Sep 2025 12:00:30 GMT"}, 30.0),
        ({"retry-after": "Tue, 02 Sep 2025 11:00:00 GMT"}, 0.0),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "nan"}, None),
        ({"retry-after": "inf"}, None),
        ({"retry-after": "-4"}, None),
        ({"retry-after": "Tue, 02 Sep 99999999999999 12:00:30 GMT"}, None),
    ],
)
def test_retry_after_is_seconds_or_a_date(headers: dict[str, str], seconds: float | None) -> None:
    assert read_retry_after(headers, NOW) == seconds


@given(attempt=st.integers(1, 10_000), asked=st.none() | st.floats(0, 120), chance=st.floats(0, 1))
def test_no_delay_is_shorter_than_asked_or_longer_than_the_longest(
    attempt: int, asked: float | None, chance: float
) -> None:
    delay = choose_delay(attempt, asked, chance)
    assert (asked or 0.0) <= delay <= (asked or 0.0) + LONGEST_DELAY_SECONDS
    assert choose_delay(attempt + 1, asked, chance) >= delay

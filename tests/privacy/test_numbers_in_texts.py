"""A forgotten number is found in a text however it is written."""

import pytest

from pls_pipeline.erasure.marks import Marks
from pls_pipeline.erasure.values import Value

MARKS = Marks.of(b"secret", [Value("phone", "9025550001")])


@pytest.mark.parametrize(
    "text",
    [
        "+19025550001",
        "1.902.555.0001",
        "(902) 555 - 0001",
        "9 0 2 5 5 5 0 0 0 1",
        "00 1 902/555/0001",
        "\uff19\uff10\uff12 555 0001",
        "902\u2013555\u20110001",
        "902-555-\u200b0001",
        "nine zero two five five five zero zero zero one",
        "Nine-oh-two, triple five, double oh oh one",
        "call nine o two 555 oh oh oh one now",
        "one nine oh two 5 5 5 triple zero 1",
        "neun null zwei 555 null null null eins",
    ],
)
def test_a_marked_number_is_found(text: str) -> None:
    assert MARKS.find_in(f"my number is {text} thanks")


@pytest.mark.parametrize(
    "text", ["902 555 0002", "nine oh two, triple five, oh oh oh two", "one or two at five", "2 at 9"]
)
def test_another_number_is_not(text: str) -> None:
    assert not MARKS.find_in(text)

import pytest

from pls_pipeline.orchestration.progress import describe_progress


@pytest.mark.parametrize(
    ("done", "total", "seconds", "line"),
    [
        (0, 40, 0.1, "0 of 40 conversations analysed"),
        (10, 40, 5.0, "10 of 40 conversations analysed, about 15 s left"),
        (10, 500, 60.0, "10 of 500 conversations analysed, about 49 min left"),
        (40, 40, 20.0, "40 of 40 conversations analysed"),
    ],
)
def test_progress_says_how_much_is_left(done: int, total: int, seconds: float, line: str) -> None:
    assert describe_progress(done, total, seconds) == line

from hypothesis import example, given
from hypothesis import strategies as st

from pls_pipeline.publishing.report.charts import WIDTH, divide, stack_columns


@given(st.lists(st.integers(0, 10_000_000), min_size=1, max_size=8))
def test_parts_fill_the_bar_in_their_shares(counts: list[int]) -> None:
    found = divide("Rows", [(f"part {place}", "main", count) for place, count in enumerate(counts)])
    assert [share.count for share in found.shares] == [count for count in counts if count]
    if found.total:
        assert abs(sum(share.width for share in found.shares) - WIDTH) < 0.1
        assert abs(sum(share.share for share in found.shares) - 1) < 1e-9


@given(st.lists(st.tuples(st.floats(0, 1e7), st.none() | st.floats(0, 1e7)), max_size=50))
@example([(5e-324, None)])
def test_columns_stand_within_the_chart_and_below_its_highest_tick(values: list[tuple[float, float | None]]) -> None:
    steps = [(str(place), value) for place, value in enumerate(values, start=1)]
    chart = stack_columns(("main", "second"), steps)
    if chart is None:
        assert all(first + (second or 0) < 1e-6 for first, second in values)
        return
    (lowest, nothing), (highest, most) = chart.ticks[0], chart.ticks[-1]
    assert nothing == 0
    assert most >= max(first + (second or 0) for first, second in values) * (1 - 1e-9)
    assert len(chart.labels) <= 6
    for column in chart.columns:
        for _, x, y, width, height in column.bars:
            assert x >= 0
            assert x + width <= chart.width
            assert highest - 0.02 <= y
            assert y + height <= lowest + 0.02

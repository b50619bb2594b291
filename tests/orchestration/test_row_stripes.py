"""Rows converted stripe by stripe: the same as converted whole, and few of them anew."""

import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from pls_pipeline.lake import arrow_schema
from pls_pipeline.orchestration.row_stripes import RowStripes
from pls_pipeline.patterns import RejectedCandidate
from pls_pipeline.tables import REJECTED_CANDIDATES

numbers = st.lists(st.integers(0, 40), max_size=120)


def put_aside(number: int) -> RejectedCandidate:
    return RejectedCandidate(f"cand {number}", "march", f"talk {number}", "nothing_fixed", "no fixed word")


@settings(deadline=None, max_examples=50)
@given(st.lists(numbers, min_size=1, max_size=4))
def test_rows_are_those_of_the_records_whatever_was_converted_before(rounds: list[list[int]]) -> None:
    known = [put_aside(number) for number in range(41)]
    stripes = RowStripes[RejectedCandidate](REJECTED_CANDIDATES, vars)
    for chosen in rounds:
        records = [known[number] for number in chosen]
        whole = pa.Table.from_pylist([vars(record) for record in records], schema=arrow_schema(REJECTED_CANDIDATES))
        assert stripes.convert(records).equals(whole)
        assert all(column.num_chunks <= 1 for column in stripes.convert(records).columns)


def test_a_record_that_comes_between_others_changes_few_rows() -> None:
    converted: list[str] = []

    def to_row(record: RejectedCandidate) -> dict[str, str]:
        converted.append(record.candidate_id)
        return dict(vars(record))

    stripes = RowStripes[RejectedCandidate](REJECTED_CANDIDATES, to_row)
    known = [put_aside(number) for number in range(1000)]
    stripes.convert(known[:500] + known[501:])
    converted.clear()
    stripes.convert(known)
    assert "cand 500" in converted
    assert len(converted) < 100

import json
from itertools import pairwise

import duckdb
import pytest

from pls_pipeline.patterns import SlotValue, template_from_body
from pls_pipeline.publishing.trace import UnknownPatternError, list_patterns, resolve_pattern_id, trace_pattern
from tests.publishing.sample_tables import HOSTILE_NAME, PATTERNS, SampleLake


def test_a_trace_ends_in_the_rows_that_hold_the_words(
    connection: duckdb.DuckDBPyConnection, sample: SampleLake
) -> None:
    for pattern in PATTERNS:
        trace = trace_pattern(connection, sample.lake, pattern.pattern_id)
        assert trace.pattern["situation"] == pattern.situation
        assert len(trace.messages) == 2 * (pattern.march + pattern.april)
        for message in trace.messages:
            assert message.file_name in {"march.csv", HOSTILE_NAME}
            assert message.line_number == message.row_number + 1
            assert message.body is not None
            if message.role == "response":
                values = [SlotValue(**value) for value in json.loads(message.values)]
                assert template_from_body(message.body, values) == message.template
            else:
                assert message.body in pattern.examples


def test_messages_stand_by_wording_and_the_question_before_the_reply(
    connection: duckdb.DuckDBPyConnection, sample: SampleLake
) -> None:
    messages = trace_pattern(connection, sample.lake, PATTERNS[0].pattern_id).messages
    assert [message.role for message in messages] == ["trigger", "response"] * (len(messages) // 2)
    templates = [message.template for message in messages if message.role == "response"]
    assert list(dict.fromkeys(templates)) == [PATTERNS[0].template, *sorted(PATTERNS[0].wordings)]
    assert sum(left != right for left, right in pairwise(templates)) == len(PATTERNS[0].wordings)


def test_a_former_id_leads_to_the_pattern_that_took_its_evidence(
    connection: duckdb.DuckDBPyConnection, sample: SampleLake
) -> None:
    trace = trace_pattern(connection, sample.lake, "pat_oldest")
    assert (trace.asked, trace.pattern["pattern_id"]) == ("pat_oldest", "pat_bayreset0001")


@pytest.mark.parametrize("pattern_id", ["pat_nowhere", "pat_lost", "' OR 1=1 --"])
def test_an_id_that_leads_nowhere_is_said_to(
    connection: duckdb.DuckDBPyConnection, sample: SampleLake, pattern_id: str
) -> None:
    with pytest.raises(UnknownPatternError, match="pls patterns"):
        resolve_pattern_id(connection, sample.lake, pattern_id)


def test_patterns_are_listed_by_evidence_and_can_be_narrowed(
    connection: duckdb.DuckDBPyConnection, sample: SampleLake
) -> None:
    def ids(**wanted: list[str]) -> list[str]:
        return [row[0] for row in list_patterns(connection, sample.lake, **wanted).project("pattern_id").fetchall()]

    assert ids()[0] == "pat_bayreset0001"
    assert len(ids()) == len(PATTERNS)
    assert ids(statuses=["approved"]) == ["pat_bayreset0001", "pat_hoursopen003"]
    assert ids(statuses=["approved", "proposed"], categories=["hours"]) == ["pat_hoursopen003", "pat_hourslate004"]
    assert ids(statuses=["' OR 1=1 --"]) == []

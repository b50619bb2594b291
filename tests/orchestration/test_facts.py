import json
from collections.abc import Iterator

import duckdb
import pytest

from pls_pipeline.lake import open_connection
from pls_pipeline.orchestration import facts
from pls_pipeline.patterns import Candidate, Variable


@pytest.fixture
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with open_connection() as opened:
        yield opened


def test_parts_that_add_up_are_accounted_for() -> None:
    assert facts.find_unaccounted({"a": 3, "b": 0}, {"a": 2}, {"a": 1}) == {}


def test_a_difference_is_found_in_either_direction() -> None:
    assert facts.find_unaccounted({"a": 3, "b": 1}, {"a": 1, "c": 2}, {"b": 2}) == {"a": 2, "b": 1, "c": 2}


def test_a_key_that_an_import_holds_twice_is_found(connection: duckdb.DuckDBPyConnection) -> None:
    messages = connection.sql(
        "FROM (VALUES ('a', 'm1'), ('a', 'm1'), ('a', 'm2'), ('b', 'm1')) t(import_key, message_key)"
    )
    assert facts.find_repeated_keys(messages) == {"a": 1}
    assert facts.find_keys_owned_twice(messages) == {"a": 1, "b": 1}


def test_a_message_in_no_conversation_or_in_two_is_found(connection: duckdb.DuckDBPyConnection) -> None:
    messages = connection.sql(
        "FROM (VALUES ('a', 'm1'), ('a', 'm2'), ('a', 'm3'), ('b', 'm4')) t(import_key, message_key)"
    )
    conversations = connection.sql(
        """SELECT import_key, list_transform(keys, lambda k: {'message_key': k, 'is_new': k <> 'm0'}) AS messages
           FROM (VALUES ('a', ['m0', 'm1', 'm2']), ('a', ['m2']), ('b', ['m4', 'm0'])) t(import_key, keys)"""
    )
    assert facts.find_messages_not_in_one_conversation(messages, conversations) == {"a": 2}


def test_an_eligible_conversation_needs_an_outcome_for_what_it_is_now(connection: duckdb.DuckDBPyConnection) -> None:
    conversations = connection.sql(
        """FROM (VALUES ('a', 'c1', 'f1', 'eligible'), ('a', 'c2', 'new', 'eligible'), ('a', 'c3', 'f3', 'automated'))
           t(import_key, conversation_key, fingerprint, status)"""
    )
    outcomes = connection.sql(
        "FROM (VALUES ('a', 'c1', 'f1'), ('a', 'c2', 'old')) t(import_key, conversation_key, fingerprint)"
    )
    assert facts.find_unanswered_conversations(conversations, outcomes) == {"a": 1}


def _candidate(template: str, *names: str) -> Candidate:
    variables = tuple(Variable(name) for name in names)
    return Candidate("c", "a", "k", "faq", "asks", template, variables, (), None, "embedded")


def test_a_template_that_declares_what_it_does_not_use_is_malformed() -> None:
    sound, unsound = _candidate("bay {{bay}}", "bay"), _candidate("bay 3", "bay")
    assert facts.find_malformed_templates([sound, unsound]) == {"a": 1}


@pytest.mark.parametrize(
    ("evidence", "offends"),
    [
        (
            [
                {
                    "message_key": "m1",
                    "import_key": "a",
                    "row_number": 1,
                    "values": [{"name": "x", "start": 4, "end": 5}],
                }
            ],
            0,
        ),
        ([{"message_key": "m1", "import_key": "a", "row_number": 1, "values": []}], 0),
        (
            [
                {
                    "message_key": "m1",
                    "import_key": "a",
                    "row_number": 1,
                    "values": [{"name": "x", "start": 4, "end": 6}],
                }
            ],
            1,
        ),
        (
            [
                {
                    "message_key": "m1",
                    "import_key": "a",
                    "row_number": 1,
                    "values": [{"name": "x", "start": 4, "end": 4}],
                }
            ],
            1,
        ),
        ([{"message_key": "m1", "import_key": "a", "row_number": 2, "values": []}], 1),
        ([{"message_key": "m9", "import_key": "a", "row_number": 1, "values": []}], 1),
        ([], 1),
    ],
    ids=["a span within the body", "no span", "span beyond", "empty span", "another row", "unknown message", "none"],
)
def test_evidence_leads_to_a_row_and_stays_within_its_body(
    connection: duckdb.DuckDBPyConnection, evidence: list[dict[str, object]], offends: int
) -> None:
    candidates = connection.sql(
        "SELECT 'b' AS import_key, $evidence AS evidence", params={"evidence": json.dumps(evidence)}
    )
    messages = connection.sql("SELECT 'm1' AS message_key, 'a' AS import_key, 1::BIGINT AS row_number, 'bay 3' AS body")
    assert facts.find_unresolvable_evidence(candidates, messages) == ({"b": 1} if offends else {})


def test_what_was_deferred_was_not_analysed() -> None:
    outcomes = [
        {"run_id": "r1", "status": "extracted"},
        {"run_id": "r2", "status": "failed"},
        {"run_id": "r2", "status": "nothing"},
        {"run_id": "r2", "status": "deferred"},
    ]
    assert facts.count_analysed(outcomes, "r2") == 2
    assert facts.count_deferred(outcomes) == 1


def test_automatic_messages_are_counted_by_reason(connection: duckdb.DuckDBPyConnection) -> None:
    conversations = connection.sql(
        """SELECT * FROM (VALUES ('a', 'automated', ['broadcast', 'code']), ('a', 'eligible', ['code']),
               ('a', 'eligible', []::VARCHAR[]), ('a', 'empty', NULL)) AS t(import_key, status, automated_reasons)"""
    )
    assert facts.count_automated_messages(conversations) == {
        "automated_messages_broadcast": 1,
        "automated_messages_code": 2,
    }
    assert facts.count_statuses(conversations) == {"automated": 1, "eligible": 2, "empty": 1}

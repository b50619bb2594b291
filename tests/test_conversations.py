"""Facts about grouping: what belongs together, and context from earlier imports."""

import uuid
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pls_pipeline.conversations import GroupingOptions
from pls_pipeline.lake import Lake
from pls_pipeline.tables import DEDUPLICATED_MESSAGES, GROUPED_CONVERSATIONS
from tests.message_rows import ANNE, BEN, NOON, OURS, Row, bring, claim, export, group, message, reply, store_raw

OUR_OTHER_LINE = "+16037895555"
LATER = 24 * 60


@pytest.fixture
def lake() -> Lake:
    return Lake(f"memory://{uuid.uuid4().hex}")


def bodies(conversation: Row) -> list[str]:
    return [one["body"] for one in conversation["messages"]]


def contents(conversations: list[Row]) -> list[list[str]]:
    return sorted(bodies(one) for one in conversations)


# Threads and windows


def test_messages_of_a_thread_are_one_conversation_in_the_order_of_time_then_of_rows(lake: Lake) -> None:
    rows = [
        message(9, "c", conversation_id="CN1"),
        message(0, "a", conversation_id="CN1"),
        message(0, "b", conversation_id="CN1"),
        message(LATER, "d", conversation_id="CN1"),
        message(1, "x", conversation_id="CN2"),
    ]
    first, second = bring(lake, rows, "one")
    assert bodies(first) == ["a", "b", "c", "d"]
    assert bodies(second) == ["x"]
    assert (first["conversation_id"], first["own_number"], first["participants"]) == ("CN1", OURS, [ANNE])
    assert (first["started_at"], first["message_count"], first["new_message_count"]) == (NOON, 4, 4)


def test_without_a_thread_id_a_silence_of_more_than_the_window_ends_a_conversation(lake: Lake) -> None:
    rows = [message(0, "a"), reply(120, "b"), message(240, "c"), message(360.01, "d"), message(1, "x", sender=BEN)]
    conversations = bring(lake, rows, "one")
    assert contents(conversations) == [["a", "b", "c"], ["d"], ["x"]]
    assert {one["conversation_id"] for one in conversations} == {None}


def test_the_window_is_an_option(lake: Lake) -> None:
    bring(lake, [message(0, "a"), message(20, "b")], "one")
    conversations = group(lake, "one", options=GroupingOptions(window_hours=0.25))
    assert contents(conversations) == [["a"], ["b"]]


# Numbers


def test_a_group_text_is_one_conversation_whoever_of_the_group_writes(lake: Lake) -> None:
    rows = [
        reply(0, "a", recipients=[BEN, ANNE]),
        message(1, "b", sender=ANNE, recipients=[BEN, OURS]),
        message(2, "c", sender=BEN, recipients=[OURS, ANNE]),
        message(3, "alone"),
    ]
    conversations = bring(lake, rows, "one")
    assert contents(conversations) == [["a", "b", "c"], ["alone"]]
    (grouped,) = [one for one in conversations if len(one["messages"]) == 3]
    assert (grouped["own_number"], grouped["participants"]) == (OURS, sorted([ANNE, BEN]))


def test_our_number_in_a_group_text_is_known_from_texts_to_us_alone(lake: Lake) -> None:
    rows = [message(0, "b", recipients=[BEN, OURS]), message(1, "alone", sender=BEN)]
    conversations = bring(lake, rows, "one")
    (grouped,) = [one for one in conversations if bodies(one) == ["b"]]
    assert (grouped["own_number"], grouped["participants"]) == (OURS, sorted([ANNE, BEN]))


def test_where_no_number_is_known_to_be_ours_the_first_recipient_of_a_group_text_is(lake: Lake) -> None:
    (grouped,) = bring(lake, [message(recipients=[OURS, BEN])], "one")
    assert (grouped["own_number"], grouped["participants"]) == (OURS, sorted([ANNE, BEN]))


def test_a_text_to_ourselves_has_no_participant_and_no_customer(lake: Lake) -> None:
    rows = [
        reply(0, "note", recipients=[OURS]),
        message(0.1, "note", sender=OURS),
        reply(0.2, "note 2", recipients=[OURS]),
    ]
    (conversation,) = bring(lake, rows, "one")
    assert (conversation["own_number"], conversation["participants"]) == (OURS, [])
    assert conversation["status"] == "one_sided"


def test_anonymous_is_a_name_like_a_number(lake: Lake) -> None:
    (conversation,) = bring(lake, [message(0, "a", sender="Anonymous"), message(1, "b", sender="Anonymous")], "one")
    assert conversation["participants"] == ["Anonymous"]
    assert conversation["status"] == "one_sided"


def test_a_message_whose_other_side_was_lost_stands_alone(lake: Lake) -> None:
    rows = [message(0, "a", sender=None), reply(1, "b", recipients=[]), message(2, "c", sender=None)]
    conversations = bring(lake, rows, "one")
    assert contents(conversations) == [["a"], ["b"], ["c"]]
    assert {one["status"] for one in conversations} == {"one_sided"}


def test_each_of_our_lines_has_its_own_conversation_with_a_customer(lake: Lake) -> None:
    rows = [
        message(0, "a"),
        reply(1, "b"),
        message(2, "x", recipients=[OUR_OTHER_LINE]),
        reply(3, "y", sender=OUR_OTHER_LINE),
    ]
    conversations = bring(lake, rows, "one")
    assert contents(conversations) == [["a", "b"], ["x", "y"]]
    assert {one["own_number"] for one in conversations} == {OURS, OUR_OTHER_LINE}


def test_a_thread_that_two_of_our_lines_share_names_the_busier_one_and_no_line_as_participant(lake: Lake) -> None:
    thread = {"conversation_id": "CN1"}
    rows = [message(0, **thread), reply(1, **thread), reply(2, sender=OUR_OTHER_LINE, **thread)]
    (conversation,) = bring(lake, rows, "one")
    assert (conversation["own_number"], conversation["participants"]) == (OURS, [ANNE])


# Thread ids that some rows lack


def test_a_row_without_a_thread_id_joins_the_thread_between_the_same_numbers_within_the_window(lake: Lake) -> None:
    rows = [
        message(0, "a", conversation_id="CN1"),
        reply(30, "b"),
        reply(LATER, "later"),
        reply(30, "other", recipients=[BEN]),
        message(60, "c", conversation_id="CN1"),
    ]
    assert contents(bring(lake, rows, "one")) == [["a", "b", "c"], ["later"], ["other"]]


def test_it_joins_the_nearest_of_two_threads(lake: Lake) -> None:
    rows = [message(0, "a", conversation_id="CN1"), message(100, "x", conversation_id="CN2"), reply(70, "b")]
    assert contents(bring(lake, rows, "one")) == [["a"], ["b", "x"]]


def test_it_joins_no_automated_thread(lake: Lake) -> None:
    rows = [reply(0, "Sale!", conversation_id="CN2cc08d4c77"), message(1, "hello")]
    assert contents(bring(lake, rows, "one")) == [["Sale!"], ["hello"]]


def test_a_thread_takes_in_what_an_earlier_import_brought_without_its_id(lake: Lake) -> None:
    bring(lake, [message(0, "a"), reply(1, "b")], "one")
    (conversation,) = bring(lake, [message(2, "c", conversation_id="CN1")], "two", ["one"])
    assert bodies(conversation) == ["a", "b", "c"]
    assert conversation["conversation_id"] == "CN1"


def test_a_duplicate_brings_the_thread_id_that_the_first_row_lacked(lake: Lake) -> None:
    first = [message(0, "a", message_id="AC1"), reply(1, "b", message_id="AC2")]
    bring(lake, first, "one")
    second = [
        *({**row, "conversation_id": "CN1"} for row in first),
        message(LATER, "c", message_id="AC3", conversation_id="CN1"),
    ]
    (conversation,) = bring(lake, second, "two", ["one"])
    assert bodies(conversation) == ["a", "b", "c"]
    assert [one["is_new"] for one in conversation["messages"]] == [False, False, True]
    assert [one["import_key"] for one in conversation["messages"]] == ["one", "one", "two"]


def test_a_duplicate_within_the_import_brings_it_too(lake: Lake) -> None:
    rows = [message(message_id="AC1"), message(message_id="AC1", conversation_id="CN1")]
    (conversation,) = bring(lake, rows, "one")
    assert conversation["conversation_id"] == "CN1"


def test_a_thread_id_that_came_with_a_duplicate_is_remembered_by_the_imports_after_it(lake: Lake) -> None:
    first = message(0, "a", message_id="AC1")
    bring(lake, [first], "one")
    assert bring(lake, [{**first, "conversation_id": "CN1"}], "two", ["one"]) == []
    (conversation,) = bring(lake, [message(LATER, "b", conversation_id="CN1")], "three", ["one", "two"])
    assert bodies(conversation) == ["a", "b"]


# Earlier imports


def test_only_conversations_with_a_new_message_are_there_and_they_are_whole(lake: Lake) -> None:
    threads = [
        message(0, "a", conversation_id="CN1"),
        message(0, "x", conversation_id="CN2"),
        message(5, "y", sender=BEN),
    ]
    bring(lake, threads, "one")
    (conversation,) = bring(lake, [reply(1, "b", conversation_id="CN1")], "two", ["one"])
    assert bodies(conversation) == ["a", "b"]
    assert (conversation["message_count"], conversation["new_message_count"]) == (2, 1)
    assert conversation["conversation_key"] in {
        one["conversation_key"] for one in lake.read(GROUPED_CONVERSATIONS, ["one"])
    }


@pytest.mark.parametrize("minute", [-60, 60, 200])
def test_a_conversation_without_a_thread_id_keeps_its_key_when_later_imports_add_to_it(
    lake: Lake, minute: float
) -> None:
    (begun,) = bring(lake, [message(0, "a"), reply(100, "b")], "zero")
    (continued,) = bring(lake, [message(minute, "c")], "one", ["zero"])
    (ended,) = bring(lake, [message(minute + 60, "d")], "a third", ["zero", "one"])
    assert begun["conversation_key"] == continued["conversation_key"] == ended["conversation_key"]
    assert sorted(bodies(ended)) == ["a", "b", "c", "d"]


def test_a_conversation_that_two_imports_had_apart_takes_the_key_of_the_earlier_when_a_third_joins_them(
    lake: Lake,
) -> None:
    bring(lake, [message(200, "later")], "b")
    (first,) = bring(lake, [message(0, "before")], "a", ["b"])
    (joined,) = bring(lake, [message(100, "between")], "c", ["b", "a"])
    assert bodies(joined) == ["before", "between", "later"]
    (begun,) = lake.read(GROUPED_CONVERSATIONS, ["b"])
    assert joined["conversation_key"] == begun["conversation_key"] != first["conversation_key"]


def test_an_import_that_brings_duplicates_only_has_no_conversation(lake: Lake) -> None:
    rows = [message(0, "a", conversation_id="CN1"), reply(1, "b", conversation_id="CN1")]
    bring(lake, rows, "one")
    assert bring(lake, rows, "two", ["one"]) == []


# Laws

rows_for_laws = st.builds(
    lambda minute, body, identity, thread, sender, ours, others: (
        reply(minute, body, message_id=identity, conversation_id=thread, recipients=[sender, *others])
        if ours
        else message(
            minute, body, message_id=identity, conversation_id=thread, sender=sender, recipients=[*others, OURS]
        )
    ),
    st.integers(0, 8).map(lambda step: step * 50),
    st.sampled_from(["", "yes", "STOP", "(auto-reply)"]),
    st.sampled_from([None, "AC1", "AC2", "AC3", "AC4"]),
    st.sampled_from([None, None, "CN1", "CN2", "CN2cc08d4c1"]),
    st.sampled_from([ANNE, BEN, OURS, OUR_OTHER_LINE]),
    st.booleans(),
    st.lists(st.sampled_from([BEN, OUR_OTHER_LINE]), max_size=1),
)


@settings(max_examples=8, deadline=None)
@given(imports=st.lists(st.lists(rows_for_laws, max_size=6), min_size=1, max_size=3))
def test_law_every_message_is_new_in_one_conversation_and_a_second_run_changes_nothing(
    imports: list[list[Row]],
) -> None:
    lake = Lake(f"memory://{uuid.uuid4().hex}")
    names = [f"import-{number}" for number in range(len(imports))]
    for name, rows in zip(names, imports, strict=True):
        store_raw(lake, export(*rows, key=name), name)
        claim(lake, name)
    grouped = {name: group(lake, name, names[:number]) for number, name in enumerate(names)}
    for number, name in enumerate(names):
        owned = Counter(row["message_key"] for row in lake.read(DEDUPLICATED_MESSAGES, [name]))
        new = [one for row in grouped[name] for one in row["messages"] if one["is_new"]]
        assert Counter(one["message_key"] for one in new) == owned
        assert len({row["conversation_key"] for row in grouped[name]}) == len(grouped[name])
        for row in grouped[name]:
            places = [(one["occurred_at"], one["row_number"]) for one in row["messages"]]
            assert places == sorted(places)
            assert row["new_message_count"] == sum(one["is_new"] for one in row["messages"]) > 0
            assert row["message_count"] == len({one["message_key"] for one in row["messages"]})
            assert {one["import_key"] for one in row["messages"]} <= {*names[:number], name}
        assert group(lake, name, names[:number]) == grouped[name]

"""Whole files: what each feature of an export becomes in raw_messages, rejected_rows and the facts."""

import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest

from pls_pipeline.lake import arrow_schema
from pls_pipeline.sources import ReadingOptions, read_export
from pls_pipeline.tables import RAW_MESSAGES, REJECTED_ROWS

HEADER = "id,conversationId,body,sentAt,to,from,direction,createdAt\n"
SAMPLE = (
    HEADER
    + "AC1BD1e24,AC3BDd48d8,Hi I need help with bay 3,1902700000000,+19022345678,+16037891234,incoming,"
    + "2025-09-02T21:05:34.885Z\n"
    + "AC1BD1e25,AC3BDd48d8,I'll reset bay 3 for you right away,1902700001000,+16037891234,+19022345678,outgoing,"
    + "2025-09-02T21:05:45.885Z\n"
)
Read = Callable[..., Any]


def test_the_sample_rows_are_read(read_bytes: Read) -> None:
    messages, rejected, facts = read_bytes(SAMPLE.encode())
    assert rejected == []
    assert messages[0] == {
        "import_key": "export-00000000",
        "row_number": 1,
        "line_number": 2,
        "message_id": "AC1BD1e24",
        "conversation_id": "AC3BDd48d8",
        "body": "Hi I need help with bay 3",
        "sender": "+16037891234",
        "recipients": ["+19022345678"],
        "direction": "incoming",
        "occurred_at": datetime(2025, 9, 2, 21, 5, 34, 885000),
        "sent_at": datetime(2030, 4, 17, 23, 46, 40),
        "created_at": datetime(2025, 9, 2, 21, 5, 34, 885000),
        "repaired": False,
        "extra": None,
        "member": None,
    }
    assert (facts.source, facts.encoding, facts.delimiter, facts.reader) == ("openphone", "utf-8", ",", "strict")
    assert facts.columns["createdAt"] == "created_at"
    assert (facts.record_count, facts.message_count, facts.rejected_count) == (2, 2, 0)


def test_relations_have_the_columns_of_their_tables(connection: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    for data in (SAMPLE, SAMPLE + "junk\n", HEADER):
        path = tmp_path / "a.csv"
        path.write_text(data)
        reading = read_export(connection, path, "a-00000000", "a.csv")
        assert tuple(reading.messages.columns) == RAW_MESSAGES.column_names
        assert tuple(reading.rejected.columns) == REJECTED_ROWS.column_names
        assert reading.messages.limit(0).to_arrow_table().schema == arrow_schema(RAW_MESSAGES)
        assert reading.rejected.limit(0).to_arrow_table().schema == arrow_schema(REJECTED_ROWS)


def row(**cells: str) -> str:
    usual = {
        "id": "AC1", "conversationId": "CN1", "body": "hi", "sentAt": "", "to": "+19022345678", "from": "+16037891234",
        "direction": "incoming", "createdAt": "2025-09-02T21:05:34.885Z",
    }  # fmt: skip
    return ",".join((usual | cells).values()) + "\n"


def test_absent_ids_are_null_and_an_absent_body_is_empty(read_bytes: Read) -> None:
    messages, _, _ = read_bytes((HEADER + row(id="", conversationId=" ", body="")).encode())
    assert (messages[0]["message_id"], messages[0]["conversation_id"], messages[0]["body"]) == (None, None, "")


def test_a_body_is_in_normal_form(read_bytes: Read) -> None:
    data = HEADER + row(body='"one\r\ntwo\rthree\nfour"') + row(body="nu\0l")
    messages, _, facts = read_bytes(data.encode())
    assert [message["body"] for message in messages] == ["one\ntwo\rthree\nfour", "nul"]
    assert facts.reader == "careful"


def test_line_numbers_are_those_of_the_file(read_bytes: Read) -> None:
    data = HEADER + row(body='"a\nb"') + row(body='"c\r\n\nd"') + row()
    for text in (data, data + "\n", data.replace("\r\n", "\n").replace("\n", "\r\n")):
        messages, _, _ = read_bytes(text.encode())
        assert [message["line_number"] for message in messages] == [2, 4, 7]
        assert [message["row_number"] for message in messages] == [1, 2, 3]


def test_a_bad_row_is_rejected_with_its_line_and_text_and_the_rest_goes_on(read_bytes: Read) -> None:
    bad = (row(createdAt="#####", sentAt="n/a"), row(direction="sideways"), "junk\n", row(body='"x\ny"', createdAt=""))
    messages, rejected, facts = read_bytes((HEADER + row() + "".join(bad) + row()).encode())
    assert [message["row_number"] for message in messages] == [1, 6]
    assert [(found["line_number"], found["reason"]) for found in rejected] == [
        (3, "bad_timestamp"), (4, "bad_direction"), (5, "too_few_fields"), (6, "bad_timestamp"),
    ]  # fmt: skip
    assert [found["raw_text"] for found in rejected] == [text.removesuffix("\n") for text in bad]
    assert "hi" not in "".join(found["detail"] for found in rejected).split()
    assert (facts.record_count, facts.message_count, facts.rejected_count) == (6, 2, 4)


def test_a_bad_row_does_not_slow_a_clean_file(read_bytes: Read) -> None:
    messages, rejected, facts = read_bytes((HEADER + row() + row(direction="sideways") + row()).encode())
    assert facts.reader == "strict"
    assert (len(messages), rejected[0]["line_number"]) == (2, 3)
    assert rejected[0]["raw_text"] == row(direction="sideways").strip()


def test_the_clock_is_created_at_and_sent_at_the_fallback(read_bytes: Read) -> None:
    data = HEADER + row(sentAt="1756847000") + row(sentAt="1756847000", createdAt="###") + row(sentAt="1.7E+12")
    messages, _, facts = read_bytes(data.encode())
    created, sent = datetime(2025, 9, 2, 21, 5, 34, 885000), datetime(2025, 9, 2, 21, 3, 20)
    assert [message["occurred_at"] for message in messages] == [created, sent, created]
    assert [message["sent_at"] for message in messages] == [sent, sent, None]
    assert facts.lost_times == 2


def test_a_file_shows_whether_its_dates_have_the_day_first(read_bytes: Read) -> None:
    both = HEADER + row(createdAt="2/9/2025 21:05") + row(createdAt="25/12/2025 9:00")
    messages, rejected, _ = read_bytes(both.encode())
    assert [message["occurred_at"] for message in messages] == [datetime(2025, 9, 2, 21, 5), datetime(2025, 12, 25, 9)]
    messages, rejected, _ = read_bytes((both + row(createdAt="12/25/2025 9:00")).encode())
    assert [found["reason"] for found in rejected] == ["bad_timestamp"]
    assert messages[0]["occurred_at"] == datetime(2025, 2, 9, 21, 5)


def test_options_set_region_and_zone(read_bytes: Read) -> None:
    data = HEADER + row(createdAt="2025-09-02 18:05") + row(**{"from": "020 7946 0958"})
    messages, _, _ = read_bytes(data.encode(), ReadingOptions(default_region="GB", naive_timezone="America/Halifax"))
    assert messages[0]["occurred_at"] == datetime(2025, 9, 2, 21, 5)
    assert messages[1]["sender"] == "+442079460958"


def test_numbers_are_normalised_and_lost_ones_are_null(read_bytes: Read) -> None:
    data = HEADER + "".join(
        row(**{"to": to, "from": sender})
        for to, sender in [
            ('"+19022345678, (603) 789-1234"', "Anonymous"),
            ("9022345678;16037891234", "1.9E+10"),
            ("", "1.9022345678E+10"),
        ]
    )
    messages, _, facts = read_bytes(data.encode())
    assert [message["recipients"] for message in messages] == [["+19022345678", "+16037891234"]] * 2 + [[]]
    assert [message["sender"] for message in messages] == ["Anonymous", None, "+19022345678"]
    assert facts.lost_numbers == 1


def test_columns_that_are_not_ours_are_kept_as_json(read_bytes: Read) -> None:
    header = HEADER.replace("\n", ',userId,"odd ""name"""\n')
    messages, _, facts = read_bytes((header + row().strip() + ',US1,"a ""b""\nc"\n').encode())
    assert json.loads(messages[0]["extra"]) == {"userId": "US1", 'odd "name"': 'a "b"\nc'}
    assert facts.columns["userId"] is None


def test_calls_in_the_same_file_are_set_apart(read_bytes: Read) -> None:
    header = HEADER.replace("\n", ",Type\n")
    data = header + row().strip() + ",message\n" + row(body="").strip() + ",Call\n" + row().strip() + ",\n"
    messages, rejected, _ = read_bytes(data.encode())
    assert [message["row_number"] for message in messages] == [1, 3]
    assert [(found["reason"], found["detail"]) for found in rejected] == [("not_a_message", "a call or voicemail")]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_every_dialect_reads_alike(read_bytes: Read, encoding: str, delimiter: str, line_end: str) -> None:
    text = (HEADER + row(body="café – ok") + row(body='"two ""quoted""\nlines"')).replace(",", delimiter)
    messages, rejected, facts = read_bytes(text.replace("\n", line_end).encode(encoding))
    assert [message["body"] for message in messages] == ["café – ok", 'two "quoted"\nlines']
    assert rejected == []
    assert facts.encoding == ("utf-16-le" if encoding == "utf-16" else encoding)
    assert facts.delimiter == delimiter


def test_a_file_of_the_old_macintosh_is_read(read_bytes: Read) -> None:
    messages, _, _ = read_bytes((HEADER + row() + row(body="bye")).replace("\n", "\r").encode())
    assert [(message["body"], message["line_number"]) for message in messages] == [("hi", 2), ("bye", 3)]


def test_a_file_with_no_records_is_an_export_of_none(read_bytes: Read) -> None:
    for text in (HEADER, HEADER.strip(), HEADER + "\n\n"):
        messages, rejected, facts = read_bytes(text.encode())
        assert (messages, rejected, facts.record_count) == ([], [], 0)


@pytest.mark.parametrize("name", ["a [1].csv", "what?*.csv", "quote'.csv", "emoji 🏌️.csv", "data.csv.gz"])
def test_a_file_name_is_only_a_name(read_bytes: Read, name: str) -> None:
    messages, _, facts = read_bytes(SAMPLE.encode(), name=name)
    assert (len(messages), facts.reader) == (2, "strict")


def test_two_files_on_one_connection_stay_apart(connection: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    readings = []
    for name in ("a", "b"):
        path = tmp_path / name
        path.write_text(HEADER + row(body=name) + "junk\n")
        readings.append(read_export(connection, path, name, name))
    assert [reading.messages.project("import_key, body").fetchall() for reading in readings] == [
        [("a", "a")],
        [("b", "b")],
    ]

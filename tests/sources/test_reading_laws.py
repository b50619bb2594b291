"""Laws of reading, for any file: nothing is lost, nothing is invented, and both readers agree."""

import csv
import io
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pls_pipeline.sources import UnreadableExportError
from pls_pipeline.sources.careful import read_carefully
from pls_pipeline.sources.dialect import find_dialect
from pls_pipeline.sources.encoding import read_text
from pls_pipeline.sources.record_table import RecordTable
from pls_pipeline.sources.records import Record, RecordReader
from pls_pipeline.sources.strict import read_strictly

FIELDS = ["id", "conversationId", "body", "sentAt", "to", "from", "direction", "createdAt"]
HEADER = ",".join(FIELDS)
ROW = 'AC1,CN1,"Hi, ""you""\nthere",,+19022345678,+16037891234,incoming,2025-09-02T21:05:34.885Z\n'
PIECES = (
    *('"', '""', ",", "\n", "\r\n", "\r", " ", "\t", ";", "\0", "é", "a", "1", "\n\n", ",,,,,,,\n", HEADER + "\n", ROW),
    "AC2,CN2,plain,,+19022345678,+16037891234,outgoing,2025-09-02T21:05:34Z\n",
    "AC3,CN3,no, quotes, here,1756847134,+19022345678,+16037891234,Incoming,\n",
    'AC4,CN4,"open,,+19022345678,+16037891234,outgoing,2025-09-02T21:05:34Z\n',
    'AC5,CN5, "space" ,,"+1902, +1603",Anonymous,sideways,9/2/2025 9:05 PM\n',
    "AC6,CN6,,n/a,+1,+1,incoming,#####\n",
    "incoming,2025-09-02T21:05:34Z",
)
LAW = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
damaged_text = st.lists(st.sampled_from(PIECES), max_size=12).map("".join)


def read_records(text: str, path: Path, chunk: int) -> tuple[list[Record], RecordReader]:
    path.write_bytes(text.encode())
    dialect = find_dialect(path, path.name)
    whole = "".join(read_text(path, dialect.text_format))
    reader = RecordReader(iter([whole[i : i + chunk] for i in range(0, len(whole), chunk)]), dialect)
    return list(reader), reader


@LAW
@given(damaged_text)
def test_every_line_belongs_to_one_record_or_is_stepped_over(tmp_path: Path, text: str) -> None:
    records, reader = read_records(f"{HEADER}\n{text}", tmp_path / "a.csv", 1 << 20)
    lines = f"{HEADER}\n{text}".replace("\0", "").split("\n")
    taken = [line for record in records for line in range(record.first_line, record.last_line + 1)]
    assert taken == sorted(set(taken))
    assert reader.record_count == len(records)
    left = [line for number, line in enumerate(lines[1:], start=2) if number not in set(taken)]
    assert all(not line.strip(' ,\t\r"') or HEADER in line or '"' in line for line in left)
    if '"' not in text:
        behind_the_last_line = lines[-1] == ""
        assert len(left) == reader.blank_lines + reader.repeated_headers + behind_the_last_line


@LAW
@given(damaged_text, st.integers(1, 40))
def test_records_do_not_depend_on_where_chunks_end(tmp_path: Path, text: str, chunk: int) -> None:
    whole, _ = read_records(f"{HEADER}\n{text}", tmp_path / "a.csv", 1 << 20)
    cut, _ = read_records(f"{HEADER}\n{text}", tmp_path / "a.csv", chunk)
    assert cut == whole


def normal_rows(table: RecordTable) -> list[tuple[Any, ...]]:
    columns = (
        "row_number, first_line, last_line, message_id, conversation_id, body, from_text, to_text, direction, "
        "created_at, sent_at, repaired, extra, reason, detail, lost_times"
    )
    return table.rows.project(columns).order("row_number").fetchall()


def assert_readers_agree(connection: duckdb.DuckDBPyConnection, path: Path) -> str:
    dialect = find_dialect(path, path.name)
    strict = read_strictly(connection, path, dialect, "UTC")
    if strict is None:
        return "refused"
    careful = read_carefully(connection, path, dialect, "UTC")
    assert normal_rows(strict) == normal_rows(careful)
    assert strict.record_count == careful.record_count
    assert (careful.blank_lines, careful.repeated_headers) == (0, 0)
    assert strict.text_format == careful.text_format
    return "read"


@LAW
@given(damaged_text)
def test_the_strict_and_the_careful_reader_agree_on_damaged_files(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path, text: str
) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(f"{HEADER}\n{text}".encode())
    assert_readers_agree(connection, path)


body_text = st.text(st.sampled_from("ab é😀 ,;\t\"\n\r'0"), max_size=14) | st.text(
    st.characters(codec="utf-8", exclude_characters="\0"), max_size=20
)
moments = st.datetimes(datetime(1990, 1, 2), datetime(2099, 12, 30)).map(
    lambda moment: moment.replace(microsecond=moment.microsecond // 1000 * 1000)
)
identities = st.sampled_from(["", "AC1", "AC2", "x y", "é"])
numbers = st.sampled_from(["+19022345678", "+16037891234", "Anonymous", "22395", ""])


def write_time(moment: datetime, style: str) -> str:
    epoch = (moment.replace(tzinfo=UTC) - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1)
    return {
        "iso": f"{moment.isoformat(timespec='milliseconds')}Z",
        "zone": f"{(moment + timedelta(hours=2)).isoformat(sep=' ', timespec='milliseconds')}+02:00",
        "naive": moment.isoformat(sep=" "),
        "epoch": str(epoch),
    }[style]


@st.composite
def exports(draw: st.DrawFn) -> tuple[bytes, list[dict[str, Any]]]:
    """A file that Python's csv module wrote, and the messages in it."""
    style = draw(st.sampled_from(["iso", "zone", "naive", "epoch"]))
    columns = draw(st.permutations([*FIELDS, "media"]))
    names = {"id": "ID", "body": draw(st.sampled_from(["body", "conversationBody", "Text"])), "createdAt": "Created At"}
    wanted = []
    buffer = io.StringIO(newline="")
    writer = csv.writer(
        buffer,
        delimiter=draw(st.sampled_from(",;\t")),
        lineterminator=draw(st.sampled_from(["\n", "\r\n"])),
        quoting=draw(st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL])),
    )
    writer.writerow([names.get(column, column) for column in columns])
    for _ in range(draw(st.integers(0, 6))):
        moment = draw(moments.filter(lambda moment: style != "epoch" or moment.year > 2001))
        message = {
            "message_id": draw(identities),
            "conversation_id": draw(identities),
            "body": draw(body_text),
            "sender": draw(numbers),
            "direction": draw(st.sampled_from(["incoming", "outgoing"])),
            "occurred_at": moment,
            "extra": draw(body_text),
        }
        cells = {
            "id": message["message_id"],
            "conversationId": message["conversation_id"],
            "body": message["body"],
            "from": message["sender"],
            "to": "",
            "direction": message["direction"],
            "sentAt": "",
            "createdAt": write_time(moment, style),
            "media": message["extra"],
        }
        writer.writerow([cells[column] for column in columns])
        wanted.append(message)
    return buffer.getvalue().encode(draw(st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]))), wanted


@LAW
@given(exports())
def test_what_python_writes_is_read_back_exactly(
    read_bytes: Callable[..., Any], export: tuple[bytes, list[dict[str, Any]]]
) -> None:
    data, wanted = export
    messages, rejected, facts = read_bytes(data)
    assert rejected == []
    assert facts.message_count == facts.record_count == len(wanted)
    for row, (found, message) in enumerate(zip(messages, wanted, strict=True), start=1):
        assert found["row_number"] == row
        assert found["body"] == message["body"].replace("\r\n", "\n")
        assert found["occurred_at"] == message["occurred_at"]
        assert (found["direction"], found["recipients"]) == (message["direction"], [])
        for column in ("message_id", "conversation_id", "sender"):
            assert found[column] == (message[column] or None)
        assert json.loads(found["extra"]) == {"media": message["extra"]}
        assert not found["repaired"]


@LAW
@given(exports())
def test_the_strict_and_the_careful_reader_agree_on_clean_files(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path, export: tuple[bytes, list[dict[str, Any]]]
) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(export[0])
    assert_readers_agree(connection, path)


@settings(LAW, max_examples=30)
@given(st.binary(max_size=400) | damaged_text.map(lambda text: f"{HEADER}\n{text}".encode("utf-16")))
def test_any_bytes_are_an_export_of_which_every_record_is_accounted_for_or_are_refused(
    read_bytes: Callable[..., Any], data: bytes
) -> None:
    for candidate in (data, HEADER.encode() + b"\n" + data):
        try:
            messages, rejected, facts = read_bytes(candidate)
        except UnreadableExportError:
            continue
        assert facts.record_count == len(messages) + len(rejected)
        assert (facts.message_count, facts.rejected_count) == (len(messages), len(rejected))
        assert all(row["occurred_at"] and row["direction"] and row["body"] is not None for row in messages)
        assert all(row["reason"] and row["raw_text"] is not None for row in rejected)

"""The careful reader on damaged texts: which records it finds, on which lines."""

from collections.abc import Callable
from pathlib import Path

import pytest

from pls_pipeline.sources.dialect import find_dialect
from pls_pipeline.sources.records import LONGEST_RECORD, Record, RecordReader

HEADER = "id,conversationId,body,sentAt,to,from,direction,createdAt\n"
TAIL = ",,+19022345678,+16037891234,incoming,2025-09-02T21:05:34.885Z"
GOOD = f"AC9,CN9,fine{TAIL}"

Read = Callable[..., tuple[list[Record], RecordReader]]


@pytest.fixture
def read(tmp_path: Path) -> Read:
    def read_text(text: str, header: str = HEADER) -> tuple[list[Record], RecordReader]:
        path = tmp_path / "a.csv"
        path.write_text(header, encoding="utf-8", newline="")
        reader = RecordReader(iter([header, text]), find_dialect(path, "a.csv"))
        return list(reader), reader

    return read_text


def bodies(records: list[Record]) -> list[str | None]:
    return [record.fields[2] if record.fields else record.fault for record in records]


@pytest.mark.parametrize(
    ("cell", "body"),
    [
        ("plain", "plain"),
        ('"a, b"', "a, b"),
        ('"say ""hi"""', 'say "hi"'),
        ('"two\nlines"', "two\nlines"),
        ('"two\r\nlines"', "two\r\nlines"),
        ('a 5" pipe', 'a 5" pipe'),
        ("lone\rCR", "lone\rCR"),
        ('"lone\rCR"', "lone\rCR"),
        ("form\x0cfeed \x1c \u2028", "form\x0cfeed \x1c \u2028"),
        ('""', ""),
        (" kept ", " kept "),
    ],
)
def test_a_cell_is_read_by_the_rules_of_csv(read: Read, cell: str, body: str) -> None:
    records, _ = read(f"AC1,CN1,{cell}{TAIL}\r\n{GOOD}\n")
    assert bodies(records) == [body, "fine"]
    assert not any(record.repaired for record in records)
    assert records[0].fields[-1] == "2025-09-02T21:05:34.885Z"


@pytest.mark.parametrize(
    "body",
    [
        "ok, 2, 3 or 4",
        "a,b",
        ",really,,yes",
        'she said, "ok", and left',
        '"ok" he said, and left',
        'a 5" pipe, please',
        "call +19022345678, or +16037891234, incoming",
        "2025-09-02T21:05:34.885Z, 1756847134885",
    ],
)
def test_commas_that_were_not_quoted_go_back_into_the_body(read: Read, body: str) -> None:
    records, _ = read(f"AC1,CN1,{body}{TAIL}\n{GOOD}\n")
    assert bodies(records) == [body, "fine"]
    assert [record.repaired for record in records] == [True, False]
    assert records[0].fields[3:] == TAIL.split(",")[1:]


def test_recipients_that_were_not_quoted_go_back_too(read: Read) -> None:
    row = "AC1,CN1,ok, fine,,+19022345678, +16475550123,+16037891234,incoming,2025-09-02T21:05:34.885Z\n"
    records, _ = read(row)
    assert records[0].fields == [
        *("AC1", "CN1", "ok, fine", "", "+19022345678, +16475550123"),
        *("+16037891234", "incoming", "2025-09-02T21:05:34.885Z"),
    ]


def test_empty_cells_behind_the_last_column_are_dropped(read: Read) -> None:
    records, _ = read(f"{GOOD},,,\n")
    assert records[0].fields == GOOD.split(",")


def test_cells_that_fit_nowhere_are_too_many(read: Read) -> None:
    records, _ = read(f"AC1,CN1,a,b,c,d,e,f,g,h\n{GOOD}\n")
    assert [record.fault for record in records] == ["too_many_fields", None]
    assert records[0].detail == "10 cells for 8 columns"


def test_columns_that_are_not_ours_may_be_missing_at_the_end_of_a_line(read: Read) -> None:
    header = HEADER.replace("\n", ",status,media\n")
    records, _ = read(f"{GOOD}\n{GOOD},delivered\n{GOOD}", header)
    assert [record.fields[8:] for record in records[:2]] == [["", ""], ["delivered", ""]]
    assert records[2].fault == "too_few_fields"


def test_blank_lines_and_repeated_headers_are_counted_and_stepped_over(read: Read) -> None:
    other = "ID,Conversation Id,BODY,sent_at,to,from,direction,createdAt\n"
    records, reader = read(f"\n{GOOD}\n   \n,,,,,,,\n{HEADER}{other}{GOOD}\n")
    assert [record.first_line for record in records] == [3, 8]
    assert (reader.blank_lines, reader.repeated_headers, reader.record_count) == (3, 2, 2)


def test_a_junk_line_is_rejected_alone(read: Read) -> None:
    records, _ = read(f"{GOOD}\n--- page break ---\n{GOOD}\n")
    assert [(record.first_line, record.fault) for record in records] == [(2, None), (3, "too_few_fields"), (4, None)]


@pytest.mark.parametrize("cut", ["AC1,CN1,You are wel", 'AC1,CN1,"You are wel', 'AC1,CN1,"You\n\nare, wel', "AC1"])
def test_a_truncated_last_row_is_one_rejected_record(read: Read, cut: str) -> None:
    records, _ = read(f"{GOOD}\n{cut}")
    assert [(record.first_line, record.fault) for record in records] == [(2, None), (3, "too_few_fields")]
    assert records[1].last_line == 3 + cut.count("\n")


def test_a_quote_that_is_never_closed_does_not_swallow_the_rest(read: Read) -> None:
    records, _ = read(f'AC1,CN1,"open{TAIL}\n' + f"{GOOD}\n" * 3)
    assert bodies(records) == ['"open', "fine", "fine", "fine"]
    assert records[0].repaired


def test_reading_goes_on_at_the_next_record_after_a_broken_one(read: Read) -> None:
    quoted = f'AC2,CN2,"quoted, with\na line"{TAIL}\n'
    records, _ = read(f'AC1,CN1,"open\nand more\n{quoted}{GOOD}\n')
    assert bodies(records) == ["too_few_fields", "quoted, with\na line", "fine"]
    assert [(record.first_line, record.last_line) for record in records] == [(2, 3), (4, 5), (6, 6)]


def test_a_stray_quote_that_a_later_one_closes_does_not_join_two_records(read: Read) -> None:
    records, _ = read(f'AC1,CN1,"open{TAIL}\nAC2,CN2,",starts with a comma"{TAIL}\n{GOOD}\n')
    assert bodies(records) == ['"open', ",starts with a comma", "fine"]


def test_a_rejected_record_of_several_lines_stays_one(read: Read) -> None:
    records, _ = read(f'AC1,CN1,"two\nlines",,+1,+1,sideways,never\n{GOOD}\n')
    assert [(record.first_line, record.last_line) for record in records] == [(2, 3), (4, 4)]


def test_spaces_after_a_closing_quote_are_forgiven(read: Read) -> None:
    records, _ = read(f'AC1,CN1,"quoted" {TAIL}\n')
    assert bodies(records) == ["quoted"]


def test_a_line_longer_than_any_record_is_rejected_and_stepped_over(read: Read) -> None:
    for filler in ("x", '"', ","):
        records, _ = read(f"AC1,CN1,{filler * (2 * LONGEST_RECORD + 1)}{TAIL}\n{GOOD}\n")
        assert records[-1].fields == GOOD.split(",")
        assert all(record.fault for record in records[:-1])
        assert records[-1].first_line == 3


def test_a_file_of_open_quotes_ends(read: Read) -> None:
    records, reader = read('"\n' * 20_000 + 'AC1,CN1, "x\n' * 20_000)
    assert reader.record_count == len(records)

"""Archives and gzip: what is read of them, what is refused, and that any bytes end in one of the two."""

import gzip
import os
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pls_pipeline.sources import ExportReading, MemberFacts, UnreadableExportError, read_export, recognise_export
from pls_pipeline.sources.archive import MOST_MEMBERS, Archive
from pls_pipeline.sources.compressed import ALWAYS_ALLOWED_BYTES, read_gzip
from pls_pipeline.sources.encoding import CHUNK_BYTES
from tests.sources.archives import CALLS, CONTACTS, HEADER, NUMBERS, USERS, account, archive, row

Read = Callable[..., Any]
Open = Callable[..., ExportReading]
ACCOUNT = account(row(1) + row(2, "Yes", "outgoing"))


@pytest.fixture
def open_bytes(connection: duckdb.DuckDBPyConnection, tmp_path: Path) -> Open:
    def opened(data: bytes, name: str = "account.zip") -> ExportReading:
        path = tmp_path / name
        path.write_bytes(data)
        return read_export(connection, path, "account-00000000", name)

    return opened


def test_the_accounts_archive_is_messages_and_what_is_set_apart(read_bytes: Read) -> None:
    messages, rejected, facts = read_bytes(account(row(1) + row(2, "Yes", "outgoing"), "export/2025/"), name="a.zip")
    assert [(found["row_number"], found["line_number"], found["body"]) for found in messages] == [
        (1, 2, "Hi, is bay 3 free?"),
        (2, 3, "Yes"),
    ]
    assert {found["member"] for found in messages} == {"export/2025/OR1_messages.csv"}
    assert rejected == []
    assert (facts.container, facts.record_count, facts.message_count) == ("zip", 2, 2)
    assert facts.members == (
        MemberFacts("export/2025/OR1_calls.csv", "calls", 1),
        MemberFacts("export/2025/OR1_contacts.csv", "contacts", 1),
        MemberFacts("export/2025/OR1_messages.csv", "messages", 2, 2, 0),
        MemberFacts("export/2025/OR1_phone_numbers.csv", "phone_numbers", 1),
        MemberFacts("export/2025/OR1_users.csv", "users", 1),
    )


def test_contacts_users_and_numbers_are_rows(open_bytes: Open) -> None:
    reading = open_bytes(ACCOUNT)
    customer, user = reading.contacts.order("kind").to_arrow_table().to_pylist()
    assert customer == {
        "import_key": "account-00000000",
        "kind": "customer",
        "contact_id": "CT1",
        "first_name": "Anne",
        "last_name": "Tran",
        "company": "Acme, Inc.",
        "role": None,
        "phones": ["+19022345678", "+14165550101"],
        "emails": ["anne@example.com"],
        "member": "OR1_contacts.csv",
        "row_number": 1,
    }
    assert (user["kind"], user["first_name"], user["role"], user["emails"]) == (
        "user",
        "Dana",
        "owner",
        ["dana@example.com"],
    )
    assert reading.line_numbers.to_arrow_table().to_pylist() == [
        {
            "import_key": "account-00000000",
            "phone": "+16037891234",
            "name": "Main line",
            "users": ["US1"],
            "member": "OR1_phone_numbers.csv",
            "row_number": 1,
        }
    ]


def test_row_numbers_run_on_over_the_files_of_an_archive_and_lines_do_not(read_bytes: Read) -> None:
    broken = "AC9,CN1,short\n"
    data = archive({
        "b/may.csv": HEADER + row(3) + broken,
        "a/april.csv": HEADER + row(1) + broken + row(2),
        "readme.txt": "Call us.",
        "c.csv": HEADER,
    })  # fmt: skip
    messages, rejected, facts = read_bytes(data, name="both.zip")
    assert [(found["member"], found["row_number"], found["line_number"]) for found in messages] == [
        ("a/april.csv", 1, 2),
        ("a/april.csv", 3, 4),
        ("b/may.csv", 4, 2),
    ]
    assert sorted((found["member"], found["line_number"], found["raw_text"]) for found in rejected) == [
        ("a/april.csv", 3, broken.strip()),
        ("b/may.csv", 3, broken.strip()),
    ]
    assert (facts.record_count, facts.message_count, facts.rejected_count) == (5, 3, 2)
    assert [(member.name, member.kind) for member in facts.members][-1] == ("readme.txt", "other")


def test_files_of_an_archive_may_differ_in_everything(read_bytes: Read) -> None:
    other = (HEADER + row(2, "Größe")).replace(",", ";").encode("utf-16")
    messages, _, facts = read_bytes(archive({"a.csv": HEADER + row(1), "b.csv": other}), name="both.zip")
    assert [found["body"] for found in messages] == ["Hi, is bay 3 free?", "Größe"]
    assert (facts.encoding, facts.delimiter) == ("utf-8 + utf-16-le", ", + ;")


def test_a_gzip_file_is_read_as_what_it_holds(read_bytes: Read) -> None:
    plain = HEADER + row(1) + row(2)
    packed = gzip.compress(plain[:200].encode()) + gzip.compress(plain[200:].encode()) + bytes(512)
    messages, _, facts = read_bytes(packed, name="march.csv.gz")
    expected, _, _ = read_bytes(plain.encode())
    assert messages == expected
    assert (facts.container, facts.members) == ("gzip", ())
    assert {found["member"] for found in messages} == {None}


@pytest.mark.parametrize(
    "name", ["con.csv", ".hidden.csv", "a;b&|c.csv", "$(touch x).csv", " .csv", "x.csv.old", "ü\u202e.csv"]
)
def test_odd_names_are_names_and_nothing_else(read_bytes: Read, tmp_path: Path, name: str) -> None:
    messages, _, _ = read_bytes(archive({name: HEADER + row(1)}), name="odd.zip")
    assert messages[0]["member"].isprintable()
    assert [found.name for found in tmp_path.iterdir()] == ["odd.zip"]


def test_files_of_one_name_are_told_apart(read_bytes: Read) -> None:
    twice = archive({"a.csv": HEADER + row(1), "b.csv": HEADER + row(2)}).replace(b"b.csv", b"a.csv")
    messages, _, _ = read_bytes(twice, name="twice.zip")
    assert [found["member"] for found in messages] == ["a.csv", "a.csv (2)"]


def encrypted() -> bytes:
    """An archive whose files say that they are encrypted."""
    data = bytearray(ACCOUNT)
    for magic, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = data.find(magic)
        while place >= 0:
            data[place + offset] |= 1
            place = data.find(magic, place + 1)
    return bytes(data)


def changed_byte() -> bytes:
    """An archive in which a byte of the messages was changed, below a directory that is whole."""
    data = bytearray(archive({"a.csv": HEADER + "".join(row(number) for number in range(50))}))
    data[100] ^= 0xFF
    return bytes(data)


def bomb() -> bytes:
    """An archive that says it holds 4 GB."""
    data = bytearray(archive({"a_messages.csv": HEADER + row(1)}))
    place = data.find(b"PK\x01\x02")
    data[place + 24 : place + 28] = struct.pack("<I", (1 << 32) - 2)
    return bytes(data)


LEADS_OUT = "whose name leads to a place outside"
DAMAGED = "is damaged or not complete; download it again"
MANY = f"holds more than {MOST_MEMBERS} files"
NO_DIRECTION = "id,body,from,to,createdAt\n"
REFUSED = {
    "encrypted": (encrypted(), "is protected by a password; unpack it with the password"),
    "bomb": (bomb(), "holds more than can be read at once"),
    "many": (archive({f"{n}.csv": "" for n in range(MOST_MEMBERS + 1)}), MANY),
    "huge directory": (archive({"n" * 60_000 + f"{n}": "" for n in range(20)}), MANY),
    "nested": (archive({"a.csv": HEADER + row(1), "old.zip": ACCOUNT}), "holds another archive (file number 2)"),
    "nested gzip": (archive({"a.csv.gz": gzip.compress(HEADER.encode())}), "holds another archive (file number 1)"),
    "up": (archive({"a.csv": HEADER + row(1), "../b.csv": HEADER}), LEADS_OUT),
    "up in Windows": (archive({"..\\b.csv": HEADER + row(1)}), LEADS_OUT),
    "absolute": (archive({"/etc/b.csv": HEADER + row(1)}), LEADS_OUT),
    "drive": (archive({"C:\\b.csv": HEADER + row(1)}), LEADS_OUT),
    "NUL": (archive({"b.csv?.txt": HEADER + row(1)}).replace(b"b.csv?", b"b.csv\0"), LEADS_OUT),
    "truncated": (ACCOUNT[:-30], DAMAGED),
    "changed": (changed_byte(), DAMAGED),
    "empty": (archive({}), "is an archive without a file in it"),
    "folder": (archive({"a/": ""}), "is an archive without a file in it"),
    "lists": (archive({"calls.csv": CALLS, "contacts.csv": CONTACTS}), "no messages, only calls and contacts"),
    "others": (
        archive({"u.csv": USERS, "n.csv": NUMBERS, "readme.txt": "hi"}),
        "holds no messages, only users of the account, phone numbers of the account and other files",
    ),
    "one file": (archive({"a.csv": NO_DIRECTION}), ":a.csv has no column for whether a message is incoming"),
    "Excel": (archive({"[Content_Types].xml": "", "xl/workbook.xml": ""}), "is an Excel workbook; import the CSV file"),
    "Excel inside": (
        archive({"a.xlsx": archive({"[Content_Types].xml": "x", "xl/workbook.xml": ""}), "b.txt": "hi"}),
        "holds no messages, only Excel workbooks and other files",
    ),
    "OpenDocument": (archive({"mimetype": "", "content.xml": ""}), "is an office document; import the CSV file"),
    "gzip cut": (gzip.compress((HEADER + row(1)).encode())[:-9], DAMAGED),
    "gzip of a list": (gzip.compress(USERS.encode()), "is a list of users of the account, not of messages"),
    "gzip bomb": (gzip.compress(bytes(ALWAYS_ALLOWED_BYTES + 1), 9), "holds more than can be read at once"),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_refused_gets_one_sentence_before_it_is_registered(tmp_path: Path, case: str) -> None:
    data, sentence = REFUSED[case]
    path = tmp_path / "account.zip"
    path.write_bytes(data)
    with pytest.raises(UnreadableExportError) as refused:
        recognise_export(path, "account.zip")
    said = str(refused.value)
    assert said.startswith("account.zip")
    assert sentence in said
    assert said.endswith(".")
    assert "\n" not in said


def test_other_ways_of_compressing_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "account.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_LZMA) as opened:
        opened.writestr("a.csv", HEADER + row(1))
    with pytest.raises(UnreadableExportError, match="compressed in a way that few programs read"):
        recognise_export(path, "account.zip")


def test_chunks_of_a_compressed_file_are_bounded(tmp_path: Path) -> None:
    content = os.urandom(CHUNK_BYTES) + bytes(5 * CHUNK_BYTES)
    (tmp_path / "a.gz").write_bytes(gzip.compress(content))
    (tmp_path / "a.zip").write_bytes(archive({"a.csv": content}))
    from_gzip = list(read_gzip(tmp_path / "a.gz", "a.gz"))
    with Archive.open(tmp_path / "a.zip", "a.zip") as opened:
        from_zip = list(opened.read(opened.members[0]))
    for chunks in (from_gzip, from_zip):
        assert b"".join(chunks) == content
        assert max(map(len, chunks)) <= CHUNK_BYTES


WHOLE = (ACCOUNT, gzip.compress((HEADER + row(1) + row(2)).encode()), archive({"a.csv": HEADER + row(1), "b/": ""}))


@st.composite
def damaged(draw: st.DrawFn) -> bytes:
    """Bytes that begin like a zip or gzip file, and real ones with changes."""
    if draw(st.booleans()):
        return draw(st.sampled_from([b"PK\x03\x04", b"PK\x05\x06", b"\x1f\x8b\x08\0"])) + draw(st.binary(max_size=200))
    data = bytearray(draw(st.sampled_from(WHOLE)))
    for _ in range(draw(st.integers(1, 4))):
        place = draw(st.integers(0, len(data)))
        new = draw(st.binary(max_size=4) | st.sampled_from([b"\xff" * 4, b"PK\x05\x06", b"\0" * 8]))
        data[place : place + draw(st.integers(0, 8))] = new
    return bytes(data[: draw(st.integers(1, len(data)) | st.just(len(data)))])


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(damaged())
def test_any_bytes_are_read_or_refused(open_bytes: Open, tmp_path: Path, data: bytes) -> None:
    try:
        reading = open_bytes(data)
    except UnreadableExportError:
        return
    assert reading.facts.record_count == len(reading.messages) + len(reading.rejected)
    recognise_export(tmp_path / "account.zip", "account.zip")

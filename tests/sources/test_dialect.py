"""The first look at a file: headers that are found, and sentences for files that are none."""

import gzip
import io
import os
import zipfile
from pathlib import Path

import pytest

from pls_pipeline.sources import UnreadableExportError, recognise_export
from pls_pipeline.sources.dialect import find_dialect

OURS = ("message_id", "conversation_id", "body", "sent_at", "recipients", "sender", "direction", "created_at")
USUAL = {column: index for index, column in enumerate(OURS)}


def zipped(name: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(name, "hello")
    return buffer.getvalue()


@pytest.mark.parametrize(
    "header",
    [
        "id,conversationId,body,sentAt,to,from,direction,createdAt",
        "ID,Conversation ID,Message Body,Sent At,To,From,Direction,Created At",
        "id;conversation_id;text;sent_at;to;from;direction;created_at",
        "Id\tConversationID\tBody\tSENT_AT\tTo\tFrom\tDirection\tCreated-At",
        '"id","conversationId","conversationBody","sentAt","to","from","direction","createdAt"',
        "messageId,conversation-id,content,sent,recipients,sender,direction,date",
        "\ufeff id , conversationId , body , sentAt , to , from , direction , createdAt ",
    ],
)
def test_header_names_match_whatever_their_case_spaces_and_underscores(tmp_path: Path, header: str) -> None:
    path = tmp_path / "a.csv"
    path.write_text(header + "\n", encoding="utf-8")
    assert dict(find_dialect(path, "a.csv").columns.positions) == USUAL
    assert recognise_export(path, "a.csv") == "openphone"


def test_the_short_variant_of_the_web_page_is_an_export(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("Direction,From,To,Text,Status,Created At,Updated At\n")
    columns = find_dialect(path, "a.csv").columns
    assert columns.meanings == {
        "Direction": "direction", "From": "sender", "To": "recipients", "Text": "body", "Status": None,
        "Created At": "created_at", "Updated At": None,
    }  # fmt: skip


def test_lines_before_the_header_are_stepped_over(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("sep=;\n\nOur export\nid;text;from;direction;date\n1;hi;+1;in;2025-09-02\n")
    dialect = find_dialect(path, "a.csv")
    assert (dialect.delimiter, dialect.first_line) == (";", 5)


def test_columns_without_a_name_or_with_the_same_keep_apart(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("id,body,text,from,direction,date,,status,Status,status\n")
    header = find_dialect(path, "a.csv").columns.header
    assert header == ("id", "body", "text", "from", "direction", "date", "column_7", "status", "Status_2", "status_3")


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "is empty"),
        (b" \r\n\r\n", "is empty"),
        (zipped("xl/workbook.xml"), "is an Excel workbook; import the CSV file that OpenPhone made"),
        (gzip.compress(gzip.compress(b"id,body")), "is compressed (gzip); unpack it"),
        (gzip.compress(zipped("org_messages.csv")), "is a zip archive; unpack it"),
        (b"%PDF-1.7 ...", "is a PDF"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "is an old Excel workbook"),
        (b"\x89PNG\r\n", "is a picture"),
        (bytes(range(256)) * 40, "no header line such as id,conversationId,body"),
        (b"\0\1\2\3" * 400, "is not a text file"),
        (b"dear diary\ntoday\n", "no header line such as id,conversationId,body"),
        (b"id,firstName,lastName,company,phone_number_1\n", "is a list of contacts, not of messages"),
        (b"id,conversationId,duration,to,from,direction,createdAt\n", "is a list of calls, not of messages"),
        (b"id,email,firstName,lastName,role,status\n", "is a list of users of the account, not of messages"),
        (b"id,number,sid,entityId,name\n", "is a list of phone numbers of the account, not of messages"),
        (
            b"id,from,to,createdAt\n",
            "no column for the text of a message and whether a message is incoming or outgoing",
        ),
        (b"id,body,from,to,createdAt\n", "no column for whether a message is incoming or outgoing"),
        (b"id,body,from,direction\n", "no column for the time of a message"),
        (b"id,body,direction,createdAt\n", "no column for the numbers of a message"),
    ],
    # Packed bytes hold the time they were made at, which differs between the processes that run the tests.
    ids=lambda value: value if isinstance(value, str) else "bytes",
)
def test_a_file_that_is_no_export_gets_one_sentence(tmp_path: Path, data: bytes, sentence: str) -> None:
    path = tmp_path / "landed"
    path.write_bytes(data)
    with pytest.raises(UnreadableExportError) as refused:
        recognise_export(path, "march.csv")
    assert str(refused.value).startswith("march.csv ")
    assert sentence in str(refused.value)
    assert str(refused.value).count(". ") == 0


def test_random_bytes_are_no_export(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(os.urandom(100_000))
    with pytest.raises(UnreadableExportError):
        recognise_export(path, "a.csv")

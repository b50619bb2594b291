"""What stands where an id is missing is no id: rows that share it are messages of their own."""

from pathlib import Path

import pytest

from pls_pipeline.lake import open_connection
from pls_pipeline.messages import deduplicate, key_messages
from pls_pipeline.sources import read_export


@pytest.mark.parametrize("identity", ["null", "N/A", "1.23457E+17", "0", "-", "#VALUE!", "None"])
def test_a_placeholder_is_no_id(identity: str, tmp_path: Path) -> None:
    file = tmp_path / "march.csv"
    rows = "".join(
        f"{identity},CN1,text {number},,+19025550100,+19025550142,incoming,2025-09-02T21:05:{number:02}Z\n"
        for number in range(5)
    )
    file.write_text(f"id,conversationId,body,sentAt,to,from,direction,createdAt\n{rows}", encoding="utf-8")
    with open_connection() as connection:
        raw = read_export(connection, file, "march-1", "march.csv").messages
        assert raw.filter("message_id IS NULL").count("*").fetchall() == [(5,)]
        nobody = key_messages(raw).project("message_key, import_key, row_number, content_hash").filter("false")
        assert deduplicate(connection, raw, "march-1", nobody).messages.count("*").fetchall() == [(5,)]

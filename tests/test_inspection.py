"""Looking before importing: sentences about damaged files, counts, and that nothing is kept."""

import json
import re
import zipfile
from collections.abc import Callable
from datetime import datetime
from io import BytesIO
from pathlib import Path

import pytest
from click.testing import CliRunner

from pls_pipeline.cli import main
from pls_pipeline.imports import ImportRegistry
from pls_pipeline.inspection import FileInspection
from pls_pipeline.inspection.sections import describe_verdict, list_sections
from pls_pipeline.lake import Lake, open_connection
from pls_pipeline.orchestration.inspecting import UnknownInboxFileError, find_in_inbox, inspect_path
from pls_pipeline.orchestration.ledger import take_position
from pls_pipeline.orchestration.pipeline import Pipeline
from pls_pipeline.settings import Settings
from pls_pipeline.sources import read_export
from pls_pipeline.tables import DUPLICATE_ROWS, EXTRACTION_OUTCOMES
from tests.message_rows import claim, group

SAMPLES = Path(__file__).parents[1] / "data" / "samples"
AUGUST, SEPTEMBER = SAMPLES / "openphone_2025-08.csv", SAMPLES / "openphone_2025-09.csv"
HEADER = "id,conversationId,body,sentAt,to,from,direction,createdAt\n"
QUESTION = "AC1,CN1,Hi where is bay 3,,+16037891234,+19022345678,incoming,2025-09-02T21:05:34.885Z\n"
ANSWER = "AC2,CN1,It is by the door,,+19022345678,+16037891234,outgoing,2025-09-02T21:06:34.885Z\n"
GOOD = HEADER + QUESTION + ANSWER

Inspect = Callable[..., FileInspection]


@pytest.fixture
def pipeline(tmp_path: Path) -> Pipeline:
    return Pipeline(Settings(data_dir=tmp_path / "data", extractor="embedded"))


@pytest.fixture
def inspect(tmp_path: Path, pipeline: Pipeline) -> Inspect:
    def inspect_bytes(data: bytes | str, name: str = "march.csv") -> FileInspection:
        path = tmp_path / name
        path.write_bytes(data.encode() if isinstance(data, str) else data)
        return inspect_path(pipeline, path)

    return inspect_bytes


def make_workbook() -> bytes:
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name in ("[Content_Types].xml", "_rels/.rels", "xl/workbook.xml", "xl/worksheets/sheet1.xml"):
            archive.writestr(name, "<x/>")
    return buffer.getvalue()


REFUSED = [
    ("empty", b"", "is empty; export the messages from OpenPhone as CSV and import that file"),
    ("picture", b"\x89PNG\r\n\x1a\n" + bytes(200), "is a picture; export the messages as CSV and import that file"),
    ("pdf", b"%PDF-1.7\n%\xe2\xe3", "is a PDF; export the messages as CSV and import that file"),
    ("workbook", make_workbook(), "is an Excel workbook; import the CSV file that OpenPhone made; where you no longer"),
    (
        "contacts",
        b"id,userId,firstName,lastName,company,sharedWith,phone_number_1,email_1\nC1,U1,Anne,Lee,,,+19022345678,\n",
        "is a list of contacts, not of messages; import the file of messages, whose name ends in _messages.csv",
    ),
    (
        "calls",
        b"id,conversationId,duration,to,from,direction,createdAt\nAC1,CN1,40,+16037891234,+19022345678,incoming,\n",
        "is a list of calls, not of messages; import the file of messages, whose name ends in _messages.csv",
    ),
    (
        "no direction",
        b"id,body,to,from,createdAt\nAC1,hi,+16037891234,+19022345678,2025-09-02\n",
        (
            "has no column for whether a message is incoming or outgoing; where it stands under another name, call the "
            "column direction in the first line"
        ),
    ),
]


@pytest.mark.parametrize(("data", "sentence"), [case[1:] for case in REFUSED], ids=[case[0] for case in REFUSED])
def test_a_file_that_is_no_export_cannot_be_imported(inspect: Inspect, data: bytes, sentence: str) -> None:
    found = inspect(data)
    assert (found.can_import, found.is_clean, found.content) == (False, False, None)
    assert describe_verdict(found).startswith(f"Cannot be imported: march.csv {sentence}")


DAMAGED = [
    ("header only", HEADER, "holds the names of the columns and no message; choose a period"),
    (
        "rounded numbers",
        HEADER + (QUESTION + ANSWER).replace("+19022345678", "1.9E+10"),
        (
            "Phone numbers are lost in 2 rows: Excel turned them into numbers like 1.9E+10 in the columns to and from, "
            "and formatting the cells now does not bring them back; export the messages again and import that file "
            "without opening it in Excel; to look at a file in Excel, use Data, From Text/CSV, and set the type of "
            "these columns to Text."
        ),
    ),
    (
        "semicolons and decimal commas",
        (HEADER + QUESTION + ANSWER).replace(",", ";").replace("+19022345678", "1,9E+10"),
        "Phone numbers are lost in 2 rows",
    ),
    ("cut off", GOOD[:-60], "The last row of march.csv has no end: the file was cut off"),
    ("cut off in a text", HEADER + QUESTION + 'AC2,CN1,"It is by\n', "The last row of march.csv has no end"),
    (
        "unreadable times",
        HEADER + QUESTION + re.sub("2025-09.*", "last Tuesday", ANSWER),
        (
            "Left out: 1 row (line 3 of the file) without a time that can be read in the columns sentAt and createdAt; "
            "write times like 2025-09-02 21:05, or export the messages again"
        ),
    ),
    ("cut times", HEADER + re.sub("2025-09.*", "05:34.9", QUESTION), "Times are lost in 1 row: Excel rounded or cut"),
    (
        "other words",
        GOOD.replace("incoming", "eingehend").replace("outgoing", "ausgehend"),
        (
            "Left out: 2 rows (lines 2 and 3 of the file) that say neither incoming nor outgoing in the column "
            "direction; with Find and Replace in Excel, write incoming for messages from customers and outgoing "
            "for your own."
        ),
    ),
    (
        "a missing cell after a text of two lines",
        HEADER + QUESTION.replace("Hi ", '"Hi\n').replace("bay 3", 'bay 3"') + "AC2,CN1\n" + ANSWER,
        "Left out: 1 row (line 4 of the file, in Excel row 3) with fewer cells than there are columns",
    ),
]


@pytest.mark.parametrize(("data", "sentence"), [case[1:] for case in DAMAGED], ids=[case[0] for case in DAMAGED])
def test_what_would_be_lost_is_said_with_what_to_do(inspect: Inspect, data: str, sentence: str) -> None:
    found = inspect(data)
    losses = [finding.sentence for finding in found.findings if finding.kind == "loss"]
    assert any(sentence in loss for loss in losses), losses
    assert not found.is_clean


UNHARMED = [
    ("usual", GOOD.encode(), "UTF-8", "comma", "LF"),
    ("utf-16 of Excel", GOOD.replace(",", "\t").replace("\n", "\r\n").encode("utf-16"), "UTF-16", "tab", "CR LF"),
    ("semicolons", GOOD.replace(",", ";").encode("utf-8-sig"), "UTF-8 with a mark", "semicolon", "LF"),
    ("old Mac", GOOD.replace("\n", "\r").encode(), "UTF-8", "comma", "CR (old Mac)"),
    ("eleven headers", (HEADER * 11 + QUESTION + ANSWER).encode(), "UTF-8", "comma", "LF"),
]


@pytest.mark.parametrize(
    ("data", "encoding", "delimiter", "line_end"), [case[1:] for case in UNHARMED], ids=[case[0] for case in UNHARMED]
)
def test_a_file_in_another_form_loses_nothing(
    inspect: Inspect, data: bytes, encoding: str, delimiter: str, line_end: str
) -> None:
    found = inspect(data)
    assert found.is_clean
    shown = {str(name): str(value) for name, value in list_sections(found)[0].rows}
    assert shown["encoding"].startswith(encoding)
    assert shown["cells are parted by"] == delimiter
    assert shown["lines end in"].startswith(line_end)
    assert found.content is not None
    assert found.content.conversations.eligible == 1
    if b"createdAt\nid," in data:
        assert [finding.kind for finding in found.findings] == ["note"]
        assert "10 lines repeat the names of the columns" in found.findings[0].sentence


def test_an_archive_is_inspected_file_by_file(inspect: Inspect) -> None:
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("OR1_messages.csv", GOOD + "AC3,CN1\n" + ANSWER.replace("AC2", "AC4"))
        archive.writestr("OR1_contacts.csv", "id,firstName,lastName,phone_number_1\nC1,Anne,Lee,+19022345678\n")
        archive.writestr("OR1_phone_numbers.csv", "id,number,name\nP1,+16037891234,front desk\n")
    found = inspect(buffer.getvalue(), "OR1_export.zip")
    assert (found.can_import, found.is_clean) == (True, False)
    assert "Left out: 1 row (line 4 of OR1_messages.csv) with fewer cells" in found.findings[0].sentence
    sections = {section.title: section.rows for section in list_sections(found)}
    assert ("packed as", "zip") in sections["File"]
    assert {row[0]: row[2] for row in sections["Files in the archive"]} == {
        "OR1_messages.csv": 4, "OR1_contacts.csv": 1, "OR1_phone_numbers.csv": 1,
    }  # fmt: skip


def bring(lake: Lake, path: Path, earlier: list[str]) -> tuple[int, int, int]:
    """Import a file's messages into the lake; new messages, duplicates, eligible conversations."""
    from pls_pipeline.tables import DEDUPLICATED_MESSAGES, RAW_MESSAGES

    with open_connection() as connection:
        lake.write(read_export(connection, path, path.stem, path.name).messages, RAW_MESSAGES, path.stem)
    claim(lake, path.stem)
    take_position(lake, path.stem)
    conversations = group(lake, path.stem, earlier)
    eligible = sum(row["status"] == "eligible" for row in conversations)
    return lake.count(DEDUPLICATED_MESSAGES, path.stem), lake.count(DUPLICATE_ROWS, path.stem), eligible


def test_counts_are_those_of_the_import_that_follows(pipeline: Pipeline) -> None:
    earlier: list[str] = []
    for path in (AUGUST, SEPTEMBER):
        content = inspect_path(pipeline, path).content
        assert content is not None
        counts = content.messages
        assert content.facts.message_count == counts.new + counts.duplicates_within + counts.known
        assert sum(counts.known_by_import.values()) == counts.known
        found = (counts.new, counts.duplicates_within + counts.known, content.conversations.eligible)
        assert bring(pipeline.lake, path, earlier) == found
        earlier.append(path.stem)
    assert counts.known_by_import.keys() <= {AUGUST.stem}


def test_conversations_beyond_the_limit_are_deferred_and_said_so(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path, extractor="embedded", conversation_limit=50)
    found = inspect_path(Pipeline(settings), AUGUST)
    assert found.content is not None
    counts = found.content.conversations
    assert (counts.to_analyse, counts.deferred) == (50, counts.eligible - 50)
    assert found.content.cost.conversations == 50
    assert any("One run analyses 50 conversations" in finding.sentence for finding in found.findings)


def test_a_file_that_is_known_is_named_with_its_import(pipeline: Pipeline, tmp_path: Path) -> None:
    copy = tmp_path / "copy.csv"
    copy.write_text(GOOD)
    manifest = ImportRegistry(pipeline.settings.imports_root).land(copy)
    unfinished = inspect_path(pipeline, copy)
    assert unfinished.is_clean
    assert "did not finish; import it again" in unfinished.findings[0].sentence

    outcome = {"import_key": manifest.import_key, "conversation_key": "c", "status": "deferred"}
    pipeline.lake.write_records([outcome], EXTRACTION_OUTCOMES, manifest.import_key)
    assert "goes on with 1 conversation" in inspect_path(pipeline, copy).findings[0].sentence

    pipeline.lake.write_records([outcome | {"status": "nothing"}], EXTRACTION_OUTCOMES, manifest.import_key)
    other_name = copy.rename(tmp_path / "other.csv")
    finished = inspect_path(pipeline, other_name)
    assert (finished.can_import, finished.is_clean) == (False, False)
    sentence = finished.findings[0].sentence
    assert sentence == (
        f"other.csv is already imported as {manifest.import_key}, under the name copy.csv; "
        "importing it again adds nothing."
    )


def test_nothing_is_registered_or_written(pipeline: Pipeline) -> None:
    inspect_path(pipeline, AUGUST)
    assert not pipeline.settings.data_dir.exists()


def test_the_command_shows_messages_only_where_asked_and_ends_with_0_for_a_clean_file(tmp_path: Path) -> None:
    path = tmp_path / "march.csv"
    path.write_text(GOOD)
    runner, options = (
        CliRunner(env={"PLS_EXTRACTOR": "embedded", "COLUMNS": "200"}),
        ["--data-dir", str(tmp_path / "data")],
    )
    plain = runner.invoke(main, ["inspect", str(path), *options])
    assert (plain.exit_code, "march.csv can be imported; nothing is rejected or lost." in plain.output) == (0, True)
    assert "by the door" not in plain.output
    assert "9022345678" not in plain.output
    shown = runner.invoke(main, ["inspect", str(path), "--rows", "1", *options])
    assert "Hi where is bay 3" in shown.output
    assert "by the door" not in shown.output
    (record,) = json.loads(runner.invoke(main, ["inspect", str(path), "--json", *options]).stdout)
    assert (record["is_clean"], record["rows"]) == (True, [])
    assert record["content"]["facts"]["columns"]["createdAt"] == "created_at"
    assert record["content"]["cost"]["cost_usd"] == 0


def test_one_file_that_cannot_be_imported_makes_the_command_end_with_1(tmp_path: Path) -> None:
    path = tmp_path / "march.csv"
    path.write_text(GOOD)
    arguments = ["inspect", str(path), str(tmp_path / "absent.csv"), "--data-dir", str(tmp_path / "data")]
    ended = CliRunner(env={"PLS_EXTRACTOR": "embedded"}).invoke(main, arguments)
    assert ended.exit_code == 1
    assert "absent.csv: there is no such file." in ended.output.replace("\n", "")


def test_only_names_of_files_in_the_inbox_are_taken(tmp_path: Path) -> None:
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    (inbox / "march.csv").write_text(GOOD)
    (inbox / "folder").mkdir()
    (tmp_path / "secret.csv").write_text(GOOD)
    (inbox / "link.csv").symlink_to(tmp_path / "secret.csv")
    assert find_in_inbox(inbox, "march.csv") == inbox / "march.csv"
    for name in ("", ".", "folder", "../secret.csv", str(tmp_path / "secret.csv"), "link.csv", "march.csv/", "x\0.csv"):
        with pytest.raises(
            UnknownInboxFileError, match=r"give the name of a file in .*: there are link.csv, march.csv"
        ):
            find_in_inbox(inbox, name)
    with pytest.raises(UnknownInboxFileError, match="it holds no files"):
        find_in_inbox(tmp_path / "absent", "march.csv")


def test_first_and_last_time_are_those_of_the_file(inspect: Inspect) -> None:
    content = inspect(GOOD).content
    assert content is not None
    assert content.messages.first_at == datetime(2025, 9, 2, 21, 5, 34, 885000)

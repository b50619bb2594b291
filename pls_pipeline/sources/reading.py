"""What a reading of an export is: its options, its facts, its two relations, and the error for a file that is none.

Here: the records that sources hand to the rest of the pipeline. Not here: how a file is read.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

import duckdb

from pls_pipeline.temporary import SpillFolder


class UnreadableExportError(ValueError):
    """A file that is no export. The message is one sentence for a person: what is wrong and what to do."""


@dataclass(frozen=True)
class ReadingOptions:
    """`default_region`: country of numbers without a country code; `naive_timezone`: zone of times without one."""

    default_region: str = "US"
    naive_timezone: str = "UTC"


@dataclass(frozen=True)
class MemberFacts:
    """What a file of an archive is and how many records it has; the counts of messages are 0 where it has none.

    `kind`: messages | calls | contacts | users | phone_numbers | workbook | other.
    """

    name: str
    kind: str
    record_count: int = 0
    message_count: int = 0
    rejected_count: int = 0


@dataclass(frozen=True)
class ExportFacts:
    """What was found in a file.

    `columns` maps each header to the column it was taken for, or to None where it is kept in `extra`.
    `record_count` is counted by the reader, the message and rejected counts by what became of the records.
    `lost_times` and `lost_numbers` count cells that a spreadsheet rounded, so that their value is gone;
    `rows_with_lost_times` and `rows_with_lost_numbers` the records that hold such cells.
    `line_end`: LF | CRLF | CR. `container`: plain | gzip | zip.
    `members` are the files of an archive, those without messages included, whose records are not in the counts. Where
    several hold messages, counts are sums, `columns` are those of all, and other facts that differ are joined by +.
    """

    source: str
    encoding: str
    delimiter: str
    columns: Mapping[str, str | None]
    record_count: int
    message_count: int
    rejected_count: int
    repaired_count: int
    blank_lines: int
    repeated_headers: int
    reader: str
    lost_times: int = 0
    lost_numbers: int = 0
    rows_with_lost_times: int = 0
    rows_with_lost_numbers: int = 0
    line_end: str = "LF"
    container: str = "plain"
    members: tuple[MemberFacts, ...] = ()


class MessageReading(NamedTuple):
    """Messages (columns of RAW_MESSAGES) and rejected rows (columns of REJECTED_ROWS) of one text.

    Where the text is large, both lie in `folder`, and can be read while something refers to it.
    """

    messages: duckdb.DuckDBPyRelation
    rejected: duckdb.DuckDBPyRelation
    facts: ExportFacts
    folder: SpillFolder | None = None


@dataclass(frozen=True)
class ExportReading:
    """Messages (columns of RAW_MESSAGES) and rejected rows (columns of REJECTED_ROWS) of one file.

    `contacts` and `line_numbers` (columns of CONTACTS and LINE_NUMBERS) are those of the account's archive; other files
    have none. All live in temporary tables of the connection that read them, and those of large texts in `folders`,
    as long as something refers to these.
    """

    messages: duckdb.DuckDBPyRelation
    rejected: duckdb.DuckDBPyRelation
    facts: ExportFacts
    contacts: duckdb.DuckDBPyRelation
    line_numbers: duckdb.DuckDBPyRelation
    folders: tuple[SpillFolder, ...] = ()

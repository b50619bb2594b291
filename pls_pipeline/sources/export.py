"""A file to messages and rejected rows.

Here: the order of the steps. Not here: any of them.
"""

from pathlib import Path

import duckdb
import pyarrow as pa

from pls_pipeline.sources.careful import read_carefully
from pls_pipeline.sources.cells import CellTable
from pls_pipeline.sources.dialect import Dialect, find_dialect
from pls_pipeline.sources.encoding import read_text
from pls_pipeline.sources.normalising import normalise
from pls_pipeline.sources.openphone import SOURCE
from pls_pipeline.sources.raw_text import fetch_lines
from pls_pipeline.sources.reading import ExportFacts, ExportReading, ReadingOptions
from pls_pipeline.tables import RAW_MESSAGES, REJECTED_ROWS


def recognise_export(path: Path, file_name: str) -> str:
    """The name of the source that wrote the file, from its head; raises UnreadableExportError where it is no export."""
    find_dialect(path, file_name)
    return SOURCE


def read_export(
    connection: duckdb.DuckDBPyConnection,
    path: Path,
    import_key: str,
    file_name: str,
    options: ReadingOptions | None = None,
) -> ExportReading:
    """Read every record of the file; raises UnreadableExportError where it is no export of messages.

    `file_name` is the user's name for the file, for sentences. The relations live in temporary tables of the
    connection.
    """
    dialect = find_dialect(path, file_name)
    cells = read_carefully(connection, path, dialect)
    table = normalise(connection, cells, options or ReadingOptions()).relation(connection)
    cells.drop(connection)
    keyed = table.cross(connection.from_arrow(pa.table({"import_key": [import_key]})))
    messages = keyed.filter("reason IS NULL").project(
        ", ".join("first_line AS line_number" if name == "line_number" else name for name in RAW_MESSAGES.column_names)
    )
    rejected = _with_raw_text(connection, keyed.filter("reason IS NOT NULL"), path, dialect)
    return ExportReading(messages, rejected, _count_facts(table, dialect, cells))


def _with_raw_text(
    connection: duckdb.DuckDBPyConnection, rejected: duckdb.DuckDBPyRelation, path: Path, dialect: Dialect
) -> duckdb.DuckDBPyRelation:
    spans = rejected.project("first_line, last_line").order("first_line").fetchall()
    texts = dict(fetch_lines(read_text(path, dialect.text_format), spans)) if spans else {}
    found = pa.table(
        {"line_number": pa.array(texts.keys(), pa.int64()), "raw_text": pa.array(texts.values(), pa.string())}
    )
    joined = rejected.join(connection.from_arrow(found), "first_line = line_number", how="left")
    return joined.project(
        ", ".join("first_line AS line_number" if name == "line_number" else name for name in REJECTED_ROWS.column_names)
    )


def _count_facts(table: duckdb.DuckDBPyRelation, dialect: Dialect, cells: CellTable) -> ExportFacts:
    counts = table.aggregate(
        "count(*) FILTER (reason IS NULL), count(*) FILTER (reason IS NOT NULL), "
        "count(*) FILTER (reason IS NULL AND repaired), coalesce(sum(lost_times), 0), coalesce(sum(lost_numbers), 0)"
    ).fetchall()[0]
    return ExportFacts(
        source=SOURCE,
        encoding=dialect.text_format.encoding,
        delimiter=dialect.delimiter,
        columns=dialect.columns.meanings,
        record_count=cells.record_count,
        message_count=counts[0],
        rejected_count=counts[1],
        repaired_count=counts[2],
        blank_lines=cells.blank_lines,
        repeated_headers=cells.repeated_headers,
        reader=cells.reader,
        lost_times=int(counts[3]),
        lost_numbers=int(counts[4]),
    )

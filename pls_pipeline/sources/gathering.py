"""A file, whatever it is packed in, to one reading: the messages of all its texts, contacts and numbers.

Here: which parts are read as what, row numbers that run on from part to part, facts of several parts as one. Not here:
finding the parts (parts.py), reading one (export.py, contacts.py).
"""

import contextlib
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb

from pls_pipeline.sources.account_lists import AccountList
from pls_pipeline.sources.contacts import PeopleTables
from pls_pipeline.sources.dialect import Dialect
from pls_pipeline.sources.export import read_messages
from pls_pipeline.sources.openphone import SOURCE
from pls_pipeline.sources.parts import open_parts, recognise_container
from pls_pipeline.sources.reading import ExportFacts, ExportReading, MemberFacts, ReadingOptions
from pls_pipeline.sources.record_table import create_table, new_table_name
from pls_pipeline.temporary import SpillFolder


def recognise_export(path: Path, file_name: str) -> str:
    """The name of the source that wrote the file; raises UnreadableExportError where it is no export.

    Of a plain file the head is read; what is compressed is read whole, so that damage shows before it is registered.
    """
    for _ in open_parts(path, file_name, heads_only=True):
        pass
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
    connection. Raises ValueError where the zone in the options is none.
    """
    options = options or ReadingOptions()
    people = PeopleTables(connection, import_key, options.default_region)
    messages = _Gathered(connection, "messages")
    rejected = _Gathered(connection, "rejected")
    found: list[ExportFacts] = []
    members: list[MemberFacts] = []
    folders: list[SpillFolder] = []
    rows_before = 0
    with contextlib.closing(open_parts(path, file_name)) as parts:
        for part in parts:
            counts: tuple[int, ...] = ()
            if isinstance(part.content, Dialect):
                common = {"import_key": import_key, "member": part.member, "rows_before": rows_before}
                reading = read_messages(connection, part.path, part.content, options, common)
                messages.add(reading.messages)
                rejected.add(reading.rejected)
                found.append(reading.facts)
                folders.extend(filter(None, [reading.folder]))
                rows_before += reading.facts.record_count
                counts = (reading.facts.record_count, reading.facts.message_count, reading.facts.rejected_count)
            elif isinstance(part.content, AccountList):
                counts = (people.add(part.path, part.content, part.member),)
            if part.member is not None:
                members.append(MemberFacts(part.member, part.kind, *counts))
    return ExportReading(
        messages=messages.relation(),
        rejected=rejected.relation(),
        facts=replace(_join_facts(found), container=recognise_container(path), members=tuple(members)),
        contacts=people.contacts,
        line_numbers=people.line_numbers,
        folders=tuple(folders),
    )


class _Gathered:
    """Relations of the same columns as one: the only one itself, several in a temporary table."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, stem: str) -> None:
        self._connection = connection
        self._name = new_table_name(stem)
        self._parts: list[duckdb.DuckDBPyRelation] = []
        self._is_table = False

    def add(self, rows: duckdb.DuckDBPyRelation) -> None:
        """Add the rows of one part."""
        if self._is_table:
            rows.insert_into(self._name)
            return
        self._parts.append(rows)
        if len(self._parts) > 1:
            create_table(self._connection, self._name, self._parts[0])
            self._is_table = True
            rows.insert_into(self._name)

    def relation(self) -> duckdb.DuckDBPyRelation:
        """All rows that were added, in that order."""
        return self._connection.table(self._name) if self._is_table else self._parts[0]


def _join_facts(found: Sequence[ExportFacts]) -> ExportFacts:
    """The facts of several texts as one."""
    if len(found) == 1:
        return found[0]
    columns: dict[str, str | None] = {}
    for facts in found:
        for header, meaning in facts.columns.items():
            columns[header] = columns.get(header) or meaning
    counts: dict[str, Any] = {
        name: sum(getattr(facts, name) for facts in found)
        for name in ExportFacts.__dataclass_fields__
        if isinstance(getattr(found[0], name), int)
    }
    texts: dict[str, Any] = {
        name: _join(getattr(facts, name) for facts in found) for name in ("encoding", "delimiter", "reader", "line_end")
    }
    return replace(found[0], columns=columns, **counts, **texts)


def _join(texts: Iterable[str]) -> str:
    return " + ".join(dict.fromkeys(texts))

"""Contacts, users and numbers of the account's archive: the rows of the tables contacts and line_numbers.

Here: which column of these lists means what. Not here: finding and reading the lists (account_lists.py), what names and
numbers are used for.
"""

import itertools
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from pls_pipeline.sources.account_lists import AccountList, read_rows
from pls_pipeline.sources.list_headers import EMAIL_COLUMN, PHONE_COLUMN
from pls_pipeline.sources.numbers import read_numbers
from pls_pipeline.sources.openphone import simplify_name
from pls_pipeline.sources.record_table import new_table_name
from pls_pipeline.tables import CONTACTS, LINE_NUMBERS, Table

_ROWS_A_BATCH = 4096
_ONE_NAME = ("name", "fullname", "displayname")
_TEXTS: Mapping[str, tuple[str, ...]] = {
    "contact_id": ("id", "contactid", "userid"),
    "first_name": ("firstname", "givenname", "first", *_ONE_NAME),
    "last_name": ("lastname", "familyname", "surname", "last"),
    "company": ("company", "companyname", "organization", "organisation"),
    "role": ("role", "title", "jobtitle"),
}
_LINE_PHONES = ("number", "phonenumber", "phone", "e164")
_LINE_NAMES = ("name", "label", "linename", "symbol")
_LINE_USERS = ("users", "userids", "user", "userid", "entityid", "sharedwith")
_SEPARATORS = re.compile(r"[,;|\s]+")


class PeopleTables:
    """Temporary tables with the columns of CONTACTS and LINE_NUMBERS, to which lists are added."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, import_key: str, region: str) -> None:
        self._connection = connection
        self._import_key = import_key
        self._region = region
        self._names = {table.name: new_table_name(table.name) for table in (CONTACTS, LINE_NUMBERS)}
        for table in (CONTACTS, LINE_NUMBERS):
            columns = ", ".join(f"{column.name} {column.type}" for column in table.columns)
            connection.execute(f"CREATE TEMPORARY TABLE {self._names[table.name]} ({columns})")

    @property
    def contacts(self) -> duckdb.DuckDBPyRelation:
        """The people: columns of CONTACTS."""
        return self._connection.table(self._names[CONTACTS.name])

    @property
    def line_numbers(self) -> duckdb.DuckDBPyRelation:
        """Our numbers: columns of LINE_NUMBERS."""
        return self._connection.table(self._names[LINE_NUMBERS.name])

    def add(self, path: Path, found: AccountList, member: str | None) -> int:
        """Store the rows of a list and return their number; of a list of calls, count them only."""
        rows = read_rows(path, found)
        if found.kind == "calls":
            return sum(1 for _ in rows)
        common = {"import_key": self._import_key, "member": member}
        if found.kind == "phone_numbers":
            return self._insert(LINE_NUMBERS, _read_lines(rows, found.header, self._region), common)
        kind = "customer" if found.kind == "contacts" else "user"
        return self._insert(CONTACTS, _read_people(rows, found.header, self._region), {**common, "kind": kind})

    def _insert(self, table: Table, rows: Iterator[dict[str, Any]], common: Mapping[str, str | None]) -> int:
        count = 0
        while batch := list(itertools.islice(rows, _ROWS_A_BATCH)):
            numbered = [{**row, **common, "row_number": count + place} for place, row in enumerate(batch, start=1)]
            values = self._connection.from_arrow(pa.Table.from_pylist(numbered, schema=_SCHEMAS[table.name]))
            values.insert_into(self._names[table.name])
            count += len(batch)
        return count


_ARROW_TYPES = {"VARCHAR": pa.string(), "VARCHAR[]": pa.list_(pa.string()), "BIGINT": pa.int64()}
_SCHEMAS = {
    table.name: pa.schema([(column.name, _ARROW_TYPES[column.type]) for column in table.columns])
    for table in (CONTACTS, LINE_NUMBERS)
}


def _read_people(rows: Iterable[list[str]], header: Sequence[str], region: str) -> Iterator[dict[str, Any]]:
    simple = [simplify_name(name) for name in header]
    places = {column: _find(simple, names) for column, names in _TEXTS.items()}
    phones = [place for place, name in enumerate(simple) if PHONE_COLUMN.fullmatch(name)]
    emails = [place for place, name in enumerate(simple) if EMAIL_COLUMN.fullmatch(name)]
    for row in rows:
        texts = {column: _cell(row, place) for column, place in places.items()}
        addresses = [address for place in emails for address in _split(_cell(row, place))]
        yield {**texts, "phones": _read_phones(row, phones, region), "emails": list(dict.fromkeys(addresses))}


def _read_lines(rows: Iterable[list[str]], header: Sequence[str], region: str) -> Iterator[dict[str, Any]]:
    simple = [simplify_name(name) for name in header]
    phone, name = _find(simple, _LINE_PHONES), _find(simple, _LINE_NAMES)
    users = [place for column in _LINE_USERS if (place := _find(simple, (column,))) is not None]
    for row in rows:
        numbers = _read_phones(row, [] if phone is None else [phone], region)
        ids = [user for place in users for user in _split(_cell(row, place))]
        yield {
            "phone": numbers[0] if numbers else None,
            "name": _cell(row, name),
            "users": list(dict.fromkeys(ids)),
        }


def _find(simple: Sequence[str], names: Sequence[str]) -> int | None:
    """The column of the first of these names that is there."""
    return next((simple.index(name) for name in names if name in simple), None)


def _cell(row: Sequence[str], place: int | None) -> str | None:
    """The text of a cell; None where it is empty or missing."""
    return (row[place].strip() or None) if place is not None and place < len(row) else None


def _split(text: str | None) -> list[str]:
    return [part for part in _SEPARATORS.split(text or "") if part]


def _read_phones(row: Sequence[str], places: Sequence[int], region: str) -> list[str]:
    """The numbers of these cells without repetitions; those that a spreadsheet rounded are lost."""
    cells = (_cell(row, place) for place in places)
    return list(dict.fromkeys(number for cell in cells if cell for number in read_numbers(cell, region)[0]))

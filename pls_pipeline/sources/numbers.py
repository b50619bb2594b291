"""Phone numbers of an export to E.164.

Here: one cell to the numbers in it, and that for a whole column by its distinct cells. Not here: whose number it is.
A number that a spreadsheet rounded (1.9027E+10) is lost, never completed. What is no phone number (Anonymous, a short
code) stays as it stands.
"""

import re

import duckdb
import phonenumbers
import pyarrow as pa

_E164 = r"\+[1-9]\d{6,14}"
_SPREADSHEET_NUMBER = re.compile(r"(\d)(?:[.,](\d+))?[eE]\+?(\d{1,2})")
_WHOLE_FLOAT = re.compile(r"(\d{7,15})[.,]0+")
_LONGEST_CELL = 2000
_CELLS_A_BATCH = 10_000


def read_number(text: str, region: str) -> str | None:
    """The number in E.164, or the text where it is none; None where it is empty or a spreadsheet rounded it."""
    plain = text.strip().strip("='\"[]").strip()
    rounded = _SPREADSHEET_NUMBER.fullmatch(plain)
    if rounded:
        digits = rounded[1] + (rounded[2] or "")
        if len(digits) != int(rounded[3]) + 1:
            return None
        plain = digits
    plain = _WHOLE_FLOAT.sub(r"\1", plain)
    if not plain or re.search(r"[A-Za-z@]{4}", plain):
        return plain or None
    for candidate in (plain, "+" + plain):
        try:
            number = phonenumbers.parse(candidate, region)
        except phonenumbers.NumberParseException:
            continue
        if phonenumbers.is_possible_number_with_reason(number) == phonenumbers.ValidationResult.IS_POSSIBLE:
            return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))
        if len(re.sub(r"\D", "", plain)) < 8:
            break
    return plain


def read_numbers(cell: str, region: str) -> tuple[list[str], int]:
    """The numbers of a cell that lists them with , or ; and how many of them are lost.

    A cell of more than 2000 characters is no list of numbers and stays whole.
    """
    if len(cell) > _LONGEST_CELL:
        return [cell], 0
    # With decimal commas, 1,9E+10 and 19022345678,0 are one number each.
    is_one = _SPREADSHEET_NUMBER.fullmatch(cell) or _WHOLE_FLOAT.fullmatch(cell)
    parts = [cell] if is_one else [part for part in re.split(r"[,;\n]", cell) if part.strip()]
    numbers = [read_number(part, region) for part in parts]
    return list(dict.fromkeys(number for number in numbers if number)), numbers.count(None)


def map_numbers(
    connection: duckdb.DuckDBPyConnection, cells: duckdb.DuckDBPyRelation, region: str
) -> duckdb.DuckDBPyRelation | None:
    """What each cell of `cells` (one column, distinct) holds that is not one number in E.164 already.

    Columns: cell, number, numbers (list), lost (how many a spreadsheet rounded). None where there is no such cell.
    """
    wanted = cells.project("#1 AS cell").filter(f"cell <> '' AND NOT regexp_full_match(cell, '{_E164}')")
    schema = pa.schema(
        [("cell", pa.string()), ("number", pa.string()), ("numbers", pa.list_(pa.string())), ("lost", pa.int64())]
    )
    batches = []
    for batch in wanted.to_arrow_table().to_batches(max_chunksize=_CELLS_A_BATCH):
        texts = batch.column(0).to_pylist()
        single = [read_number(text, region) for text in texts]
        lists, lost = zip(*(read_numbers(text, region) for text in texts), strict=True)
        arrays = [
            pa.array(values, field.type) for values, field in zip((texts, single, lists, lost), schema, strict=True)
        ]
        batches.append(pa.record_batch(arrays, schema=schema))
    return connection.from_arrow(pa.Table.from_batches(batches, schema=schema)) if batches else None

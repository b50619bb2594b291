"""Planted values in what an import writes for others to read.

Here: the places that are searched and what counts as found. The lake's tables of messages and candidates, which nothing
publishes, are no such places. Values that
messages hold outside planted spans too ("will", a year) are left out, see Planted.tellable.
"""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import duckdb

from benchmarks.privacy.planting import Planted, holds

LAKE_TABLES = (
    "rejected_candidates", "extraction_outcomes", "pattern_library", "pattern_versions", "pattern_provenance",
    "pattern_aliases", "merge_decisions",
)  # fmt: skip
NAMES = frozenset({"person"})
# Shorter values stand in row numbers, offsets and ids by chance; they are looked for in the library's texts.
_SHORTEST_ELSEWHERE = 5
_LIBRARY_FIELDS = {
    "response_template": "template", "wordings": "wording", "situation": "situation", "trigger_examples": "example",
}  # fmt: skip


def find_leaks(planted: Planted, data: Path, log: Path) -> Counter[tuple[str, str, str]]:
    """How often a value is found: by place, type and value."""
    found: Counter[tuple[str, str, str]] = Counter()
    for place, text in _read_places(data, log):
        for kind, value in planted.tellable:
            long_enough = place in _LIBRARY_FIELDS.values() or len(value) >= _SHORTEST_ELSEWHERE
            if long_enough and holds(text, value):
                found[place, kind, value] += 1
    return found


def find_names_with_evidence(data: Path, leaks: Counter[tuple[str, str, str]]) -> int:
    """Names among the leaks that stand in a pattern that rests on two conversations or more."""
    names = {value for _, kind, value in leaks if kind in NAMES}
    with duckdb.connect() as connection:
        library = connection.read_parquet(str(data / "lake/pattern_library.parquet"))
        rows = library.filter("conversation_count > 1").project(", ".join(_LIBRARY_FIELDS)).fetchall()
    texts = "\n".join(map(str, rows))
    return sum(holds(texts, name) for name in names)


def _read_places(data: Path, log: Path) -> Iterator[tuple[str, str]]:
    """Places and their texts."""
    with duckdb.connect() as connection:
        for table in LAKE_TABLES:
            files = sorted(map(str, data.glob(f"lake/{table}.parquet"))) or sorted(
                map(str, data.glob(f"lake/{table}/*.parquet"))
            )
            if files:
                relation = connection.read_parquet(files, union_by_name=True)
                yield from _read_table(table, relation)
    with duckdb.connect(str(data / "pls.duckdb"), read_only=True) as connection:
        for (table,) in connection.execute("SELECT table_name FROM information_schema.tables").fetchall():
            rows = connection.table(table).fetchall()
            yield f"pls.duckdb {table}", "\n".join(map(str, rows))
    for path in sorted(data.rglob("*")):
        folder = path.relative_to(data).parts[0]
        if path.is_file() and folder in {"exports", "dagster"}:
            yield folder, path.read_bytes().decode("utf-8", "ignore")
    yield "log", log.read_text("utf-8", "ignore")


def _read_table(table: str, relation: duckdb.DuckDBPyRelation) -> Iterator[tuple[str, str]]:
    if table != "pattern_library":
        yield f"lake {table}", "\n".join(map(str, relation.fetchall()))
        return
    for column, place in _LIBRARY_FIELDS.items():
        yield place, "\n".join(str(value) for (value,) in relation.project(column).fetchall())

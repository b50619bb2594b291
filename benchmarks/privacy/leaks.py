"""Planted values in all that an import writes, apart from where messages are kept on purpose.

Here: the places that are searched and what counts as found. Values that messages hold outside planted spans too
("will", a year) are left out, see Planted.tellable.
"""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import duckdb

from benchmarks.privacy.planting import Planted, holds
from tests.privacy.searching import read_all

KEPT_ON_PURPOSE = (
    "imports/", "inbox/", "lake/raw_messages", "lake/rejected_rows", "lake/deduplicated_messages",
    "lake/grouped_conversations", "lake/contacts", "lake/line_numbers", "lake/model_answers",
)  # fmt: skip
"""Beginnings of paths in a data folder: the landing copy, the tables that hold messages and who sent them, and what a
model answered, which is as masked as what it was asked.
"""
NAMES = frozenset({"person"})
# Shorter values stand in row numbers, offsets and ids by chance; they are looked for in texts of patterns.
_SHORTEST_ELSEWHERE = 5
_TEXTS = ("response_template", "wordings", "situation", "trigger_examples")
_TABLES_OF_TEXTS = ("pattern_library", "extracted_patterns")


def find_leaks(planted: Planted, data: Path, log: Path) -> Counter[tuple[str, str, str]]:
    """How often a value is found: by place, type and value."""
    found: Counter[tuple[str, str, str]] = Counter()
    for place, text, shortest in _read_places(data, log):
        for kind, value in planted.tellable:
            if len(value) >= shortest and holds(text, value):
                found[place, kind, value] += 1
    return found


def find_names_with_evidence(data: Path, leaks: Counter[tuple[str, str, str]]) -> int:
    """Names among the leaks that stand in a pattern that rests on two conversations or more."""
    names = {value for _, kind, value in leaks if kind in NAMES}
    with duckdb.connect() as connection:
        library = connection.read_parquet(str(data / "lake/pattern_library.parquet"))
        rows = library.filter("conversation_count > 1").project(", ".join(_TEXTS)).fetchall()
    texts = "\n".join(map(str, rows))
    return sum(holds(texts, name) for name in names)


def _read_places(data: Path, log: Path) -> Iterator[tuple[str, str, int]]:
    """Places, their texts, and the length from which on a value is looked for there."""
    for path in sorted(data.rglob("*")):
        name = str(path.relative_to(data))
        if path.is_file() and not name.startswith(KEPT_ON_PURPOSE):
            folder, *rest = Path(name).parts
            place = f"{folder}/{rest[0].removesuffix('.parquet')}" if folder == "lake" else folder
            yield place, "\n".join(read_all(path)), _SHORTEST_ELSEWHERE
    with duckdb.connect() as connection:
        for table in _TABLES_OF_TEXTS:
            files = [str(path) for path in data.glob(f"lake/{table}*") if path.is_file()]
            files += map(str, data.glob(f"lake/{table}/*.parquet"))
            relation = connection.read_parquet(files, union_by_name=True)
            for column in _TEXTS:
                if column in relation.columns:
                    texts = [str(value) for (value,) in relation.project(column).fetchall()]
                    yield f"{table} {column}", "\n".join(texts), 0
    yield "log", log.read_text("utf-8", "ignore"), _SHORTEST_ELSEWHERE

"""What a table is: its name, its columns, what each means.

Here: the records Table and Column. Not here: any table.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Column:
    """One column: its name, its DuckDB type, its meaning."""

    name: str
    type: str
    description: str


@dataclass(frozen=True)
class Table:
    """One table. A partitioned one has a file for each import."""

    name: str
    description: str
    columns: tuple[Column, ...]
    partitioned: bool

    @property
    def column_names(self) -> tuple[str, ...]:
        """Names in order."""
        return tuple(column.name for column in self.columns)


def parse_columns(text: str) -> tuple[Column, ...]:
    """Return the columns of a block of `name | TYPE | description` lines."""
    rows = (line.split("|", 2) for line in text.splitlines() if line)
    return tuple(Column(name.strip(), kind.strip(), meaning.strip()) for name, kind, meaning in rows)

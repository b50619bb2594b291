"""What pages call each other: labels of imports and patterns.

Here: names for links. Not here: the pages (pattern_page.py, import_page.py). A link is a relative path, so that the
folder may lie anywhere.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pls_pipeline.publishing.cells import name_unseen
from pls_pipeline.publishing.report.library import Segment, cut_template


@dataclass(frozen=True)
class ImportLink:
    """An import: its key, the name of its file, and whether it has a page (it is registered)."""

    key: str
    label: str
    has_page: bool


@dataclass(frozen=True)
class PatternLink:
    """A pattern of the library: what a list shows of it."""

    pattern_id: str
    situation: str
    segments: tuple[Segment, ...]
    status: str
    category: str
    conversations: int


@dataclass(frozen=True)
class Links:
    """Imports by key, in the order of arrival, and their places in it; patterns by id."""

    imports: Mapping[str, ImportLink]
    arrival: Mapping[str, int]
    patterns: Mapping[str, PatternLink]

    def to_import(self, key: str) -> ImportLink:
        """The link of an import; one that is not known any more has no page."""
        return self.imports.get(key) or ImportLink(name_unseen(key), name_unseen(key), has_page=False)


def make_links(patterns: Iterable[Mapping[str, Any]], labels: Mapping[str, str], registered: Sequence[str]) -> Links:
    """Links of rows of pattern_library, and of imports by their labels; `registered` are the keys that have a page."""
    has_page = set(registered)
    return Links(
        arrival={key: place for place, key in enumerate(labels)},
        imports={key: ImportLink(key, label, key in has_page) for key, label in labels.items()},
        patterns={
            row["pattern_id"]: PatternLink(
                row["pattern_id"],
                name_unseen(row["situation"]),
                tuple(cut_template(row["response_template"])),
                name_unseen(row["status"]),
                name_unseen(row["category"]),
                row["conversation_count"],
            )
            for row in patterns
        },
    )

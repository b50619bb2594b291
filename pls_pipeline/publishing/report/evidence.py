"""The messages that a pattern rests on, by import: rows, lines and times; texts only where they were read.

Here: evidence of each pattern, as its page lists it. Not here: the query (tables.py), the single file's shorter list
(library.py).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

import pyarrow as pa

from pls_pipeline.publishing.cells import name_unseen
from pls_pipeline.publishing.report.links import ImportLink, Links

# Conversations of a pattern listed on its page, shared among its imports, of which each has as many as LEAST_LISTED;
# pattern_provenance.parquet and `pls trace` list all.
EVIDENCE_LISTED = 300
LEAST_LISTED = 5


@dataclass(frozen=True)
class EvidenceRow:
    """A conversation in one import: rows of the customer's messages and of the reply, the reply's physical lines.

    `wording` is the place of the wording among those of the pattern, from 1; None where it is none of them now.
    `members` are the files of the archive that hold the reply. `texts`: (whether a customer's, body) of the messages
    where PLS_REPORT_TEXTS shows them.
    """

    said: tuple[int, ...]
    replied: tuple[int, ...]
    lines: tuple[int, ...]
    members: tuple[str, ...]
    occurred_at: datetime | None
    wording: int | None
    texts: tuple[tuple[bool, str], ...]


@dataclass(frozen=True)
class ImportEvidence:
    """What an import brought to a pattern: its conversations, and as many rows as are listed."""

    source: ImportLink
    conversations: int
    rows: tuple[EvidenceRow, ...]


@dataclass(frozen=True)
class PatternEvidence:
    """The evidence of a pattern.

    `left_out`: conversations that are not listed; `main_wording`: conversations that hold its first wording
    """

    by_import: tuple[ImportEvidence, ...]
    left_out: int
    main_wording: int

    @property
    def has_texts(self) -> bool:
        """Whether messages are shown as they were written."""
        return any(row.texts for found in self.by_import for row in found.rows)


class EvidenceTable:
    """ReportTables.evidence, read pattern by pattern: the rows of one are made when they are asked for."""

    def __init__(self, evidence: pa.Table) -> None:
        self._rows = evidence.combine_chunks()
        self._places: dict[str, tuple[int, int]] = {}
        start = 0
        for pattern_id, run in groupby(evidence.column("pattern_id").to_pylist()):
            length = sum(1 for _ in run)
            self._places[pattern_id] = (start, length)
            start += length

    def rows_of(self, pattern_id: str) -> list[dict[str, Any]]:
        """The rows of a pattern, in their order."""
        start, length = self._places.get(pattern_id, (0, 0))
        rows: list[dict[str, Any]] = self._rows.slice(start, length).to_pylist()
        return rows


def describe_evidence(rows: Sequence[Mapping[str, Any]], templates: Sequence[str], links: Links) -> PatternEvidence:
    """The evidence of one pattern, whose wordings are `templates`, by import in the order of arrival."""
    places = {template: place for place, template in enumerate(templates, start=1)}
    found: dict[str, list[Mapping[str, Any]]] = {}
    for row in rows:
        found.setdefault(row["import_key"], []).append(row)
    listed = max(EVIDENCE_LISTED // max(len(found), 1), LEAST_LISTED)
    by_import = tuple(
        ImportEvidence(
            links.to_import(key), len(found[key]), tuple(_describe(row, places) for row in found[key][:listed])
        )
        for key in sorted(found, key=lambda key: (links.arrival.get(key, len(links.arrival)), key))
    )
    main = {row["conversation_key"] for row in rows if templates and row["wording"] == templates[0]}
    return PatternEvidence(by_import, len(rows) - sum(len(item.rows) for item in by_import), len(main))


def _describe(row: Mapping[str, Any], places: Mapping[str, int]) -> EvidenceRow:
    return EvidenceRow(
        said=tuple(row["said"] or ()),
        replied=tuple(row["replied"] or ()),
        lines=tuple(line for line in row["lines"] or () if line is not None),
        members=tuple(name_unseen(name) for name in row["members"] or ()),
        occurred_at=row["occurred_at"],
        wording=places.get(row["wording"]),
        texts=tuple(
            (is_customer, name_unseen(message["body"]))
            for is_customer, messages in ((True, row["said_texts"]), (False, row["replied_texts"]))
            for message in messages or ()
        ),
    )

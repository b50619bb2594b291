"""What the page of a pattern shows.

Here: the pattern with its wordings, variables, growth, confidence, conflicts and evidence, as values. Not here: markup
(page/pattern.html), how the page is written (site.py). Texts are passed through `name_unseen`.
"""

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pls_pipeline.publishing.cells import name_unseen
from pls_pipeline.publishing.published_tables import PublishedTables
from pls_pipeline.publishing.report.charts import ColumnChart, stack_columns
from pls_pipeline.publishing.report.confidence_parts import ConfidenceParts, split_confidence
from pls_pipeline.publishing.report.evidence import EvidenceTable, PatternEvidence, describe_evidence
from pls_pipeline.publishing.report.growth import STEPS_SHOWN, GrowthStep, tell_growth
from pls_pipeline.publishing.report.library import Segment, count_replies, cut_template
from pls_pipeline.publishing.report.links import ImportLink, Links, PatternLink
from pls_pipeline.publishing.report.tables import ReportTables


@dataclass(frozen=True)
class Wording:
    """A template and how many replies are instances of it."""

    segments: tuple[Segment, ...]
    replies: int


@dataclass(frozen=True)
class Decision:
    """What a reviewer decided."""

    action: str
    who: str
    why: str
    decided_at: datetime | None


@dataclass(frozen=True)
class PatternPage:
    """All that the page shows.

    row: the columns of PATTERN_LIBRARY that are shown as they stand (id, version, status, category, situation, counts,
        times); wordings: the reply first; variables: name, type, description; former: ids that it had before
    growth: its versions; of more than growth.STEPS_SHOWN the latest, `earlier` of them are left out
    chart: conversations by version, None where there is one version
    """

    row: Mapping[str, Any]
    examples: tuple[str, ...]
    wordings: tuple[Wording, ...]
    variables: tuple[tuple[str, str, str], ...]
    parts: ConfidenceParts | None
    growth: tuple[tuple[GrowthStep, ImportLink | None], ...]
    earlier: int
    chart: ColumnChart | None
    conflicts: tuple[PatternLink, ...]
    former: tuple[str, ...]
    edited: tuple[str, ...]
    decisions: tuple[Decision, ...]
    evidence: PatternEvidence

    @property
    def has_descriptions(self) -> bool:
        """Whether a variable is described."""
        return any(description for _, _, description in self.variables)


def describe_patterns(tables: PublishedTables, more: ReportTables, links: Links) -> Iterator[PatternPage]:
    """Yield the page of each pattern, in the order of the library."""
    replies, evidence = count_replies(tables.provenance), EvidenceTable(more.evidence)
    versions, decisions = _by_pattern(more.versions.to_pylist()), _by_pattern(tables.decisions.to_pylist())
    former = _former_ids(more.aliases.to_pylist())
    for row in tables.patterns.to_pylist():
        pattern_id = row["pattern_id"]
        templates = list(dict.fromkeys([row["response_template"], *(row["wordings"] or [])]))
        found = describe_evidence(evidence.rows_of(pattern_id), templates, links)
        steps = tell_growth(versions.get(pattern_id, []))
        yield PatternPage(
            row={name: _shown(row[name]) for name in _ROW},
            examples=tuple(name_unseen(text) for text in row["trigger_examples"] or []),
            wordings=tuple(
                Wording(tuple(cut_template(template)), replies.get((pattern_id, template), 0)) for template in templates
            ),
            variables=tuple(_variable(variable) for variable in json.loads(row["variables"] or "[]")),
            parts=split_confidence(row, found.main_wording),
            growth=tuple(
                (step, links.to_import(step.import_key) if step.import_key else None) for step in steps[-STEPS_SHOWN:]
            ),
            earlier=max(len(steps) - STEPS_SHOWN, 0),
            chart=_chart(steps),
            conflicts=tuple(links.patterns[other] for other in row["conflicts_with"] or [] if other in links.patterns),
            former=former.get(pattern_id, ()),
            edited=tuple(name_unseen(name) for name in row["edited_fields"] or [] if name != "variables"),
            decisions=tuple(_decision(decision) for decision in decisions.get(pattern_id, [])),
            evidence=found,
        )


_ROW = (
    "pattern_id", "version", "status", "category", "situation", "confidence", "conversation_count", "import_count",
    "operator_count", "satisfied_count", "returned_count", "first_seen_at", "last_seen_at", "updated_at",
)  # fmt: skip


def _shown(value: object) -> object:
    return name_unseen(value) if isinstance(value, str) else value


def _decision(row: Mapping[str, Any]) -> Decision:
    action, who, why = (name_unseen(row[name] or "") for name in ("action", "who", "why"))
    return Decision(action, who, why, row["decided_at"])


def _variable(variable: Mapping[str, Any]) -> tuple[str, str, str]:
    name, kind, description = (name_unseen(str(variable.get(key) or "")) for key in ("name", "type", "description"))
    return name, kind, description


def _chart(steps: Sequence[GrowthStep]) -> ColumnChart | None:
    if len(steps) < 2:
        return None
    shown = steps[-STEPS_SHOWN:]
    return stack_columns(("main",), [(f"v{step.version}", (float(step.conversations),)) for step in shown])


def _by_pattern(rows: Sequence[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    grouped: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        grouped[row["pattern_id"]].append(row)
    return grouped


def _former_ids(aliases: Sequence[Mapping[str, Any]]) -> dict[str, tuple[str, ...]]:
    """Ids that each pattern had, also over several mergers; the latest alias of an id counts."""
    heirs = {row["former_pattern_id"]: row["pattern_id"] for row in sorted(aliases, key=lambda row: row["changed_at"])}
    former: dict[str, list[str]] = defaultdict(list)
    for first in sorted(heirs):
        current, seen = heirs[first], {first}
        while current in heirs and current not in seen:
            seen.add(current)
            current = heirs[current]
        former[current].append(first)
    return {pattern_id: tuple(ids) for pattern_id, ids in former.items()}

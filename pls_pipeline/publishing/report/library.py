"""The patterns as the report's script reads them, each with the rows that it rests on.

Here: what is said of a pattern on the page, and how much of its evidence. Not here: the rest of the page
(facts.py). Texts are passed through `name_unseen`, as there.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import pyarrow as pa

from pls_pipeline.lake import open_connection
from pls_pipeline.patterns import Literal, MalformedTemplateError, parse_template
from pls_pipeline.publishing.cells import name_unseen

Segment = str | dict[str, str]
"""A piece of a template: its words, or {name} of a variable."""

# Conversations listed under a pattern; `pls trace` lists all.
EVIDENCE_SHOWN = 20


def describe_library(
    patterns: Iterable[dict[str, Any]],
    provenance: pa.Table,
    imports: Sequence[Mapping[str, Any]],
    decisions: Sequence[Mapping[str, Any]] = (),
) -> dict[str, Any]:
    """Return the data of the page's script, ready for JSON.

    `imports` are rows of import_history, `decisions` those of PublishedTables.decisions.

    files: file names; categories, statuses: those in use, sorted; patterns, in the order given, each
    {id, version, status, category, situation, examples, template, wordings, variables, confidence, conversations,
    imports, first, last, conflicts, evidence, more, outcomes, edited, review}. `wordings` begins with the template:
    {segments, count of replies}, where a text is a string and a variable {name}. `evidence` has {wording (its place, or
    None), said, replied} a conversation, the latter two [[place of the file, row]]. `more` is the number of
    conversations that are not listed. `outcomes` is [operators, customers who were content, customers who came back],
    null where they were not counted; `edited` the columns that a reviewer wrote; `review` {action, who, why, day} a
    decision, the latest last.
    """
    files = name_files(provenance, imports)
    evidence, counts = _evidence(provenance, list(files)), count_replies(provenance)
    reviews: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for decision in decisions:
        reviews[decision["pattern_id"]].append(describe_decision(decision))
    described = [
        {**_pattern(row, evidence.get(row["pattern_id"], []), counts), "review": reviews.get(row["pattern_id"], [])}
        for row in patterns
    ]
    return {
        "files": list(files.values()),
        "categories": sorted({row["category"] for row in described}),
        "statuses": sorted({row["status"] for row in described}),
        "patterns": described,
    }


def _pattern(row: dict[str, Any], evidence: list[dict[str, Any]], counts: dict[tuple[str, str], int]) -> dict[str, Any]:
    templates = list(dict.fromkeys([row["response_template"], *(row["wordings"] or [])]))
    return {
        "id": row["pattern_id"],
        "version": row["version"],
        "status": name_unseen(row["status"]),
        "category": name_unseen(row["category"]),
        "situation": name_unseen(row["situation"]),
        "examples": [name_unseen(text) for text in row["trigger_examples"] or []],
        "template": name_unseen(row["response_template"]),
        "wordings": [
            {"segments": cut_template(template), "count": counts.get((row["pattern_id"], template), 0)}
            for template in templates
        ],
        "variables": [
            {name: name_unseen(str(value)) for name, value in variable.items()}
            for variable in json.loads(row["variables"] or "[]")
        ],
        "confidence": row["confidence"],
        "conversations": row["conversation_count"],
        "imports": row["import_count"],
        "first": _day(row["first_seen_at"]),
        "last": _day(row["last_seen_at"]),
        "conflicts": row["conflicts_with"] or [],
        "outcomes": [row["operator_count"], row["satisfied_count"], row["returned_count"]],
        "edited": [name for name in row["edited_fields"] or [] if name != "variables"],
        "evidence": [
            {
                "wording": templates.index(item["wording"]) if item["wording"] in templates else None,
                "said": item["said"] or [],
                "replied": item["replied"] or [],
            }
            for item in evidence
        ],
        "more": max(item["total"] for item in evidence) - len(evidence) if evidence else 0,
    }


def describe_decision(row: Mapping[str, Any]) -> dict[str, Any]:
    """What the page says of a row of PublishedTables.decisions."""
    told = {name: name_unseen(row[name]) for name in ("action", "who", "why")}
    return {**told, "day": _day(row["decided_at"])}


def cut_template(template: str) -> list[Segment]:
    """The template in pieces; one that the grammar does not know is shown as it stands."""
    try:
        parts = parse_template(template)
    except MalformedTemplateError:
        return [name_unseen(template)]
    return [name_unseen(part.text) if isinstance(part, Literal) else {"name": part.name} for part in parts]


def _day(moment: datetime | None) -> str | None:
    return moment.date().isoformat() if moment else None


def name_files(provenance: pa.Table, imports: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """Label of each import's file, by import key and in the order of arrival; a name that comes twice gets its key."""
    names = {row["import_key"]: row["file_name"] for row in imports}
    others = provenance.select(["import_key", "file_name"]).group_by(["import_key", "file_name"]).aggregate([])
    for row in sorted(others.to_pylist(), key=lambda row: str(row["import_key"])):
        names.setdefault(row["import_key"], row["file_name"])
    uses = Counter(names.values())
    return {key: name_unseen(name if uses[name] == 1 else f"{name} ({key})") for key, name in names.items()}


def _evidence(provenance: pa.Table, import_keys: Sequence[str]) -> dict[str, list[dict[str, Any]]]:
    """Conversations by pattern, at most EVIDENCE_SHOWN each: wording, said, replied, total (conversations in all)."""
    files = pa.table(
        {"import_key": pa.array(import_keys, pa.string()), "file": pa.array(range(len(import_keys)), pa.int64())}
    )
    with open_connection() as connection:
        conversations = (
            connection.from_arrow(provenance)
            .join(connection.from_arrow(files), "import_key")
            .aggregate(
                """
                pattern_id, conversation_key, min([file, row_number]) AS first_row, min(template) AS wording,
                list(DISTINCT [file, row_number] ORDER BY [file, row_number]) FILTER (role = 'trigger') AS said,
                list(DISTINCT [file, row_number] ORDER BY [file, row_number]) FILTER (role = 'response') AS replied
                """,
                "pattern_id, conversation_key",
            )
            .project(
                """
                pattern_id, wording, said, replied, count(*) OVER (PARTITION BY pattern_id) AS total,
                row_number() OVER (PARTITION BY pattern_id ORDER BY first_row, conversation_key) AS place
                """
            )
            .filter(f"place <= {EVIDENCE_SHOWN}")
            .order("pattern_id, place")
        )
        grouped: dict[str, list[dict[str, Any]]] = defaultdict(list)
        for item in conversations.to_arrow_table().to_pylist():
            grouped[item["pattern_id"]].append(item)
        return grouped


def count_replies(provenance: pa.Table) -> dict[tuple[str, str], int]:
    """Replies by (pattern, wording)."""
    with open_connection() as connection:
        counts = (
            connection.from_arrow(provenance)
            .filter("role = 'response'")
            .aggregate("pattern_id, template, count(DISTINCT message_key)", "pattern_id, template")
        )
        return {(pattern, template): count for pattern, template, count in counts.fetchall()}

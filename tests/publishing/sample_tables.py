"""A small lake of an invented golf business, made by hand: two imports that have run and one that is only landed."""

import itertools
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from pls_pipeline import tables
from pls_pipeline.imports import Manifest
from pls_pipeline.lake import Lake
from pls_pipeline.patterns import Literal, parse_template
from tests.publishing.sample_versions import make_versions

MARCH, APRIL, MAY = "march-1a2b3c4d", "april-5e6f7a8b", "may-9c0d1e2f"
HOSTILE_NAME = '=april <script>alert("1")</script>.csv'

MANIFESTS = (
    Manifest(MARCH, "march.csv", "1a2b3c4d" * 8, 48_211, datetime(2025, 4, 1, 8, 30), 1, "openphone"),
    Manifest(APRIL, HOSTILE_NAME, "5e6f7a8b" * 8, 61_904, datetime(2025, 5, 2, 9, 5), 2, "openphone"),
    Manifest(MAY, "may.csv", "9c0d1e2f" * 8, 1_024, datetime(2025, 6, 1, 7, 0), 3, "openphone"),
)

VALUES: Mapping[str, tuple[str, ...]] = {
    "bay_number": ("3", "7", "1", "12"),
    "customer_name": ("Dana", "José", "Priya", "Tom"),
    "minutes": ("2", "5", "10"),
    "time": ("7pm", "10:30 am", "6 tonight"),
    "door_code": ("4471#", "9902#"),
    "amount": ("$45", "$120"),
    "plan": ("Eagle", "Birdie"),
}


@dataclass(frozen=True)
class SamplePattern:
    """What the library row and the messages of a pattern are made from."""

    pattern_id: str
    category: str
    situation: str
    examples: tuple[str, ...]
    template: str
    wordings: tuple[str, ...] = ()
    march: int = 2
    april: int = 0
    status: str = "proposed"
    confidence: float = 0.6
    conflicts: tuple[str, ...] = field(default=())


PATTERNS = (
    SamplePattern(
        "pat_bayreset0001", "tech_issue", "A bay's screen or sensor has stopped and the customer asks for help",
        ("Bay 7 is frozen, can you help?", "Screen went black on bay 3", "=SUM of all fears: nothing registers"),
        "Hi {{customer_name}}, I'll reset bay {{bay_number}} for you right away. Give it about {{minutes}} minutes!",
        ("Resetting bay {{bay_number}} now, it should be back in {{minutes}} min",
         "One sec, rebooting bay {{bay_number}}"),
        march=14, april=9, status="approved", confidence=0.94,
    ),
    SamplePattern(
        "pat_doorcode0002", "access", "The customer stands at the door and cannot get in",
        ("The door won't open for me", "code isn't working :("),
        "Your door code is {{door_code}}. It works from 10 minutes before your booking.",
        ("Try {{door_code}} and pull the handle firmly",), march=8, april=6, confidence=0.88,
    ),
    SamplePattern(
        "pat_hoursopen003", "hours", "The customer asks when the place is open",
        ("Are you open on Sunday?", "What time do you close tonight?"),
        "We're open 24/7 for members - just book online and your code arrives by text.", (),
        march=7, april=4, status="approved", confidence=0.91, conflicts=("pat_hourslate004",),
    ),
    SamplePattern(
        "pat_hourslate004", "hours", "The customer asks when the place closes",
        ("how late are you guys open",), "We close at {{time}} on weekdays.", (), march=2, april=1, confidence=0.41,
        conflicts=("pat_hoursopen003",),
    ),
    SamplePattern(
        "pat_bookmove0005", "booking", "The customer wants to move a booking to another time",
        ("Can I push my booking to 8?", "running late, any way to move us back?"),
        "No problem {{customer_name}}, I've moved you to {{time}} on bay {{bay_number}}.",
        ("All set, you're at {{time}} now",), march=0, april=5, confidence=0.72,
    ),
    SamplePattern(
        "pat_giftcard0006", "gift_cards", "The customer wants to buy a gift card",
        ("Do you sell gift cards?",),
        "Yes! Gift cards start at {{amount}}. You can buy one online and it's emailed right away.\n\nAnything else?",
        (), march=3, april=0, confidence=0.58,
    ),
    SamplePattern(
        "pat_memberfee007", "membership", "The customer asks what a membership costs",
        ("how much is a membership", "what's included in Eagle"),
        "The {{plan}} plan is {{amount}} a month, with guests at half price - cancel any time.", (),
        march=2, april=2, confidence=0.66,
    ),
    SamplePattern(
        "pat_braces000008", "general", "The customer quotes markup </script><img src=x onerror=alert(1)>",
        ("<b>bold</b> & {{not_a_slot}}",), "Please type {\\{name}} exactly & press <Enter>", (), march=2, april=0,
        status="rejected", confidence=0.3,
    ),
)  # fmt: skip


@dataclass(frozen=True)
class SampleLake:
    """The lake, its manifests and the patterns that it was made from."""

    lake: Lake
    manifests: tuple[Manifest, ...]
    patterns: tuple[SamplePattern, ...]


def invent_patterns(count: int) -> tuple[SamplePattern, ...]:
    """`count` patterns of one conversation: those above over and over, each with an id and a number of its own."""
    return tuple(
        SamplePattern(
            f"pat_{number:012d}", base.category, f"{base.situation} (case {number})", base.examples, base.template,
            base.wordings, 1, 0, base.status, base.confidence,
        )
        for number, base in zip(range(count), itertools.cycle(PATTERNS), strict=False)
    )  # fmt: skip


def make_lake(folder: Path, patterns: tuple[SamplePattern, ...] = PATTERNS) -> SampleLake:
    """Write the sample lake below `folder`; without patterns, the imports alone."""
    lake = Lake(str(folder / "lake"))
    rows: dict[str, list[dict[str, Any]]] = {MARCH: [], APRIL: []}
    library: list[dict[str, Any]] = []
    provenance: list[dict[str, Any]] = []
    for pattern in patterns:
        mine = [row for key in (MARCH, APRIL) for row in _exchanges(pattern, key, rows[key])]
        provenance += mine
        library.append(_library_row(pattern, mine))
    for key, name in ((MARCH, "march.csv"), (APRIL, HOSTILE_NAME)):
        _write_import(lake, key, rows[key])
        for row in provenance:
            if row["import_key"] == key:
                row["file_name"] = name
    lake.write_records(library, tables.PATTERN_LIBRARY)
    lake.write_records(provenance, tables.PATTERN_PROVENANCE)
    merged = (("pat_oldest", "pat_older", 1), ("pat_older", "pat_bayreset0001", 2), ("pat_lost", "pat_gone", 2))
    aliases = [
        {"former_pattern_id": former, "pattern_id": current, "why": "merged", "changed_at": datetime(2025, 5, day)}
        for former, current, day in merged
    ]
    lake.write_records(aliases, tables.PATTERN_ALIASES)
    lake.write_records([row for pattern in library for row in make_versions(pattern)], tables.PATTERN_VERSIONS)
    decisions = [{"candidate_id": f"cand_{n}", "band": "different", "decided_by": "support"} for n in range(5)]
    lake.write_records(decisions, tables.MERGE_DECISIONS)
    return SampleLake(lake, MANIFESTS, patterns)


def _fill(template: str, turn: int) -> tuple[str, list[dict[str, Any]]]:
    """The body that a template becomes, and where its values stand."""
    body, values = "", []
    for segment in parse_template(template):
        if isinstance(segment, Literal):
            body += segment.text
        else:
            text = VALUES[segment.name][turn % len(VALUES[segment.name])]
            values.append({"name": segment.name, "start": len(body), "end": len(body) + len(text)})
            body += text
    return body, values


def _exchanges(pattern: SamplePattern, key: str, rows: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Add the messages of a pattern's conversations in one import to `rows`; yield the provenance rows."""
    wordings = (pattern.template, *pattern.wordings)
    month = 3 if key == MARCH else 4
    for turn in range(pattern.march if key == MARCH else pattern.april):
        template = wordings[turn % len(wordings)]
        body, values = _fill(template, turn)
        conversation = f"conv_{pattern.pattern_id}_{month}_{turn}"
        example = pattern.examples[turn % len(pattern.examples)]
        for role, text, spans in (("trigger", example, []), ("response", body, values)):
            number = len(rows) + 1
            row = _message(key, number, month, text, is_incoming=role == "trigger")
            row |= {
                "conversation_id": conversation,
                "occurred_at": datetime(2025, month, 1 + turn % 28, 18, number % 60),
            }
            rows.append(row)
            evidence = {name: row[name] for name in ("import_key", "row_number", "message_id", "message_key")}
            yield {
                **evidence, "pattern_id": pattern.pattern_id, "candidate_id": f"cand_{conversation}",
                "conversation_key": conversation, "role": role, "template": template if role == "response" else None,
                "values": json.dumps(spans),
            }  # fmt: skip


def _message(key: str, number: int, month: int, body: str, *, is_incoming: bool) -> dict[str, Any]:
    customer, business = "+15550100111", "+15550100999"
    return {
        "import_key": key, "row_number": number, "line_number": number + 1, "message_id": f"AC{month}{number:05d}",
        "body": body, "sender": customer if is_incoming else business,
        "recipients": [business if is_incoming else customer], "direction": "incoming" if is_incoming else "outgoing",
        "repaired": number == 1, "extra": '{"note": "SECRET WORDS"}', "message_key": f"key_{month}_{number}",
        "content_hash": f"hash_{month}_{number}",
    }  # fmt: skip


def _library_row(pattern: SamplePattern, evidence: list[dict[str, Any]]) -> dict[str, Any]:
    keys = sorted({row["import_key"] for row in evidence}, key=[MARCH, APRIL].index)
    names = [name for name in VALUES if "{{" + name + "}}" in pattern.template]
    variables = [{"name": name, "type": "text", "description": f"the {name.replace('_', ' ')}"} for name in names]
    return {
        "pattern_id": pattern.pattern_id, "version": len(keys), "status": pattern.status, "category": pattern.category,
        "situation": pattern.situation, "trigger_examples": list(pattern.examples),
        "response_template": pattern.template, "wordings": list(pattern.wordings), "variables": json.dumps(variables),
        "confidence": pattern.confidence, "conversation_count": len({row["conversation_key"] for row in evidence}),
        "import_count": len(keys), "first_import_key": keys[0], "last_import_key": keys[-1],
        "first_seen_at": datetime(2025, 3, 1, 18, 6), "last_seen_at": datetime(2025, 4, 9, 18, 6),
        "conflicts_with": list(pattern.conflicts), "updated_at": datetime(2025, 5, 2, 9, 6),
    }  # fmt: skip


def _write_import(lake: Lake, key: str, rows: list[dict[str, Any]]) -> None:
    """The tables of one import. Its file repeats one row of its own and, in April, two of March."""
    number, repeats = len(rows), 3 if key == APRIL else 1
    doubles = [
        {"import_key": key, "row_number": number + 1 + n, "message_key": f"key_3_{n}", "first_row_number": 1,
         "first_import_key": key if n == 0 else MARCH, "content_differs": False}
        for n in range(repeats if rows else 0)
    ]  # fmt: skip
    again = [{**row, "row_number": double["row_number"]} for row, double in zip(rows, doubles, strict=False)]
    lake.write_records([*rows, *again], tables.RAW_MESSAGES, key)
    person = {"first_name": "SECRET", "last_name": "SECRET WORDS", "company": "SECRET WORDS", "role": "SECRET WORDS"}
    reachable = {"contact_id": "SECRET WORDS", "phones": ["+15550100111"], "emails": ["SECRET WORDS"]}
    lake.write_records([{"import_key": key, "kind": "customer", **person, **reachable}], tables.CONTACTS, key)
    lake.write_records([{"import_key": key, "phone": "+15550100999", "name": "Main"}], tables.LINE_NUMBERS, key)
    lake.write_records(rows, tables.DEDUPLICATED_MESSAGES, key)
    lake.write_records(doubles, tables.DUPLICATE_ROWS, key)
    rejected = [
        (45, "too_few_fields", "5 fields, 8 are needed", "AC1,CN2,=1+1\n@SUM(A1)"),
        (91, "bad_timestamp", "createdAt cannot be read as a time", "\tAC9,CN9,Café \u202e,yesterday"),
        (17, "bad_timestamp", "createdAt is empty", "-2+3,CN9,hello;=HYPERLINK(1),,"),
    ]
    lake.write_records(
        [
            dict(zip(tables.REJECTED_ROWS.column_names, (key, *row, None), strict=True))
            for row in rejected[: 4 - repeats]
        ],
        tables.REJECTED_ROWS, key,
    )  # fmt: skip
    _write_conversations(lake, key, sorted({row["conversation_id"] for row in rows}))


def _write_conversations(lake: Lake, key: str, names: list[str]) -> None:
    """Conversations of an import: all eligible, then three that are not; in April one is deferred and one failed."""
    common = {"import_key": key, "fingerprint": "f1"}
    secret = {
        "own_number": "+15550100999", "participants": ["+15550100111"],
        "messages": [{"message_key": "k", "body": "SECRET WORDS", "sender": "+15550100111"}],
    }  # fmt: skip
    statuses = dict.fromkeys(names, "eligible") | {
        f"{key}_{status}": status for status in ("automated", "one_sided", "empty")
    }
    conversations = [
        {**common, **secret, "conversation_key": name, "status": status} for name, status in statuses.items()
    ]
    lake.write_records(conversations, tables.GROUPED_CONVERSATIONS, key)
    states: dict[str, tuple[str, str | None]] = dict.fromkeys(names, ("extracted", None))
    if key == APRIL and len(names) > 1:
        states |= {names[0]: ("deferred", "over the limit of this run"), names[1]: ("failed", "answer was no JSON")}
    effort = {
        "prompt_tokens": 10, "completion_tokens": 2, "cost_usd": 0.001 if key == MARCH else None,
        "analysed_at": datetime(2025, 5, 2, 10, 0),
    }  # fmt: skip
    outcomes = [
        {**common, **effort, "conversation_key": name, "status": status, "reason": reason}
        for name, (status, reason) in states.items()
    ]
    lake.write_records(outcomes, tables.EXTRACTION_OUTCOMES, key)
    refused = [{"candidate_id": f"{key}_x{n}", "import_key": key, "reason": "acknowledgement"} for n in range(6)]
    lake.write_records(refused, tables.REJECTED_CANDIDATES, key)
    candidates = [
        {"candidate_id": f"cand_{name}", "situation": "SECRET WORDS", "response_template": "SECRET WORDS"}
        for name in names
    ]
    lake.write_records(candidates, tables.EXTRACTED_PATTERNS, key)

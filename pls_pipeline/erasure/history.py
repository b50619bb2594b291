"""The history of patterns without the words of a forgotten customer.

Here: functions on rows of pattern_versions, review_decisions and pattern_evidence. Not here: reading or storing them.
A text in the history of a pattern that rested on erased messages stays where the library as it stands now says it too:
then others said it. Any other becomes `[forgotten]`; the versions, their numbers and causes stay.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Any

Row = Mapping[str, Any]

FORGOTTEN_TEXT = "[forgotten]"
_TEXTS = ("situation", "response_template")
_LISTS = ("trigger_examples", "wordings", "templates")


def find_texts(patterns: Iterable[Row]) -> frozenset[str]:
    """Every text that the rows of pattern_library hold."""
    return frozenset(
        text
        for row in patterns
        for text in (*(row[name] for name in _TEXTS), *row["trigger_examples"], *row["wordings"])
        if text
    )


def follow_aliases(pattern_ids: AbstractSet[str], aliases: Sequence[Row]) -> frozenset[str]:
    """These patterns, those that took them over, and those that they took over."""
    found = set(pattern_ids)
    while True:
        pairs = [{row["former_pattern_id"], row["pattern_id"]} for row in aliases]
        more = set().union(*(pair for pair in pairs if pair & found)) - found
        if not more:
            return frozenset(found)
        found |= more


def scrub_versions(versions: Iterable[Row], pattern_ids: AbstractSet[str], kept: AbstractSet[str]) -> list[Row]:
    """Rows of pattern_versions; of these patterns, without texts that are not among `kept`."""
    return [
        {**row, "changes": _scrub_changes(row["changes"], kept)} if row["pattern_id"] in pattern_ids else row
        for row in versions
    ]


def scrub_decisions(
    decisions: Iterable[Row], pattern_ids: AbstractSet[str], message_keys: AbstractSet[str], kept: AbstractSet[str]
) -> list[Row]:
    """Rows of review_decisions without the erased messages; of these patterns, without texts not among `kept`."""
    scrubbed: list[Row] = []
    for row in decisions:
        left = [key for key in row["message_keys"] or () if key not in message_keys]
        texts: Row = {}
        if row["pattern_id"] in pattern_ids:
            fields = {name: _scrub(name, value, kept) for name, value in json.loads(row["fields"]).items()}
            texts = {
                "fields": json.dumps(fields, ensure_ascii=False, sort_keys=True),
                "reply": _scrub("response_template", row["reply"], kept),
            }
        scrubbed.append({**row, "message_keys": left, **texts})
    return scrubbed


def drop_evidence(evidence: Iterable[Row], message_keys: AbstractSet[str]) -> list[Row]:
    """Rows of pattern_evidence without the erased messages."""
    return [row for row in evidence if row["message_key"] not in message_keys]


def _scrub_changes(text: str, kept: AbstractSet[str]) -> str:
    changes = {name: [_scrub(name, value, kept) for value in pair] for name, pair in json.loads(text).items()}
    return json.dumps(changes, ensure_ascii=False, sort_keys=True)


def _scrub(name: str, value: object, kept: AbstractSet[str]) -> object:
    if name in _TEXTS and isinstance(value, str):
        return value if value in kept else FORGOTTEN_TEXT
    if name in _LISTS and isinstance(value, list):
        return [text if text in kept else FORGOTTEN_TEXT for text in value]
    return value

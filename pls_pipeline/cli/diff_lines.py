"""The changes of a pattern as lines that a person reads.

Here: how a column's before and after are worded. Not here: which patterns changed (library/differences.py), colours and
the console (diffing.py).
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

_LABELS: Mapping[str, str] = {
    "response_template": "reply", "trigger_examples": "example", "wordings": "wording", "conflicts_with": "conflict",
    "edited_fields": "written by a reviewer", "variables": "variable",
}  # fmt: skip
# The status stands in the first line; the id of a decision tells nothing that `pls review show` does not.
_NOT_TOLD = frozenset({"status", "decision_id"})


def tell_status(fields: Mapping[str, tuple[Any, Any]]) -> str:
    """`proposed → approved`, or nothing where the status did not change."""
    return " → ".join(map(str, fields["status"])) if "status" in fields else ""


def tell_fields(fields: Mapping[str, tuple[Any, Any]]) -> Iterator[str]:
    """A line for each value that changed; of lists and variables, one for each item that came (+) or went (-)."""
    for name, (before, after) in fields.items():
        if name in _NOT_TOLD:
            continue
        if name == "variables":
            yield from _tell_items(name, _name_variables(before), _name_variables(after))
        elif isinstance(before, list) or isinstance(after, list):
            yield from _tell_items(name, before or [], after or [])
        else:
            yield f"{_label(name)}: {_tell(before)} → {_tell(after)}"


def _tell_items(name: str, before: Sequence[str], after: Sequence[str]) -> Iterator[str]:
    gone = [item for item in before if item not in after]
    came = [item for item in after if item not in before]
    yield from (f"- {_label(name)}: {_tell(item)}" for item in gone)
    yield from (f"+ {_label(name)}: {_tell(item)}" for item in came)
    if not gone and not came:
        yield f"{_label(name)}: in another order"


def _name_variables(text: str | None) -> list[str]:
    """`customer_name (person)` for each variable of a `variables` cell."""
    return [f"{item['name']} ({item['type']})" for item in json.loads(text or "[]")]


def _label(name: str) -> str:
    return _LABELS.get(name, name)


def _tell(value: object) -> str:
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M}"
    return "nothing" if value is None else str(value).replace("\n", " ⏎ ")

"""How a pattern grew: its versions, told by what changed.

Here: rows of pattern_versions as steps for a reader. Not here: how a version is made (library/versions.py), the page
(pattern_page.py).
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pls_pipeline.publishing.cells import name_unseen

# Versions listed on a page; pattern_versions holds all.
STEPS_SHOWN = 100

MEANINGS: Mapping[str, str] = {
    "created": "First seen",
    "enhanced": "New evidence",
    "restored": "Evidence came back",
    "reopened": "Proposed again, because what it says changed",
    "reviewed": "Changed by a reviewer",
    "merged": "Merged into another pattern",
    "evidence_removed": "Left without evidence",
}
_COUNTS: Mapping[str, str] = {
    "conversation_count": "conversations", "import_count": "imports", "operator_count": "senders",
    "satisfied_count": "content customers", "returned_count": "customers who came back",
}  # fmt: skip
_TOLD_AT_FIRST = frozenset({"conversation_count", "import_count", "response_template"})
_TEXTS: Mapping[str, str] = {
    "response_template": "reply", "situation": "situation", "category": "category", "status": "status",
}  # fmt: skip


@dataclass(frozen=True)
class GrowthStep:
    """A version.

    `changes`: (what, before or "", after or ""); `import_key`: what brought it, where an import did
    `maker`: extractor and version of its prompt; `conversations`: how many the pattern rested on then
    """

    version: int
    title: str
    changed_at: datetime | None
    import_key: str | None
    maker: str
    changes: tuple[tuple[str, str, str], ...]
    conversations: int


def tell_growth(versions: Sequence[Mapping[str, Any]]) -> tuple[GrowthStep, ...]:
    """Steps of one pattern's rows of pattern_versions, in the order of versions."""
    steps: list[GrowthStep] = []
    conversations = 0
    for row in versions:
        changes = json.loads(row["changes"] or "{}")
        if "conversation_count" in changes:
            conversations = changes["conversation_count"][1] or 0
        maker = " ".join(row[name] for name in ("extractor", "prompt_version") if row[name])
        steps.append(
            GrowthStep(
                version=row["version"],
                title=MEANINGS.get(row["why"], name_unseen(row["why"] or "")),
                changed_at=row["changed_at"],
                import_key=row["import_key"],
                maker=name_unseen(maker),
                changes=tuple(_tell(changes)),
                conversations=conversations,
            )
        )
    return tuple(steps)


def _tell(changes: Mapping[str, Sequence[Any]]) -> list[tuple[str, str, str]]:
    """What of the changes a person reads: counts, confidence, texts, added and dropped wordings.

    Of a first version, in which everything is new, only what _TOLD_AT_FIRST names, confidence and wordings.
    """
    told = []
    for name, label in _COUNTS.items():
        before, after = changes.get(name, (None, None))
        is_told = before is not None or (after and name in _TOLD_AT_FIRST)
        if is_told:
            told.append((label, "" if before is None else f"{before:,}", f"{after or 0:,}"))
    before, after = changes.get("confidence", (None, None))
    if after is not None:
        told.append(("confidence", "" if before is None else f"{before * 100:.0f} %", f"{after * 100:.0f} %"))
    for name, label in _TEXTS.items():
        before, after = changes.get(name, (None, None))
        if before is not None or (after and name in _TOLD_AT_FIRST):
            told.append((label, name_unseen(str(before or "")), name_unseen(str(after or ""))))
    old, new = (set(side or ()) for side in changes.get("wordings", ((), ())))
    told += [("wording added", "", name_unseen(text)) for text in sorted(new - old)]
    told += [("wording dropped", name_unseen(text), "") for text in sorted(old - new)]
    if changes.get("pattern_id"):
        told.append(("merged into", "", str(changes["pattern_id"][1])))
    return told

"""From what a reviewer asks for to decisions, or to the sentence that says why not.

Here: checks against the library as it stands. Not here: where requests come from (a command, a job, a sheet), storing
decisions, or what they make of the library.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from pls_pipeline.library.decisions import EDITABLE, STATUS_OF, Action, Decision, make_decision_id
from pls_pipeline.library.identity import mint_id
from pls_pipeline.library.sameness import is_same_reply, skeleton
from pls_pipeline.library.state import LibraryState, Row
from pls_pipeline.patterns import MalformedTemplateError, Variable, used_variables, validate_template


@dataclass(frozen=True)
class ReviewRequest:
    """What a reviewer asks for one pattern.

    action: what to do, None where texts are edited only; edits: {situation | category | response_template: new text},
    made before the action; into: the pattern that a merge leads to; wordings: templates that a split takes away;
    version_seen: the version that the reviewer looked at, None for the one that stands.
    seen: the row of that version, None where it is not known.
    """

    pattern_id: str
    who: str
    why: str
    action: Action | None = None
    version_seen: int | None = None
    edits: Mapping[str, str] = field(default_factory=dict)
    into: str | None = None
    wordings: tuple[str, ...] = ()
    seen: Row | None = None


class RefusedReviewError(ValueError):
    """A request that cannot become a decision; the sentence says what to do."""


class ReviewConflictError(RefusedReviewError):
    """Somebody else changed the pattern after the reviewer looked at it; `seen` and `current` are both rows."""

    def __init__(self, message: str, seen: Row, current: Row) -> None:
        super().__init__(message)
        self.seen = seen
        self.current = current


def decide(
    request: ReviewRequest, library: LibraryState, decided: Sequence[Decision], categories: Sequence[str], now: datetime
) -> list[Decision]:
    """The decisions that a request becomes, none where all that it asks for is so already.

    `decided`: all decisions so far. Raises RefusedReviewError, ReviewConflictError.
    """
    if not request.who.strip():
        raise RefusedReviewError(f"{request.pattern_id}: it is not said who decides; give a name")
    if not request.why.strip():
        raise RefusedReviewError(f"{request.pattern_id}: no reason is given; say why")
    current = _find(request.pattern_id, library)
    _refuse_conflict(request, current)
    if request.into is not None:
        _refuse_merge(request, current, library)
    edits = _read_edits(request, current, library, categories)
    reply = str(edits.get("response_template", current["response_template"]))
    keys = frozenset(
        row["message_key"]
        for row in library.provenance
        if row["pattern_id"] == request.pattern_id and row["role"] == "response"
    )
    wanted: list[tuple[Action, dict[str, Any], frozenset[str]]] = [(Action.EDIT, edits, keys)] if edits else []
    if request.action is not None and request.action in STATUS_OF:
        if edits or current["status"] != STATUS_OF[request.action] or not current["decision_id"]:
            wanted.append((request.action, {}, keys))
    elif request.action is Action.MERGE:
        wanted.append((Action.MERGE, {"into": request.into}, keys))
    elif request.action is Action.SPLIT:
        templates, part = _read_split(request, library)
        named = {subject for decision in decided for subject in decision.subjects}
        forbidden = {row["pattern_id"] for row in library.versions} | named
        new_id = mint_id(f"{request.pattern_id}\x1f{now.isoformat()}\x1f{skeleton(templates[0])}", forbidden)
        wanted.append((Action.SPLIT, {"new_pattern_id": new_id, "templates": templates}, part))
    elif request.action is Action.EDIT and not request.edits:
        raise RefusedReviewError(f"{request.pattern_id}: nothing is edited; give a situation, a category or a template")
    return [
        Decision(
            decision_id=make_decision_id(len(decided) + number, request.pattern_id, action, now),
            pattern_id=request.pattern_id,
            version_seen=int(current["version"]),
            action=action,
            reply=current["response_template"] if action is Action.EDIT else reply,
            who=request.who.strip(),
            why=request.why.strip(),
            decided_at=now,
            fields=fields,
            message_keys=messages,
        )
        for number, (action, fields, messages) in enumerate(wanted)
    ]


def _find(pattern_id: str, library: LibraryState) -> Row:
    found = next((row for row in library.patterns if row["pattern_id"] == pattern_id), None)
    if found is not None:
        return found
    heir = next((row for row in reversed(library.aliases) if row["former_pattern_id"] == pattern_id), None)
    if heir is not None:
        raise RefusedReviewError(f"{pattern_id} was merged into {heir['pattern_id']}; decide on that one")
    raise RefusedReviewError(f"no pattern has the id {pattern_id!r}; `pls patterns` lists those there are")


def _refuse_conflict(request: ReviewRequest, current: Row) -> None:
    """Refuse a request on a version whose reply, status or edited texts are no longer those that stand.

    Counts and examples change with every import; a reviewer decides on what is said.
    """
    seen = request.seen
    if request.version_seen in {None, current["version"]}:
        return
    if seen is None:
        raise RefusedReviewError(
            f"{request.pattern_id} has no version {request.version_seen}; version {current['version']} stands"
        )
    wanted = {**request.edits, "status": STATUS_OF.get(request.action) if request.action else None}
    changed = [
        name
        for name in dict.fromkeys(("response_template", *wanted))
        if seen.get(name) != current.get(name) != wanted.get(name)
    ]
    if changed:
        texts = "; ".join(f"{name} was {seen.get(name)!r}, is {current.get(name)!r}" for name in changed)
        raise ReviewConflictError(
            f"{request.pattern_id} was version {request.version_seen} when it was looked at and is version "
            f"{current['version']} now: {texts}. Look at it as it is and decide anew",
            seen,
            current,
        )


def _refuse_merge(request: ReviewRequest, current: Row, library: LibraryState) -> None:
    if request.into == current["pattern_id"]:
        raise RefusedReviewError(f"{request.pattern_id} cannot be merged into itself")
    target = _find(str(request.into), library)
    if target["status"] == "rejected":
        raise RefusedReviewError(f"{request.into} is rejected; approve it before something is merged into it")


def _read_edits(
    request: ReviewRequest, current: Row, library: LibraryState, categories: Sequence[str]
) -> dict[str, Any]:
    """Columns that the edits change, with the variables that a new template declares."""
    edits: dict[str, Any] = {name: text for name, text in request.edits.items() if text != current[name]}
    unknown = sorted(set(edits) - set(EDITABLE[:3]))
    if unknown:
        raise RefusedReviewError(f"{request.pattern_id}: {', '.join(unknown)} cannot be edited")
    if "category" in edits and edits["category"] not in categories:
        raise RefusedReviewError(
            f"{request.pattern_id}: {edits['category']!r} is no category; there are {', '.join(categories)}"
        )
    if "situation" in edits and not edits["situation"].strip():
        raise RefusedReviewError(f"{request.pattern_id}: the situation is empty")
    template = edits.get("response_template")
    if template is None:
        return edits
    declared = {item["name"]: Variable(**item) for item in json.loads(current["variables"])}
    try:
        variables = [declared.get(name, Variable(name)) for name in used_variables(template)]
        validate_template(template, variables)
    except MalformedTemplateError as error:
        raise RefusedReviewError(f"{request.pattern_id}: the template cannot be read: {error}") from error
    other = next(
        (
            row["pattern_id"]
            for row in library.patterns
            if row["pattern_id"] != request.pattern_id
            and row["status"] not in {"rejected", "retired"}
            and is_same_reply(row["response_template"], template)
        ),
        None,
    )
    if other:
        raise RefusedReviewError(f"{request.pattern_id}: {other} has this template already; merge the two")
    return {**edits, "variables": json.dumps([asdict(variable) for variable in variables], ensure_ascii=False)}


def find_wordings_of(pattern_id: str, library: LibraryState) -> dict[str, set[str]]:
    """{template: its operator messages} of a pattern, those with most messages first."""
    said: dict[str, set[str]] = {}
    for row in library.provenance:
        if row["pattern_id"] == pattern_id and row["role"] == "response":
            said.setdefault(row["template"], set()).add(row["message_key"])
    return dict(sorted(said.items(), key=lambda item: (-len(item[1]), item[0])))


def _read_split(request: ReviewRequest, library: LibraryState) -> tuple[list[str], frozenset[str]]:
    """Templates that are split off, and their messages."""
    said = find_wordings_of(request.pattern_id, library)
    asked = {skeleton(template) for template in request.wordings}
    taken = {template: keys for template, keys in said.items() if skeleton(template) in asked}
    missing = sorted(asked - {skeleton(template) for template in taken})
    if missing or not taken:
        raise RefusedReviewError(
            f"{request.pattern_id} has no such wording; `pls review show {request.pattern_id}` numbers them"
        )
    if len(taken) == len(said):
        raise RefusedReviewError(f"{request.pattern_id}: all {len(said)} wordings are named; leave it one at least")
    keys = frozenset(key for messages in taken.values() for key in messages)
    return sorted(taken), keys

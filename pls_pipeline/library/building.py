"""The library from all candidates: each run computes it anew and carries ids, statuses and unchanged rows over.

Here: the order of the steps, and the rows of provenance and decisions. Not here: the steps themselves (the modules
beside).
Since nothing depends on the order of candidates, the order of imports does not change what is merged.
"""

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime

from pls_pipeline.imports import Manifest, name_member
from pls_pipeline.library.describing import describe_cluster
from pls_pipeline.library.identity import identify_clusters
from pls_pipeline.library.merging import Cluster, has_support, merge_wordings
from pls_pipeline.library.quoting import count_speakers
from pls_pipeline.library.replies import MessageText, Reply, read_reply
from pls_pipeline.library.state import LibraryOptions, LibraryState, Row
from pls_pipeline.library.versions import end_versions, last_status, next_version
from pls_pipeline.library.wordings import find_wordings
from pls_pipeline.patterns import Candidate, MalformedTemplateError


def build_library(
    candidates: Sequence[Candidate],
    messages: Mapping[str, MessageText],
    imports: Sequence[Manifest],
    previous: LibraryState,
    options: LibraryOptions,
    now: datetime,
) -> LibraryState:
    """The library of these candidates.

    `messages` holds body and time by message_key for the evidence. A candidate whose evidence is not there, or whose
    template cannot be read, becomes a decision without a pattern. Rows that did not change are those of `previous`,
    so a run that changes nothing returns the previous state.
    """
    replies, unread = _read_replies(candidates, messages)
    clusters = merge_wordings(find_wordings(replies))
    in_all = len({candidate.conversation_key for candidate in candidates})
    kept = [cluster for cluster in clusters if has_support(cluster, options, in_all)]
    identities = identify_clusters(kept, previous)
    sequence_of = {manifest.import_key: manifest.sequence for manifest in imports}
    file_of = {manifest.import_key: manifest.file_name for manifest in imports}
    living = {row["pattern_id"]: row for row in previous.patterns}
    history: defaultdict[str, list[Row]] = defaultdict(list)
    for row in previous.versions:
        history[row["pattern_id"]].append(row)
    speakers = count_speakers(candidates)
    known = {row["candidate_id"] for row in previous.decisions if row["pattern_id"]}

    patterns: list[Row] = []
    appended: list[Row] = []
    provenance: list[Row] = []
    for cluster, pattern_id in zip(kept, identities.pattern_ids, strict=True):
        before = living.get(pattern_id)
        content = {
            "pattern_id": pattern_id,
            "status": before["status"] if before else last_status(history[pattern_id]) or "proposed",
            **describe_cluster(cluster, messages, sequence_of, options.categories, speakers),
            "conflicts_with": [],
        }
        cause = _find_cause(cluster, known, sequence_of)
        pattern, version = next_version(content, before, history[pattern_id], cause=cause, now=now)
        patterns.append(pattern)
        appended += [version] if version else []
        provenance += _trace(cluster, pattern_id, file_of, messages)
    appended += end_versions(previous.patterns, identities.merged, identities.vanished, now)
    aliases = [
        {"former_pattern_id": former, "pattern_id": heir, "why": "merged", "changed_at": now}
        for former, heir in sorted(identities.merged.items())
    ]
    pattern_of = {id(cluster): pattern_id for cluster, pattern_id in zip(kept, identities.pattern_ids, strict=True)}
    decisions = [
        *unread,
        *(row for cluster in clusters for row in _decide(cluster, pattern_of.get(id(cluster)))),
    ]
    return LibraryState(
        patterns=sorted(patterns, key=lambda row: str(row["pattern_id"])),
        versions=[*previous.versions, *sorted(appended, key=lambda row: str(row["pattern_id"]))],
        aliases=[*previous.aliases, *aliases],
        provenance=sorted(provenance, key=_place),
        decisions=_keep_times(decisions, previous.decisions, now),
    )


def _read_replies(
    candidates: Sequence[Candidate], messages: Mapping[str, MessageText]
) -> tuple[list[Reply], list[dict[str, object]]]:
    replies: list[Reply] = []
    unread: list[dict[str, object]] = []
    for candidate in candidates:
        if not candidate.responses or any(item.message_key not in messages for item in candidate.evidence):
            unread.append(_decision(candidate.candidate_id, None, "different", "evidence", {}))
            continue
        try:
            replies.append(read_reply(candidate, messages))
        except MalformedTemplateError:
            unread.append(_decision(candidate.candidate_id, None, "different", "template", {}))
    return replies, unread


def _find_cause(cluster: Cluster, known: set[str], sequence_of: Mapping[str, int]) -> dict[str, str | None]:
    """The import that changed a pattern: the latest of those that brought a candidate which was not known."""
    new = [reply.candidate for reply in cluster.replies if reply.candidate.candidate_id not in known]
    if not new:
        return {"import_key": None, "extractor": None, "prompt_version": None}
    latest = max(new, key=lambda candidate: (sequence_of.get(candidate.import_key, 0), candidate.candidate_id))
    return {"import_key": latest.import_key, "extractor": latest.extractor, "prompt_version": None}


def _trace(
    cluster: Cluster, pattern_id: str, file_of: Mapping[str, str], messages: Mapping[str, MessageText]
) -> Iterator[Row]:
    """A provenance row for each message of each candidate."""
    for wording in cluster.wordings:
        for instance in wording.instances:
            candidate = instance.reply.candidate
            for message in candidate.evidence:
                is_response = message.role == "response"
                text = messages.get(message.message_key)
                values = instance.values.get(message.message_key, ()) if is_response else ()
                yield {
                    "pattern_id": pattern_id,
                    "candidate_id": candidate.candidate_id,
                    "import_key": message.import_key,
                    "file_name": name_member(file_of.get(message.import_key, ""), text.member if text else None),
                    "row_number": message.row_number,
                    "conversation_key": candidate.conversation_key,
                    "message_id": message.message_id,
                    "message_key": message.message_key,
                    "role": message.role,
                    "template": wording.template if is_response else None,
                    "values": json.dumps([asdict(value) for value in values]),
                }


def _decide(cluster: Cluster, pattern_id: str | None) -> Iterator[dict[str, object]]:
    for wording in cluster.wordings:
        forms = len({instance.reply.form for instance in wording.instances})
        for instance in wording.instances:
            candidate_id = instance.reply.candidate.candidate_id
            if pattern_id is None:
                yield _decision(candidate_id, None, "different", "support", {})
            else:
                by = "alignment" if forms > 1 else "normalised_text"
                yield _decision(candidate_id, pattern_id, "same", by, {"wordings": len(cluster.wordings)})


def _decision(
    candidate_id: str, pattern_id: str | None, band: str, decided_by: str, scores: Mapping[str, float]
) -> dict[str, object]:
    return {
        "candidate_id": candidate_id,
        "pattern_id": pattern_id,
        "band": band,
        "scores": json.dumps(scores, sort_keys=True),
        "decided_by": decided_by,
    }


def _keep_times(decisions: Sequence[dict[str, object]], previous: Sequence[Row], now: datetime) -> list[Row]:
    """Decisions with the time they were first made at, sorted by candidate."""
    before = {row["candidate_id"]: row for row in previous}
    dated = []
    for decision in decisions:
        old = before.get(decision["candidate_id"])
        same = old is not None and all(old[name] == value for name, value in decision.items())
        dated.append({**decision, "decided_at": old["decided_at"] if same and old else now})
    return sorted(dated, key=lambda row: str(row["candidate_id"]))


def _place(row: Row) -> tuple[str, ...]:
    return (row["pattern_id"], row["candidate_id"], row["role"], row["message_key"])

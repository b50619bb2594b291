"""Rows of pattern_provenance and merge_decisions: what each pattern rests on, and where each candidate went.

Here: rows made from clusters. Not here: which clusters there are (merging.py, review_replay.py).
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime

from pls_pipeline.imports import name_member
from pls_pipeline.library.canonical import canonical_key
from pls_pipeline.library.merging import Cluster
from pls_pipeline.library.replies import MessageText
from pls_pipeline.library.state import Row
from pls_pipeline.library.weaving import APART, Union


def trace_cluster(
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


def decide_cluster(
    cluster: Cluster, pattern_id: str | None, unions: Mapping[str, Union], *, is_reviewed: bool = False
) -> Iterator[dict[str, object]]:
    """A decision for each candidate of a cluster; `is_reviewed`: a reviewer put it where it is.

    Where a wording was compared with another pattern's, the scores say with what result (`unions`, by the key of the
    wording): `cosine` of the replies, `question` of what was asked, and the reason.
    """
    for wording in cluster.wordings:
        forms = len({instance.reply.form for instance in wording.instances})
        union = unions.get(canonical_key(wording.template, wording.variables))
        scores = union.scores if union else {}
        for instance in wording.instances:
            candidate_id = instance.reply.candidate.candidate_id
            if pattern_id is None:
                yield make_decision(candidate_id, None, "different", "support", scores)
                continue
            band, by = "same", "alignment" if forms > 1 else "normalised_text"
            if is_reviewed:
                by = "reviewer"
            elif union and union.band != APART:
                band, by = union.band, union.decided_by
            yield make_decision(candidate_id, pattern_id, band, by, {**scores, "wordings": len(cluster.wordings)})


def make_decision(
    candidate_id: str, pattern_id: str | None, band: str, decided_by: str, scores: Mapping[str, float | str]
) -> dict[str, object]:
    """A row of merge_decisions without its time."""
    return {
        "candidate_id": candidate_id,
        "pattern_id": pattern_id,
        "band": band,
        "scores": json.dumps(scores, sort_keys=True),
        "decided_by": decided_by,
    }


def keep_times(decisions: Sequence[dict[str, object]], previous: Sequence[Row], now: datetime) -> list[Row]:
    """Decisions with the time they were first made at, sorted by candidate."""
    before = {row["candidate_id"]: row for row in previous}
    dated = []
    for decision in decisions:
        old = before.get(decision["candidate_id"])
        same = old is not None and all(old[name] == value for name, value in decision.items())
        dated.append({**decision, "decided_at": old["decided_at"] if same and old else now})
    return sorted(dated, key=lambda row: str(row["candidate_id"]))


def order_provenance(row: Row) -> tuple[str, ...]:
    """What rows of pattern_provenance are sorted by."""
    return (row["pattern_id"], row["candidate_id"], row["role"], row["message_key"])

"""The library from all candidates and all decisions: each run computes it anew and carries ids and unchanged rows over.

Here: the order of the steps. Not here: the steps themselves (the modules beside).
Since nothing depends on the order of candidates, the order of imports does not change what is merged.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pls_pipeline.imports import Manifest
from pls_pipeline.library.conflicts import find_conflicts
from pls_pipeline.library.copies import mark_copies
from pls_pipeline.library.decisions import Decision, follow_merges
from pls_pipeline.library.describing import describe_cluster
from pls_pipeline.library.held_templates import find_held_templates
from pls_pipeline.library.identity import claim_candidates, find_heirs, recall
from pls_pipeline.library.judging import Judge
from pls_pipeline.library.merging import Cluster, merge_wordings
from pls_pipeline.library.provenance import decide_cluster, keep_times, make_decision, order_provenance, trace_cluster
from pls_pipeline.library.quoting import count_speakers
from pls_pipeline.library.replies import MessageText, Reply, read_reply
from pls_pipeline.library.review_replay import Part, find_favoured, join_parts, place_clusters
from pls_pipeline.library.review_standing import ReviewBook, Standing
from pls_pipeline.library.similarity import Embedder, LexicalEmbedder
from pls_pipeline.library.state import LibraryOptions, LibraryState, Row
from pls_pipeline.library.support import judge_support
from pls_pipeline.library.uniting import unite_clusters
from pls_pipeline.library.versions import VersionLog, end_version
from pls_pipeline.library.weaving import Union
from pls_pipeline.library.wordings import find_wordings
from pls_pipeline.patterns import Candidate, MalformedTemplateError


@dataclass(frozen=True)
class _Facts:
    """What clusters are described with: messages, imports, categories, users of a word, time of the latest reply."""

    messages: Mapping[str, MessageText]
    sequence_of: Mapping[str, int]
    categories: Sequence[str]
    speakers: Mapping[str, int]
    newest: datetime


def build_library(
    candidates: Sequence[Candidate],
    messages: Mapping[str, MessageText],
    imports: Sequence[Manifest],
    previous: LibraryState,
    options: LibraryOptions,
    now: datetime,
    reviews: Sequence[Decision] = (),
    embedder: Embedder | None = None,
    judge: Judge | None = None,
) -> LibraryState:
    """The library of these candidates and decisions.

    `messages` holds body and time by message_key for the evidence. A candidate whose evidence is not there, or whose
    template cannot be read, becomes a decision without a pattern. Rows that did not change are those of `previous`,
    so a run that changes nothing returns the previous state. `reviews` are in the order of review_decisions. Without
    an embedder, replies are near by their words alone; without a judge, what the gate is unsure of stays apart.
    """
    replies, unread = _read_replies(candidates, messages)
    embedder = embedder or LexicalEmbedder()
    wordings = find_wordings(mark_copies(replies), find_held_templates(reviews))
    united = unite_clusters(merge_wordings(wordings), embedder, judge)
    clusters = united.clusters
    in_all = len({candidate.conversation_key for candidate in candidates})
    merges = follow_merges(reviews)
    known = recall(previous, merges, find_favoured(reviews))
    parts = place_clusters(clusters, judge_support(clusters, options, in_all), known, reviews)
    patterns_of = join_parts(parts)

    ended = {row["pattern_id"] for row in previous.patterns} - set(patterns_of)
    heirs, vanished = find_heirs(ended, known, patterns_of)
    heirs |= {former: merges[former] for former in ended if merges.get(former) in patterns_of}
    followed = _follow_aliases(previous.aliases, heirs, set(patterns_of))

    book = ReviewBook(reviews)
    log = VersionLog(previous, book, now)
    facts = _Facts(
        messages,
        {manifest.import_key: manifest.sequence for manifest in imports},
        options.categories,
        count_speakers(candidates),
        max((messages[m.message_key].occurred_at for r in replies for m in r.candidate.responses), default=now),
    )
    conflicts = find_conflicts(patterns_of, embedder)
    brought = {row["candidate_id"] for row in previous.decisions if row["pattern_id"]}
    for pattern_id, cluster in patterns_of.items():
        templates = [wording.template for wording in cluster.wordings]
        standing = book.judge(pattern_id, followed[pattern_id], templates, cluster.message_keys)
        content = {
            "pattern_id": pattern_id,
            **_describe(cluster, standing, facts),
            "conflicts_with": conflicts.get(pattern_id, []),
        }
        log.record(content, _find_cause(cluster, brought, facts.sequence_of))
    ends = [*((former, heir, former in merges) for former, heir in sorted(heirs.items())),
            *((former, None, False) for former in vanished if former not in heirs)]  # fmt: skip
    for former, heir, is_reviewed in ends:
        log.append(end_version(log.living[former], heir, is_reviewed=is_reviewed, book=book, now=now))
    aliases = [
        {
            "former_pattern_id": former,
            "pattern_id": heir,
            "why": "reviewed" if is_reviewed else "merged",
            "changed_at": now,
        }
        for former, heir, is_reviewed in ends
        if heir
    ]
    file_of = {manifest.import_key: manifest.file_name for manifest in imports}
    provenance = [row for key, cluster in patterns_of.items() for row in trace_cluster(cluster, key, file_of, messages)]
    claimants = [(part.own_id, part.cluster) for part in parts if not part.is_split]
    claims = claim_candidates(previous.evidence, claimants, now)
    return LibraryState(
        patterns=sorted(log.patterns, key=lambda row: str(row["pattern_id"])),
        versions=[*previous.versions, *sorted(log.appended, key=lambda row: str(row["pattern_id"]))],
        aliases=[*previous.aliases, *aliases],
        provenance=sorted(provenance, key=order_provenance),
        decisions=keep_times([*unread, *_decide(clusters, parts, united.unions)], previous.decisions, now),
        evidence=[*previous.evidence, *claims],
    )


def _read_replies(
    candidates: Sequence[Candidate], messages: Mapping[str, MessageText]
) -> tuple[list[Reply], list[dict[str, object]]]:
    replies: list[Reply] = []
    unread: list[dict[str, object]] = []
    for candidate in candidates:
        if not candidate.responses or any(item.message_key not in messages for item in candidate.evidence):
            unread.append(make_decision(candidate.candidate_id, None, "different", "evidence", {}))
            continue
        try:
            replies.append(read_reply(candidate, messages))
        except MalformedTemplateError:
            unread.append(make_decision(candidate.candidate_id, None, "different", "template", {}))
    return replies, unread


def _follow_aliases(aliases: Sequence[Row], heirs: Mapping[str, str], living: set[str]) -> dict[str, set[str]]:
    """The ended ids that lead to each living pattern."""
    into = {row["former_pattern_id"]: row["pattern_id"] for row in aliases} | dict(heirs)
    followed: defaultdict[str, set[str]] = defaultdict(set)
    for former in into:
        current, seen = former, {former}
        while current not in living and current in into and into[current] not in seen:
            current = into[current]
            seen.add(current)
        if current in living and current != former:
            followed[current].add(former)
    return followed


def _describe(cluster: Cluster, standing: Standing, facts: _Facts) -> dict[str, Any]:
    """Content of a pattern's row: what candidates say, and over it what a reviewer wrote."""
    main = next((wording for wording in cluster.wordings if wording.template == standing.template), cluster.wordings[0])
    ordered = Cluster(cluster.key, (main, *(wording for wording in cluster.wordings if wording is not main)))
    content = {
        **describe_cluster(ordered, facts.messages, facts.sequence_of, facts.categories, facts.speakers, facts.newest),
        "status": standing.status,
        "decision_id": standing.decision_id,
        "edited_fields": sorted(standing.edits),
    }
    if standing.edits.get("response_template", main.template) != main.template:
        others = (main.template, *content["wordings"])
        content["wordings"] = [template for template in others if template != standing.edits["response_template"]]
    return {**content, **standing.edits}


def _find_cause(cluster: Cluster, brought: set[str], sequence_of: Mapping[str, int]) -> dict[str, str | None]:
    """The import that changed a pattern: the latest of those that brought a candidate which was not known."""
    new = [reply.candidate for reply in cluster.replies if reply.candidate.candidate_id not in brought]
    if not new:
        return {"import_key": None, "extractor": None, "prompt_version": None}
    latest = max(new, key=lambda candidate: (sequence_of.get(candidate.import_key, 0), candidate.candidate_id))
    return {"import_key": latest.import_key, "extractor": latest.extractor, "prompt_version": None}


def _decide(clusters: Sequence[Cluster], parts: Sequence[Part], unions: Mapping[str, Union]) -> list[dict[str, object]]:
    """A decision for each candidate: with the pattern of the part that holds it, or waiting for support."""
    placed = {id(wording): part for part in parts for wording in part.cluster.wordings}
    own_keys = {id(wording): cluster.key for cluster in clusters for wording in cluster.wordings}
    rows: list[dict[str, object]] = []
    for part in parts:
        cut_off = any(own_keys[id(wording)] != part.cluster.key for wording in part.cluster.wordings)
        rows += decide_cluster(
            part.cluster, part.pattern_id, unions, is_reviewed=cut_off or part.pattern_id != part.own_id
        )
    for cluster in clusters:
        waiting = tuple(wording for wording in cluster.wordings if id(wording) not in placed)
        if waiting:
            rows += decide_cluster(Cluster(cluster.key, waiting), None, unions)
    return rows

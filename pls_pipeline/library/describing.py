"""What a pattern says of itself: situation, examples, category, counts, confidence.

Here: from a cluster to the content of its row. Not here: ids and versions, or how confidence is computed
(confidence.py).
"""

import json
import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from pls_pipeline.library.confidence import gather_evidence, score_confidence
from pls_pipeline.library.merging import EMBEDDED, Cluster
from pls_pipeline.library.quoting import LEFT_OUT, quote
from pls_pipeline.library.replies import MessageText
from pls_pipeline.patterns import Candidate

MOST_EXAMPLES = 5
MOST_WORDINGS = 20
_WORD = re.compile(r"\w+(?:['’]\w+)*")
# Words that say nothing of what a customer wants.
_UNTELLING = frozenset(
    """
    a an the i i'm im my me we our you your it it's is are was be to of for in on at and or so do does can could would
    please hi hello hey thanks thank ok okay yes no that this just with have has
    """.split()  # noqa: SIM905 - a word list reads better as text
)


def describe_cluster(
    cluster: Cluster,
    messages: Mapping[str, MessageText],
    sequence_of: Mapping[str, int],
    categories: Sequence[str],
    speakers: Mapping[str, int],
    newest: datetime,
) -> dict[str, Any]:
    """Content columns of pattern_library: all but pattern_id, version, status, conflicts_with and updated_at.

    `speakers` are those of quoting.count_speakers; `newest` is the time of the latest reply of all candidates.
    """
    candidates = [reply.candidate for reply in cluster.replies]
    imports = sorted({candidate.import_key for candidate in candidates}, key=lambda key: (sequence_of.get(key, 0), key))
    times = [messages[message.message_key].occurred_at for c in candidates for message in c.responses]
    main = cluster.wordings[0]
    situations = rank_situations(candidates, speakers)
    evidence = gather_evidence(cluster, messages, newest)
    return {
        "category": _most_common([candidate.category for candidate in candidates], categories),
        "situation": situations[0],
        "trigger_examples": situations[:MOST_EXAMPLES],
        "response_template": main.template,
        "wordings": list(dict.fromkeys(w.template for w in cluster.wordings[1:] if w.template != main.template))[
            :MOST_WORDINGS
        ],
        "variables": json.dumps([asdict(variable) for variable in main.variables], ensure_ascii=False),
        "confidence": score_confidence(evidence),
        "operator_count": evidence.operators,
        "satisfied_count": evidence.satisfied,
        "returned_count": evidence.returned,
        "conversation_count": len(cluster.conversations),
        "import_count": len(imports),
        "first_import_key": imports[0],
        "last_import_key": imports[-1],
        "first_seen_at": min(times),
        "last_seen_at": max(times),
    }


def rank_situations(candidates: Sequence[Candidate], speakers: Mapping[str, int]) -> list[str]:
    """Distinct situations, the most telling first: a model's, then customers' words, whole before cut ones.

    A situation scores the number of candidates that share each of its words, over the root of its length, so that
    neither a long nor an odd one wins.
    """
    counts = Counter(
        (True, quote(candidate.situation, speakers))
        if candidate.extractor == EMBEDDED
        else (False, candidate.situation)
        for candidate in candidates
    )
    words = {text: _telling_words(text) for _, text in counts}
    shared: Counter[str] = Counter()
    for (_, text), count in counts.items():
        shared.update(dict.fromkeys(words[text], count))

    def score(text: str) -> float:
        return sum(shared[word] for word in words[text]) / math.sqrt(len(words[text]) + 4)

    def rank(item: tuple[bool, str]) -> tuple[bool, bool, float, str]:
        is_quoted, text = item
        return is_quoted, LEFT_OUT in text, -score(text), text

    return [text for _, text in sorted(counts, key=rank)]


def _telling_words(text: str) -> frozenset[str]:
    return frozenset(word.casefold().replace("’", "'") for word in _WORD.findall(text)) - _UNTELLING


def _most_common(values: Sequence[str], order: Sequence[str]) -> str:
    counts = Counter(values)
    places = {value: place for place, value in enumerate(order)}
    return min(counts, key=lambda value: (-counts[value], places.get(value, len(places)), value))

"""Simple ways to bring replies together, for comparison: each gives a reply a group and a template.

Here: the baselines. Not here: the product's way, or the figures (library.py).
"""

import importlib.util
import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from pls_pipeline.entities import find_entities
from pls_pipeline.library.neighbours import Leaders, Search
from pls_pipeline.library.similarity.minilm import load_minilm
from pls_pipeline.patterns import SlotValue, template_from_body

TRIGRAM_SIMILARITY = 0.7
COSINE = 0.75
_MOST_TRIED = 50


@dataclass(frozen=True)
class Grouped:
    """A reply with its group, and its template with the values in it."""

    message_id: str
    group: str
    template: str
    values: tuple[SlotValue, ...] = ()


Replies = Sequence[tuple[str, str]]
"""(message id, body)."""


def group_identical(replies: Replies) -> Iterator[Grouped]:
    """The same text."""
    for message_id, body in replies:
        yield Grouped(message_id, body, template_from_body(body, ()))


def group_masked(replies: Replies) -> Iterator[Grouped]:
    """The same text once values are masked."""
    for message_id, body in replies:
        values = tuple(SlotValue(item.name, item.start, item.end) for item in find_entities(body))
        template = template_from_body(body, values)
        yield Grouped(message_id, template, template, values)


def group_by_trigrams(replies: Replies) -> Iterator[Grouped]:
    """The first earlier text that shares more than 0.7 of its trigrams (Jaccard): the predecessor's rule."""
    leaders: list[tuple[str, frozenset[str]]] = []
    holders: defaultdict[str, list[int]] = defaultdict(list)
    known: dict[str, int] = {}
    for message_id, body in replies:
        if body not in known:
            grams = _trigrams(body)
            shared: defaultdict[int, int] = defaultdict(int)
            for gram in grams:
                for number in holders[gram]:
                    shared[number] += 1
            tried = sorted(shared, key=lambda number: (-shared[number], number))[:_MOST_TRIED]
            near = [n for n in tried if shared[n] > TRIGRAM_SIMILARITY * len(grams | leaders[n][1])]
            if near:
                known[body] = min(near)
            else:
                known[body] = len(leaders)
                leaders.append((body, grams))
                for gram in grams:
                    holders[gram].append(known[body])
        leader = known[body]
        yield Grouped(message_id, str(leader), template_from_body(leaders[leader][0], ()))


def group_by_embeddings(replies: Replies) -> Iterator[Grouped]:
    """The nearest earlier text with a cosine above 0.75 of all-MiniLM-L6-v2."""
    texts = list(dict.fromkeys(body for _, body in replies))
    vectors = load_minilm().embed(texts)
    leaders = Leaders(vectors.shape[1])
    search = Search(leaders, vectors)
    leader_of: dict[str, str] = {}
    for number, (text, vector) in enumerate(zip(texts, vectors, strict=True)):
        near = search.find_next(1, COSINE)
        leader_of[text] = texts[near[0][1]] if near else text
        if not near:
            leaders.add(number, vector)
    for message_id, body in replies:
        yield Grouped(message_id, leader_of[body], template_from_body(leader_of[body], ()))


def group_by_drain(replies: Replies) -> Iterator[Grouped]:
    """Drain3's log templates."""
    from drain3 import TemplateMiner  # type: ignore[import-not-found,unused-ignore]

    miner = TemplateMiner()
    clusters = [
        (message_id, body, miner.add_log_message(" ".join(body.split()))["cluster_id"]) for message_id, body in replies
    ]
    templates = {cluster.cluster_id: cluster.get_template() for cluster in miner.drain.clusters}
    for message_id, _, cluster in clusters:
        yield Grouped(message_id, str(cluster), re.sub(r"<\*>", "{{x}}", templates[cluster]))


def choose_baselines() -> dict[str, Callable[[Replies], Iterator[Grouped]]]:
    """The baselines that can run here, by name; Drain3 only where it is installed."""
    found: dict[str, Callable[[Replies], Iterator[Grouped]]] = {
        "identical text": group_identical,
        "masked, then identical": group_masked,
        "trigrams > 0.7": group_by_trigrams,
        "MiniLM > 0.75": group_by_embeddings,
    }
    if importlib.util.find_spec("drain3"):
        found["Drain3"] = group_by_drain
    return found


def _trigrams(text: str) -> frozenset[str]:
    padded = f"  {' '.join(text.casefold().split())} "
    return frozenset(padded[i : i + 3] for i in range(len(padded) - 2))

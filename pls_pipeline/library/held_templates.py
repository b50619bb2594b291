"""Templates that a reviewer approved: replies that are instances of one are its evidence, whatever alignment says now.

Here: which templates are held, and which replies they take before others are aligned. Without it a template with
`{{time}}` falls into one literal for each time once times come back, and its approval with it. Not here: the status of
a pattern (review_standing.py).
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pls_pipeline.library.decisions import STATUS_OF, Action, Decision
from pls_pipeline.library.guiding_words import NEGATIONS
from pls_pipeline.library.replies import Reply
from pls_pipeline.patterns import Literal, MalformedTemplateError, Segment, Slot, SlotValue, Variable, parse_template

# Fixed words that a template needs: "{{name}} {{time}}" would take any reply.
LEAST_WORDS = 3
# Words of a value that no recogniser knows.
LONGEST_VALUE = 6
_WORD = re.compile(r"\w+(?:['’]\w+)*")


@dataclass(frozen=True)
class HeldReplies:
    """The replies of one held template, `spans` of its values in the text of each, and its variables."""

    variables: tuple[Variable, ...]
    replies: tuple[Reply, ...]
    spans: tuple[tuple[SlotValue, ...], ...]


@dataclass(frozen=True)
class _Held:
    template: str
    segments: tuple[Segment, ...]
    form: re.Pattern[str]
    words: tuple[str, ...]


def find_held_templates(decisions: Iterable[Decision]) -> list[str]:
    """The templates with variables that were approved, and not rejected or retired since; sorted."""
    latest = {decision.pattern_id: decision for decision in decisions if decision.action in STATUS_OF}
    approved = {decision.reply for decision in latest.values() if decision.action is Action.APPROVE}
    return sorted(template for template in approved if "{{" in template)


def take_held(replies: Sequence[Reply], templates: Iterable[str]) -> tuple[list[HeldReplies], list[Reply]]:
    """The replies of each template that has any, and the others. Of several templates, the one with most words."""
    held = [found for found in map(_read, templates) if found]
    if not held:
        return [], list(replies)
    by_word: defaultdict[str, list[_Held]] = defaultdict(list)
    for item in held:
        by_word[max(item.words, key=lambda word: (len(word), word))].append(item)
    taken: defaultdict[str, list[tuple[Reply, tuple[SlotValue, ...]]]] = defaultdict(list)
    others: list[Reply] = []
    for reply in replies:
        words = {_fold(word) for word in _WORD.findall(reply.text)} if reply.is_exact else set()
        near = [item for word in words & by_word.keys() for item in by_word[word]]
        for item in sorted(near, key=lambda item: (-len(item.words), item.template)):
            spans = _match(item, reply)
            if spans is not None:
                taken[item.template].append((reply, spans))
                break
        else:
            others.append(reply)
    return [_write(instances) for _, instances in sorted(taken.items())], others


def _read(template: str) -> _Held | None:
    try:
        segments = tuple(parse_template(template))
    except MalformedTemplateError:
        return None
    literal = " ".join(segment.text for segment in segments if isinstance(segment, Literal))
    words = tuple(_fold(word) for word in _WORD.findall(literal))
    if len(words) < LEAST_WORDS or not any(isinstance(segment, Slot) for segment in segments):
        return None
    return _Held(template, segments, _compile(segments), words)


def _compile(segments: Sequence[Segment]) -> re.Pattern[str]:
    """White space, case, and punctuation at the end do not count; a variable that stands twice has one value."""
    parts: list[str] = []
    names: list[str] = []
    for place, segment in enumerate(segments):
        if isinstance(segment, Slot):
            parts.append(f"(?P={segment.name})" if segment.name in names else f"(?P<{segment.name}>\\S.*?)")
            names.append(segment.name)
        else:
            text = segment.text.rstrip(" .!") if place == len(segments) - 1 else segment.text
            parts.append(re.sub(r"(?:\\?\s)+", r"\\s+", re.escape(text.replace("’", "'"))))
    return re.compile(r"\s*" + "".join(parts) + r"[\s.!]*", re.IGNORECASE | re.DOTALL)


def _match(item: _Held, reply: Reply) -> tuple[SlotValue, ...] | None:
    match = item.form.fullmatch(reply.text.replace("’", "'"))
    if match is None:
        return None
    spans = tuple(SlotValue(name, *match.span(name)) for name in item.form.groupindex)
    return spans if all(_is_value(span, reply) for span in spans) else None


def _is_value(span: SlotValue, reply: Reply) -> bool:
    """Whether a span holds whole values, or a few words that deny nothing."""
    inside = [token for token in reply.tokens if token.start < span.end and span.start < token.end]
    whole = all(span.start <= token.start and token.end <= span.end for token in inside)
    said = {_fold(token.text) for token in inside if not token.is_value}
    return whole and 0 < len(inside) <= LONGEST_VALUE and not said & NEGATIONS and "?" not in said


def _write(instances: Sequence[tuple[Reply, tuple[SlotValue, ...]]]) -> HeldReplies:
    types: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for reply, spans in instances:
        for span in spans:
            types[span.name].update(t.type for t in reply.tokens if t.type and span.start <= t.start < span.end)
    names = [span.name for span in instances[0][1]]
    variables = tuple(Variable(name, _most_common(types[name])) for name in names)
    return HeldReplies(variables, tuple(reply for reply, _ in instances), tuple(spans for _, spans in instances))


def _most_common(counts: Counter[str]) -> str:
    return min(counts, key=lambda kind: (-counts[kind], kind), default="text")


def _fold(word: str) -> str:
    return word.casefold().replace("’", "'")

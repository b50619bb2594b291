"""Where a template and its values stand in the reply that they claim to come from.

Here: the comparison of a rendered template with masked messages, the edits that it lets pass, and the spans of values
in the messages' own bodies. Not here: what else makes a pattern acceptable (verification.py).

The edits: white space; the shape of quotes, dashes and dots; characters that cannot be seen; a greeting before the
template (the letter after it may be a capital); a farewell, a signature after a dash, and end punctuation after it.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from pls_pipeline.patterns import Literal, Segment, SlotValue
from pls_pipeline.privacy import MaskedText

_SHAPES = str.maketrans(
    {
        **dict.fromkeys("\u2018\u2019\u02bc\u00b4`", "'"),
        **dict.fromkeys("\u201c\u201d\u201e\u00ab\u00bb", '"'),
        **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014", "-"),
    }
)
# Words that are no name are left out on purpose: "Hi, don't come in" must not become "come in".
_NAME = r"(?:\[[A-Z0-9_]+\]|[A-ZÀ-Þ](?:[\w.'-]*[a-zß-ÿ][\w.'-]*|\.)?|(?i:there|all|folks|guys|team|everyone|sir|madam))"
# No question mark: a question that loses its mark says something else.
_END = r"[ .,!;:)'\"~*\u2190-\u2bff\ufe0f\U0001f000-\U0001faff-]*"
_GREETING = re.compile(
    r"(?:(?i:hi|hiya|hello|hey|howdy|dear|greetings|good (?:morning|afternoon|evening|day)|morning|afternoon|evening)"
    rf"(?:,? {_NAME}){{0,3}}{_END})?\Z"
)
_FAREWELL = re.compile(
    rf"{_END}(?:(?i:(?:many )?thanks(?: again| so much| a lot)?|thank you(?: again| so much)?|thx|cheers|bye|take care|"
    r"(?:best |kind |warm )?regards|have a (?:great|good|nice|lovely|wonderful) (?:one|time|day|evening|night|weekend))"
    rf"(?:,? {_NAME}){{0,3}}{_END}){{0,2}}(?:(?:(?<=[-~])|(?<=[-~] )){_NAME}{_END})?\Z"
)

# Words of ASCII with one space between: nothing to undo, and most texts are such.
_PLAIN = re.compile(r"(?:[!-_a-~]+(?: [!-_a-~]+)*)?\Z")


class TemplateDiffersError(ValueError):
    """A template that is not said in the messages it cites. `reason` is a code."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class FoldedText:
    """A text with the edits of shape undone; `positions[i]` is where its character i stands in the original."""

    text: str
    positions: tuple[int, ...]


def fold_text(text: str) -> FoldedText:
    """Undo differences of white space and shape: runs of space are one space, none at the ends, quotes are straight."""
    if _PLAIN.match(text):
        return FoldedText(text, tuple(range(len(text))))
    characters: list[str] = []
    positions: list[int] = []
    for position, character in enumerate(text):
        if character.isspace():
            shown = " " if characters and characters[-1] != " " else ""
        elif not character.isprintable():
            shown = ""
        else:
            shown = "..." if character == "…" else character.translate(_SHAPES)
        characters.extend(shown)
        positions.extend([position] * len(shown))
    if characters and characters[-1] == " ":
        characters.pop()
        positions.pop()
    return FoldedText("".join(characters), tuple(positions))


def align_template(
    segments: Sequence[Segment], values: Mapping[str, str], replies: Sequence[MaskedText]
) -> tuple[tuple[SlotValue, ...], ...]:
    """Find the template, with its values, in the reply that these masked messages make up together.

    Returns for each message the spans of the values in its body, sorted, in code points. Raises TemplateDiffersError:
    `reply_differs`, `empty_value`, `value_across_messages`, or `placeholder_cut` where a value is part of a masked one.
    Raises KeyError where a variable has no value.
    """
    said = fold_text("\n".join(reply.text for reply in replies))
    rendered, slots = _render(segments, values)
    start = _find(rendered, said.text)
    if start is None:
        raise TemplateDiffersError("reply_differs")
    found: list[list[SlotValue]] = [[] for _ in replies]
    for name, begin, end in slots:
        first, last = said.positions[start + begin], said.positions[start + end - 1] + 1
        index, offset = _locate(first, replies)
        if last - offset > len(replies[index].text):
            raise TemplateDiffersError("value_across_messages")
        found[index].append(SlotValue(name, *unmask_span(replies[index], first - offset, last - offset)))
    return tuple(tuple(spans) for spans in found)


def find_value(value: str, masked: MaskedText) -> tuple[int, int] | None:
    """Return the span in the body where a masked message holds a value, apart from letters and digits around it.

    None where it does not. Raises TemplateDiffersError `placeholder_cut` where the value is part of a masked one.
    """
    sought, said = fold_text(value).text, fold_text(masked.text)
    at = said.text.find(sought) if sought else -1
    while at >= 0:
        end = at + len(sought)
        if _is_apart(said.text[:at], sought) and _is_apart(sought, said.text[end : end + 1]):
            return unmask_span(masked, said.positions[at], said.positions[end - 1] + 1)
        at = said.text.find(sought, at + 1)
    return None


def unmask_span(masked: MaskedText, start: int, end: int) -> tuple[int, int]:
    """Return the span in the body that a span of the masked text stands for.

    Raises TemplateDiffersError `placeholder_cut` where it begins or ends within a placeholder.
    """
    if any(item.masked_start < edge < item.masked_end for item in masked.replacements for edge in (start, end)):
        raise TemplateDiffersError("placeholder_cut")
    return masked.body_span(start, end)


def _render(segments: Sequence[Segment], values: Mapping[str, str]) -> tuple[str, list[tuple[str, int, int]]]:
    """Return the folded text of a template with its values, and (variable, start, end) of each value in it."""
    raw, spans = "", []
    for segment in segments:
        text = segment.text if isinstance(segment, Literal) else values[segment.name].strip()
        if not isinstance(segment, Literal):
            spans.append((segment.name, len(raw), len(raw) + len(text)))
        raw += text
    folded = fold_text(raw)
    slots = [(name, bisect_left(folded.positions, a), bisect_left(folded.positions, b)) for name, a, b in spans]
    if any(begin >= end for _, begin, end in slots):
        raise TemplateDiffersError("empty_value")
    return folded.text, slots


def _find(rendered: str, said: str) -> int | None:
    """Return where the rendered template begins in what was said, with nothing but the allowed edits around it."""
    for start in _occurrences(rendered[1:], said):
        before, first, after = said[:start], said[start], said[start + len(rendered) :]
        if rendered[-1] == "?":
            after = after.lstrip("?!")
        same = first == rendered[0] or (before and first.casefold() == rendered[0].casefold())
        apart = _is_apart(before, first) and _is_apart(rendered, after[:1])
        if same and apart and _GREETING.match(before) and _FAREWELL.match(after):
            return start
    return None


def _occurrences(rest: str, said: str) -> Iterator[int]:
    at = said.find(rest, 1)
    while at > 0:
        yield at - 1
        at = said.find(rest, at + 1)


def _is_apart(left: str, right: str) -> bool:
    return not (left[-1:].isalnum() and right[:1].isalnum())


def _locate(position: int, replies: Sequence[MaskedText]) -> tuple[int, int]:
    """Return the index of the message that holds a position of the joined texts, and where that message begins."""
    offset = 0
    for index, reply in enumerate(replies):
        if position <= offset + len(reply.text):
            return index, offset
        offset += len(reply.text) + 1
    raise IndexError(position)

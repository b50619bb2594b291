"""Personal values that a model left in a template, made variables.

Here: the template without them and the variables that stand for them. Not here: how they are found (privacy.py), or
whether the reply still is what the new template says (template_checks.py).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pls_pipeline.extraction.alignment import TemplateDiffersError, find_value
from pls_pipeline.extraction.answer import VariableAnswer
from pls_pipeline.extraction.transcript import TranscriptMessage, TranscriptPart
from pls_pipeline.patterns import Literal, Segment, Slot, parse_template, used_variables, write_template


@dataclass(frozen=True)
class LeftValue:
    """A value in the literal text of a template: its text there, which may be a placeholder, type and name."""

    text: str
    type: str
    name: str


def free_values(
    template: str, left: Sequence[LeftValue], replies: Sequence[TranscriptMessage]
) -> tuple[str, tuple[VariableAnswer, ...]]:
    """The template with a variable wherever a value stands in its literal text, and those variables.

    The same text is the same variable. Where no reply says a value by itself, its variable is left out, so that the
    checks of the template refuse it.
    """
    taken = set(used_variables(template))
    names: dict[str, str] = {}
    variables: list[VariableAnswer] = []
    # the longest first: a value may be a part of another
    for value in sorted(left, key=lambda value: -len(value.text)):
        if value.text in names:
            continue
        names[value.text] = name = _new_name(value.name, taken)
        taken.add(name)
        said = next((reply.number for reply in replies if _says(reply, value.text)), None)
        if said is not None:
            variables.append(VariableAnswer(name=name, type=value.type, description="", value=value.text, message=said))
    segments: Iterable[Segment] = parse_template(template)
    for text, name in names.items():
        segments = [part for segment in segments for part in _cut(segment, text, name)]
    return write_template(segments), tuple(variables)


def left_placeholders(template: str, part: TranscriptPart) -> list[LeftValue]:
    """The part's placeholders that stand in the template."""
    replacements = {item.placeholder: item.type for message in part.messages for item in message.masked.replacements}
    return [LeftValue(text, kind, kind) for text, kind in replacements.items() if text in template]


def _says(reply: TranscriptMessage, value: str) -> bool:
    try:
        return find_value(value, reply.masked) is not None
    except TemplateDiffersError:
        return False


def _cut(segment: Segment, text: str, name: str) -> list[Segment]:
    if not isinstance(segment, Literal):
        return [segment]
    parts: list[Segment] = []
    for index, piece in enumerate(segment.text.split(text)):
        parts += [Slot(name)] if index else []
        parts += [Literal(piece)] if piece else []
    return parts


def _new_name(name: str, taken: set[str]) -> str:
    number = 2
    new = name
    while new in taken:
        new, number = f"{name}_{number}", number + 1
    return new

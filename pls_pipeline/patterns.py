r"""The records of extraction and library, and the grammar of templates.

Here: Variable, SlotValue, EvidenceMessage, Candidate and what makes them well formed. Not here: how a candidate is
found (extraction/) or where it goes (library/).

A template is text with `{{snake_case_name}}`. A brace of the message that would read as the beginning of a variable is
followed by a backslash: the text `{{` stands in a template as `{\{`.
"""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

VARIABLE_NAME = re.compile(r"[a-z][a-z0-9_]*\Z")
_TOKEN = re.compile(r"(?P<escaped>\{\\)|\{\{(?P<slot>[a-z][a-z0-9_]*)\}\}|(?P<broken>\{\{)|[^{]+|\{")


class MalformedTemplateError(ValueError):
    """A template that the grammar does not know, or whose variables are not those declared."""


@dataclass(frozen=True)
class Literal:
    """A run of a template that is said as it stands; `text` is unescaped."""

    text: str


@dataclass(frozen=True)
class Slot:
    """A place of a template that a value takes."""

    name: str


Segment = Literal | Slot


@dataclass(frozen=True)
class Variable:
    """A declared variable of a template: its snake_case name, its type (an entity type, or text), its meaning."""

    name: str
    type: str = "text"
    description: str = ""


@dataclass(frozen=True)
class SlotValue:
    """Where a variable's value stands in a message's body: code points, end exclusive."""

    name: str
    start: int
    end: int


@dataclass(frozen=True)
class EvidenceMessage:
    """A message that a pattern rests on; `role` is trigger (customer) or response (operator)."""

    role: str
    message_key: str
    message_id: str | None
    import_key: str
    row_number: int
    values: tuple[SlotValue, ...] = ()


@dataclass(frozen=True)
class Candidate:
    """A reply pattern found in one conversation: one row of extracted_patterns.

    `known_pattern_id`: the approved pattern that a model recognised in the reply; None where it wrote the template.
    """

    candidate_id: str
    import_key: str
    conversation_key: str
    category: str
    situation: str
    response_template: str
    variables: tuple[Variable, ...]
    evidence: tuple[EvidenceMessage, ...]
    stated_confidence: float | None
    extractor: str
    known_pattern_id: str | None = None

    @property
    def responses(self) -> tuple[EvidenceMessage, ...]:
        """The operator's messages."""
        return tuple(message for message in self.evidence if message.role == "response")

    def to_row(self) -> Mapping[str, Any]:
        """The row of extracted_patterns."""
        # Field by field, because asdict copies what it finds, 0.2 ms a candidate.
        row = {name: getattr(self, name) for name in self.__dataclass_fields__}
        evidence = [{**vars(message), "values": [vars(value) for value in message.values]} for message in self.evidence]
        row["variables"] = json.dumps([vars(variable) for variable in self.variables], ensure_ascii=False)
        row["evidence"] = json.dumps(evidence, ensure_ascii=False)
        return row

    @classmethod
    def from_row(cls, row: Mapping[str, Any]) -> "Candidate":
        """The candidate of a row of extracted_patterns."""
        evidence = tuple(
            EvidenceMessage(**{**item, "values": tuple(SlotValue(**value) for value in item["values"])})
            for item in json.loads(row["evidence"])
        )
        variables = tuple(Variable(**item) for item in json.loads(row["variables"]))
        return cls(
            **{**{name: row[name] for name in cls.__dataclass_fields__}, "variables": variables, "evidence": evidence}
        )


@dataclass(frozen=True)
class RejectedCandidate:
    """A candidate that was put aside: one row of rejected_candidates. `detail` holds no message text."""

    candidate_id: str
    import_key: str
    conversation_key: str
    reason: str
    detail: str


# An answer is verified by several rules, each of which asks for the segments.
@lru_cache(maxsize=4096)
def parse_template(template: str) -> tuple[Segment, ...]:
    """Segments of a template; neighbouring literals are one.

    Raises MalformedTemplateError on `{{` that begins no variable.
    """
    segments: list[Segment] = []
    literal: list[str] = []
    for token in _TOKEN.finditer(template):
        if token["slot"]:
            if literal:
                segments.append(Literal("".join(literal)))
                literal = []
            segments.append(Slot(token["slot"]))
        elif token["broken"]:
            raise MalformedTemplateError(f"'{{{{' at character {token.start()} begins no {{{{snake_case_name}}}}")
        else:
            literal.append("{" if token["escaped"] else token.group())
    if literal:
        segments.append(Literal("".join(literal)))
    return tuple(segments)


def write_template(segments: Iterable[Segment]) -> str:
    """The template of these segments: the inverse of `parse_template`. Raises MalformedTemplateError on a bad name."""
    parts: list[str] = []
    for segment in segments:
        if isinstance(segment, Slot):
            if not VARIABLE_NAME.match(segment.name):
                raise MalformedTemplateError(f"variable name {segment.name!r} is not snake_case")
            if parts and parts[-1].endswith("{"):
                parts[-1] += "\\"
            parts.append("{{" + segment.name + "}}")
        elif segment.text:
            text = re.sub(r"\{(?=[{\\])", r"{\\", segment.text)
            if parts and parts[-1].endswith("{") and text[0] in "{\\":
                parts[-1] += "\\"
            parts.append(text)
    return "".join(parts)


def render_template(template: str, values: Mapping[str, str]) -> str:
    """The reply with values in place of variables; raises KeyError where one is missing."""
    return "".join(s.text if isinstance(s, Literal) else values[s.name] for s in parse_template(template))


def used_variables(template: str) -> tuple[str, ...]:
    """Names of a template's variables, each once, in order of first use."""
    return tuple(dict.fromkeys(s.name for s in parse_template(template) if isinstance(s, Slot)))


def validate_template(template: str, variables: Sequence[Variable]) -> None:
    """Raise MalformedTemplateError unless the template can be read, says something, and declares what it uses."""
    segments = parse_template(template)
    if not any(isinstance(s, Slot) or s.text.strip() for s in segments):
        raise MalformedTemplateError("the template is empty")
    declared, used = [v.name for v in variables], set(used_variables(template))
    if len(declared) != len(set(declared)):
        raise MalformedTemplateError("a variable is declared twice")
    if set(declared) != used:
        missing, unused = sorted(used - set(declared)), sorted(set(declared) - used)
        raise MalformedTemplateError(f"used but not declared: {missing}; declared but not used: {unused}")


def template_from_body(body: str, values: Sequence[SlotValue]) -> str:
    """The template that a body becomes when each span, sorted and not overlapping, is replaced by its variable."""
    segments: list[Segment] = []
    position = 0
    for value in values:
        if not position <= value.start < value.end <= len(body):
            raise MalformedTemplateError(f"span {value.start}-{value.end} overlaps another or leaves the body")
        segments += [Literal(body[position : value.start]), Slot(value.name)]
        position = value.end
    return write_template([*segments, Literal(body[position:])])

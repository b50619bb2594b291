"""What the model is asked to answer, as a schema, and how an answer is read.

Here: the pydantic models, the strict JSON schema made from them, and the clamping of what has a range. Not here:
whether what an answer says is true of the conversation (verification.py).
"""

import math
from collections.abc import Sequence
from typing import Any

import pydantic

from pls_pipeline.entities import PERSONAL_TYPES, VARYING_TYPES

NOTHING_REASONS = ("acknowledgements_only", "only_this_case", "no_answer_given", "unclear", "other")
VARIABLE_TYPES = (*sorted(PERSONAL_TYPES | VARYING_TYPES), "location", "text")
LONGEST_SITUATION = 300
LONGEST_DESCRIPTION = 120


class UnreadableAnswerError(ValueError):
    """An answer that is no JSON or has another shape. `reason` is a code."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class VariableAnswer(pydantic.BaseModel):
    """A variable of a template, with the value that it has in the cited reply."""

    model_config = pydantic.ConfigDict(extra="forbid")
    name: str = pydantic.Field(description="snake_case, as between the braces in response_template")
    type: str
    description: str = pydantic.Field(description="what it stands for, without the value; at most 12 words")
    value: str = pydantic.Field(description="copied character by character")
    message: int = pydantic.Field(description="n of the message that the value is copied from")


class PatternAnswer(pydantic.BaseModel):
    """A reply that can be used again: a known pattern, or one that is written anew."""

    model_config = pydantic.ConfigDict(extra="forbid")
    category: str
    situation: str = pydantic.Field(description="what the customer wants or says, in general; at most 30 words")
    trigger_messages: list[int] = pydantic.Field(description="n of the customer's messages that the reply answers")
    reply_messages: list[int] = pydantic.Field(description="n of the operator's messages that are the reply")
    known_pattern: int | None = pydantic.Field(
        default=None,
        description="number of the known pattern that the reply is an instance of; null where it is of none",
    )
    response_template: str = pydantic.Field(
        description="the reply, values replaced by {{variables}}; empty where known_pattern says it"
    )
    variables: list[VariableAnswer]
    confidence: float = pydantic.Field(description="0 to 1: would the business send this reply again?")


class Answer(pydantic.BaseModel):
    """All that the model says of one transcript."""

    model_config = pydantic.ConfigDict(extra="forbid")
    patterns: list[PatternAnswer]
    nothing_reason: str | None = pydantic.Field(description="why patterns is empty; null where it is not")


def read_answer(text: str) -> Answer:
    """Read an answer. Raises UnreadableAnswerError: malformed_json, or wrong_schema."""
    try:
        return Answer.model_validate_json(text)
    except pydantic.ValidationError as error:
        malformed = any(fault["type"] == "json_invalid" for fault in error.errors(include_input=False))
        # The error quotes the answer, so it is no cause of this one.
        raise UnreadableAnswerError("malformed_json" if malformed else "wrong_schema") from None


def make_schema(categories: Sequence[str]) -> dict[str, Any]:
    """Return the JSON schema of an Answer in the strict form.

    Every property is required, none may be added, and closed lists are enums.
    """
    schema = Answer.model_json_schema()
    definitions = schema["$defs"]
    definitions["PatternAnswer"]["properties"]["category"]["enum"] = list(categories)
    definitions["VariableAnswer"]["properties"]["type"]["enum"] = list(VARIABLE_TYPES)
    # The strict form knows no default. A server that does not keep to it may leave the number out.
    definitions["PatternAnswer"]["required"] = list(definitions["PatternAnswer"]["properties"])
    del definitions["PatternAnswer"]["properties"]["known_pattern"]["default"]
    reason = schema["properties"]["nothing_reason"]
    reason["anyOf"] = [{"type": "string", "enum": list(NOTHING_REASONS)}, {"type": "null"}]
    return schema


def choose_nothing_reason(reason: str | None) -> str:
    """Return the model's reason where it is one of those offered, else other."""
    return reason if reason is not None and reason in NOTHING_REASONS else "other"


def choose_category(category: str, categories: Sequence[str]) -> str:
    """Return the category where it is one of the settings', else the last of these."""
    cleaned = category.strip().casefold()
    return next((known for known in categories if known.casefold() == cleaned), categories[-1])


def clamp_text(text: str, longest: int) -> str:
    """Return a text in one line of at most `longest` characters, control characters left out."""
    if not text.isprintable():
        text = "".join(c for c in text if c.isprintable() or c.isspace())
    flat = " ".join(text.split())
    return flat if len(flat) <= longest else flat[: longest - 1].rstrip() + "…"


def clamp_confidence(confidence: float) -> float | None:
    """Return a confidence within 0 and 1; None where it is no number."""
    return None if math.isnan(confidence) else min(1.0, max(0.0, confidence))

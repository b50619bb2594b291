"""The answer that a model will probably give, to count its tokens before it is asked.

Here: a pattern of each new reply that says something, its masked values as variables. Not here: the estimate of a run
(estimate.py), the longest answer that is allowed (request_making.py).

The texts that only a model can write stand here in a usual length: a situation of 16 words, descriptions of 6.
"""

import re
from collections.abc import Iterator

from pls_pipeline.extraction.answer import Answer, PatternAnswer, VariableAnswer
from pls_pipeline.extraction.exchanges import is_acknowledgement
from pls_pipeline.extraction.transcript import TranscriptMessage, TranscriptPart

_SITUATION = "The customer asks what is there at the place and what it takes to use it."
_DESCRIPTION = "as it stands in the reply"
_PLACEHOLDER = re.compile(r"\[([A-Z_]+)_(\d+)\]")


def foresee_answer(part: TranscriptPart) -> str:
    """Return the answer as JSON."""
    patterns = list(_find_patterns(part))
    return Answer(patterns=patterns, nothing_reason=None if patterns else "only_this_case").model_dump_json()


def _find_patterns(part: TranscriptPart) -> Iterator[PatternAnswer]:
    trigger: list[int] = []
    for message in part.messages:
        text = message.masked.text
        if message.role == "customer":
            trigger = [message.number]
        elif message.role == "operator" and not message.is_context and text.strip() and not is_acknowledgement(text):
            yield PatternAnswer(
                category="general",
                situation=_SITUATION,
                trigger_messages=trigger,
                reply_messages=[message.number],
                response_template=_PLACEHOLDER.sub(lambda match: "{{" + match[1].lower() + "}}", text),
                variables=list(_declare(message)),
                confidence=0.8,
            )


def _declare(message: TranscriptMessage) -> Iterator[VariableAnswer]:
    for placeholder in dict.fromkeys(match[0] for match in _PLACEHOLDER.finditer(message.masked.text)):
        kind = placeholder[1:-1].rsplit("_", 1)[0].lower()
        yield VariableAnswer(name=kind, type=kind, description=_DESCRIPTION, value=placeholder, message=message.number)

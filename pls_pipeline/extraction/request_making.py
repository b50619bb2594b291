"""The request for a part of a conversation: prefix, transcript, schema, and how long the answer may be.

Here: what of it is the same for all requests of a run, and the sizes in tokens. Not here: the words (prompt.py).
"""

from collections.abc import Sequence

from pls_pipeline.extraction.model_request import ModelRequest
from pls_pipeline.extraction.prompt import make_messages, make_prefix, make_response_format
from pls_pipeline.extraction.tokens import count_request, count_tokens
from pls_pipeline.extraction.transcript import TranscriptLimits, TranscriptPart

# The most that models since gpt-4o answer at once.
LONGEST_ANSWER_TOKENS = 16_384
# A pattern's fields, situation, variables and their descriptions, beside the words of its reply.
_TOKENS_A_PATTERN = 250
_TOKENS_AN_ANSWER = 200
# Escapes in JSON, and variables in the place of values.
_TEMPLATE_MARGIN = 1.5


class RequestMaker:
    """Makes the requests of one model with one list of categories."""

    def __init__(
        self, model: str, categories: Sequence[str], limits: TranscriptLimits, reasoning_tokens: int = 0
    ) -> None:
        self._model = model
        self._limits = limits
        self._reasoning_tokens = reasoning_tokens
        self._prefix = make_prefix(categories)
        self._response_format = make_response_format(categories)

    def make(self, part: TranscriptPart) -> ModelRequest:
        """Return the request for a part of a conversation."""
        messages = make_messages(self._prefix, part, self._limits)
        return ModelRequest(
            model=self._model,
            messages=messages,
            response_format=self._response_format,
            prompt_tokens=count_request(messages, self._response_format),
            answer_tokens=self._bound_answer(part),
        )

    def _bound_answer(self, part: TranscriptPart) -> int:
        """Tokens of an answer that makes a pattern of every new reply."""
        replies = [m.masked.text for m in part.messages if m.role == "operator" and not m.is_context]
        words = sum(count_tokens(text[: self._limits.message]) for text in replies)
        patterns = len(replies) * _TOKENS_A_PATTERN + round(words * _TEMPLATE_MARGIN)
        return min(LONGEST_ANSWER_TOKENS, _TOKENS_AN_ANSWER + patterns + self._reasoning_tokens)

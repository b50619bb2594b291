"""The request for a part of a conversation: prefix, transcript, schema, and how long the answer may be.

Here: what of it is the same for all requests of a run, and the sizes in tokens. Not here: the words (prompt.py).
"""

from collections.abc import Sequence

from pls_pipeline.extraction.known_patterns import KnownPattern
from pls_pipeline.extraction.model_request import ModelRequest
from pls_pipeline.extraction.prompt import frame_known, make_messages, make_prefix, make_response_format
from pls_pipeline.extraction.records import ExtractorSettingsError
from pls_pipeline.extraction.tokens import count_request, count_tokens, is_within
from pls_pipeline.extraction.transcript import TranscriptLimits, TranscriptPart

# Shares of a request: what is shown of one message at most, and of the messages before a part.
_LONGEST_MESSAGE = 1_000
_LONGEST_CONTEXT = 800
_LEAST_TRANSCRIPT = 600
# Kept free for approved patterns that are offered.
KNOWN_PATTERNS_TOKENS = 1_000
# The most that models since gpt-4o answer at once.
LONGEST_ANSWER_TOKENS = 16_384
# A pattern's fields, situation, variables and their descriptions, beside the words of its reply.
_TOKENS_A_PATTERN = 250
_TOKENS_AN_ANSWER = 200
# Escapes in JSON, and variables in the place of values.
_TEMPLATE_MARGIN = 1.5


def fit_limits(prompt_tokens: int, categories: Sequence[str]) -> TranscriptLimits:
    """Sizes of a transcript with which a request reads at most so many tokens, the fixed parts included.

    A re-ask reads the answer and its faults in addition. Raises ExtractorSettingsError where no room is left.
    """
    messages = make_messages(make_prefix(categories), TranscriptPart(()), TranscriptLimits())
    fixed = count_request(messages, make_response_format(categories))
    room = prompt_tokens - fixed - KNOWN_PATTERNS_TOKENS
    if room < _LEAST_TRANSCRIPT:
        needed = prompt_tokens - room + _LEAST_TRANSCRIPT
        raise ExtractorSettingsError(
            f"PLS_MODEL_PROMPT_TOKENS is {prompt_tokens}: the instructions take {fixed} of these tokens, "
            f"set {needed} or more"
        )
    context = min(_LONGEST_CONTEXT, room // 8)
    return TranscriptLimits(part=room, context=context, message=min(_LONGEST_MESSAGE, room - context))


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

    def offer(
        self, part: TranscriptPart, patterns: Sequence[KnownPattern]
    ) -> tuple[ModelRequest, tuple[KnownPattern, ...]]:
        """Return the request that offers those of the patterns which fit into KNOWN_PATTERNS_TOKENS, and these."""
        known: tuple[KnownPattern, ...] = ()
        for pattern in patterns:
            if is_within(frame_known((*known, pattern)), KNOWN_PATTERNS_TOKENS):
                known = (*known, pattern)
        return self.make(part, known), known

    def make(self, part: TranscriptPart, known: Sequence[KnownPattern] = ()) -> ModelRequest:
        """Return the request for a part of a conversation, with known patterns before it."""
        messages = make_messages(self._prefix, part, self._limits, known)
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
        words = sum(min(count_tokens(text), self._limits.message) for text in replies)
        patterns = len(replies) * _TOKENS_A_PATTERN + round(words * _TEMPLATE_MARGIN)
        return min(LONGEST_ANSWER_TOKENS, _TOKENS_AN_ANSWER + patterns + self._reasoning_tokens)

"""What the model answered, before anything is made of it.

Here: the part of a chat completion that is read. Not here: what the text says (answer.py), where it is kept
(answer_store.py).
"""

from dataclasses import dataclass, replace
from typing import Annotated

import pydantic

from pls_pipeline.extraction.tokens import count_tokens

# Nothing can be made of an answer that ended so, and the next one may be whole.
_BROKEN_OFF = frozenset({"length", "content_filter"})
# No request or answer is as long; more would not fit into the tables.
_MOST_TOKENS = 100_000_000


class UnreadableCompletionError(ValueError):
    """A response with status 200 that is no chat completion."""


@dataclass(frozen=True)
class ModelAnswer:
    """What the model said. `text` is None where it said nothing; `attempts` are the requests made for it.

    Tokens (0 where the server does not tell) and `cost_usd` (US dollars; None where the price is unknown) are those of
    the request that was paid. Where `is_stored`, that was an earlier one. `is_estimated`: the server told no tokens,
    so these were counted here, and the cost is that of the count.
    """

    text: str | None
    refused: bool
    finish_reason: str | None
    prompt_tokens: int
    completion_tokens: int
    cached_prompt_tokens: int = 0
    cost_usd: float | None = None
    attempts: int = 0
    is_stored: bool = False
    is_estimated: bool = False

    @property
    def is_whole(self) -> bool:
        """Whether the model said all that it wanted to."""
        return self.refused or (self.text is not None and self.finish_reason not in _BROKEN_OFF)


def fill_usage(answer: ModelAnswer, prompt_tokens: int) -> ModelAnswer:
    """Return the answer with its tokens counted here where the server tells none: for nothing, no budget would hold.

    `prompt_tokens`: what the request reads, as it was counted before it was sent.
    """
    if answer.prompt_tokens and (answer.completion_tokens or not answer.text):
        return answer
    return replace(
        answer,
        prompt_tokens=answer.prompt_tokens or prompt_tokens,
        completion_tokens=answer.completion_tokens or count_tokens(answer.text or ""),
        is_estimated=True,
    )


class _Message(pydantic.BaseModel):
    content: str | None = None
    refusal: str | None = None


class _Choice(pydantic.BaseModel):
    message: _Message
    finish_reason: str | None = None


def _read_count(told: object) -> int:
    """Return a count of tokens; 0 where it is none. An answer that was paid is not lost to a bill that is odd."""
    return told if isinstance(told, int) and 0 <= told <= _MOST_TOKENS else 0


def _keep_object(told: object) -> object:
    return told if isinstance(told, dict) else None


_Count = Annotated[int, pydantic.BeforeValidator(_read_count)]


class _PromptDetails(pydantic.BaseModel):
    cached_tokens: _Count = 0


class _Usage(pydantic.BaseModel):
    prompt_tokens: _Count = 0
    completion_tokens: _Count = 0
    prompt_tokens_details: Annotated[_PromptDetails | None, pydantic.BeforeValidator(_keep_object)] = None


class _Completion(pydantic.BaseModel):
    """The part of a chat completion that is read; servers differ in the rest."""

    choices: list[_Choice] = pydantic.Field(min_length=1)
    usage: Annotated[_Usage | None, pydantic.BeforeValidator(_keep_object)] = None


def read_completion(body: str | bytes) -> ModelAnswer:
    """Read the body of a response. Raises UnreadableCompletionError where it is no completion."""
    try:
        completion = _Completion.model_validate_json(body)
    except pydantic.ValidationError:
        # The error quotes the body, so it is no cause of this one.
        raise UnreadableCompletionError("the response is no chat completion") from None
    choice, usage = completion.choices[0], completion.usage or _Usage()
    details = usage.prompt_tokens_details or _PromptDetails()
    return ModelAnswer(
        text=choice.message.content or None,
        refused=bool(choice.message.refusal),
        finish_reason=choice.finish_reason,
        prompt_tokens=usage.prompt_tokens,
        completion_tokens=usage.completion_tokens,
        # A price list refuses more tokens read before than are read.
        cached_prompt_tokens=min(details.cached_tokens, usage.prompt_tokens),
    )

"""Servers and models without strict schemas: the same question in JSON mode, its schema in the prompt.

Here: the request in that form, and when it is asked so. Not here: how a refusal of the form is recognised (faults.py),
what an answer holds (answer.py): it is verified alike, whichever form it was asked in, so that a server which takes no
notice of the form at all is no special case.
"""

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Protocol, cast

from pls_pipeline.extraction.asking import Asker
from pls_pipeline.extraction.faults import RequestFaultError
from pls_pipeline.extraction.model_answer import ModelAnswer
from pls_pipeline.extraction.model_request import ModelRequest
from pls_pipeline.extraction.tokens import count_repeated

if TYPE_CHECKING:
    from openai.types.chat import ChatCompletionMessageParam

# The provider's JSON mode wants the word JSON in the prompt.
_FORM = """
# Form of the answer
Answer with one JSON object and nothing else. It keeps to this JSON schema:
"""
_FENCE = "```"


class KeepingAsker(Asker, Protocol):
    """An Asker that knows which answers are kept."""

    def holds_any(self) -> bool:
        """Whether any answer is kept."""

    def holds(self, request: ModelRequest) -> bool:
        """Whether the answer to an equal request is kept."""


class JsonModeFallback:
    """Asks with a strict schema, and in JSON mode once the server has refused the one and answered the other.

    The decision holds as long as the object: a run; `is_json`: it was made before. Answers that were kept are used in
    whichever form they were asked.
    """

    def __init__(self, asker: KeepingAsker, *, is_json: bool = False) -> None:
        self._asker = asker
        self._is_json = is_json
        # The other form of a request is not made, nor hashed, where nothing can be found under it.
        self._began_empty: bool | None = None

    async def ask(self, request: ModelRequest) -> ModelAnswer:
        """Get one answer, as an Asker does; `attempts` counts the requests of both forms."""
        if self._is_other_form_due(request):
            return _unwrap(await self._asker.ask(in_json_mode(request)))
        try:
            return _unwrap(await self._asker.ask(request))
        except RequestFaultError as fault:
            if not fault.refuses_format:
                raise
            refused = fault.attempts
        try:
            answer = await self._asker.ask(in_json_mode(request))
        except RequestFaultError as fault:
            raise RequestFaultError(fault.reason, refused + fault.attempts) from None
        self._is_json = True
        return _unwrap(replace(answer, attempts=refused + answer.attempts))

    def _is_other_form_due(self, request: ModelRequest) -> bool:
        if self._began_empty is None:
            self._began_empty = not self._asker.holds_any()
        if self._asker.holds(request):
            return False
        return self._is_json or (not self._began_empty and self._asker.holds(in_json_mode(request)))

    async def discard(self, request: ModelRequest) -> None:
        """Let the answer to this request be asked for anew the next time, in whichever form it was asked."""
        await self._asker.discard(request)
        await self._asker.discard(in_json_mode(request))


def in_json_mode(request: ModelRequest) -> ModelRequest:
    """Return the request in JSON mode: the schema stands at the end of its first message, and so in its key."""
    if request.response_format["type"] != "json_schema":
        return request
    form = _FORM + json.dumps(request.response_format["json_schema"]["schema"])
    first, *others = request.messages
    told = cast("ChatCompletionMessageParam", {**first, "content": f"{first.get('content')}{form}"})
    return replace(
        request,
        messages=[told, *others],
        response_format={"type": "json_object"},
        prompt_tokens=request.prompt_tokens + count_repeated(_FORM),
    )


def _unwrap(answer: ModelAnswer) -> ModelAnswer:
    """Return the answer without the fence of Markdown that models set around JSON where nothing keeps them from it."""
    text = (answer.text or "").strip()
    if not (text.startswith(_FENCE) and text.endswith(_FENCE)):
        return answer
    _, _, inner = text[: -len(_FENCE)].partition("\n")
    return replace(answer, text=inner.strip() or None)

"""One request to the model as a value: what is sent, and the key under which its answer is kept.

Here: parameters, and the hash over all that can change what a good answer says. Not here: the words (prompt.py), the
sending (model_client.py).
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from openai.types.chat import ChatCompletionMessageParam
    from openai.types.shared_params import ResponseFormatJSONObject, ResponseFormatJSONSchema


@dataclass(frozen=True)
class ModelRequest:
    """What one request sends. `prompt_tokens` is what it will take, `answer_tokens` the most that may be answered."""

    model: str
    messages: "Sequence[ChatCompletionMessageParam]"
    response_format: "ResponseFormatJSONSchema | ResponseFormatJSONObject"
    prompt_tokens: int = 0
    answer_tokens: int | None = None

    def to_body(self) -> dict[str, object]:
        """Return the body of the request."""
        body: dict[str, object] = {
            "model": self.model,
            "messages": self.messages,
            "response_format": self.response_format,
        }
        if self.answer_tokens is not None:
            body["max_completion_tokens"] = self.answer_tokens
        return body

    @cached_property
    def key(self) -> str:
        """64 hex digits: SHA-256 over model, parameters, full prompt and full schema.

        The bound on the answer's length is left out: an answer that it cuts off is never kept, and on any other it has
        no influence. So is the address: the same model answers at many.
        """
        content = {"model": self.model, "messages": list(self.messages), "response_format": self.response_format}
        text = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()

"""How many tokens a request takes.

Here: texts, messages and schemas counted in the encoding o200k of the models since gpt-4o; for other models it is an
estimate. Not here: prices (pricing.py), where a transcript is cut (transcript.py).
"""

import functools
import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import bpe_openai

_ENCODING = "o200k_base"
# Role and borders of a message, and the beginning of the answer.
_TOKENS_A_MESSAGE = 4
_TOKENS_A_REQUEST = 3


@functools.cache
def _load_encoding() -> "bpe_openai.Encoding":
    import bpe_openai

    return bpe_openai.get_encoding(_ENCODING)


def count_tokens(text: str) -> int:
    """Tokens of a text; control tokens in it count as the text that they are."""
    return len(_load_encoding().encode_ordinary(text))


def is_within(text: str, most: int) -> bool:
    """Whether a text takes at most so many tokens; most texts need not be counted, for a token is one byte or more."""
    return len(text.encode("utf-8", "surrogatepass")) <= most or count_tokens(text) <= most


# The prefix and the schema are the same in every request.
count_repeated = functools.lru_cache(maxsize=64)(count_tokens)


def count_request(messages: Sequence[Mapping[str, Any]], response_format: Mapping[str, Any]) -> int:
    """Tokens of a request that the model reads: its messages and the schema of the answer."""
    counted = sum(
        (count_repeated if message["role"] == "system" else count_tokens)(str(message["content"])) + _TOKENS_A_MESSAGE
        for message in messages
    )
    return counted + count_repeated(json.dumps(response_format)) + _TOKENS_A_REQUEST

"""Who answers a request to the model, and what it means that an answer is still to come.

Here: the protocol, the error for an answer that another run will find, and the result of a conversation that waits for
one. Not here: asking at once (model_client.py), asking in batches (batches/).
"""

from dataclasses import dataclass
from typing import Protocol

from pls_pipeline.extraction.model_answer import ModelAnswer
from pls_pipeline.extraction.model_request import ModelRequest
from pls_pipeline.extraction.records import ConversationResult

AWAITING = "waiting for a batch"
"""How the reason of an outcome begins whose conversation waits for the answers of a batch, or for room in one."""


class Asker(Protocol):
    """Answers requests, each from what was kept or by asking a model."""

    async def ask(self, request: ModelRequest) -> ModelAnswer:
        """Get one answer.

        Raises RequestFaultError where this request cannot be answered, AnswerAwaitedError where its answer is still to
        come, BudgetReachedError where it may cost too much, ExtractionStoppedError where no request can be answered.
        """

    async def discard(self, request: ModelRequest) -> None:
        """Let the answer to this request be asked for anew the next time: nothing can be made of it."""


class AnswerAwaitedError(Exception):
    """The answer to a request comes later, in a batch; `key` is the request's."""

    def __init__(self, key: str) -> None:
        super().__init__(f"the answer to the request {key[:8]} is still to come")
        self.key = key


@dataclass(frozen=True)
class AwaitedResult(ConversationResult):
    """A conversation that is `deferred` because answers to the requests `keys` are still to come."""

    keys: tuple[str, ...] = ()

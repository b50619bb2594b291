"""How each request stands after collecting: answered, refused, awaited, withheld, or to be submitted.

Here: the ledger's records seen from one import, and the answer store seen through them. Not here: changing either.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from pls_pipeline.extraction.answer_store import AnswerStore
from pls_pipeline.extraction.asking import AWAITING, AnswerAwaitedError
from pls_pipeline.extraction.batches.ledger import BatchRecord, BrokenAnswer
from pls_pipeline.extraction.faults import RequestFaultError
from pls_pipeline.extraction.model_answer import ModelAnswer


@dataclass(frozen=True)
class Standing:
    """Requests by key. `awaited` and `withheld` say why there is no answer; withheld ones are not to be submitted now.

    `broken`: answers that are not whole. `refused`: codes of requests that the provider could not answer; `formless`
    are those of them whose response format the model does not take. `failures`: a sentence for each batch of the import
    that the provider did not carry out. `committed_usd`: what open batches may cost, US dollars.
    """

    awaited: Mapping[str, str] = field(default_factory=dict)
    withheld: Mapping[str, str] = field(default_factory=dict)
    broken: Mapping[str, BrokenAnswer] = field(default_factory=dict)
    refused: Mapping[str, str] = field(default_factory=dict)
    formless: frozenset[str] = frozenset()
    failures: tuple[str, ...] = ()
    committed_usd: float = 0.0


def judge_requests(records: Sequence[BatchRecord], import_key: str, address: str) -> Standing:
    """Say how the requests of all records stand for a run of one import that asks at one address.

    What a batch that failed or that somebody cancelled has left is withheld from the run that finds it so: a person
    decides by the next one.
    """
    awaited: dict[str, str] = {}
    withheld: dict[str, str] = {}
    broken: dict[str, BrokenAnswer] = {}
    refused: dict[str, str] = {}
    formless: set[str] = set()
    failures = []
    for record in records:
        if record.is_open:
            awaited.update(dict.fromkeys(record.keys, describe_wait(record, address)))
        elif import_key in record.imports:
            refused.update(record.refused)
            formless.update(record.formless)
            broken.update(record.broken)
            if record.status == "failed":
                failures.append(describe_failure(record))
                withheld.update(dict.fromkeys(record.unfinished, failures[-1]))
            elif record.status == "cancelled":
                why = f"{record.batch_id} was cancelled at the provider: import the file again to submit the rest"
                withheld.update(dict.fromkeys(record.unfinished, why))
    committed = sum(record.estimate_usd or 0.0 for record in records if record.is_open)
    return Standing(awaited, withheld, broken, refused, frozenset(formless), tuple(failures), committed)


def describe_wait(record: BatchRecord, address: str) -> str:
    """The reason of a conversation that waits for this batch."""
    if record.address != address:
        return f"{AWAITING}: it was submitted to {record.address}, which OPENAI_BASE_URL does not name now"
    if record.batch_id is None:
        return f"{AWAITING}: the connection was lost while it was created; a run after two minutes tells"
    return f"{AWAITING}: {record.batch_id}, submitted {record.made_at:%Y-%m-%d %H:%M} UTC"


def describe_failure(record: BatchRecord) -> str:
    """One sentence about a batch that the provider did not carry out."""
    if "token_limit_exceeded" in record.faults:
        return (
            f"{record.batch_id} failed: open batches hold more tokens than the account may have in them "
            f"(token_limit_exceeded; this one held {record.prompt_tokens:,}): set PLS_BATCH_TOKENS to the account's "
            "limit or wait until other batches have ended, then run the import again"
        )
    codes = ", ".join(record.faults) or "no code"
    return (
        f"{record.batch_id} failed at the provider ({codes}), nothing of it was done: run the import again to submit "
        "its requests anew, or set PLS_OPENAI_MODE=direct"
    )


class CollectedAnswers:
    """The answer store of one run, with what batches say of requests that it holds no answer to.

    It has the AnswerStore's methods.
    """

    def __init__(self, answers: AnswerStore, standing: Standing) -> None:
        self._answers = answers
        self._standing = standing

    def is_empty(self) -> bool:
        """Whether there is nothing to say of any request."""
        standing = self._standing
        told = (standing.awaited, standing.withheld, standing.refused, standing.broken)
        return self._answers.is_empty() and not any(told)

    def holds(self, key: str) -> bool:
        """Whether `find` has something to say of this request."""
        standing = self._standing
        told = (standing.awaited, standing.withheld, standing.refused, standing.broken)
        return self._answers.holds(key) or any(key in keys for keys in told)

    def find(self, key: str) -> ModelAnswer | None:
        """Return the answer that is kept for the request; None where it may be asked for.

        Raises AnswerAwaitedError where a batch is to bring it, RequestFaultError where a batch could not.
        """
        standing = self._standing
        answer = self._answers.find(key)
        if answer is not None:
            return answer
        if key in standing.awaited or key in standing.withheld:
            raise AnswerAwaitedError(key)
        if key in standing.refused:
            raise RequestFaultError(standing.refused[key], 1, refuses_format=key in standing.formless)
        broken = standing.broken.get(key)
        return None if broken is None else ModelAnswer(None, refused=False, attempts=1, **broken.model_dump())

    def keep(self, key: str, answer: ModelAnswer, *, is_usable: bool) -> None:
        """Keep an answer that was asked for at once."""
        self._answers.keep(key, answer, is_usable=is_usable)

    def discard(self, key: str) -> None:
        """Let the answer of this key be found no more."""
        self._answers.discard(key)

    def spent_usd(self, day: date) -> float:
        """US dollars paid for the answers of a day, UTC, and what open batches may cost."""
        return self._answers.spent_usd(day) + self._standing.committed_usd

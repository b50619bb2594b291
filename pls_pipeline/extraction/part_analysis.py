"""One part of a conversation: asked about, the answer judged, and asked about once more where it has faults.

Here: which faults are named to the model, and what of two answers counts. Not here: the words (prompt.py), the checks
of a pattern (verification.py), the sending (model_client.py).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pls_pipeline.extraction.answer import PatternAnswer, UnreadableAnswerError, choose_nothing_reason, read_answer
from pls_pipeline.extraction.asking import Asker
from pls_pipeline.extraction.faults import RequestFaultError
from pls_pipeline.extraction.findings import Findings
from pls_pipeline.extraction.known_patterns import KnownPattern
from pls_pipeline.extraction.model_answer import ModelAnswer
from pls_pipeline.extraction.model_request import ModelRequest
from pls_pipeline.extraction.offering import Question
from pls_pipeline.extraction.prompt import make_correction
from pls_pipeline.extraction.tokens import count_request
from pls_pipeline.extraction.transcript import TranscriptPart
from pls_pipeline.extraction.verification import Verifier
from pls_pipeline.patterns import Candidate, RejectedCandidate

if TYPE_CHECKING:
    from openai.types.chat import ChatCompletionMessageParam

_SENTENCES = {
    "malformed_json": "the answer is not JSON",
    "wrong_schema": "the answer does not keep to the schema",
    "empty_answer": "the answer is empty",
}
_BROKEN_OFF = {"length": "cut_off", "content_filter": "content_filter"}


class FailedPartError(Exception):
    """A part without a usable answer; `reason` is a code."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class _Reading:
    """What one answer says: `fault` where it cannot be read, else each pattern with what became of it."""

    patterns: tuple[tuple[PatternAnswer, Candidate | RejectedCandidate], ...] = ()
    nothing_reason: str | None = None
    fault: str | None = None

    @property
    def faults(self) -> list[str]:
        """Sentences for the model: what has to be written anew."""
        if self.fault:
            return [_SENTENCES[self.fault]] if self.fault in _SENTENCES else []
        return [
            f"pattern {number}: {result.detail}"
            for number, (_, result) in enumerate(self.patterns, start=1)
            if isinstance(result, RejectedCandidate) and result.reason != "duplicate"
        ]


@dataclass(frozen=True)
class PartAnalysis:
    """Asks about one part with `client`, and adds what it brings to `findings`."""

    client: Asker
    verifier: Verifier
    findings: Findings

    async def run(self, part: TranscriptPart, question: Question) -> None:
        """Ask, and ask once more where the answer has faults that can be named.

        Raises FailedPartError where there is no usable answer; the other errors of an Asker pass.
        """
        request, known = question.request, question.known
        answer = await self._ask(request)
        reading = self._read(answer, part, known)
        faults = reading.faults
        if faults:
            messages = make_correction(request.messages, answer.text or "", faults)
            again = self._enlarge(request, messages)
            reading = self._join(reading, self._read(await self._ask(again), part, known))
            if reading.fault:
                await self._discard(again)
        if reading.fault:
            # What cannot be read is no answer: the next run asks anew.
            await self._discard(request)
            raise FailedPartError(reading.fault)
        for _, result in reading.patterns:
            self.findings.add(result)
        if reading.nothing_reason:
            self.findings.nothing_reasons.append(reading.nothing_reason)

    async def _ask(self, request: ModelRequest) -> ModelAnswer:
        try:
            answer = await self.client.ask(request)
        except RequestFaultError as fault:
            self.findings.attempts += fault.attempts
            raise FailedPartError(fault.reason) from None
        self.findings.count(request.key, answer)
        return answer

    async def _discard(self, request: ModelRequest) -> None:
        await self.client.discard(request)
        self.findings.discard(request.key)

    def _read(self, answer: ModelAnswer, part: TranscriptPart, known: Sequence[KnownPattern]) -> _Reading:
        if answer.refused:
            return _Reading(nothing_reason="refused")
        if answer.finish_reason in _BROKEN_OFF:
            return _Reading(fault=_BROKEN_OFF[answer.finish_reason])
        if answer.text is None:
            return _Reading(fault="empty_answer")
        try:
            read = read_answer(answer.text)
        except UnreadableAnswerError as fault:
            return _Reading(fault=fault.reason)
        if not read.patterns:
            return _Reading(nothing_reason=choose_nothing_reason(read.nothing_reason))
        results = self.verifier.verify_each(read.patterns, part, known)
        return _Reading(tuple(zip(read.patterns, results, strict=True)))

    def _enlarge(self, request: ModelRequest, messages: "Sequence[ChatCompletionMessageParam]") -> ModelRequest:
        return replace(request, messages=messages, prompt_tokens=count_request(messages, request.response_format))

    def _join(self, first: _Reading, second: _Reading) -> _Reading:
        """Return what both answers say together: the second one takes the place of what was wrong in the first."""
        if first.fault:
            return second
        if second.fault:
            return first
        named = {number for pattern, _ in second.patterns for number in pattern.reply_messages}
        kept = tuple(
            (pattern, result)
            for pattern, result in first.patterns
            if isinstance(result, Candidate) or named.isdisjoint(pattern.reply_messages)
        )
        return replace(first, patterns=kept + second.patterns)

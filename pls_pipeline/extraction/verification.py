"""What a model's pattern must keep to before it becomes a candidate, and what it is rejected for.

Here: the order of the checks of one pattern against the transcript part it was made from, personal values, and the
evidence that follows. Not here: the shape of an answer (answer.py), what a pattern claims (claims.py), the checks of a
template (template_checks.py).

Reasons of rejection: unknown_message, no_reply_cited, reply_not_operator, reply_is_automatic, reply_is_context,
trigger_not_customer, trigger_after_reply, malformed_template, undeclared_variable, unused_variable, duplicate_variable,
nothing_fixed, template_too_long, value_not_in_message, reply_differs, empty_value, value_across_messages,
placeholder_cut, personal_data, no_situation, duplicate, unknown_pattern,
known_pattern_differs.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace

from pls_pipeline.conversations import Conversation
from pls_pipeline.entities import Entity, KnownValues, find_personal
from pls_pipeline.extraction.alignment import TemplateDiffersError
from pls_pipeline.extraction.answer import (
    LONGEST_DESCRIPTION,
    LONGEST_SITUATION,
    VARIABLE_TYPES,
    PatternAnswer,
    VariableAnswer,
    choose_category,
    clamp_confidence,
    clamp_text,
)
from pls_pipeline.extraction.citations import (
    RejectedPatternError,
    cite,
    cited_replies,
    cited_triggers,
    spans_in,
)
from pls_pipeline.extraction.claims import Claim, read_claim
from pls_pipeline.extraction.freed_values import LeftValue, free_values, left_placeholders
from pls_pipeline.extraction.known_patterns import KnownPattern
from pls_pipeline.extraction.template_checks import DETAILS, find_template
from pls_pipeline.extraction.transcript import TranscriptMessage, TranscriptPart
from pls_pipeline.patterns import (
    Candidate,
    RejectedCandidate,
    SlotValue,
    Variable,
    used_variables,
)
from pls_pipeline.privacy import scan_personal


@dataclass(frozen=True)
class Verifier:
    """Checks the patterns that a model found in one conversation."""

    conversation: Conversation
    categories: Sequence[str]
    known: KnownValues
    extractor: str
    region: str = "US"

    def verify(
        self, patterns: Sequence[PatternAnswer], part: TranscriptPart, known: Sequence[KnownPattern] = ()
    ) -> tuple[list[Candidate], list[RejectedCandidate]]:
        """Return the candidates that hold, and the others with their reasons."""
        results = self.verify_each(patterns, part, known)
        return (
            [result for result in results if isinstance(result, Candidate)],
            [result for result in results if isinstance(result, RejectedCandidate)],
        )

    def verify_each(
        self, patterns: Sequence[PatternAnswer], part: TranscriptPart, known: Sequence[KnownPattern] = ()
    ) -> list[Candidate | RejectedCandidate]:
        """Return for each pattern, in order, the candidate that it is, or why it is none.

        `known`: the patterns that were offered with the part.
        """
        found: set[str] = set()
        results: list[Candidate | RejectedCandidate] = []
        for position, pattern in enumerate(patterns):
            try:
                candidate = self.check(pattern, part, known)
            except RejectedPatternError as fault:
                results.append(self._reject(pattern, position, part, fault))
                continue
            if candidate.candidate_id in found:
                twice = RejectedPatternError("duplicate", "the answer holds the same pattern twice")
                results.append(self._reject(pattern, position, part, twice))
            else:
                found.add(candidate.candidate_id)
                results.append(candidate)
        return results

    def check(self, pattern: PatternAnswer, part: TranscriptPart, known: Sequence[KnownPattern] = ()) -> Candidate:
        """Return the pattern as a candidate. Raises RejectedPatternError at the first thing that does not hold."""
        replies = cited_replies(pattern.reply_messages, part)
        triggers = cited_triggers(pattern.trigger_messages, part, replies)
        claim = read_claim(pattern, known)
        if not claim.situation.strip():
            raise RejectedPatternError("no_situation", "the situation is empty")
        template, spans = find_template(claim, pattern.variables, replies, part)
        variables = pattern.variables
        left = self._find_left(template, part)
        if left:
            template, spans, variables = self._free(claim, template, left, variables, replies, part)
        try:
            said_before = [spans_in(trigger, variables) for trigger in triggers]
        except TemplateDiffersError as fault:
            raise RejectedPatternError(fault.reason, DETAILS[fault.reason]) from None
        self._check_situation(claim.situation, part)
        return Candidate(
            candidate_id=self._identify([reply.message.message_key for reply in replies], template),
            import_key=self.conversation.import_key,
            conversation_key=self.conversation.conversation_key,
            category=choose_category(claim.category, self.categories),
            situation=clamp_text(claim.situation, LONGEST_SITUATION),
            response_template=template,
            variables=self._declare(template, variables, claim, replies, spans, part),
            evidence=(
                *(cite("trigger", message, found) for message, found in zip(triggers, said_before, strict=True)),
                *(cite("response", message, found) for message, found in zip(replies, spans, strict=True)),
            ),
            stated_confidence=clamp_confidence(pattern.confidence),
            extractor=self.extractor,
            known_pattern_id=claim.known_pattern_id,
        )

    def _find_left(self, template: str, part: TranscriptPart) -> list[LeftValue]:
        """Personal values in the literal text of a template, masked or not."""
        found = scan_personal(template, self.known, self.region)
        return left_placeholders(template, part) + [
            LeftValue(entity.text, entity.type, entity.name) for entity in found
        ]

    def _free(
        self,
        claim: Claim,
        template: str,
        left: Sequence[LeftValue],
        variables: Sequence[VariableAnswer],
        replies: Sequence[TranscriptMessage],
        part: TranscriptPart,
    ) -> tuple[str, tuple[tuple[SlotValue, ...], ...], list[VariableAnswer]]:
        """The template with variables in place of personal values, where its values stand, and all its variables.

        Raises RejectedPatternError where a value stands where no variable may: in a known pattern, or so that the
        replies are not what the template says.
        """
        types = ", ".join(sorted({value.type for value in left}))
        refused = RejectedPatternError("personal_data", f"the template holds a personal value: {types}")
        if claim.known_pattern_id is not None:
            raise refused
        freed, added = free_values(template, left, replies)
        declared = [*variables, *added]
        try:
            found, spans = find_template(replace(claim, templates=(freed,)), declared, replies, part)
        except RejectedPatternError:
            raise refused from None
        if self._find_left(found, part):
            raise refused
        return found, spans, declared

    def _check_situation(self, situation: str, part: TranscriptPart) -> None:
        """Raise RejectedPatternError where a personal value stands in the situation."""
        types = _placeholder_types(situation, part) | {entity.type for entity in self._find_personal(situation)}
        if types:
            detail = f"the situation holds a personal value: {', '.join(sorted(types))}"
            raise RejectedPatternError("personal_data", detail)

    def _find_personal(self, text: str) -> tuple[Entity, ...]:
        return find_personal(text, self.known, self.region)

    def _declare(
        self,
        template: str,
        variables: Sequence[VariableAnswer],
        claim: Claim,
        replies: Sequence[TranscriptMessage],
        spans: Sequence[tuple[SlotValue, ...]],
        part: TranscriptPart,
    ) -> tuple[Variable, ...]:
        """Return the variables in the order of first use.

        The type that masking found stands over the library's, and that over the model's.
        """
        types = {v.name: v.type for v in variables} | {v.name: v.type for v in claim.declared.values()}
        types |= {
            value.name: replacement.type
            for reply, found in zip(replies, spans, strict=True)
            for value in found
            for replacement in reply.masked.replacements
            if (replacement.start, replacement.end) == (value.start, value.end)
        }
        descriptions = {v.name: v.description for v in variables}
        descriptions |= {v.name: v.description for v in claim.declared.values() if v.description}
        return tuple(
            Variable(
                name,
                types[name] if types[name] in VARIABLE_TYPES else "text",
                self._describe(descriptions[name], part),
            )
            for name in used_variables(template)
        )

    def _describe(self, description: str, part: TranscriptPart) -> str:
        """Return a variable's description, or nothing where it holds a personal value."""
        if _placeholder_types(description, part) or self._find_personal(description):
            return ""
        return clamp_text(description, LONGEST_DESCRIPTION)

    def _identify(self, message_keys: Sequence[str], template: str) -> str:
        parts = (self.conversation.conversation_key, self.conversation.fingerprint, *message_keys, template)
        return "cand_" + hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:20]

    def _reject(
        self, pattern: PatternAnswer, position: int, part: TranscriptPart, fault: RejectedPatternError
    ) -> RejectedCandidate:
        cited = [str(number) for number in pattern.reply_messages]
        place = f"{part.messages[0].number}.{position}"
        return RejectedCandidate(
            self._identify([place, *cited], pattern.response_template),
            self.conversation.import_key,
            self.conversation.conversation_key,
            fault.reason,
            fault.detail,
        )


def _placeholder_types(text: str, part: TranscriptPart) -> set[str]:
    """Return the types of the part's masked values whose placeholders stand in the text."""
    return {
        replacement.type
        for message in part.messages
        for replacement in message.masked.replacements
        if replacement.placeholder in text
    }

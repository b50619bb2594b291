"""The embedded extractor: candidates without a model, a key or a network.

Here: one candidate for each reply of an operator that says something, with the values in it as proposed variables.
Personal values are variables in a template and placeholders in a situation; both are searched again (after_scan.py).
Replies of one conversation cannot tell what varies between conversations; that is decided by alignment in the library,
which puts back as text what never varies.
Not here: how exchanges, values and categories are found (the modules beside this one).
"""

import hashlib
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from pls_pipeline.conversations import Conversation, ConversationMessage
from pls_pipeline.entities import PERSONAL_TYPES, Entity, Examiner, KnownValues, find_entities
from pls_pipeline.extraction.after_scan import PersonalDataLeftError, free_left_values
from pls_pipeline.extraction.categories import CategoryWords
from pls_pipeline.extraction.exchanges import Exchange, find_exchanges, is_acknowledgement
from pls_pipeline.extraction.people import NOBODY, People, known_values
from pls_pipeline.extraction.records import ConversationResult, Outcome
from pls_pipeline.extraction.values import find_values
from pls_pipeline.patterns import Candidate, EvidenceMessage, RejectedCandidate, SlotValue, Variable, template_from_body
from pls_pipeline.privacy import ConversationMask, MaskedText

RULES_VERSION = "embedded-1"
LONGEST_SITUATION = 240
_NAMES_OF_TYPES = {
    "person": "person_name",
    "phone": "phone_number",
    "reference": "reference_number",
    "plate": "license_plate",
}
WITHOUT_TRIGGER = "The business writes first."


class EmbeddedExtractor:
    """Extracts by rules. `analyse` yields one result a conversation and raises nothing of its own.

    `is_masking` False quotes customers as they wrote and searches no template again. It is there to measure what
    masking costs the library, no setting leads to it.
    """

    name = "embedded"
    model = None
    prompt_version = RULES_VERSION

    def __init__(
        self, categories: Sequence[str], region: str = "US", people: People | None = None, *, is_masking: bool = True
    ) -> None:
        self._categories = CategoryWords(categories)
        self._people = people or NOBODY
        self._region = region
        self._is_masking = is_masking

    def analyse(self, conversations: Sequence[Conversation]) -> Iterator[ConversationResult]:
        """One result for each conversation, in the order given."""
        for conversation in conversations:
            yield self._analyse_one(conversation)

    def _analyse_one(self, conversation: Conversation) -> ConversationResult:
        started = time.perf_counter()
        known = known_values(conversation, self._people)
        mask = ConversationMask(known, self._region)
        mask.learn(message.body for message in conversation.messages)
        candidates: list[Candidate] = []
        rejected: list[RejectedCandidate] = []
        for exchange in find_exchanges(conversation):
            candidate_id = _identify(exchange.reply)
            where = (candidate_id, conversation.import_key, conversation.conversation_key)
            if is_acknowledgement(exchange.reply.body):
                rejected.append(RejectedCandidate(*where, "acknowledgement", "the reply only acknowledges"))
                continue
            try:
                candidates.append(self._propose(conversation, exchange, candidate_id, known, mask))
            except PersonalDataLeftError as left:
                rejected.append(RejectedCandidate(*where, "personal_data", str(left)))
        outcome = Outcome(
            import_key=conversation.import_key,
            conversation_key=conversation.conversation_key,
            fingerprint=conversation.fingerprint,
            status="extracted" if candidates else "nothing",
            reason=None if candidates else "no reply that says something",
            extractor=self.name,
            model=self.model,
            prompt_version=self.prompt_version,
            seconds=time.perf_counter() - started,
            analysed_at=datetime.now(UTC).replace(tzinfo=None),
        )
        return ConversationResult(outcome, tuple(candidates), tuple(rejected), mask.counts)

    def _propose(
        self,
        conversation: Conversation,
        exchange: Exchange,
        candidate_id: str,
        known: KnownValues,
        mask: ConversationMask,
    ) -> Candidate:
        body = exchange.reply.body
        entities = find_entities(body, known, self._region)
        if self._is_masking:
            values = find_values(body, _with_masked(entities, mask.mask(body), body))
            values = free_left_values(body, values, Examiner(known, self._region))
            said = mask.mask_again(" / ".join(mask.mask(message.body).text for message in exchange.triggers))
        else:
            values = find_values(body, entities)
            said = " / ".join(message.body for message in exchange.triggers)
        variables, spans = name_variables(values)
        return Candidate(
            candidate_id=candidate_id,
            import_key=conversation.import_key,
            conversation_key=conversation.conversation_key,
            category=self._categories.categorise(" ".join(message.body for message in exchange.triggers), body),
            situation=_clamp(said, LONGEST_SITUATION) if said else WITHOUT_TRIGGER,
            response_template=template_from_body(body, spans),
            variables=variables,
            evidence=(
                *(_cite("trigger", message) for message in exchange.triggers),
                _cite("response", exchange.reply, spans),
            ),
            stated_confidence=None,
            extractor=self.name,
        )


def _with_masked(entities: Sequence[Entity], masked: MaskedText, body: str) -> tuple[Entity, ...]:
    """The entities, and the values that only the rest of the conversation gives away, in place of what they overlap."""
    personal = [entity for entity in entities if entity.type in PERSONAL_TYPES]
    given_away = [
        Entity(item.type, item.start, item.end, body[item.start : item.end], _NAMES_OF_TYPES.get(item.type, item.type))
        for item in masked.replacements
        if item.type in PERSONAL_TYPES and all(item.end <= e.start or e.end <= item.start for e in personal)
    ]
    kept = [e for e in entities if all(e.end <= item.start or item.end <= e.start for item in given_away)]
    return tuple(sorted((*kept, *given_away), key=lambda entity: entity.start))


def name_variables(values: Sequence[Entity]) -> tuple[tuple[Variable, ...], tuple[SlotValue, ...]]:
    """Variables and spans of the values of one reply.

    The same text twice is the same variable; another text of the same name gets a number (`time`, `time_2`).
    """
    names: dict[tuple[str, str], str] = {}
    variables: dict[str, Variable] = {}
    spans: list[SlotValue] = []
    for value in values:
        key = (value.name, value.text.casefold())
        if key not in names:
            taken = sum(1 for name, _ in names if name == value.name)
            names[key] = value.name if taken == 0 else f"{value.name}_{taken + 1}"
            variables[names[key]] = Variable(names[key], value.type)
        spans.append(SlotValue(names[key], value.start, value.end))
    return tuple(variables.values()), tuple(spans)


def _identify(reply: ConversationMessage) -> str:
    return "cand_" + hashlib.sha256(f"{RULES_VERSION}\x1f{reply.message_key}".encode()).hexdigest()[:20]


def _cite(role: str, message: ConversationMessage, values: tuple[SlotValue, ...] = ()) -> EvidenceMessage:
    return EvidenceMessage(
        role, message.message_key, message.message_id, message.import_key, message.row_number, values
    )


def _clamp(text: str, longest: int) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= longest else flat[: longest - 1].rstrip() + "…"

"""What forgetting a customer would do: who he is, what is held of him, what the patterns become.

Here: looking, before anything is erased. Not here: erasing (forgetting.py), the questions to the user (cli/).
"""

from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from pls_pipeline.erasure.finding import find_messages
from pls_pipeline.erasure.marks import Marks
from pls_pipeline.erasure.register import Pending
from pls_pipeline.erasure.values import UnknownCustomerError, Value, read_phone, read_value
from pls_pipeline.messages import key_messages
from pls_pipeline.orchestration.pipeline import Session
from pls_pipeline.orchestration.removal_forecast import Forecast, compare_states
from pls_pipeline.orchestration.soundness import find_unsound_imports
from pls_pipeline.sources.raw_text import LONGEST_TEXT
from pls_pipeline.tables import (
    CONTACTS,
    EXTRACTION_OUTCOMES,
    GROUPED_CONVERSATIONS,
    LINE_NUMBERS,
    PATTERN_EVIDENCE,
    PATTERN_PROVENANCE,
    RAW_MESSAGES,
    REJECTED_ROWS,
)

if TYPE_CHECKING:
    from pls_pipeline.orchestration.pipeline import Pipeline
    from pls_pipeline.patterns import Candidate


class OwnNumberError(ValueError):
    """The number is one of the business; the sentence says so."""


@dataclass(frozen=True)
class Holdings:
    """What is held of a customer: `marks` of all his values, his threads included; counts; what is to be done."""

    marks: Marks
    messages: int
    rejected_rows: int
    contacts: int
    pending: Pending
    conversations: frozenset[str]


def identify_customer(session: Session, typed: str, region: str) -> list[Value]:
    """The numbers and addresses of the customer that a number, an address or the id of a contact names.

    All that the account's archives list beside it is his too. Raises UnknownCustomerError, OwnNumberError.
    """
    value = read_value(typed, region)
    values = {value} if value else set()
    for row in session.load(CONTACTS).filter("kind = 'customer'").to_arrow_table().to_pylist():
        listed = set(_values_of(row, region))
        if row["contact_id"] == typed.strip() or value in listed:
            values |= listed
    if not values:
        raise UnknownCustomerError(
            "That is no phone number, no e-mail address and no id of a contact: write the number with its area, "
            "such as +1 415 555 0123."
        )
    own = _find_own(session, region)
    if value in own or values <= own:
        raise OwnNumberError("That is a number or an address of the business itself: only customers are forgotten.")
    return sorted(values - own)


def find_holdings(session: Session, marks: Marks, secret: bytes) -> Holdings:
    """What all imports hold of a customer. Nothing is written."""
    lake = session.lake
    found = find_messages(session.connection, session.load(RAW_MESSAGES), marks)
    marks = Marks(secret, marks.marks | Marks.of(secret, (Value("thread", each) for each in found.threads)).marks)
    keyed = key_messages(found.rows).project("import_key, message_key").fetchall()
    rejected = [
        key
        for key, text in session.load(REJECTED_ROWS)
        .filter("reason <> 'forgotten'")
        .project("import_key, raw_text")
        .fetchall()
        if marks.find_in_record(text or "") or len(text or "") >= LONGEST_TEXT
    ]
    contacts = [
        key
        for key, phones, emails in session.load(CONTACTS).project("import_key, phones, emails").fetchall()
        if marks.find_in("\n".join([*(phones or ()), *(emails or ())]))
    ]
    messages = frozenset(key for _, key in keyed)
    talks = _find_conversations(session, messages)
    conversations = frozenset(conversation for _, conversation in talks)
    answers = {
        answer
        for row in lake.read(EXTRACTION_OUTCOMES)
        if row["conversation_key"] in conversations
        for answer in row["answer_keys"] or ()
    }
    evidence = [*lake.read(PATTERN_PROVENANCE), *lake.read(PATTERN_EVIDENCE)]
    pending = Pending(
        imports=frozenset([*(key for key, _ in keyed), *(key for key, _ in talks), *rejected, *contacts]),
        messages=messages,
        patterns=frozenset(row["pattern_id"] for row in evidence if row["message_key"] in messages),
        answers=frozenset(answers),
    )
    return Holdings(marks, len(messages), len(rejected), len(contacts), pending, conversations)


def forecast_forgetting(pipeline: "Pipeline", session: Session, messages: AbstractSet[str]) -> Forecast:
    """Compare the library with what it would be without these messages. Nothing is written."""
    from pls_pipeline.library import build_library
    from pls_pipeline.orchestration import library_store, merge_judge, reply_vectors

    before = library_store.load_library(pipeline.lake)
    manifests = pipeline.registry.manifests()
    unsound = find_unsound_imports(session, [manifest.import_key for manifest in manifests])
    sound = [manifest for manifest in manifests if manifest.import_key not in unsound]
    stored = library_store.load_candidates(session, [manifest.import_key for manifest in sound])
    candidates = list(_without(stored, messages))
    after = build_library(
        candidates,
        library_store.load_evidence(session, candidates),
        sound,
        before,
        library_store.choose_options(pipeline.settings),
        datetime.now(UTC).replace(tzinfo=None),
        library_store.load_reviews(pipeline.lake),
        reply_vectors.open_embedder(pipeline.lake, (item.response_template for item in candidates)),
        merge_judge.recall_judge(pipeline),
    )
    return compare_states(before.patterns, after.patterns)


def _without(candidates: "Iterable[Candidate]", messages: AbstractSet[str]) -> "Iterable[Candidate]":
    for candidate in candidates:
        if any(item.message_key in messages for item in candidate.responses):
            continue
        evidence = tuple(item for item in candidate.evidence if item.message_key not in messages)
        if evidence == candidate.evidence:
            yield candidate
        # A reply whose question goes is found again only where another question stands before it.
        elif any(item.role == "trigger" for item in evidence):
            yield replace(candidate, evidence=evidence)


def _find_conversations(session: Session, messages: AbstractSet[str]) -> Sequence[tuple[str, str]]:
    """(import, conversation) of every conversation that holds one of these messages, as its own or as context."""
    import pyarrow as pa

    wanted = session.connection.from_arrow(pa.table({"message_key": pa.array(sorted(messages), pa.string())}))
    members = session.load(GROUPED_CONVERSATIONS).project(
        "import_key, conversation_key, unnest(messages).message_key AS message_key"
    )
    found: list[tuple[str, str]] = (
        members.join(wanted, "message_key", how="semi").project("import_key, conversation_key").distinct().fetchall()
    )
    return found


def _find_own(session: Session, region: str) -> set[Value]:
    """Numbers and addresses of the business: its lines, its users, and who sends what goes out."""
    users = session.load(CONTACTS).filter("kind = 'user'").to_arrow_table().to_pylist()
    lines = session.load(LINE_NUMBERS).project("phone").distinct()
    senders = session.load(GROUPED_CONVERSATIONS).project("own_number AS phone").distinct()
    phones = [phone for (phone,) in lines.union(senders).distinct().fetchall() if phone]
    return {*_read_phones(phones, region), *(value for row in users for value in _values_of(row, region))}


def _values_of(row: dict[str, Any], region: str) -> Iterable[Value]:
    yield from _read_phones(row["phones"] or (), region)
    for text in row["emails"] or ():
        value = read_value(text, region)
        if value:
            yield value


def _read_phones(texts: Iterable[str], region: str) -> Iterable[Value]:
    return filter(None, (read_phone(text, region) for text in texts))

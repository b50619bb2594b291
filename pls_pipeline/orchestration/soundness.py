"""Asks the facts of imports in the lake: what the checks of a partition and the library's own look have in common.

Here: which tables each fact is asked of, and which facts an import must pass before its candidates reach the library.
Not here: the facts (facts.py), how Dagster shows an answer (checks.py). A question returns offending rows by import.
Dagster's blocking checks act within one run; the library is built over all imports, so it asks again.
"""

from collections.abc import Callable, Mapping, Sequence

from pls_pipeline.orchestration import facts
from pls_pipeline.orchestration.pipeline import Session
from pls_pipeline.patterns import Candidate
from pls_pipeline.tables import (
    DEDUPLICATED_MESSAGES,
    DUPLICATE_ROWS,
    EXPORT_FACTS,
    EXTRACTED_PATTERNS,
    EXTRACTION_OUTCOMES,
    GROUPED_CONVERSATIONS,
    RAW_MESSAGES,
    REJECTED_ROWS,
)

Question = Callable[[Session, Sequence[str]], Mapping[str, int]]

UNFINISHED = "is_not_extracted_yet"


def unaccounted_records(session: Session, imports: Sequence[str]) -> Mapping[str, int]:
    """Records in the file that are neither a raw message nor a rejected row."""
    records = dict(session.load(EXPORT_FACTS, imports).project("import_key, record_count").fetchall())
    raw, rejected = (facts.count_by_import(session.load(table, imports)) for table in (RAW_MESSAGES, REJECTED_ROWS))
    return facts.find_unaccounted(records, raw, rejected)


def unaccounted_messages(session: Session, imports: Sequence[str]) -> Mapping[str, int]:
    """Raw messages that are neither kept nor a duplicate."""
    raw, kept, repeated = (
        facts.count_by_import(session.load(table, imports))
        for table in (RAW_MESSAGES, DEDUPLICATED_MESSAGES, DUPLICATE_ROWS)
    )
    return facts.find_unaccounted(raw, kept, repeated)


def repeated_keys(session: Session, imports: Sequence[str]) -> Mapping[str, int]:
    """Message keys that an import holds more than once."""
    return facts.find_repeated_keys(session.load(DEDUPLICATED_MESSAGES, imports))


def keys_owned_twice(session: Session, imports: Sequence[str]) -> Mapping[str, int]:
    """Message keys of these imports that another import holds as well."""
    wanted = frozenset(imports)
    found = facts.find_keys_owned_twice(session.load(DEDUPLICATED_MESSAGES))
    return {key: count for key, count in found.items() if key in wanted}


def ownerless_duplicates(session: Session, imports: Sequence[str]) -> Mapping[str, int]:
    """Duplicate rows of these imports whose message no import holds as they say."""
    return facts.find_ownerless_duplicates(session.load(DUPLICATE_ROWS, imports), session.load(DEDUPLICATED_MESSAGES))


def misplaced_messages(session: Session, imports: Sequence[str]) -> Mapping[str, int]:
    """Messages that stand in none or in several conversations of their import."""
    return facts.find_messages_not_in_one_conversation(
        session.load(DEDUPLICATED_MESSAGES, imports), session.load(GROUPED_CONVERSATIONS, imports)
    )


def unanswered_conversations(session: Session, imports: Sequence[str]) -> Mapping[str, int]:
    """Eligible conversations without an outcome."""
    return facts.find_unanswered_conversations(
        session.load(GROUPED_CONVERSATIONS, imports), session.load(EXTRACTION_OUTCOMES, imports)
    )


def malformed_templates(session: Session, imports: Sequence[str]) -> Mapping[str, int]:
    """Candidates whose template is not well formed."""
    rows = session.load(EXTRACTED_PATTERNS, imports).to_arrow_table().to_pylist()
    return facts.find_malformed_templates(Candidate.from_row(row) for row in rows)


def unresolvable_evidence(session: Session, imports: Sequence[str]) -> Mapping[str, int]:
    """Evidence that leads to no message of the lake."""
    return facts.find_unresolvable_evidence(
        session.load(EXTRACTED_PATTERNS, imports), session.load(DEDUPLICATED_MESSAGES)
    )


REQUIRED_FACTS: Mapping[str, Question] = {
    "every_record_is_accounted_for": unaccounted_records,
    "every_message_is_kept_or_a_duplicate": unaccounted_messages,
    "message_keys_are_unique_in_the_import": repeated_keys,
    "messages_are_unique_across_imports": keys_owned_twice,
    "every_message_is_in_exactly_one_conversation": misplaced_messages,
    "templates_are_well_formed": malformed_templates,
    "evidence_is_resolvable": unresolvable_evidence,
}


def find_unsound_imports(session: Session, imports: Sequence[str]) -> dict[str, list[str]]:
    """The imports that must stay out of the library: import key -> names of the facts that do not hold.

    An import that has not come as far as extraction is named with UNFINISHED alone.
    """
    extracted = set(session.lake.partitions(EXTRACTION_OUTCOMES))
    unsound = {key: [UNFINISHED] for key in imports if key not in extracted}
    finished = [key for key in imports if key in extracted]
    for name, ask in REQUIRED_FACTS.items():
        for key in ask(session, finished):
            unsound.setdefault(key, []).append(name)
    return unsound

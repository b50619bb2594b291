"""What must hold of the tables of an import, as counts of what breaks it.

Here: functions on relations that return, for each import, how many rows offend; an import that is not named is sound.
They take one import or many, so that a check of one partition and the library over all imports ask the same question.
Not here: Dagster (checks.py wraps them), reading the lake (soundness.py), facts about the library (library_facts.py).
"""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from pls_pipeline.patterns import Candidate, MalformedTemplateError, validate_template

if TYPE_CHECKING:
    from duckdb import DuckDBPyRelation

Counts = Mapping[str, int]
"""Rows by import key."""

_EVIDENCE = """
from_json(evidence, '[{"message_key": "VARCHAR", "import_key": "VARCHAR", "row_number": "BIGINT",
                       "values": [{"name": "VARCHAR", "start": "BIGINT", "end": "BIGINT"}]}]')
"""


def count_by_import(rows: "DuckDBPyRelation") -> dict[str, int]:
    """Rows of a relation that has an import_key, by import."""
    return dict(rows.aggregate("import_key, count(*) AS n", "import_key").fetchall())


def find_unaccounted(whole: Counts, *parts: Counts) -> dict[str, int]:
    """Imports in which the parts do not add up to the whole, with the difference."""
    keys = set(whole).union(*parts)
    differences = {key: abs(whole.get(key, 0) - sum(part.get(key, 0) for part in parts)) for key in keys}
    return {key: difference for key, difference in differences.items() if difference}


def find_repeated_keys(messages: "DuckDBPyRelation") -> dict[str, int]:
    """Message keys that one import holds more than once (deduplicated_messages)."""
    keys = messages.aggregate("import_key, message_key, count(*) AS n", "import_key, message_key")
    return count_by_import(keys.filter("n > 1"))


def find_keys_owned_twice(messages: "DuckDBPyRelation") -> dict[str, int]:
    """Message keys that several imports hold, counted for each of them (deduplicated_messages of all imports)."""
    owners = messages.project("import_key, message_key").distinct()
    return count_by_import(
        owners.project("import_key, count(*) OVER (PARTITION BY message_key) AS owners").filter("owners > 1")
    )


def find_ownerless_duplicates(duplicates: "DuckDBPyRelation", messages: "DuckDBPyRelation") -> dict[str, int]:
    """Duplicate rows whose message is not held by the import and at the row that they name.

    `duplicates`: duplicate_rows; `messages`: deduplicated_messages of all imports.
    """
    held = messages.project("message_key, import_key AS first_import_key, row_number AS first_row_number")
    return count_by_import(duplicates.join(held, "message_key, first_import_key, first_row_number", how="anti"))


def find_messages_not_in_one_conversation(
    messages: "DuckDBPyRelation", conversations: "DuckDBPyRelation"
) -> dict[str, int]:
    """Messages that are new in an import and stand in none or in several of its conversations.

    `messages`: deduplicated_messages; `conversations`: grouped_conversations of the same imports.
    """
    placed = (
        conversations.project("import_key, unnest(messages) AS message")
        .filter("message.is_new")
        .project("import_key, message.message_key AS message_key")
    )
    places = placed.aggregate("import_key, message_key, count(*) AS n", "import_key, message_key")
    owned = messages.project("import_key, message_key, 1 AS owned")
    both = owned.join(places, "import_key, message_key", how="outer")
    return count_by_import(both.filter("owned IS NULL OR n IS NULL OR n <> 1"))


def find_unanswered_conversations(conversations: "DuckDBPyRelation", outcomes: "DuckDBPyRelation") -> dict[str, int]:
    """Eligible conversations without exactly one outcome for their present fingerprint."""
    answered = outcomes.aggregate(
        "import_key, conversation_key, fingerprint, count(*) AS n", "import_key, conversation_key, fingerprint"
    )
    eligible = conversations.filter("status = 'eligible'").project("import_key, conversation_key, fingerprint")
    both = eligible.join(answered, "import_key, conversation_key, fingerprint", how="left")
    return count_by_import(both.filter("n IS NULL OR n <> 1"))


def find_malformed_templates(candidates: Iterable[Candidate]) -> dict[str, int]:
    """Candidates whose template cannot be read or declares other variables than it uses."""
    malformed: dict[str, int] = {}
    for candidate in candidates:
        try:
            validate_template(candidate.response_template, candidate.variables)
        except MalformedTemplateError:
            malformed[candidate.import_key] = malformed.get(candidate.import_key, 0) + 1
    return malformed


def find_unresolvable_evidence(candidates: "DuckDBPyRelation", messages: "DuckDBPyRelation") -> dict[str, int]:
    """Evidence that names no message of the lake at that import and row, or a span outside of its body.

    A candidate without evidence counts as one.
    `candidates`: extracted_patterns; `messages`: deduplicated_messages of all imports.
    """
    evidence = candidates.project(f"import_key, unnest({_EVIDENCE}) AS e").project(
        """import_key, e.message_key AS message_key, e.import_key AS owner, e.row_number AS row_number,
           coalesce(list_max(list_transform(e."values", lambda v: v."end")), 0) AS furthest,
           coalesce(list_min(list_transform(e."values", lambda v: v."end" - v.start)), 1) AS shortest"""
    )
    known = messages.project("message_key, import_key AS owner, row_number, length(body) AS size")
    found = evidence.join(known, "message_key, owner, row_number", how="left")
    broken = found.filter("size IS NULL OR furthest > size OR shortest < 1").project("import_key")
    empty = candidates.filter(f"len({_EVIDENCE}) = 0").project("import_key")
    return count_by_import(broken.union(empty))


def count_analysed(outcomes: Iterable[Mapping[str, Any]], run_id: str) -> int:
    """Conversations that a run analysed, whatever came of it."""
    return sum(1 for outcome in outcomes if outcome["run_id"] == run_id and outcome["status"] != "deferred")


def count_deferred(outcomes: Iterable[Mapping[str, Any]]) -> int:
    """Conversations that wait for another run."""
    return sum(1 for outcome in outcomes if outcome["status"] == "deferred")


def count_statuses(conversations: "DuckDBPyRelation") -> dict[str, int]:
    """Conversations by status."""
    return dict(conversations.aggregate("status, count(*) AS n", "status").fetchall())


def count_automated_messages(conversations: "DuckDBPyRelation") -> dict[str, int]:
    """New messages that are kept out as automatic, by reason: `automated_messages_<reason>`."""
    reasons = conversations.project("'automated_messages_' || unnest(automated_reasons) AS reason")
    return dict(reasons.aggregate("reason, count(*) AS n", "reason").order("reason").fetchall())

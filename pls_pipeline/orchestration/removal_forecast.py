"""What the library would be without an import, before it is removed.

Here: a build of the library from what would be left, and its comparison with the library as it stands. Not here: the
removal (removal.py).

What other imports hold as well passes to them: candidates whose replies all pass are counted as theirs. Their
conversations are not analysed again for the forecast, so that a situation may come out otherwise in the end.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from pls_pipeline.orchestration.soundness import find_unsound_imports
from pls_pipeline.tables import DEDUPLICATED_MESSAGES, DUPLICATE_ROWS

if TYPE_CHECKING:
    from pls_pipeline.library.state import Row
    from pls_pipeline.orchestration.pipeline import Pipeline, Session
    from pls_pipeline.patterns import Candidate

# What of a row tells that a pattern changes: other columns move with the library as a whole.
_TELLING = ("response_template", "status", "conversation_count", "import_count", "wordings")


@dataclass(frozen=True)
class Forecast:
    """Ids of patterns, sorted: `changing` stay with less evidence or another text, `vanishing` have none left,
    `losing_approval` are approved and vanish, or would be proposed again.
    """

    changing: tuple[str, ...]
    vanishing: tuple[str, ...]
    losing_approval: tuple[str, ...]


def forecast_removal(pipeline: "Pipeline", import_key: str) -> Forecast:
    """Compare the library with what it would be without the import. Nothing is written."""
    from pls_pipeline.library import build_library
    from pls_pipeline.orchestration import library_store, merge_judge, reply_vectors

    before = library_store.load_library(pipeline.lake)
    with pipeline.session() as session:
        manifests = [item for item in pipeline.registry.manifests() if item.import_key != import_key]
        keys = [manifest.import_key for manifest in manifests]
        unsound = find_unsound_imports(session, [*keys, import_key])
        sound = [key for key in (*keys, import_key) if key not in unsound]
        heir_of = _find_owners(session, import_key)
        candidates = [
            left
            for candidate in library_store.load_candidates(session, sound)
            if (left := _pass_on(candidate, import_key, heir_of)) is not None
        ]
        after = build_library(
            candidates,
            library_store.load_evidence(session, candidates),
            [manifest for manifest in manifests if manifest.import_key not in unsound],
            before,
            library_store.choose_options(pipeline.settings),
            datetime.now(UTC).replace(tzinfo=None),
            library_store.load_reviews(pipeline.lake),
            reply_vectors.open_embedder(pipeline.lake, (item.response_template for item in candidates)),
            merge_judge.recall_judge(pipeline),
        )
    return compare_states(before.patterns, after.patterns)


def _find_owners(session: "Session", import_key: str) -> Mapping[str, str | None]:
    """{message of the import: another import that holds it too, or None}."""
    owned = session.load(DEDUPLICATED_MESSAGES, [import_key]).project("message_key").fetchall()
    repeated = session.load(DUPLICATE_ROWS).project("message_key, import_key, first_import_key").distinct().fetchall()
    heirs = {key: heir for key, heir, first in sorted(repeated) if first == import_key and heir != import_key}
    return {key: heirs.get(key) for (key,) in owned}


def _pass_on(candidate: "Candidate", import_key: str, heir_of: Mapping[str, str | None]) -> "Candidate | None":
    """The candidate as it is left: of the import that takes its replies over, None where one of them goes."""
    heirs = [heir_of.get(message.message_key, candidate.import_key) for message in candidate.responses]
    if None in heirs:
        return None
    # A question that goes leaves the reply as it is.
    evidence = tuple(item for item in candidate.evidence if heir_of.get(item.message_key, "") is not None)
    is_passed = candidate.import_key == import_key and heirs
    return replace(
        candidate, evidence=evidence, import_key=heirs[0] if is_passed and heirs[0] else candidate.import_key
    )


def compare_states(before: "Sequence[Row]", after: "Sequence[Row]") -> Forecast:
    """What a removal does to the rows of pattern_library."""
    left = {row["pattern_id"]: row for row in after}
    vanishing = [row["pattern_id"] for row in before if row["pattern_id"] not in left]
    changing = [
        row["pattern_id"]
        for row in before
        if row["pattern_id"] in left and any(row[name] != left[row["pattern_id"]][name] for name in _TELLING)
    ]
    losing = [
        row["pattern_id"]
        for row in before
        if row["status"] == "approved"
        and (row["pattern_id"] not in left or left[row["pattern_id"]]["status"] != "approved")
    ]
    return Forecast(tuple(sorted(changing)), tuple(sorted(vanishing)), tuple(sorted(losing)))

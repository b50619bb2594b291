"""Recording decisions of reviewers, whoever asks for them: a command, the job, a sheet in the inbox.

Here: checking requests against the library under its lock, and storing what they become. Not here: which requests are
allowed (library/review_requests.py), or the build that replays them (the asset pattern_library).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from pls_pipeline.orchestration.names import LIBRARY_POOL

if TYPE_CHECKING:
    from pls_pipeline.library import LibraryState
    from pls_pipeline.library.decisions import Decision
    from pls_pipeline.library.review_requests import ReviewRequest
    from pls_pipeline.orchestration.pipeline import Pipeline


@dataclass(frozen=True)
class Refusal:
    """A request that became no decision. `reason` is a sentence that may quote templates.

    kind: conflict (somebody else changed the pattern meanwhile) | refused.
    """

    pattern_id: str
    kind: str
    reason: str


@dataclass(frozen=True)
class ReviewReport:
    """What became of the requests; `unchanged` counts those that asked for what is so already."""

    decisions: "tuple[Decision, ...]" = ()
    refusals: tuple[Refusal, ...] = ()
    unchanged: int = 0


def record_reviews(pipeline: "Pipeline", requests: "Sequence[ReviewRequest]") -> ReviewReport:
    """Store the decisions that the requests become; one that is refused does not keep the others back.

    Requests are checked against the library as it stands before the first of them; a pattern that one of them splits
    or merges can be decided on again once the library is built anew.
    """
    from pls_pipeline.library.decisions import Action
    from pls_pipeline.library.review_requests import RefusedReviewError, ReviewConflictError, decide
    from pls_pipeline.orchestration import library_store

    with pipeline.lake.serialised(LIBRARY_POOL):
        library = library_store.load_library(pipeline.lake)
        earlier = library_store.load_reviews(pipeline.lake)
        now = datetime.now(UTC).replace(tzinfo=None)
        new: list[Decision] = []
        refusals: list[Refusal] = []
        restructured: set[str] = set()
        unchanged = 0
        for request in requests:
            if {request.pattern_id, request.into} & restructured:
                reason = f"{request.pattern_id}: another decision of the same review splits or merges it; decide anew"
                refusals.append(Refusal(request.pattern_id, "refused", reason))
                continue
            try:
                whole = _recall_seen(request, library)
                made = decide(whole, library, [*earlier, *new], pipeline.settings.categories, now)
            except RefusedReviewError as error:
                kind = "conflict" if isinstance(error, ReviewConflictError) else "refused"
                refusals.append(Refusal(request.pattern_id, kind, str(error)))
                continue
            unchanged += not made
            new += made
            restructured |= {item.pattern_id for item in made if item.action in {Action.SPLIT, Action.MERGE}}
        if new:
            library_store.append_reviews(pipeline.lake, earlier, new)
    return ReviewReport(tuple(new), tuple(refusals), unchanged)


def _recall_seen(request: "ReviewRequest", library: "LibraryState") -> "ReviewRequest":
    """The request with the row of the version that it was made on."""
    from pls_pipeline.library.replaying import replay_version

    if request.version_seen is None or request.seen is not None:
        return request
    return replace(request, seen=replay_version(library.versions, request.pattern_id, request.version_seen))

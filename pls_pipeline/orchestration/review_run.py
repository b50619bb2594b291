"""One run of review_decisions: from the configuration to decisions, and how refused requests are told.

Here: which requests a configuration means, and the file of refused ones. Not here: the configuration's fields
(review_config.py), storing decisions (reviewing.py).
"""

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import dagster as dg

from pls_pipeline.orchestration.inspecting import UnknownInboxFileError, find_in_inbox
from pls_pipeline.orchestration.review_config import ReviewConfig
from pls_pipeline.orchestration.review_sheets import record_sheet
from pls_pipeline.orchestration.reviewing import Refusal, ReviewReport, record_reviews
from pls_pipeline.orchestration.unreadable import describe_unreadable

if TYPE_CHECKING:
    from pls_pipeline.library.review_requests import ReviewRequest
    from pls_pipeline.orchestration.pipeline import Pipeline
    from pls_pipeline.settings import Settings

REFUSED_FILE = "review_refused.csv"
_EDITABLE = ("situation", "category", "response_template")


def run_review(pipeline: "Pipeline", config: ReviewConfig) -> ReviewReport:
    """Store what the configuration decides; refused requests go to review_refused.csv.

    Raises dg.Failure with a sentence where the configuration or the sheet cannot be read.
    """
    report = _record_named_sheet(pipeline, config) if config.sheet else record_reviews(pipeline, read_config(config))
    write_refusals(report.refusals, pipeline.settings.exports_path / REFUSED_FILE)
    return report


def read_config(config: ReviewConfig) -> "list[ReviewRequest]":
    """A request for each pattern that the configuration names; raises dg.Failure where the action is none."""
    from pls_pipeline.library.decisions import Action
    from pls_pipeline.library.review_requests import ReviewRequest

    if not config.pattern_ids:
        return []
    if config.action not in set(Action):
        raise dg.Failure(f"{config.action!r} is no action; write one of {', '.join(Action)}", allow_retries=False)
    action = Action(config.action)
    if action is Action.MERGE and not config.into:
        raise dg.Failure("merge needs `into`: the id of the pattern that the others go to", allow_retries=False)
    edits = {name: text for name in _EDITABLE if (text := getattr(config, name))}
    return [
        ReviewRequest(
            pattern_id,
            config.who,
            config.why,
            action,
            version_seen=config.version or None,
            edits=edits,
            into=config.into or None,
            wordings=tuple(config.wordings),
        )
        for pattern_id in config.pattern_ids
    ]


def _record_named_sheet(pipeline: "Pipeline", config: ReviewConfig) -> ReviewReport:
    from pls_pipeline.imports import hash_content
    from pls_pipeline.publishing.review_sheet import UnreadableSheetError

    inbox = pipeline.settings.inbox_path
    try:
        path = find_in_inbox(inbox, config.sheet)
        if config.sheet_sha256 and hash_content(path) != config.sheet_sha256:
            raise dg.Failure(f"{config.sheet} was changed since it was found; copy it to the inbox again",
                             allow_retries=False)  # fmt: skip
        return record_sheet(pipeline, path, config.who, config.why)
    except (UnknownInboxFileError, UnreadableSheetError) as error:
        raise dg.Failure(str(error), allow_retries=False) from None
    except OSError as error:
        raise dg.Failure(describe_unreadable(inbox / config.sheet, error), allow_retries=False) from None


def write_refusals(refusals: Sequence[Refusal], target: Path) -> None:
    """Write the refused requests of a run: pattern_id, kind, reason. Without any, the file of an earlier run goes."""
    from pls_pipeline.lake import replacing
    from pls_pipeline.publishing.cells import escape_cell, fit_cell

    if not refusals:
        target.unlink(missing_ok=True)
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    with replacing(target) as temporary, temporary.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("pattern_id", "kind", "reason"))
        for refusal in refusals:
            writer.writerow(
                [fit_cell(escape_cell(text)) for text in (refusal.pattern_id, refusal.kind, refusal.reason)]
            )


def count_refused(settings: "Settings") -> int:
    """Requests that the last review refused."""
    path = settings.exports_path / REFUSED_FILE
    if not path.is_file():
        return 0
    with path.open(encoding="utf-8-sig", newline="") as file:
        return sum(1 for _ in csv.DictReader(file))


def describe_refusals(refusals: Sequence[Refusal]) -> Mapping[str, int | str | list[str]]:
    """Metadata: counts, and the ids of patterns. Reasons quote replies; they stand in the file."""
    if not refusals:
        return {"refused": 0}
    return {
        "refused": len(refusals),
        "conflicts": sum(refusal.kind == "conflict" for refusal in refusals),
        "patterns": [refusal.pattern_id for refusal in refusals],
        "reasons_in": REFUSED_FILE,
    }

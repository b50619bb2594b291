"""`pls review`: decide on patterns.

Here: the commands that decide. Not here: lists and sheets (review_listing.py), what a decision is and does (library/,
orchestration/reviewing.py).
"""

import functools
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pls_pipeline.cli.project import print_json, project_command
from pls_pipeline.cli.review_listing import export_sheet, list_patterns_to_review, show_pattern

if TYPE_CHECKING:
    from pls_pipeline.library.review_requests import ReviewRequest
    from pls_pipeline.orchestration.pipeline import Pipeline
    from pls_pipeline.orchestration.reviewing import ReviewReport

_ORIGIN = "pls review"


@click.group()
def review() -> None:
    """Decide on patterns. Decisions hold through later imports; who, when and why are kept."""


def _deciding(function: Callable[..., None]) -> Callable[..., None]:
    """Give a command what every decision needs."""

    @click.option("--by", "who", required=True, envvar="PLS_REVIEWER", help="Who decides.  [env: PLS_REVIEWER]")
    @click.option("--why", required=True, help="Why; kept with the decision.")
    @click.option("--version", type=click.IntRange(min=1), help="Version that you looked at: refused if it changed.")
    @functools.wraps(function)
    def command(*arguments: object, **options: object) -> None:
        function(*arguments, **options)

    return command


def _make_status_command(action: str, done: str) -> click.Command:
    @review.command(action, help=f"Mark patterns as {done}.")
    @click.argument("pattern_ids", nargs=-1, required=True, metavar="PATTERN_ID…")
    @_deciding
    @project_command
    def command(
        pipeline: "Pipeline", as_json: bool, pattern_ids: tuple[str, ...], who: str, why: str, version: int | None
    ) -> None:
        _decide(pipeline, as_json, [_request(key, who, why, action, version) for key in pattern_ids])

    return command


approve = _make_status_command("approve", "approved")
reject = _make_status_command("reject", "rejected: it does not come back as new")
retire = _make_status_command("retire", "retired: right once, no longer in use")


@review.command()
@click.argument("pattern_id")
@click.option("--reply", "response_template", help="The reply with {{variables}}.")
@click.option("--situation", help="When the reply is used.")
@click.option("--category", help="One of the categories in the settings.")
@click.option("--approve", "is_approved", is_flag=True, help="Approve it as edited.")
@_deciding
@project_command
def edit(
    pipeline: "Pipeline", as_json: bool, pattern_id: str, who: str, why: str, version: int | None, is_approved: bool,
    **texts: str | None,
) -> None:  # fmt: skip
    """Write a pattern's texts; they stand whatever later imports say."""
    edits = {name: text for name, text in texts.items() if text is not None}
    if not edits:
        raise click.UsageError("nothing to edit: give --reply, --situation or --category")
    action = "approve" if is_approved else "edit"
    _decide(pipeline, as_json, [_request(pattern_id, who, why, action, version, edits=edits)])


@review.command()
@click.argument("pattern_ids", nargs=-1, required=True, metavar="PATTERN_ID…")
@click.option("--into", required=True, metavar="PATTERN_ID", help="The pattern that stays.")
@_deciding
@project_command
def merge(
    pipeline: "Pipeline", as_json: bool, pattern_ids: tuple[str, ...], into: str, who: str, why: str,
    version: int | None,
) -> None:  # fmt: skip
    """Join patterns that say the same; the ids of those that go lead to the one that stays."""
    _decide(pipeline, as_json, [_request(key, who, why, "merge", version, into=into) for key in pattern_ids])


@review.command()
@click.argument("pattern_id")
@click.option(
    "--wording", "numbers", type=click.IntRange(min=1), multiple=True, required=True,
    help="Number of a wording in `pls review show`; may be given several times.",
)  # fmt: skip
@_deciding
@project_command
def split(
    pipeline: "Pipeline", as_json: bool, pattern_id: str, numbers: tuple[int, ...], who: str, why: str,
    version: int | None,
) -> None:  # fmt: skip
    """Make wordings of a pattern a pattern of their own."""
    from pls_pipeline.library.review_requests import find_wordings_of
    from pls_pipeline.orchestration.library_store import load_library

    wordings = list(find_wordings_of(pattern_id, load_library(pipeline.lake)))
    if wordings and max(numbers) > len(wordings):
        raise click.UsageError(
            f"{pattern_id} has {len(wordings)} wordings; `pls review show {pattern_id}` numbers them"
        )
    chosen = tuple(wordings[number - 1] for number in numbers) if wordings else ()
    _decide(pipeline, as_json, [_request(pattern_id, who, why, "split", version, wordings=chosen)])


@review.command("import")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@click.option("--by", "who", default="", envvar="PLS_REVIEWER", help="Who decides, where a row does not say.")
@click.option("--why", default="", help="Why, where a row does not say.  [default: the name of the file]")
@project_command
def import_sheet(pipeline: "Pipeline", as_json: bool, file: Path, who: str, why: str) -> None:
    """Apply a review sheet that `pls review export` wrote and that was edited since."""
    from pls_pipeline.orchestration.review_sheets import record_sheet
    from pls_pipeline.publishing.review_sheet import UnreadableSheetError

    try:
        report = record_sheet(pipeline, file, who, why)
    except UnreadableSheetError as error:
        raise click.ClickException(str(error)) from error
    _finish(pipeline, as_json, report)


def _request(
    pattern_id: str, who: str, why: str, action: str, version: int | None, **fields: object
) -> "ReviewRequest":
    from pls_pipeline.library.decisions import Action
    from pls_pipeline.library.review_requests import ReviewRequest

    return ReviewRequest(pattern_id, who, why, Action(action), version, **fields)  # type: ignore[arg-type]


def _decide(pipeline: "Pipeline", as_json: bool, requests: "Sequence[ReviewRequest]") -> None:
    from pls_pipeline.orchestration.reviewing import record_reviews

    _finish(pipeline, as_json, record_reviews(pipeline, requests))


def _finish(pipeline: "Pipeline", as_json: bool, report: "ReviewReport") -> None:
    """Build the library with what was decided; say what became of each request. Exit code 1 where one is refused."""
    if report.decisions:
        _build(pipeline)
    if as_json:
        print_json(
            {
                "decisions": [decision.to_row() for decision in report.decisions],
                "refused": [vars(refusal) for refusal in report.refusals],
                "unchanged": report.unchanged,
            }
        )
    else:
        for decision in report.decisions:
            new = decision.fields.get("new_pattern_id")
            made = f", the new pattern is {new}" if new else ""
            click.echo(f"{decision.pattern_id}: {decision.action}{made} ({decision.decision_id})")
        if report.unchanged:
            click.echo(f"{report.unchanged} asked for what is so already.")
    for refusal in report.refusals:
        click.echo(f"Refused: {refusal.reason}", err=True)
    if report.refusals:
        raise click.exceptions.Exit(1)


def _build(pipeline: "Pipeline") -> None:
    from pls_pipeline.cli.shell import open_shell
    from pls_pipeline.orchestration import runs

    with open_shell(pipeline) as shell:
        built = runs.run_library(shell.instance, shell.definitions, _ORIGIN)
    if not built.succeeded:
        raise click.ClickException(
            f"What was decided is stored, but the library could not be built: {'; '.join(built.faults)} "
            f"(run {built.run_id}); `pls rebuild` goes on."
        )


for _command in (list_patterns_to_review, show_pattern, export_sheet):
    review.add_command(_command)

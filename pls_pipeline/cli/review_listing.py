"""`pls review list`, `show` and `export`: what there is to decide on.

Here: commands that only read. Not here: those that decide (reviewing.py). Dagster is not loaded.
"""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pls_pipeline.cli.listing import STATUSES, load_patterns, show_patterns
from pls_pipeline.cli.project import print_json, project_command

if TYPE_CHECKING:
    from pls_pipeline.orchestration.pipeline import Pipeline

_STATUS = click.option(
    "--status", "statuses", multiple=True, type=click.Choice((*STATUSES, "all")), default=("proposed",),
    show_default=True, help="Patterns of this status; may be given several times.",
)  # fmt: skip


@click.command("list")
@_STATUS
@click.option("--limit", type=click.IntRange(min=1), help="At most so many, those with most evidence first.")
@project_command
def list_patterns_to_review(pipeline: "Pipeline", as_json: bool, statuses: tuple[str, ...], limit: int | None) -> None:
    """The patterns that wait for a decision, those with most evidence first."""
    records = load_patterns(pipeline, () if "all" in statuses else statuses)
    shown = records[:limit] if limit else records
    if as_json:
        print_json(shown)
        return
    show_patterns(shown, len(records))


@click.command("show")
@click.argument("pattern_id")
@project_command
def show_pattern(pipeline: "Pipeline", as_json: bool, pattern_id: str) -> None:
    """A pattern with its numbered wordings, what was decided on it, and its versions."""
    from pls_pipeline.library.review_requests import find_wordings_of
    from pls_pipeline.orchestration.library_store import load_library, load_reviews

    library = load_library(pipeline.lake)
    row = next((dict(row) for row in library.patterns if row["pattern_id"] == pattern_id), None)
    if row is None:
        raise click.ClickException(f"no pattern has the id {pattern_id!r}; `pls patterns` lists those there are")
    wordings = {template: len(keys) for template, keys in find_wordings_of(pattern_id, library).items()}
    decisions = [item.to_row() for item in load_reviews(pipeline.lake) if pattern_id in item.subjects]
    versions = [dict(item) for item in library.versions if item["pattern_id"] == pattern_id]
    if as_json:
        print_json({"pattern": row, "wordings": wordings, "decisions": decisions, "versions": versions})
        return
    _show(row, wordings, decisions, versions)


def _show(row: dict[str, Any], wordings: dict[str, int], decisions: list[Any], versions: list[dict[str, Any]]) -> None:
    from rich.markup import escape

    from pls_pipeline.cli.terminal import make_table, open_console
    from pls_pipeline.publishing.cells import name_unseen

    console = open_console()
    console.print(f"[bold]{row['pattern_id']}[/bold]  version {row['version']}, {row['status']}, {row['category']}")
    console.print(f"When:  {escape(name_unseen(row['situation']))}")
    console.print(f"Reply: {escape(name_unseen(row['response_template']))}")
    if row["edited_fields"]:
        console.print(f"Written by a reviewer: {', '.join(row['edited_fields'])}")
    numbered = [(number, count, text) for number, (text, count) in enumerate(wordings.items(), 1)]
    console.print(make_table(("no.", "replies", "wording"), numbered, "Wordings"))
    if decisions:
        told = [(item["decided_at"], item["who"], item["action"], item["why"]) for item in decisions]
        console.print(make_table(("when", "who", "what", "why"), told, "Decisions"))
    changes = [(item["version"], item["changed_at"], item["why"], item["import_key"]) for item in versions]
    console.print(make_table(("version", "when", "why", "import"), changes, "Versions"))


@click.command("export")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@_STATUS
@project_command
def export_sheet(pipeline: "Pipeline", as_json: bool, file: Path, statuses: tuple[str, ...]) -> None:
    """Write a review sheet: a CSV to be edited in a spreadsheet.

    Fill in `decision` (approve, reject, retire, merge, split), or write another category, situation or
    response_template over the one that stands. Then `pls review import`, or copy the file to the inbox.
    """
    from pls_pipeline.publishing.review_sheet import select_rows, write_review_sheet
    from pls_pipeline.tables import PATTERN_LIBRARY

    rows = select_rows(pipeline.lake.read(PATTERN_LIBRARY), () if "all" in statuses else statuses)
    try:
        count = write_review_sheet(rows, file)
    except OSError as error:
        raise click.ClickException(f"{error.filename or file} cannot be written: {error.strerror}") from error
    if as_json:
        print_json({"file": file, "patterns": count})
        return
    click.echo(f"{file}: {count} patterns.")

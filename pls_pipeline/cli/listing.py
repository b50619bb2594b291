"""`pls patterns` and `pls history`: the library and the imports as tables.

Here: columns and order for a person. Not here: the queries (publishing/). Dagster is not loaded: both answer at once.
"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import click

from pls_pipeline.cli.project import print_json, project_command

if TYPE_CHECKING:
    from pls_pipeline.orchestration.pipeline import Pipeline

_SHOWN_IF_ANY = frozenset({"failed", "deferred", "tokens", "cost_usd", "judge_cost_usd"})

STATUSES = ("proposed", "approved", "rejected", "retired")


@click.command()
@click.option("--status", "statuses", multiple=True, type=click.Choice(STATUSES), help="Only patterns of this status.")
@click.option("--category", "categories", multiple=True, help="Only patterns of this category.")
@click.option("--limit", type=click.IntRange(min=1), help="At most so many, those with most evidence first.")
@click.option("--at", "point", help="As the library was: at the end of a date, at a time (UTC), after an import.")
@project_command
def patterns(
    pipeline: "Pipeline", as_json: bool, statuses: tuple[str, ...], categories: tuple[str, ...], limit: int | None,
    point: str | None,
) -> None:  # fmt: skip
    """The library as a table, patterns with most evidence first."""
    records = (
        load_former_patterns(pipeline, point, statuses, categories)
        if point
        else load_patterns(pipeline, statuses, categories)
    )
    shown = records[:limit] if limit else records
    if as_json:
        print_json(shown)
        return
    show_patterns(shown, len(records))


@click.command()
@click.option("--removed", "is_removed", is_flag=True, help="The imports that were undone.")
@project_command
def history(pipeline: "Pipeline", as_json: bool, is_removed: bool) -> None:
    """What became of each import."""
    if is_removed:
        show_removed(load_removed(pipeline), as_json)
        return
    records = load_history(pipeline)
    if as_json:
        print_json(records)
        return
    show_history(records)


def load_patterns(
    pipeline: "Pipeline", statuses: tuple[str, ...] = (), categories: tuple[str, ...] = ()
) -> list[dict[str, Any]]:
    """Rows of pattern_library, most evidence first."""
    from pls_pipeline.publishing.trace import list_patterns

    with pipeline.session() as session:
        rows = list_patterns(session.connection, pipeline.lake, statuses, categories)
        found: list[dict[str, Any]] = rows.to_arrow_table().to_pylist()
        return found


def load_former_patterns(
    pipeline: "Pipeline", point: str, statuses: tuple[str, ...], categories: tuple[str, ...]
) -> list[dict[str, Any]]:
    """Rows of pattern_library as they were at a point of the library's history, most evidence first."""
    from pls_pipeline.orchestration.comparing import UnknownPointError, library_at

    try:
        found = library_at(pipeline, point)
    except UnknownPointError as error:
        raise click.ClickException(str(error)) from error
    chosen = [
        dict(row)
        for row in found
        if (not statuses or row["status"] in statuses) and (not categories or row["category"] in categories)
    ]
    return sorted(chosen, key=lambda row: (-row["conversation_count"], row["pattern_id"]))


def load_history(pipeline: "Pipeline") -> list[dict[str, Any]]:
    """Rows of import_history, by order of arrival."""
    from pls_pipeline.publishing.history import import_history

    with pipeline.session() as session:
        rows = import_history(session.connection, pipeline.lake, pipeline.registry.manifests())
        found: list[dict[str, Any]] = rows.to_arrow_table().to_pylist()
        return found


def load_removed(pipeline: "Pipeline") -> list[dict[str, Any]]:
    """Rows of removed_imports, in the order of removal."""
    from pls_pipeline.tables import REMOVED_IMPORTS

    return sorted(pipeline.lake.read(REMOVED_IMPORTS), key=lambda row: row["removed_at"])


def show_removed(records: list[dict[str, Any]], as_json: bool) -> None:
    """Print the imports that were undone."""
    if as_json:
        print_json(records)
        return
    fields = {
        "import": "import_key",
        "file": "file_name",
        "received": "received_at",
        "removed": "removed_at",
        "messages": "messages",
        "changed": "patterns_changed",
        "vanished": "patterns_vanished",
        "approvals lost": "approvals_lost",
    }
    _print_table(fields, records, ("file", "messages"))


def show_patterns(records: list[dict[str, Any]], total: int) -> None:
    """Print a table of patterns."""
    from pls_pipeline.cli.terminal import open_console

    fields = {
        "pattern": "pattern_id",
        "status": "status",
        "category": "category",
        "conv.": "conversation_count",
        "imports": "import_count",
        "confidence": "confidence",
        "reply": "response_template",
    }
    if not records:
        open_console().print(
            "No patterns to show. `pls patterns` lists the whole library, `pls import FILE…` adds to it."
        )
        return
    flat = [{**record, "response_template": record["response_template"].replace("\n", " ⏎ ")} for record in records]
    _print_table(fields, flat, ("confidence", "imports", "status", "category"))
    console = open_console()
    count = f"{len(records)} of {total}" if len(records) < total else str(total)
    noun = "pattern" if total == 1 else "patterns"
    console.print(f"{count} {noun}. `pls trace PATTERN` shows the messages that one rests on.")


def show_history(records: list[dict[str, Any]]) -> None:
    """Print a table of imports."""
    from pls_pipeline.cli.terminal import open_console

    fields = {
        "#": "sequence",
        "import": "import_key",
        "status": "status",
        "rows": "rows",
        "rejected": "rejected",
        "dup. within": "duplicates_within",
        "dup. across": "duplicates_across",
        "new": "new_messages",
        "conv.": "conversations",
        "eligible": "eligible",
        "analysed": "analysed",
        "deferred": "deferred",
        "failed": "failed",
        "created": "patterns_created",
        "enhanced": "patterns_enhanced",
        "tokens": "tokens",
        "cost $": "cost_usd",
        "judge $": "judge_cost_usd",
        "received": "received_at",
    }
    if not records:
        open_console().print("No imports. `pls import FILE…` makes one.")
        return
    shown = {
        title: name for title, name in fields.items() if name not in _SHOWN_IF_ANY or any(r[name] for r in records)
    }
    order = ("received", "eligible", "dup. within", "tokens", "enhanced", "created", "#", "rejected", "conv.", "new")
    _print_table(shown, records, tuple(title for title in order if title in shown))


def _print_table(fields: Mapping[str, str], records: Sequence[Mapping[str, Any]], dropped_first: Sequence[str]) -> None:
    """Print the columns that fit the terminal, and say which do not."""
    from pls_pipeline.cli.terminal import choose_columns, make_table, open_console

    console = open_console()
    rows = [[record[name] for name in fields.values()] for record in records]
    kept = choose_columns(tuple(fields), rows, console.width, dropped_first)
    console.print(make_table(kept, [[record[fields[title]] for title in kept] for record in records]))
    left_out = [title for title in fields if title not in kept]
    if left_out:
        console.print(f"Too wide for this terminal: {', '.join(left_out)}. All columns: --json.")

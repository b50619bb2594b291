"""`pls import`: files into the library, one run each.

Here: the bar and the summary. Not here: what an import does (orchestration/importing.py), what it would cost
(estimating.py).
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pls_pipeline.cli.estimating import estimate_files
from pls_pipeline.cli.project import print_json, project_command
from pls_pipeline.publishing.cells import name_unseen

if TYPE_CHECKING:
    from pls_pipeline.orchestration.importing import FileReport
    from pls_pipeline.orchestration.pipeline import Pipeline


@click.command("import")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--estimate", is_flag=True, help="Say what the first run of each file would cost, and import nothing.")
@project_command
def import_files(pipeline: "Pipeline", as_json: bool, files: tuple[Path, ...], estimate: bool) -> None:
    """Import exports. A file whose content is known is not imported again; one that was not finished goes on."""
    if estimate:
        estimate_files(pipeline, files, as_json=as_json)
        return
    reports = run_imports(pipeline, files)
    if as_json:
        print_json([asdict(report) for report in reports])
    else:
        show_reports(reports, pipeline.settings.exports_path)
    if not all(report.is_well for report in reports):
        raise SystemExit(1)


def run_imports(pipeline: "Pipeline", files: Sequence[Path]) -> list["FileReport"]:
    """Import each file, with a bar where a person is waiting."""
    from pls_pipeline.cli.progress_bar import ImportBar
    from pls_pipeline.cli.shell import open_shell
    from pls_pipeline.orchestration.importing import Importer

    with ImportBar() as bar, open_shell(pipeline, progress=bar) as shell:
        importer = Importer(pipeline, shell.instance, shell.definitions)
        reports = []
        for path in files:
            bar.begin(path.name)
            reports.append(importer.import_file(path))
            if reports[-1].status == "interrupted":
                break
    return reports


def show_reports(reports: Sequence["FileReport"], exports: Path) -> None:
    """Print a sentence for each file and, where it was run, what was counted; `exports` has the rejected rows."""
    for report in reports:
        click.echo(name_unseen(report.sentence), err=not report.is_well)
        if report.counts and report.status in {"imported", "continued"}:
            for line in (*describe_counts(report.counts), *report.deferred):
                click.echo(f"    {line}")
            if report.counts["rejected"]:
                click.echo(f"    rejected rows, with line and reason: {exports / 'rejected_rows.csv'}")


def describe_counts(counts: Mapping[str, Any]) -> list[str]:
    """The row of import_history in three lines: rows, conversations, patterns; a fourth where a model was paid."""
    number = {name: f"{value:,}" for name, value in counts.items() if isinstance(value, int)}
    duplicates = f"{counts['duplicates_within'] + counts['duplicates_across']:,}"
    rows = (
        f"{number['rows']} rows: {number['rejected']} rejected, {duplicates} duplicates "
        f"({number['duplicates_across']} of other imports), {number['new_messages']} new messages"
    )
    conversations = (
        f"{number['conversations']} conversations: {number['eligible']} can be analysed, {number['analysed']} are, "
        f"{number['deferred']} deferred, {number['failed']} failed"
    )
    patterns = f"patterns: {number['patterns_created']} created, {number['patterns_enhanced']} enhanced"
    return [rows, conversations, patterns, *_describe_cost(counts)]


def _describe_cost(counts: Mapping[str, Any]) -> list[str]:
    """Tokens and dollars of all runs of the import."""
    if not counts["tokens"]:
        return []
    tokens = f"{counts['tokens']:,} tokens"
    if counts["cost_usd"] is None:
        return [f"model: {tokens}; their price is unknown, set PLS_MODEL_PRICES"]
    each = counts["cost_per_pattern_usd"]
    by_pattern = "" if each is None else f", ${each:.4f} a pattern"
    judged = f"; judge of the library: ${counts['judge_cost_usd']:.4f}" if counts["judge_cost_usd"] else ""
    return [f"model: {tokens}, ${counts['cost_usd']:.4f}{by_pattern}{judged}"]

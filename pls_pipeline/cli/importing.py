"""`pls import`: files into the library, one run each.

Here: the bar and the summary. Not here: what an import does (orchestration/importing.py), what it would cost
(estimating.py).
"""

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pls_pipeline.cli.estimating import estimate_files
from pls_pipeline.cli.project import print_json, project_command

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
        show_reports(reports)
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


def show_reports(reports: Sequence["FileReport"]) -> None:
    """Print a table of what was imported, and a sentence for each file."""
    from pls_pipeline.cli.terminal import make_table, open_console

    fields = {
        "rows": "rows",
        "rejected": "rejected",
        "dup. within": "duplicates_within",
        "dup. across": "duplicates_across",
        "new": "new_messages",
        "conversations": "conversations",
        "analysed": "analysed",
        "deferred": "deferred",
        "failed": "failed",
        "patterns created": "patterns_created",
        "enhanced": "patterns_enhanced",
    }
    rows = [
        (report.file_name, *(report.counts[name] for name in fields.values()))
        for report in reports
        if report.counts and report.status in {"imported", "continued"}
    ]
    if rows:
        open_console().print(make_table(("file", *fields), rows))
    for report in reports:
        click.echo(report.sentence, err=not report.is_well)

"""`pls demo`: the sample exports into a library of their own, and where to look.

Here: the order of what is shown. Not here: the samples (data/samples/).
"""

from pathlib import Path

import click

from pls_pipeline.cli.developing import find_checkout
from pls_pipeline.cli.importing import run_imports, show_reports
from pls_pipeline.cli.listing import load_history, load_patterns, show_history, show_patterns
from pls_pipeline.cli.project import open_pipeline

_SHOWN = 25


@click.command()
@click.option("--data-dir", type=click.Path(path_type=Path, file_okay=False), help="Folder of the demo's library.")
def demo(data_dir: Path | None) -> None:
    """Import the sample exports into data/demo and show patterns, history and where the files lie."""
    checkout = find_checkout()
    samples = sorted((checkout / "data" / "samples").glob("*.csv")) if checkout else []
    if not checkout or not samples:
        raise click.ClickException("The samples lie in a checkout of the project (data/samples); this is none.")
    pipeline = open_pipeline(data_dir or checkout / "data" / "demo")
    reports = run_imports(pipeline, samples)
    show_reports(reports, pipeline.settings.exports_path)
    records = load_patterns(pipeline)
    show_patterns(records[:_SHOWN], len(records))
    show_history(load_history(pipeline))
    settings = pipeline.settings
    click.echo(f"Report:   {settings.exports_path / 'report' / 'index.html'}")
    click.echo(f"Files:    {settings.exports_path}")
    click.echo(f"Database: {settings.warehouse_path}")
    if not all(report.is_well for report in reports):
        raise SystemExit(1)

"""`pls check`: is everything there that an import needs.

Here: how findings are printed. Not here: what is looked at (diagnosis.py).
"""

from dataclasses import asdict
from pathlib import Path

import click

from pls_pipeline.cli.project import data_dir_option, print_json


@click.command()
@data_dir_option
@click.option("--json", "as_json", is_flag=True, help="Print JSON, for machines.")
def check(data_dir: Path | None, as_json: bool) -> None:
    """Look at settings, folders, keys and the Dagster instance; one line of advice for each fault."""
    from pls_pipeline.cli.diagnosis import diagnose

    findings = diagnose(data_dir)
    if as_json:
        print_json([asdict(finding) for finding in findings])
    else:
        for finding in findings:
            advice = f": {finding.advice}" if finding.advice else ""
            click.echo(f"{'FAULT' if advice else 'ok'.ljust(5)}  {finding.subject}: {finding.found}{advice}")
    if any(finding.advice for finding in findings):
        raise SystemExit(1)

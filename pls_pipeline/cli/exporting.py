"""`pls export`: the files of the library into a folder of the user's choice.

Here: the command. Not here: the files (publishing/). Dagster is not loaded.
"""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from pls_pipeline.cli.project import print_json, project_command

if TYPE_CHECKING:
    from pls_pipeline.orchestration.pipeline import Pipeline


@click.command()
@click.option(
    "--out", required=True, type=click.Path(path_type=Path, file_okay=False), help="Folder; made where it is missing."
)
@project_command
def export(pipeline: "Pipeline", as_json: bool, out: Path) -> None:
    """Write library, provenance, history, rejected rows and report as files."""
    from pls_pipeline.orchestration.publication import write_exports

    try:
        patterns, files = write_exports(pipeline, out)
    except OSError as error:
        raise click.ClickException(f"{error.filename or out} cannot be written: {error.strerror}") from error
    if as_json:
        print_json({"patterns": patterns, "files": files})
        return
    for path in files:
        click.echo(path)
    click.echo(f"{patterns} patterns.")

"""`pls rebuild`: the library anew, from what is in the lake.

Here: the command and what it says. Not here: the build (the job library_job).
"""

from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from pls_pipeline.cli.project import print_json, project_command

if TYPE_CHECKING:
    from pls_pipeline.orchestration.pipeline import Pipeline

_ORIGIN = "pls rebuild"


@click.command()
@project_command
def rebuild(pipeline: "Pipeline", as_json: bool) -> None:
    """Build the library anew from all candidates and all decisions, and say what changed.

    No file is read and no model is asked. Patterns keep their ids by the messages that they rest on; the id of one that
    went into another leads there.
    """
    from pls_pipeline.cli.diffing import show_changes
    from pls_pipeline.cli.shell import open_shell
    from pls_pipeline.library.differences import compare_libraries
    from pls_pipeline.orchestration import runs
    from pls_pipeline.tables import PATTERN_ALIASES, PATTERN_LIBRARY

    before = pipeline.lake.read(PATTERN_LIBRARY)
    with open_shell(pipeline) as shell:
        report = runs.run_library(shell.instance, shell.definitions, _ORIGIN)
    if not report.succeeded:
        raise click.ClickException(
            f"The library could not be built: {'; '.join(report.faults)} (run {report.run_id}); the old one stands."
        )
    after = pipeline.lake.read(PATTERN_LIBRARY)
    changes = compare_libraries(before, after, pipeline.lake.read(PATTERN_ALIASES))
    kept = len({row["pattern_id"] for row in before} & {row["pattern_id"] for row in after})
    if as_json:
        print_json({"patterns": len(after), "ids_kept": kept, "changes": [asdict(change) for change in changes]})
        return
    show_changes(changes)
    click.echo(f"{len(after)} patterns; {kept} of {len(before)} ids kept.")

"""The group `pls` and its commands.

Here: the list of commands. Not here: any of them.
"""

import click

from pls_pipeline.cli.checking import check
from pls_pipeline.cli.demonstrating import demo
from pls_pipeline.cli.developing import dev
from pls_pipeline.cli.diffing import diff
from pls_pipeline.cli.evaluating import evaluate
from pls_pipeline.cli.exporting import export
from pls_pipeline.cli.forgetting import forget
from pls_pipeline.cli.importing import import_files
from pls_pipeline.cli.inspecting import inspect_files
from pls_pipeline.cli.listing import history, patterns
from pls_pipeline.cli.masking import mask_file
from pls_pipeline.cli.migrating import migrate
from pls_pipeline.cli.rebuilding import rebuild
from pls_pipeline.cli.removing import remove
from pls_pipeline.cli.reviewing import review
from pls_pipeline.cli.tracing import trace
from pls_pipeline.file_modes import keep_files_to_owner


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="pls-pipeline", prog_name="pls")
def main() -> None:
    """Turn exports of text conversations into a library of reply patterns with an audit trail."""
    keep_files_to_owner()


for _command in (
    import_files,
    inspect_files,
    mask_file,
    patterns,
    history,
    trace,
    review,
    diff,
    rebuild,
    evaluate,
    export,
    remove,
    forget,
    migrate,
    check,
    demo,
    dev,
):
    main.add_command(_command)

"""`pls migrate`: the tables in the application's database, made or brought to this version.

Here: the command and what it says. Not here: the steps (publishing/application/migrations/).
"""

from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from pls_pipeline.cli.project import print_json, project_command

if TYPE_CHECKING:
    from pls_pipeline.orchestration.pipeline import Pipeline


@click.command()
@project_command
def migrate(pipeline: "Pipeline", as_json: bool) -> None:
    """Make the tables of approved patterns in the application's PostgreSQL, or bring them to this version.

    PLS_APPLICATION_DATABASE_URL names it, for this command with a role that may create tables. Each import publishes
    into them afterwards; this command publishes what the library holds now.
    """
    from pls_pipeline.orchestration.application import find_application, publish_to_application
    from pls_pipeline.publishing.application.database import migrate as migrate_tables

    database = find_application(pipeline.settings)
    if database is None:
        raise click.ClickException("PLS_APPLICATION_DATABASE_URL is not set; set it to the address of the PostgreSQL.")
    before = migrate_tables(database)
    published = publish_to_application(pipeline)
    if as_json:
        print_json({"place": database.place, "before": before, "published": asdict(published) if published else None})
        return
    done = {"absent": "made", "current": "are those of this version"}.get(before, "brought to this version")
    click.echo(f"{database.place}: tables {done}; {published.approved if published else 0} approved patterns in them.")

"""`pls remove`: undo an import.

Here: what is said and asked before. Not here: the steps (orchestration/removal.py).
"""

from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from pls_pipeline.cli.project import print_json, project_command

if TYPE_CHECKING:
    from pls_pipeline.orchestration.pipeline import Pipeline
    from pls_pipeline.orchestration.removal import RemovalPlan
    from pls_pipeline.orchestration.removal_forecast import Forecast

_IDS_SHOWN = 12


@click.command()
@click.argument("import_key")
@click.option("--yes", is_flag=True, help="Do not ask.")
@project_command
def remove(pipeline: "Pipeline", as_json: bool, import_key: str, yes: bool) -> None:
    """Undo an import; says first which patterns change.

    Messages that other imports brought as well pass to them, and the library is built anew.
    """
    from pls_pipeline.cli.shell import open_shell
    from pls_pipeline.imports import UnknownImportError
    from pls_pipeline.orchestration import removal

    try:
        plan = removal.plan_removal(pipeline, import_key)
    except UnknownImportError as error:
        raise click.ClickException(str(error.args[0])) from error
    click.echo(describe_plan(plan), err=as_json)
    if not yes:
        click.confirm(f"Remove {import_key}?", abort=True, err=as_json)
    with open_shell(pipeline) as shell:
        try:
            became = removal.remove_import(
                pipeline, shell.instance, shell.definitions, plan, lambda step: click.echo(f"… {step}", err=True)
            )
        except (removal.RunUnderWayError, removal.RemovalStoppedError) as error:
            raise click.ClickException(str(error)) from error
    if as_json:
        print_json({**asdict(plan), "became": asdict(became)})
        return
    click.echo(
        f"Removed {import_key}: {len(became.changing)} patterns changed, {len(became.vanishing)} vanished, "
        f"{len(became.losing_approval)} lost their approval. `pls history --removed` keeps a line of it."
    )


def describe_plan(plan: "RemovalPlan") -> str:
    """What goes with the import, in lines."""
    manifest = plan.manifest
    lines = [f"{manifest.import_key}: {manifest.file_name}, imported on {manifest.received_at:%Y-%m-%d %H:%M} UTC."]
    lines += describe_patterns(plan.forecast)
    if plan.heirs:
        lines.append(f"Run again: {', '.join(heir.import_key for heir in plan.heirs)}")
    if not plan.forecast.changing and not plan.forecast.vanishing:
        lines.append("No pattern rests on it.")
    return "\n".join(lines)


def describe_patterns(forecast: "Forecast") -> list[str]:
    """What the patterns become, in lines; nothing where none changes."""
    lines = []
    for ids, what in (
        (forecast.changing, "lose evidence and stay"),
        (forecast.vanishing, "vanish"),
        (forecast.losing_approval, "lose their approval"),
    ):
        if ids:
            more = f" and {len(ids) - _IDS_SHOWN} more" if len(ids) > _IDS_SHOWN else ""
            lines.append(f"Patterns that {what}: {len(ids)} ({', '.join(ids[:_IDS_SHOWN])}{more})")
    return lines

"""`pls forget`: erase a customer, and keep him out.

Here: what is said and asked before, and what was done. Not here: the steps (orchestration/forgetting.py).
"""

import sys
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from pls_pipeline.cli.project import print_json, project_command
from pls_pipeline.cli.removing import describe_patterns

if TYPE_CHECKING:
    from pls_pipeline.orchestration.forgetting import ForgettingPlan, ForgettingReport
    from pls_pipeline.orchestration.pipeline import Pipeline


@click.command()
@click.argument("customer", metavar="NUMBER")
@click.option("--yes", is_flag=True, help="Do not ask.")
@project_command
def forget(pipeline: "Pipeline", as_json: bool, customer: str, yes: bool) -> None:
    """Erase a customer from everything that is kept, and keep him out of later imports.

    NUMBER is a phone number; an e-mail address or the id of a contact will do. With - it is read from standard input,
    so that it does not stand in the history of the shell. Says first what is held and which patterns lose evidence.
    """
    from pls_pipeline.cli.shell import open_shell
    from pls_pipeline.erasure.values import UnknownCustomerError
    from pls_pipeline.orchestration import forgetting
    from pls_pipeline.orchestration.forgetting_plan import OwnNumberError
    from pls_pipeline.orchestration.removal import RunUnderWayError

    typed = sys.stdin.readline() if customer == "-" else customer
    try:
        plan = forgetting.plan_forgetting(pipeline, typed)
    except (UnknownCustomerError, OwnNumberError) as error:
        raise click.ClickException(str(error)) from error
    if plan.is_done:
        click.echo("Nothing is held of this customer, who was forgotten before and is kept out.", err=as_json)
        if as_json:
            print_json({"messages": 0, "imports": 0})
        return
    click.echo(describe_forgetting(plan), err=as_json)
    if not yes:
        click.confirm("Erase this customer? It cannot be undone.", abort=True, err=as_json)
    with open_shell(pipeline) as shell:
        try:
            report = forgetting.forget_customer(
                pipeline, shell.instance, shell.definitions, plan.values, lambda step: click.echo(f"… {step}", err=True)
            )
        except (RunUnderWayError, forgetting.ForgettingStoppedError) as error:
            raise click.ClickException(str(error)) from error
    if as_json:
        print_json(_to_json(plan, report))
        return
    erasure = report.erasure
    click.echo(
        f"Forgotten ({erasure.erasure_id}): {erasure.messages} messages of {erasure.imports} imports erased; "
        f"{len(report.became.changing)} patterns changed, {len(report.became.vanishing)} vanished, "
        f"{len(report.became.losing_approval)} lost their approval. Later imports keep the customer out."
    )
    for line in report.leftovers:
        click.echo(f"    {line}")


def describe_forgetting(plan: "ForgettingPlan") -> str:
    """What is held of the customer and what goes with it, in lines; no number stands in them."""
    held, kinds = plan.holdings, [value.kind for value in plan.values]
    counts = f"{held.messages} messages, {held.rejected_rows} rejected rows, {held.contacts} entries of contacts"
    lines = [
        f"Held of this customer: {counts}, in {len(held.pending.imports)} imports.",
        f"Erased and kept out: {kinds.count('phone')} numbers, {kinds.count('email')} e-mail addresses.",
        *describe_patterns(plan.forecast),
    ]
    if not plan.forecast.changing and not plan.forecast.vanishing:
        lines.append("No pattern rests on it.")
    if held.pending.imports:
        lines.append(f"Run again: {', '.join(sorted(held.pending.imports))}")
    lines += [f"File {leftover}" for leftover in plan.leftovers]
    if plan.is_begun:
        lines.append("An erasure of this customer was cut off; it is completed.")
    return "\n".join(lines)


def _to_json(plan: "ForgettingPlan", report: "ForgettingReport") -> dict[str, Any]:
    erasure = report.erasure
    counts = ("erasure_id", "begun_at", "completed_at", "imports", "messages")
    return {
        **{name: getattr(erasure, name) for name in counts},
        "rejected_rows": plan.holdings.rejected_rows,
        "contacts": plan.holdings.contacts,
        "became": asdict(report.became),
        "files": report.leftovers,
        "answers_erased": report.answers,
    }

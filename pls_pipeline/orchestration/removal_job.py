"""The job `remove_import`: undoes an import from the UI, after saying what that changes.

Here: the job's configuration, its op and its metadata. Not here: the steps (removal.py), the forecast
(removal_forecast.py), the command (cli/removing.py). Metadata hold ids and counts.
"""

from collections.abc import Callable, Mapping, Sequence

import dagster as dg
from pydantic import Field

from pls_pipeline.orchestration.launchpad import show_fields
from pls_pipeline.orchestration.markdown import draw_table
from pls_pipeline.orchestration.names import OPERATIONS_GROUP, OWNERS, REMOVAL_JOB, REMOVED_IMPORTS
from pls_pipeline.orchestration.removal import (
    RemovalPlan,
    RemovalStoppedError,
    RunUnderWayError,
    plan_removal,
    remove_import,
)
from pls_pipeline.orchestration.removal_forecast import Forecast
from pls_pipeline.orchestration.resources import PipelineResource

DefinitionsSource = Callable[[], dg.Definitions]
"""What the resource `definitions` is: asked when a run needs the jobs that it runs itself."""

_IDS_SHOWN = 50

removed_imports = dg.AssetSpec(
    REMOVED_IMPORTS,
    group_name=OPERATIONS_GROUP,
    owners=OWNERS,
    description="What the job remove_import said or did: each look and each removal is an observation.",
)


class RemovalConfig(dg.Config):
    """Which import to undo, and whether to do it."""

    import_key: str = Field(default="", description="Key of the import, as the partitions of import_files name it.")
    confirm: str = Field(
        default="",
        description="Empty: only say which patterns would change, vanish or lose their approval. The import key once "
        "more: remove it.",
    )


@dg.op(description="Says what a removal would change; removes the import where its key stands in `confirm` too.")
def remove_named_import(
    context: dg.OpExecutionContext,
    config: RemovalConfig,
    pipeline: PipelineResource,
    definitions: dg.ResourceParam[DefinitionsSource],
) -> None:
    """Observe `removed_imports`; fail with a sentence where no import has the key or a run is under way."""
    from pls_pipeline.imports import UnknownImportError

    opened = pipeline.open()
    key = config.import_key.strip()
    try:
        plan = plan_removal(opened, key)
    except UnknownImportError as error:
        raise dg.Failure(str(error.args[0]), allow_retries=False) from None
    if config.confirm.strip() not in {"", key}:
        raise dg.Failure(
            f"`confirm` is {config.confirm!r}: leave it empty to see what a removal would change, or write {key} into "
            "it to remove the import.",
            allow_retries=False,
        )
    if not config.confirm.strip():
        context.log_event(_observe(plan, plan.forecast, removed=False))
        context.log.info("Nothing is removed. Write %s into `confirm` to remove the import.", key)
        return
    try:
        became = remove_import(opened, context.instance, definitions(), plan, context.log.info, context.run_id)
    except (RunUnderWayError, RemovalStoppedError) as error:
        raise dg.Failure(str(error), allow_retries=False) from None
    context.log_event(_observe(plan, became, removed=True))


@dg.job(
    name=REMOVAL_JOB,
    executor_def=dg.in_process_executor,
    config=show_fields("remove_named_import", RemovalConfig()),
    description="Undo an import. With `confirm` empty the run says what would change, and changes nothing; look at "
    "the asset removed_imports. Then run it again with the import key in `confirm`. No other run may be under way. A "
    "file that is still in the inbox does not come back by itself.",
)
def removal_job() -> None:
    """One import."""
    remove_named_import()


def _observe(plan: RemovalPlan, forecast: Forecast, *, removed: bool) -> dg.AssetObservation:
    return dg.AssetObservation(REMOVED_IMPORTS, metadata=describe_removal(plan, forecast, removed=removed))


def describe_removal(
    plan: RemovalPlan, forecast: Forecast, *, removed: bool
) -> Mapping[str, dg.MetadataValue | str | int | bool]:
    """Metadata: the import, counts, and a table of the patterns with what becomes of each."""
    groups: Sequence[tuple[str, Sequence[str]]] = (
        ("vanishes", forecast.vanishing),
        ("loses its approval", forecast.losing_approval),
        ("loses evidence and stays", forecast.changing),
    )
    rows = [(pattern_id, what) for what, ids in groups for pattern_id in ids]
    return {
        "import_key": plan.manifest.import_key,
        "removed": removed,
        "patterns_vanishing": len(forecast.vanishing),
        "approvals_lost": len(forecast.losing_approval),
        "patterns_changing": len(forecast.changing),
        "imports_run_again": len(plan.heirs),
        "patterns": dg.MetadataValue.md(draw_table(("pattern", "what becomes of it"), rows[:_IDS_SHOWN])),
    }

"""The job `forget_job`: forgets the customers that a file in the data folder names.

Here: the file, the job's configuration, its op and its metadata. Not here: the steps (forgetting.py), the command
(cli/forgetting.py). The numbers stand in a file, for Dagster keeps a run's configuration for ever; metadata hold counts
and ids of patterns.
"""

from pathlib import Path
from typing import TYPE_CHECKING

import dagster as dg
from pydantic import Field

from pls_pipeline.orchestration.launchpad import show_fields
from pls_pipeline.orchestration.names import FORGET_JOB
from pls_pipeline.orchestration.removal_job import DefinitionsSource
from pls_pipeline.orchestration.resources import PipelineResource

if TYPE_CHECKING:
    from pls_pipeline.orchestration.pipeline import Pipeline

REQUESTS_FILE = "forget.txt"


class ForgettingConfig(dg.Config):
    """Whether to erase."""

    erase: bool = Field(
        default=False,
        description=f"false: only say what is held of the customers in {REQUESTS_FILE}; true: erase them, and take "
        "their lines out of the file.",
    )


@dg.op(description=f"Says what is held of the customers in {REQUESTS_FILE}, or erases them.")
def forget_named_customers(
    context: dg.OpExecutionContext,
    config: ForgettingConfig,
    pipeline: PipelineResource,
    definitions: dg.ResourceParam[DefinitionsSource],
) -> None:
    """One customer a line; fail with a sentence where a line names nobody, or a run is under way."""
    from pls_pipeline.erasure.values import UnknownCustomerError
    from pls_pipeline.orchestration import forgetting
    from pls_pipeline.orchestration.forgetting_plan import OwnNumberError
    from pls_pipeline.orchestration.removal import RunUnderWayError

    opened = pipeline.open()
    for number, line in enumerate(read_requests(opened), start=1):
        try:
            plan = forgetting.plan_forgetting(opened, line)
            counts = f"{plan.holdings.messages} messages in {len(plan.holdings.pending.imports)} imports"
            vanishing = ", ".join(plan.forecast.vanishing) or "none"
            context.log.info("Customer %d: %s; patterns that vanish: %s", number, counts, vanishing)
            if config.erase:
                report = forgetting.forget_customer(
                    opened, context.instance, definitions(), plan.values, context.log.info, context.run_id
                )
                take_out_request(opened, line)
                context.log.info("Customer %d is forgotten: %s", number, report.erasure.erasure_id)
        except (UnknownCustomerError, OwnNumberError) as error:
            raise dg.Failure(f"Customer {number} of {REQUESTS_FILE}: {error}", allow_retries=False) from None
        except (RunUnderWayError, forgetting.ForgettingStoppedError) as error:
            raise dg.Failure(str(error), allow_retries=False) from None


@dg.job(
    name=FORGET_JOB,
    executor_def=dg.in_process_executor,
    config=show_fields("forget_named_customers", ForgettingConfig()),
    description=f"Forget customers. Write their phone numbers, one a line, into {REQUESTS_FILE} in the data folder. A "
    "run says in its log what is held of each; with `erase` it erases them, and keeps them out from then on. No other "
    "run may be under way.",
)
def forget_job() -> None:
    """All customers of the file."""
    forget_named_customers()


def read_requests(pipeline: "Pipeline") -> list[str]:
    """The lines that name somebody; raises dg.Failure where the file is missing or names nobody."""
    path = _locate(pipeline)
    lines = path.read_text(encoding="utf-8").splitlines() if path.is_file() else []
    named = [line.strip() for line in lines if line.strip()]
    if not named:
        raise dg.Failure(f"{path} names nobody: write a phone number a line into it.", allow_retries=False)
    return named


def take_out_request(pipeline: "Pipeline", request: str) -> None:
    """Take a line out of the file; the file goes with its last line."""
    from pls_pipeline.lake import replacing

    path = _locate(pipeline)
    left = [line for line in path.read_text(encoding="utf-8").splitlines() if line.strip() not in {"", request}]
    if not left:
        path.unlink()
        return
    with replacing(path) as temporary:
        temporary.write_text("\n".join([*left, ""]), encoding="utf-8")


def _locate(pipeline: "Pipeline") -> Path:
    return pipeline.settings.data_dir / REQUESTS_FILE

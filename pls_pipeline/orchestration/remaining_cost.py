"""What the next run of an import that is here already will cost.

Here: the estimate of the conversations that its earlier runs left. Not here: that of a file which is not imported yet
(inspection/), how a cost is estimated (extraction/estimate.py).
"""

from typing import TYPE_CHECKING

from pls_pipeline.orchestration.knowledge import load_knowledge
from pls_pipeline.orchestration.pipeline import Session
from pls_pipeline.orchestration.results import LakeResults, load_eligible
from pls_pipeline.tables import GROUPED_CONVERSATIONS

if TYPE_CHECKING:
    from pls_pipeline.extraction.estimate import CostEstimate
    from pls_pipeline.orchestration.pipeline import Pipeline


def estimate_rest(pipeline: "Pipeline", session: Session, import_key: str) -> "CostEstimate | None":
    """Estimate what is deferred or failed, as far as the limit of a run; None where the import was not grouped yet.

    Raises ExtractorSettingsError as estimate_cost does.
    """
    from pls_pipeline.extraction.estimate import estimate_cost
    from pls_pipeline.extraction.plan import plan_extraction

    settings = pipeline.settings
    if not pipeline.lake.exists(GROUPED_CONVERSATIONS, import_key):
        return None
    stored = LakeResults(pipeline.lake, import_key).load()
    plan = plan_extraction(load_eligible(session, import_key), stored, settings.conversation_limit)
    knowledge = load_knowledge(session, settings.public_values, settings.recogniser)
    return estimate_cost(plan.analyse, settings, knowledge=knowledge)

"""What the library's judge costs: kept for each build that asked it, and foreseen before an import.

Here: the table judge_costs and the most that a build can ask. Not here: the asking and its budget (merge_judge.py), the
history of imports (publishing/history.py).
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from pls_pipeline.orchestration.merge_judge import MOST_PAIRS_A_BUILD, ModelJudge
from pls_pipeline.tables.judge_costs import JUDGE_COSTS

if TYPE_CHECKING:
    import dagster as dg

    from pls_pipeline.lake import Lake
    from pls_pipeline.library.judging import Judge
    from pls_pipeline.settings import Settings

_PARTITION_TAG = "dagster/partition"
# Two replies of forty words with what was asked before them, beside the instructions; an answer of three short fields.
_TOKENS_SHOWN = 200
_TOKENS_ANSWERED = 30


@dataclass(frozen=True)
class JudgingForecast:
    """The most that the judge of one build takes: pairs, and US dollars, None where the model's price is unknown."""

    pairs: int
    cost_usd: float | None


def store_cost(lake: "Lake", judge: "Judge | None", run: "dg.DagsterRun") -> None:
    """Add what a build paid for its judge. Call with the library's lock; does nothing where nobody was asked."""
    if not isinstance(judge, ModelJudge) or not judge.asked:
        return
    row = {
        "run_id": run.run_id,
        "import_key": run.tags.get(_PARTITION_TAG),
        "asked_at": datetime.now(UTC).replace(tzinfo=None),
        "pairs": judge.asked,
        "cost_usd": judge.cost_usd,
    }
    lake.write_records([*lake.read(JUDGE_COSTS), row], JUDGE_COSTS)


def foresee_judging(settings: "Settings") -> JudgingForecast | None:
    """What the judge of the import's build costs at most; None where it asks nobody.

    How many pairs the rules are unsure of is known only when the library is built; an import of an empty library asks
    about few.
    """
    if not settings.asks_judge:
        return None
    from pls_pipeline.extraction.judging.question import AskedReply, PairQuestion, ReplyPair
    from pls_pipeline.extraction.pricing import KnownPrices

    nothing = AskedReply("", ())
    fixed = PairQuestion(settings.model).ask(ReplyPair.of(nothing, nothing)).prompt_tokens
    answered = _TOKENS_ANSWERED + settings.model_reasoning_tokens
    read, written = MOST_PAIRS_A_BUILD * (fixed + _TOKENS_SHOWN), MOST_PAIRS_A_BUILD * answered
    # It asks at once also in batch mode, at the full price.
    cost = KnownPrices(settings.model_prices).cost_usd(settings.model, read, written)
    return JudgingForecast(MOST_PAIRS_A_BUILD, cost)

"""What a run was estimated to cost, and what it costs, against a server that bills by tokens."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from pls_pipeline.conversations import Conversation
from pls_pipeline.extraction.estimate import CostEstimate, estimate_cost
from pls_pipeline.extraction.openai_settings import make_openai_extractor
from pls_pipeline.extraction.runner import ExtractionSummary, run_extraction
from pls_pipeline.settings import Settings
from tests.extraction.conversing import conversation
from tests.extraction.exported import read_conversations
from tests.extraction.made_results import IMPORT, LakeStore
from tests.extraction.metered_server import ServerLimits, run_server

CORPORA = Path(__file__).parents[3] / "shared" / "eval"


def estimate_and_run(talks: Sequence[Conversation], root: Path) -> tuple[CostEstimate, ExtractionSummary]:
    with run_server(ServerLimits(requests_a_minute=100_000, latency=0.01)) as server:
        settings = Settings.model_validate(
            {"extractor": "openai", "openai_base_url": server.url, "model": "gpt-4o", "lake_url": str(root)}
        )
        estimate = estimate_cost(talks, settings)
        return estimate, run_extraction(
            talks, make_openai_extractor(settings), LakeStore(root), import_key=IMPORT, limit=len(talks)
        )


def test_the_cost_of_a_run_is_within_15_percent_of_its_estimate(tmp_path: Path) -> None:
    talks = [
        conversation(
            f"> hello, can my {number} friends and I come tonight?",
            *["< Yes, there is room for everybody, just come to the counter when you arrive."] * (number % 2),
            "> and do you rent clubs?",
            "< Clubs are free for beginners, ask at the counter and we will set you up.",
            "> thanks a lot!",
            "< ok",
            key=f"talk {number}",
            import_key=IMPORT,
        )
        for number in range(30)
    ]
    estimate, summary = estimate_and_run(talks, tmp_path)
    assert summary.extracted == 30
    assert estimate.prompt_tokens == summary.prompt_tokens
    assert summary.cost_usd == pytest.approx(estimate.cost_usd, rel=0.15)


@pytest.mark.parametrize("corpus", ["star", "sgd"])
def test_the_cost_of_500_conversations_of_an_export_is_within_15_percent_of_its_estimate(
    tmp_path: Path, corpus: str
) -> None:
    exports = sorted((CORPORA / corpus / "exports").glob("*.csv"))
    if not exports:
        pytest.skip("the corpora for evaluation are not here")
    talks = read_conversations(exports[-1], IMPORT, 500, Settings.model_validate({}), tmp_path / "empty lake")
    assert len(talks) == 500
    estimate, summary = estimate_and_run(talks, tmp_path / "lake")
    assert summary.extracted > 490
    assert summary.cost_usd == pytest.approx(estimate.cost_usd, rel=0.15)

"""What a run was estimated to cost, and what it costs, against a server that bills by tokens."""

from pathlib import Path

import pytest

from pls_pipeline.extraction.estimate import estimate_cost
from pls_pipeline.extraction.openai_settings import make_openai_extractor
from pls_pipeline.extraction.runner import run_extraction
from pls_pipeline.settings import Settings
from tests.extraction.conversing import conversation
from tests.extraction.made_results import IMPORT, LakeStore
from tests.extraction.metered_server import ServerLimits, run_server


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
    with run_server(ServerLimits(requests_a_minute=100_000, latency=0.01)) as server:
        settings = Settings.model_validate(
            {"extractor": "openai", "openai_base_url": server.url, "model": "gpt-4o", "lake_url": str(tmp_path)}
        )
        estimate = estimate_cost(talks, settings)
        summary = run_extraction(talks, make_openai_extractor(settings), LakeStore(tmp_path), import_key=IMPORT)
    assert summary.extracted == 30
    assert estimate.prompt_tokens == summary.prompt_tokens
    assert summary.cost_usd == pytest.approx(estimate.cost_usd, rel=0.15)

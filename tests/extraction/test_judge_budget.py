"""What the judge of the library may spend beside batches that are open: their answers are paid when they come."""

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from pls_pipeline.extraction.batches.ledger import BatchLedger, BatchRecord
from pls_pipeline.extraction.judging.question import AskedReply, ReplyPair
from pls_pipeline.extraction.openai_settings import make_pair_judge
from pls_pipeline.settings import Settings
from tests.extraction.model_server import Completion, ModelServer

PAIR = ReplyPair.of(AskedReply("Towels are by the door.", ("?",)), AskedReply("Find towels at the door.", ("?",)))
SAME = Completion({"difference": "none", "same_situation": "yes", "same_guidance": "yes"})


@pytest.mark.parametrize(
    ("budget", "awaiting", "reached"),
    [
        ({"budget_day_usd": 1.0}, (), "PLS_BUDGET_DAY_USD"),
        ({"budget_run_usd": 1.0}, ("march",), "PLS_BUDGET_RUN_USD"),
        ({"budget_run_usd": 1.0}, ("april",), None),
    ],
)
def test_what_open_batches_may_cost_is_no_longer_there_for_the_judge(
    tmp_path: Path, budget: dict[str, Any], awaiting: tuple[str, ...], reached: str | None
) -> None:
    with ModelServer(lambda _: SAME) as server:
        settings = Settings.model_validate(
            {"data_dir": tmp_path, "openai_base_url": server.url, "openai_mode": "batch", **budget}
        )
        record = BatchRecord(
            marker="0" * 32,
            imports=("march",),
            address=server.url,
            model="gpt-4o",
            keys=("k",),
            prompt_tokens=1,
            estimate_usd=0.999,
            made_at=datetime(2026, 3, 1),
            stage="submitted",
            batch_id="batch_1",
        )
        BatchLedger(settings.lake_root).write(record)
        judged = make_pair_judge(settings, awaiting=awaiting).ask([PAIR])
    assert len(server.requests) == (0 if reached else 1)
    assert judged.stopped is None if reached is None else reached in (judged.stopped or "")

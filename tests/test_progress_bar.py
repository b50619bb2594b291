"""The bar that `pls import` draws at a terminal."""

import io

from rich.console import Console

from pls_pipeline.cli.progress_bar import ImportBar
from pls_pipeline.extraction.progress import ExtractionProgress


def draw(*progress: ExtractionProgress) -> str:
    drawn = io.StringIO()
    with ImportBar(Console(file=drawn, force_terminal=True, width=160)) as bar:
        bar.begin("march.csv")
        for step in progress:
            bar.advance("march-1", step)
    return drawn.getvalue()


def test_the_bar_shows_conversations_tokens_and_dollars() -> None:
    drawn = draw(ExtractionProgress(20, 500, prompt_tokens=40_000, completion_tokens=1_200, cost_usd=0.124))
    assert "march.csv: analysing" in drawn
    assert "20/500" in drawn
    assert "conversations, 41,200 tokens, $0.12" in drawn


def test_without_a_price_there_are_no_dollars_and_without_a_model_no_tokens() -> None:
    assert "tokens, $" not in draw(ExtractionProgress(20, 500, prompt_tokens=40_000, cost_usd=None))
    assert "tokens" not in draw(ExtractionProgress(500, 500))
    assert "building the library" in draw(ExtractionProgress(500, 500))

"""What a call costs."""

import pytest

from pls_pipeline.extraction.pricing import KnownPrices
from pls_pipeline.settings import ModelPrice, Settings


def test_the_models_of_the_provider_are_known_with_their_discount() -> None:
    prices = KnownPrices()
    assert prices.cost_usd("gpt-4o", 1_000_000, 100_000) == pytest.approx(3.5)
    assert prices.cost_usd("gpt-4o", 1_000_000, 100_000, 1_000_000) == pytest.approx(2.25)
    assert prices.cost_usd("a-model-of-ours", 1, 1) is None


def test_the_settings_prices_come_first() -> None:
    settings = Settings.model_validate({"model_prices": "a-model-of-ours=1/4, gpt-4o=2/8"})
    assert settings.model_prices == (ModelPrice("a-model-of-ours", 1.0, 4.0), ModelPrice("gpt-4o", 2.0, 8.0))
    prices = KnownPrices(settings.model_prices)
    assert prices.cost_usd("a-model-of-ours", 1_000_000, 1_000_000) == pytest.approx(5.0)
    assert prices.cost_usd("gpt-4o", 1_000_000, 0) == pytest.approx(2.0)


@pytest.mark.parametrize("text", ["gpt-4o", "=1/2", "gpt-4o=1", "gpt-4o=1/2/3", "gpt-4o=a/b"])
def test_a_price_that_cannot_be_read_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="model_prices"):
        Settings.model_validate({"model_prices": text})

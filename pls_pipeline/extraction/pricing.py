"""What a call of the model costs.

Here: US dollars from tokens, by the settings' prices or by genai-prices, which brings its list along. Not here: how
many tokens a call takes (tokens.py), how much may be spent (budget.py).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Protocol

from pls_pipeline.settings import ModelPrice, Settings

# Compatible servers offer OpenAI's models at OpenAI's prices (Azure); another model costs what the settings say.
_PROVIDER = "openai"
_MILLION = 1_000_000
# "50% cost discount compared to synchronous APIs" (OpenAI, guide to the Batch API; Azure's global batch has the same).
_BATCH_SHARE = 0.5


class Prices(Protocol):
    """Knows what tokens cost."""

    def cost_usd(
        self, model: str, prompt_tokens: int, completion_tokens: int, cached_prompt_tokens: int = 0
    ) -> float | None:
        """Return US dollars; None where the model's price is unknown.

        `cached_prompt_tokens` are those of the prompt that the provider had read before.
        """


@dataclass(frozen=True)
class TokenPrice:
    """US dollars for a million tokens."""

    prompt: float
    completion: float


@dataclass(frozen=True)
class PriceList:
    """Prices by model name. Without any, every cost is unknown."""

    prices: Mapping[str, TokenPrice] = field(default_factory=dict)

    def cost_usd(
        self,
        model: str,
        prompt_tokens: int,
        completion_tokens: int,
        cached_prompt_tokens: int = 0,  # noqa: ARG002 - the list knows no discount
    ) -> float | None:
        """Return US dollars; None where the model is not listed."""
        price = self.prices.get(model)
        if price is None:
            return None
        return (prompt_tokens * price.prompt + completion_tokens * price.completion) / _MILLION


@dataclass(frozen=True)
class BatchPrices:
    """What the same tokens cost in a batch."""

    direct: Prices

    def cost_usd(
        self, model: str, prompt_tokens: int, completion_tokens: int, cached_prompt_tokens: int = 0
    ) -> float | None:
        """Return US dollars; None where the price outside of a batch is unknown."""
        cost = self.direct.cost_usd(model, prompt_tokens, completion_tokens, cached_prompt_tokens)
        return None if cost is None else cost * _BATCH_SHARE


class KnownPrices:
    """The settings' prices, and those of genai-prices for the models that they leave out."""

    def __init__(self, overrides: Iterable[ModelPrice] = ()) -> None:
        self._list = PriceList({price.model: TokenPrice(price.prompt_usd, price.completion_usd) for price in overrides})
        self._rates: dict[str, _Rates | None] = {}

    def cost_usd(
        self, model: str, prompt_tokens: int, completion_tokens: int, cached_prompt_tokens: int = 0
    ) -> float | None:
        """Return US dollars; None where neither knows the model."""
        if model in self._list.prices:
            return self._list.cost_usd(model, prompt_tokens, completion_tokens)
        if model not in self._rates:
            self._rates[model] = _find_rates(model)
        rates = self._rates[model]
        if rates is not None:
            return rates.cost_usd(prompt_tokens, completion_tokens, cached_prompt_tokens)
        return _calculate(model, prompt_tokens, completion_tokens, cached_prompt_tokens)


@dataclass(frozen=True)
class _Rates:
    """US dollars a million tokens, of a model that has one price for each kind of token."""

    prompt: Decimal
    cached_prompt: Decimal
    completion: Decimal

    def cost_usd(self, prompt_tokens: int, completion_tokens: int, cached_prompt_tokens: int) -> float:
        fresh = (prompt_tokens - cached_prompt_tokens) * self.prompt
        return float(
            (fresh + cached_prompt_tokens * self.cached_prompt + completion_tokens * self.completion) / _MILLION
        )


def _find_rates(model: str) -> _Rates | None:
    """Return a model's rates; None where it is unknown, or its price depends on how many tokens a request has.

    genai-prices checks its units anew at each calculation: a third of a millisecond, for each answer.
    """
    from genai_prices import Usage, calc_price

    try:
        found = calc_price(Usage(input_tokens=1, output_tokens=1), model_ref=model, provider_id=_PROVIDER).model_price
    except LookupError:
        return None
    prompt, completion = found.input_mtok, found.output_mtok
    cached = prompt if found.cache_read_mtok is None else found.cache_read_mtok
    rates = (prompt, cached, completion)
    if not all(isinstance(rate, Decimal) for rate in rates):
        return None
    return _Rates(*(rate for rate in rates if isinstance(rate, Decimal)))


def _calculate(model: str, prompt_tokens: int, completion_tokens: int, cached_prompt_tokens: int) -> float | None:
    from genai_prices import Usage, calc_price

    usage = Usage(input_tokens=prompt_tokens, output_tokens=completion_tokens, cache_read_tokens=cached_prompt_tokens)
    try:
        return float(calc_price(usage, model_ref=model, provider_id=_PROVIDER).total_price)
    except LookupError:
        return None


def make_prices(settings: Settings) -> Prices:
    """Return the prices of the mode in force: the settings' and those that are known, or half of them in batches."""
    direct = KnownPrices(settings.model_prices)
    return BatchPrices(direct) if settings.openai_mode == "batch" else direct

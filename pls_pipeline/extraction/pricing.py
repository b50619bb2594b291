"""What a call of the model costs.

Here: US dollars from tokens and a list of prices. Not here: how many tokens a call takes.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol


class Prices(Protocol):
    """Knows what tokens cost."""

    def cost_usd(self, model: str, prompt_tokens: int, completion_tokens: int) -> float | None:
        """Return US dollars; None where the model's price is unknown."""


@dataclass(frozen=True)
class TokenPrice:
    """US dollars for a million tokens."""

    prompt: float
    completion: float


@dataclass(frozen=True)
class PriceList:
    """Prices by model name. Without any, every cost is unknown."""

    prices: Mapping[str, TokenPrice] = field(default_factory=dict)

    def cost_usd(self, model: str, prompt_tokens: int, completion_tokens: int) -> float | None:
        """Return US dollars; None where the model is not listed."""
        price = self.prices.get(model)
        if price is None:
            return None
        return (prompt_tokens * price.prompt + completion_tokens * price.completion) / 1_000_000

"""What an extraction will take, before it runs: requests, tokens, US dollars.

Here: the requests of the model's extractor, made and counted but not sent. Not here: prices (pricing.py), or what a run
has used (its outcomes say so).
"""

from collections.abc import Sequence
from dataclasses import dataclass

from pls_pipeline.conversations import Conversation
from pls_pipeline.extraction.answer_forecast import foresee_answer
from pls_pipeline.extraction.knowledge import NOTHING, Knowledge
from pls_pipeline.extraction.known_patterns import PatternChooser
from pls_pipeline.extraction.offering import Offering
from pls_pipeline.extraction.people import People, known_values
from pls_pipeline.extraction.pricing import Prices, make_prices
from pls_pipeline.extraction.request_making import RequestMaker, fit_limits
from pls_pipeline.extraction.tokens import count_tokens
from pls_pipeline.extraction.transcript import TranscriptLimits, TranscriptPart, cut_transcript, number_messages
from pls_pipeline.privacy import ConversationMask
from pls_pipeline.settings import Settings

_MOST_COUNTED = 1000


@dataclass(frozen=True)
class CostEstimate:
    """What the analysis of `conversations` conversations will take.

    Tokens to be read are counted, those to be written are those of the answer that answer_forecast.py foresees; the
    embedded extractor takes none.
    `cost_usd` is US dollars, None where the price of the model is unknown.
    """

    extractor: str
    model: str | None
    conversations: int
    requests: int
    prompt_tokens: int
    completion_tokens: int
    cost_usd: float | None


def estimate_cost(
    conversations: Sequence[Conversation],
    settings: Settings,
    prices: Prices | None = None,
    knowledge: Knowledge = NOTHING,
) -> CostEstimate:
    """Estimate the analysis of these conversations with the extractor in force and what it knows. No key is needed.

    Raises ExtractorSettingsError where a request may not read what the instructions take.

    `prices` are those of the settings and of genai-prices where none are given, half of them in batch mode. Of more
    than 1000 conversations the first 1000 are counted and stand for the rest. Answers that are kept already and
    repeats are not foreseen.
    """
    planned = len(conversations)
    if settings.extractor_in_force == "embedded":
        return CostEstimate("embedded", None, planned, 0, 0, 0, 0.0)
    counted = conversations[:_MOST_COUNTED]
    requests, prompt, completion = _count(counted, settings, knowledge)
    scale = planned / len(counted) if counted else 0
    prompt, completion = round(prompt * scale), round(completion * scale)
    prices = prices or make_prices(settings)
    cost = prices.cost_usd(settings.model, prompt, completion) if planned else 0.0
    return CostEstimate("openai", settings.model, planned, round(requests * scale), prompt, completion, cost)


def _count(conversations: Sequence[Conversation], settings: Settings, knowledge: Knowledge) -> tuple[int, int, int]:
    """Requests, tokens to be read and tokens to be written."""
    limits = fit_limits(settings.model_prompt_tokens, settings.categories)
    maker = RequestMaker(settings.model, settings.categories, limits)
    offering = Offering(maker, PatternChooser(knowledge.patterns))
    requests, prompt, completion = 0, 0, 0
    for conversation in conversations:
        for part in _make_parts(conversation, limits, settings, knowledge.people):
            requests += 1
            prompt += offering.ask_about(part).request.prompt_tokens
            completion += count_tokens(foresee_answer(part)) + settings.model_reasoning_tokens
    return requests, prompt, completion


def _make_parts(
    conversation: Conversation, limits: TranscriptLimits, settings: Settings, people: People
) -> tuple[TranscriptPart, ...]:
    known = known_values(conversation, people)
    mask = ConversationMask(known, settings.default_region, mask_names=settings.mask_names)
    return cut_transcript(number_messages(conversation, mask), limits)

"""The extractor that the settings describe, or a sentence that says what they lack.

Here: from Settings to the model's extractor. Not here: what it does with them.
"""

from collections.abc import Collection
from urllib.parse import urlsplit

from pls_pipeline.extraction.answer_store import AnswerStore, LakeAnswers
from pls_pipeline.extraction.batches.extractor import BatchExtractor, BatchOptions
from pls_pipeline.extraction.batches.ledger import BatchLedger
from pls_pipeline.extraction.batches.submitting import BatchLimits
from pls_pipeline.extraction.counted_answers import CountedAnswers
from pls_pipeline.extraction.judging.pair_judge import PairBudget, PairJudge
from pls_pipeline.extraction.judging.question import PairQuestion
from pls_pipeline.extraction.knowledge import NOTHING, Knowledge
from pls_pipeline.extraction.model_client import ServerOptions
from pls_pipeline.extraction.offering import LakeOffers
from pls_pipeline.extraction.openai_extractor import AnalysisOptions, OpenAIExtractor, OpenAsker
from pls_pipeline.extraction.pace import PaceLimits
from pls_pipeline.extraction.pricing import BatchPrices, KnownPrices, Prices
from pls_pipeline.extraction.records import ExtractorSettingsError
from pls_pipeline.extraction.request_making import fit_limits
from pls_pipeline.settings import Settings

_KEYLESS = "none"
_PROVIDERS_ADDRESS = "https://api.openai.com/v1"


def make_openai_extractor(settings: Settings, knowledge: Knowledge = NOTHING) -> OpenAIExtractor | BatchExtractor:
    """Make the extractor that the settings describe; answers are kept in the lake.

    It has to do with batches in batch mode, and in direct mode as long as there are batches that were not collected.

    Raises ExtractorSettingsError where the key or the address is missing or cannot be used, a budget is set for a
    model whose price is unknown, or a request may not read what the instructions take.
    """
    prices = KnownPrices(settings.model_prices)
    _check_budget(settings, prices)
    server, analysis = read_server(settings), _read_analysis(settings)
    answers, counted = LakeAnswers(settings.lake_root), CountedAnswers(knowledge.counted_answers)

    def make(store: AnswerStore, open_asker: OpenAsker | None) -> OpenAIExtractor:
        return OpenAIExtractor(
            server,
            analysis,
            answers=store,
            prices=prices,
            knowledge=knowledge,
            offers=LakeOffers(settings.lake_root),
            open_asker=open_asker,
            counted=counted,
        )

    ledger, submits = BatchLedger(settings.lake_root, settings.lock_database), settings.openai_mode == "batch"
    if not submits and not ledger.records():
        return make(answers, None)
    batches = BatchOptions(
        model=settings.model,
        prices=BatchPrices(prices),
        limits=BatchLimits(tokens=settings.batch_tokens or None),
        budget_run_usd=settings.budget_run_usd,
        budget_day_usd=settings.budget_day_usd,
        submits=submits,
    )
    return BatchExtractor(server, batches, ledger, answers, make)


def make_pair_judge(settings: Settings, spent_usd: float = 0.0, awaiting: Collection[str] = ()) -> PairJudge:
    """Make the judge of pairs of replies; it asks at once also in batch mode.

    `spent_usd`: what the run has spent; `awaiting`: imports whose conversations the run left waiting for batches, which
    its budget is to pay.

    Raises ExtractorSettingsError as make_openai_extractor does.
    """
    prices = KnownPrices(settings.model_prices)
    _check_budget(settings, prices)
    question = PairQuestion(
        settings.model, settings.default_region, settings.mask_names, settings.model_reasoning_tokens
    )
    open_batches = BatchLedger(settings.lake_root, settings.lock_database).open_records()
    awaited = sum(record.estimate_usd or 0.0 for record in open_batches)
    spent_usd += sum(b.estimate_usd or 0.0 for b in open_batches if not set(awaiting).isdisjoint(b.imports))
    left = None if settings.budget_run_usd is None else max(0.0, settings.budget_run_usd - spent_usd)
    budget = PairBudget(left, settings.budget_day_usd, awaited)
    return PairJudge(read_server(settings), question, LakeAnswers(settings.lake_root), prices, budget)


def _check_budget(settings: Settings, prices: Prices) -> None:
    bounded = settings.budget_run_usd is not None or settings.budget_day_usd is not None
    if bounded and prices.cost_usd(settings.model, 1, 1) is None:
        raise ExtractorSettingsError(
            f"a budget is set, but the price of {settings.model} is unknown: set "
            f"PLS_MODEL_PRICES={settings.model}=2.5/10 to its dollars for a million tokens read and written"
        )


def read_server(settings: Settings) -> ServerOptions:
    """Return the server that the settings name. Raises ExtractorSettingsError where key or address cannot be used."""
    return ServerOptions(
        api_key=_read_key(settings),
        base_url=_read_address(settings),
        retries=settings.model_retries,
        timeout_seconds=settings.model_timeout_seconds,
        pace=PaceLimits(
            settings.requests_per_minute or None, settings.tokens_per_minute or None, settings.model_concurrency
        ),
    )


def _read_analysis(settings: Settings) -> AnalysisOptions:
    return AnalysisOptions(
        model=settings.model,
        categories=tuple(settings.categories),
        region=settings.default_region,
        mask_names=settings.mask_names,
        limits=fit_limits(settings.model_prompt_tokens, settings.categories),
        reasoning_tokens=settings.model_reasoning_tokens,
        budget_run_usd=settings.budget_run_usd,
        budget_day_usd=settings.budget_day_usd,
    )


def _read_key(settings: Settings) -> str:
    secret = settings.openai_api_key
    key = secret.get_secret_value().strip() if secret else ""
    if not key and not settings.openai_base_url:
        raise ExtractorSettingsError(
            "the extractor openai needs a key: set OPENAI_API_KEY, or OPENAI_BASE_URL to a server that wants none, "
            "or PLS_EXTRACTOR=embedded"
        )
    if not key.isascii() or any(character.isspace() for character in key):
        raise ExtractorSettingsError("OPENAI_API_KEY holds a space or a letter that no key has: copy it anew")
    return key or _KEYLESS


def _read_address(settings: Settings) -> str:
    """Return the address that the settings name, else the provider's: an empty variable would unset that of its client.

    Raises ExtractorSettingsError where no request could be sent there, and where it holds a name or a password: it
    stands in records of batches and in sentences.
    """
    address = (settings.openai_base_url or "").strip()
    if not address:
        return _PROVIDERS_ADDRESS
    if not address.startswith(("http://", "https://")):
        raise ExtractorSettingsError("OPENAI_BASE_URL must begin with http:// or https://")
    if not _names_a_host(address):
        raise ExtractorSettingsError("OPENAI_BASE_URL names no host, or a port that is none")
    parts = urlsplit(address)
    if parts.username is not None:
        raise ExtractorSettingsError(
            "OPENAI_BASE_URL holds a user name or a password: leave it out, and set OPENAI_API_KEY to the server's key"
        )
    if parts.path.rstrip("/").endswith("/chat/completions"):
        raise ExtractorSettingsError("OPENAI_BASE_URL must end before /chat/completions, which is put behind it")
    return address


def _names_a_host(address: str) -> bool:
    try:
        parts = urlsplit(address)
        host, port = parts.hostname or "", parts.port
        host.encode("idna")
    except ValueError:
        return False
    return bool(host) and port != 0 and not any(character.isspace() for character in host)

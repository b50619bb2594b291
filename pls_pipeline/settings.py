"""Every setting, its default and its environment variable (`PLS_` + the field's name in capitals).

Here: values that a person may change. Not here: rules of the domain, or where a table lies in the lake (see lake.py).
The environment and `.env` are read when `Settings()` is called, never at import.
"""

from pathlib import Path
from typing import Annotated, Literal, NamedTuple, get_args

from pydantic import AliasChoices, Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from pls_pipeline.postgresql import check_address
from pls_pipeline.text_rules import TextRule, parse_text_rules

ExtractorChoice = Literal["auto", "embedded", "openai"]
OpenAIMode = Literal["direct", "batch"]
JudgeChoice = Literal["auto", "off"]
AutomatedReason = Literal[
    "auto_reply", "unmonitored", "closed", "missed_call", "opt_out_notice", "code", "opt_out_word", "broadcast"
]


def _split_parts(value: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in value.split(",") if part.strip())


def _split(value: object) -> object:
    return _split_parts(value) if isinstance(value, str) else value


class ModelPrice(NamedTuple):
    """What a model costs: US dollars for a million tokens read and for a million written."""

    model: str
    prompt_usd: float
    completion_usd: float


def _parse_price(text: str) -> tuple[str, ...]:
    """The fields of a ModelPrice as texts; raises ValueError where it is none."""
    name, sign, prices = text.rpartition("=")
    read_written = tuple(price.strip() for price in prices.split("/"))
    if not sign or not name.strip() or len(read_written) != 2:
        raise ValueError(f"{text!r} is no price: write model=2.5/10, dollars for a million tokens read and written")
    return name.strip(), *read_written


class Settings(BaseSettings):
    """All settings. A list is written with commas: `PLS_CATEGORIES=booking,access,general`."""

    model_config = SettingsConfigDict(
        env_prefix="PLS_", env_file=".env", extra="ignore", frozen=True, env_ignore_empty=True, populate_by_name=True,
        hide_input_in_errors=True,  # a wrong value may be a key or hold a password
    )  # fmt: skip

    data_dir: Path = Field(
        default=Path("data"), description="Folder of inbox/, imports/, lake/, exports/ and pls.duckdb."
    )
    lake_url: str = Field(default="", description="Root of the lake: a path or an fsspec URL such as s3://bucket/lake. "
                          "Empty: DATA_DIR/lake.")  # fmt: skip
    imports_url: str = Field(default="", description="Where landed files are kept. Empty: DATA_DIR/imports.")
    inbox_dir: str = Field(default="", description="Folder that the sensor watches. Empty: DATA_DIR/inbox.")
    exports_dir: str = Field(default="", description="Folder of the published files. Empty: DATA_DIR/exports.")

    locks_url: SecretStr | None = Field(
        default=None,
        description="PostgreSQL whose locks serialise workers on several machines: "
        "postgresql://user:password@host/database. Empty: files, which one machine alone sees.",
    )
    application_database_url: SecretStr | None = Field(
        default=None,
        description="PostgreSQL of an application that gets the approved patterns. Empty: none does.",
    )
    application_schema: str = Field(
        default="pls",
        pattern=r"^[a-z_][a-z0-9_]{0,62}$",
        description="Schema of the tables there; `pls migrate` makes it.",
    )

    report_texts: bool = Field(
        default=False, description="true: pages of the report show the messages that a pattern rests on, as written."
    )

    publish_texts: bool = Field(
        default=False,
        description="Texts and numbers of messages stand in pls.duckdb, and rejected rows as they were in "
        "rejected_rows.csv; else both lead there by row numbers alone.",
    )

    memory_limit: str = Field(default="2GB", description="Memory that DuckDB may use; beyond it works on disk.")
    threads: int = Field(default=0, ge=0, description="Threads of DuckDB; 0: as many as there are cores.")

    default_region: str = Field(default="US", description="Country of phone numbers that carry no country code.")
    naive_timezone: str = Field(default="UTC", description="Zone of times that carry none.")
    public_values: Annotated[tuple[str, ...], NoDecode] = Field(
        default=(),
        description="What the business tells everybody, never masked: numbers, site, address, names, parted by a "
        "semicolon.",
    )
    recogniser: str = Field(
        default="",
        pattern=r"^([A-Za-z_][\w.]*:[A-Za-z_]\w*)?$",
        description="A further recogniser of personal values, as module:function (docs/privacy.md); empty: none.",
    )
    mask_names: bool = Field(default=True, description="Names of people are masked before a model sees a message.")
    grouping_window_hours: float = Field(
        default=2.0, gt=0, description="Silence that ends a conversation without an id."
    )
    episode_gap_hours: float = Field(
        default=12.0, gt=0, description="A longer silence within a conversation begins a new episode."
    )
    automated_conversation_prefixes: Annotated[tuple[str, ...], NoDecode] = Field(
        default=("CN6cc5c67b4", "CN2cc08d4c"), description="Conversation ids that begin so are automated."
    )
    automated_reasons: Annotated[tuple[AutomatedReason, ...], NoDecode] = Field(
        default=get_args(AutomatedReason),
        description="Kinds of automatic texts that are recognised; leave out what is not to be.",
    )
    automated_rules: Annotated[tuple[TextRule, ...], NoDecode] = Field(
        default=(),
        description="More rules for automatic texts: reason: regular expression ;; reason: regular expression.",
    )
    automated_broadcast_conversations: int = Field(
        default=5, ge=2, description="Conversations that get the same text unasked when it is a broadcast."
    )
    automated_broadcast_minutes: float = Field(
        default=30.0, gt=0, description="Longest time from the first to the last of these texts."
    )

    extractor: ExtractorChoice = Field(default="auto", description="auto: openai when a key is set, else embedded.")
    conversation_limit: int = Field(default=500, ge=1, description="Conversations analysed a run of an import.")
    commit_every: int = Field(
        default=10,
        ge=1,
        description="Conversations after which results are stored, or a hundredth of the run's where that is more.",
    )
    categories: Annotated[tuple[str, ...], NoDecode] = Field(
        default=("booking", "tech_issue", "access", "faq", "gift_cards", "hours", "membership", "general"),
        description="Categories of patterns; the last one takes what fits no other.",
    )
    min_conversations: int = Field(
        default=2,
        ge=1,
        description="Conversations that must hold a reply before the embedded extractor's candidate is a pattern.",
    )

    openai_api_key: SecretStr | None = Field(
        default=None,
        validation_alias=AliasChoices("OPENAI_API_KEY", "PLS_OPENAI_API_KEY"),
        description="Key of the model's provider.",
    )
    openai_base_url: str | None = Field(
        default=None,
        validation_alias=AliasChoices("OPENAI_BASE_URL", "PLS_OPENAI_BASE_URL"),
        description="Any compatible endpoint.",
    )
    openai_mode: OpenAIMode = Field(
        default="direct",
        description="direct: answers at once; batch: by the provider's Batch API, half the price, within 24 hours.",
    )
    judge: JudgeChoice = Field(
        default="auto",
        description="auto: where the model extracts, it also decides whether two replies are one, of which the rules "
        "are unsure; off: such replies stay apart.",
    )
    batch_tokens: int = Field(
        default=0,
        ge=0,
        description="Most tokens that open batches may hold (the account's limit of enqueued tokens); 0: not bounded.",
    )
    model: str = Field(default="gpt-4o", description="Model that analyses conversations.")
    model_concurrency: int = Field(default=512, ge=1, description="Most requests under way at once.")
    requests_per_minute: int = Field(
        default=0, ge=0, description="Requests a minute, until the server's headers tell; 0: not known."
    )
    tokens_per_minute: int = Field(
        default=0, ge=0, description="Tokens a minute, until the server's headers tell; 0: not known."
    )
    model_prompt_tokens: int = Field(
        default=10_000,
        ge=4_000,
        description="Most tokens that a request may read; longer conversations are asked about in parts.",
    )
    model_reasoning_tokens: int = Field(
        default=0, ge=0, description="Tokens that the model may use before it answers; reasoning models need thousands."
    )
    model_prices: Annotated[tuple[ModelPrice, ...], NoDecode] = Field(
        default=(),
        description="Dollars for a million tokens read/written, of models that genai-prices doesn't know: "
        "name=2.5/10,other=1/4.",
    )
    budget_run_usd: float | None = Field(default=None, gt=0, description="Most US dollars that a run may cost.")
    budget_day_usd: float | None = Field(default=None, gt=0, description="Most US dollars that a day, UTC, may cost.")
    model_retries: int = Field(default=4, ge=0, description="Repeats of a request after a transient fault.")
    model_timeout_seconds: float = Field(default=60.0, gt=0, description="Longest wait for one answer.")

    continue_deferred: bool = Field(
        default=False, description="true: an import runs again by itself while conversations of it are deferred."
    )
    keep_logs_days: int = Field(
        default=90, ge=1, description="Days after which maintenance deletes logs of runs, and runs that made nothing."
    )
    alert_webhook_url: SecretStr | None = Field(
        default=None, description="Address that gets a JSON message when a run fails."
    )
    alert_slack_url: SecretStr | None = Field(
        default=None, description="Address of a Slack incoming webhook that gets a message when a run fails."
    )
    alert_smtp_url: SecretStr | None = Field(
        default=None, description="Mail server: smtp://user:password@host:587, or smtps://… for TLS from the start."
    )
    alert_mail_to: Annotated[tuple[str, ...], NoDecode] = Field(
        default=(), description="Addresses that get a mail when a run fails."
    )
    alert_mail_from: str = Field(default="", description="Sender of these mails. Empty: the first who gets them.")
    ui_url: str = Field(
        default="http://127.0.0.1:3000", description="Address of the Dagster UI, for links in messages."
    )
    exports_url: str = Field(
        default="", description="Address under which a web server shows the folder of the published files; for links."
    )

    @field_validator(
        "automated_conversation_prefixes", "automated_reasons", "categories", "alert_mail_to", mode="before"
    )
    @classmethod
    def _lists(cls, value: object) -> object:
        return _split(value)

    @field_validator("locks_url", "application_database_url")
    @classmethod
    def _addresses(cls, value: SecretStr | None) -> SecretStr | None:
        if value:
            check_address(value.get_secret_value())
        return value

    @field_validator("public_values", mode="before")
    @classmethod
    def _values(cls, value: object) -> object:
        return tuple(filter(None, map(str.strip, value.split(";")))) if isinstance(value, str) else value

    @field_validator("automated_rules", mode="before")
    @classmethod
    def _rules(cls, value: object) -> object:
        return parse_text_rules(value) if isinstance(value, str) else value

    @field_validator("model_prices", mode="before")
    @classmethod
    def _prices(cls, value: object) -> object:
        return tuple(map(_parse_price, _split_parts(value))) if isinstance(value, str) else value

    @property
    def lake_root(self) -> str:
        """Path or URL of the lake."""
        return self.lake_url or str(self.data_dir / "lake")

    @property
    def lock_database(self) -> str | None:
        """Address of the database whose locks are used, with its password; None: files."""
        return self.locks_url.get_secret_value() if self.locks_url else None

    @property
    def imports_root(self) -> str:
        """Path or URL of the landed files."""
        return self.imports_url or str(self.data_dir / "imports")

    @property
    def inbox_path(self) -> Path:
        """Folder that the sensor watches."""
        return Path(self.inbox_dir) if self.inbox_dir else self.data_dir / "inbox"

    @property
    def exports_path(self) -> Path:
        """Folder of the published files."""
        return Path(self.exports_dir) if self.exports_dir else self.data_dir / "exports"

    @property
    def warehouse_path(self) -> Path:
        """The DuckDB file that analysts open."""
        return self.data_dir / "pls.duckdb"

    @property
    def asks_judge(self) -> bool:
        """Whether the model is asked about pairs of replies."""
        return self.judge == "auto" and self.extractor_in_force == "openai"

    @property
    def extractor_in_force(self) -> Literal["embedded", "openai"]:
        """Which extractor a run uses."""
        if self.extractor == "auto":
            return "openai" if self.openai_api_key else "embedded"
        return self.extractor

"""What a failed request means: a fault that passes, one that stays, or the end of the run.

Here: from a status, its codes and headers, or a connection, to an error of ours. Not here: when to repeat
(retries.py) and who repeats (model_client.py).
"""

import re
from datetime import UTC, datetime

import openai

from pls_pipeline.extraction.connections import is_cut, is_unreached
from pls_pipeline.extraction.records import ExtractionStoppedError
from pls_pipeline.extraction.retries import LONGEST_RETRY_AFTER_SECONDS, is_transient, read_retry_after

_QUOTA_CODES = frozenset({"insufficient_quota", "billing_hard_limit_reached", "billing_not_active"})
_CODE = re.compile(r"[a-z][a-z0-9_]{0,39}\Z")


class RequestFaultError(Exception):
    """A request that brought no answer. `reason` is a code; `attempts` are the requests made."""

    def __init__(self, reason: str, attempts: int) -> None:
        super().__init__(f"{reason} after {attempts} requests")
        self.reason = reason
        self.attempts = attempts


class UnansweredError(Exception):
    """One sending that failed; a transient one may be repeated, after the seconds that the server asks for.

    `may_be_billed`: the server may have answered, and counted it, though nothing came back.
    """

    def __init__(
        self, reason: str, *, is_transient: bool, retry_after: float | None = None, may_be_billed: bool = False
    ) -> None:
        super().__init__(reason)
        self.reason = reason
        self.is_transient = is_transient
        self.retry_after = retry_after
        self.may_be_billed = may_be_billed


def judge_connection(error: TimeoutError | openai.APIConnectionError) -> UnansweredError:
    """Return the fault of a connection that nobody took, that was cut, or on which no answer came in time."""
    if is_unreached(error):
        return UnansweredError("unreachable", is_transient=True)
    if isinstance(error, TimeoutError | openai.APITimeoutError) and not is_cut(error):
        return UnansweredError("timeout", is_transient=True, may_be_billed=True)
    return UnansweredError("connection_lost", is_transient=True, may_be_billed=True)


def judge_status(error: openai.APIStatusError, model: str) -> UnansweredError | ExtractionStoppedError:
    """Return what a response with an error status means: a fault of this request, or the end of the run."""
    status, codes = error.status_code, _read_codes(error)
    if status in (401, 403):
        return ExtractionStoppedError(
            f"the model's provider refused the key (HTTP {status}): set OPENAI_API_KEY to a key that may use "
            f"{model}, then run the import again"
        )
    if status == 402 or not _QUOTA_CODES.isdisjoint(codes):
        return ExtractionStoppedError(
            "the account's quota at the model's provider is used up: raise it there, then run the import again"
        )
    if status == 404:
        return ExtractionStoppedError(
            f"the model's provider knows no {model} at this address (HTTP 404): check PLS_MODEL and "
            "OPENAI_BASE_URL, then run the import again"
        )
    retry_after = read_retry_after(error.response.headers, datetime.now(UTC))
    if retry_after is not None and retry_after > LONGEST_RETRY_AFTER_SECONDS:
        return ExtractionStoppedError(
            f"the model's provider asks to wait {retry_after:.0f} seconds (HTTP {status}): "
            "run the import again after that"
        )
    return UnansweredError(
        "_".join(["http", str(status), *codes[:1]]),
        is_transient=is_transient(status, error.response.headers),
        retry_after=retry_after,
    )


def _read_codes(error: openai.APIStatusError) -> list[str]:
    return choose_codes(error.code, error.type)


def choose_codes(*told: object) -> list[str]:
    """Return those of a server's words that look like codes and not like text."""
    return [code for code in told if isinstance(code, str) and _CODE.match(code)]

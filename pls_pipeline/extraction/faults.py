"""What a failed request means: a fault that passes, one that stays, or the end of the run.

Here: from a status, its codes and headers, or a connection, to an error of ours. Not here: when to repeat
(retries.py) and who repeats (model_client.py).
"""

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime

import aiohttp
import openai

from pls_pipeline.extraction.records import ExtractionStoppedError
from pls_pipeline.extraction.retries import LONGEST_RETRY_AFTER_SECONDS, is_transient, read_retry_after

_QUOTA_CODES = frozenset({"insufficient_quota", "billing_hard_limit_reached", "billing_not_active"})
_CODE = re.compile(r"[a-z][a-z0-9_]{0,39}\Z")
# With these a server refuses the form of a request; the words are those of the protocol, which its error repeats.
_FORM_STATUSES = frozenset({400, 404, 415, 422, 501})
_FORM_WORDS = (b"response_format", b"json_schema", b"structured output")
# What a refusal with 403 is about, by the words of its error: the text of one request (moderation, content filters), or
# who asks (key, project, region, firewall). Where both are named, the text is what differs from other requests.
_CONTENT_WORDS = re.compile(rb"(?i)moderat|flagged|content[ _-]?(?:filter|polic|management)|safety|harmful|prompt")
_ACCESS_WORDS = re.compile(
    rb"(?i)access|permission|authori[sz]|authenticat|denied|not allowed|api[ _-]?key|\bkey\b|project|organi[sz]ation"
    rb"|country|region|territory|subscription|model|disabled|firewall"
)


# With 400 or 422 some servers say that they do not know the model (DeepSeek, OpenRouter, Mistral). The beginning of an
# error alone is read: further on it may repeat a text.
_UNKNOWN_MODEL = re.compile(
    rb"(?i)\b(?:invalid|unknown|no such|not a valid) model\b|\bmodel\b[^,:;]{0,80}\b(?:not exist|not found|n't exist)\b"
)
_READ_OF_AN_ERROR = 300
_DAY_SECONDS = 86_400


class RequestFaultError(Exception):
    """A request that brought no answer. `reason` is a code; `attempts` are the requests made.

    `refuses_format`: the server does not take the response format; the same question in another form may be answered.
    """

    def __init__(self, reason: str, attempts: int, *, refuses_format: bool = False) -> None:
        super().__init__(f"{reason} after {attempts} requests")
        self.reason = reason
        self.attempts = attempts
        self.refuses_format = refuses_format


class UnansweredError(Exception):
    """One sending that failed; a transient one may be repeated, after the seconds that the server asks for.

    `may_be_billed`: the server may have answered, and counted it, though nothing came back. `is_unexplained`: refused
    without a word on whether the text is the reason, or who asks. `is_too_fast`: the server takes no more for now.
    """

    def __init__(
        self,
        reason: str,
        *,
        is_transient: bool,
        retry_after: float | None = None,
        may_be_billed: bool = False,
        refuses_format: bool = False,
        is_unexplained: bool = False,
        is_too_fast: bool = False,
    ) -> None:
        super().__init__(reason)
        self.reason = reason
        self.is_transient = is_transient
        self.retry_after = retry_after
        self.may_be_billed = may_be_billed
        self.refuses_format = refuses_format
        self.is_unexplained = is_unexplained
        self.is_too_fast = is_too_fast


def judge_connection(error: TimeoutError | aiohttp.ClientError) -> UnansweredError:
    """Return the fault of a connection that nobody took, that was cut, or on which no answer came in time."""
    if isinstance(error, aiohttp.ClientConnectorError | aiohttp.ConnectionTimeoutError | aiohttp.ClientHttpProxyError):
        return UnansweredError("unreachable", is_transient=True)
    if isinstance(error, TimeoutError):
        return UnansweredError("timeout", is_transient=True, may_be_billed=True)
    return UnansweredError("connection_lost", is_transient=True, may_be_billed=True)


def judge_status(error: openai.APIStatusError, model: str) -> UnansweredError | ExtractionStoppedError:
    """Return what an error of the provider's client means."""
    return judge_refusal(error.status_code, error.response.headers, error.response.content, model)


def judge_refusal(
    status: int, headers: Mapping[str, str], body: bytes, model: str
) -> UnansweredError | ExtractionStoppedError:
    """Return what a response with an error status means: a fault of this request, or the end of the run.

    A 403 concerns the request where its error speaks of the text, and the run where it speaks of access.
    """
    codes = _read_codes(body)
    refuses_format = names_format(status, body)
    if 300 <= status < 400:
        return ExtractionStoppedError(
            f"OPENAI_BASE_URL redirects to another address (HTTP {status}): set it to that address, or log in where a "
            "page of the network stands between, then run the import again"
        )
    if status == 407:
        return ExtractionStoppedError(
            "the proxy that the environment names wants a name and a password (HTTP 407): set it to "
            "http://name:password@host:port, then run the import again"
        )
    if status == 401 or (status == 403 and _is_about_access(body)):
        return refuse_key(status, model)
    if status == 402 or not _QUOTA_CODES.isdisjoint(codes):
        return ExtractionStoppedError(
            "the account's quota at the model's provider is used up: raise it there, then run the import again"
        )
    if not refuses_format and (status == 404 or _names_unknown_model(status, body)):
        return ExtractionStoppedError(
            f"the model's provider knows no {model} at this address (HTTP {status}): check PLS_MODEL and "
            "OPENAI_BASE_URL, then run the import again"
        )
    retry_after = read_retry_after(headers, datetime.now(UTC))
    if retry_after is not None and retry_after > LONGEST_RETRY_AFTER_SECONDS:
        wait = f"{retry_after:.0f} seconds" if retry_after <= _DAY_SECONDS else "more than a day"
        return ExtractionStoppedError(
            f"the model's provider asks to wait {wait} (HTTP {status}): run the import again after that"
        )
    return UnansweredError(
        "_".join(["http", str(status), *codes[:1]]),
        is_transient=is_transient(status, headers) and not refuses_format,
        retry_after=retry_after,
        refuses_format=refuses_format,
        is_unexplained=status == 403 and not _CONTENT_WORDS.search(body),
        is_too_fast=status == 429,
    )


def read_told_status(body: bytes) -> int | None:
    """Return the error status that a body tells under a good one; None where it tells of no error.

    OpenRouter answers so where the server behind it fails after the headers have gone out.
    """
    if b'"choices"' in body or b'"error"' not in body:
        return None
    try:
        told = json.loads(body)
    except (ValueError, RecursionError):
        return None
    error = told.get("error") if isinstance(told, dict) else None
    if not error:
        return None
    code = error.get("code") if isinstance(error, dict) else None
    return code if isinstance(code, int) and 400 <= code < 600 else 500


def names_format(status: int, body: bytes) -> bool:
    """Whether an error is that the server or the model does not take the response format."""
    return status in _FORM_STATUSES and any(word in body.lower() for word in _FORM_WORDS)


def _names_unknown_model(status: int, body: bytes) -> bool:
    return status in (400, 422) and bool(_UNKNOWN_MODEL.search(body[:_READ_OF_AN_ERROR]))


def _is_about_access(body: bytes) -> bool:
    # A page is that of a firewall before the server, which denies access for what a text holds.
    is_page = body.lstrip().startswith(b"<")
    return not is_page and not _CONTENT_WORDS.search(body) and bool(_ACCESS_WORDS.search(body))


def refuse_key(status: int, model: str) -> ExtractionStoppedError:
    """Return the end of a run whose key may not ask."""
    return ExtractionStoppedError(
        f"the model's provider refused the key (HTTP {status}): set OPENAI_API_KEY to a key that may use {model}, then "
        "run the import again"
    )


def refuse_certificate(host: str) -> ExtractionStoppedError:
    """Return the end of a run that cannot know whom it speaks to."""
    return ExtractionStoppedError(
        f"the certificate of {host} is not trusted: set SSL_CERT_FILE to the file (PEM) of the authority that issued "
        "it, or check whether a proxy of the network stands between, then run the import again"
    )


def _read_codes(body: bytes) -> list[str]:
    """Return code and type of an error in the provider's shape."""
    try:
        told = json.loads(body)
    except (ValueError, RecursionError):
        return []
    error = told.get("error", told) if isinstance(told, dict) else None
    return choose_codes(error.get("code"), error.get("type")) if isinstance(error, dict) else []


def choose_codes(*told: object) -> list[str]:
    """Return those of a server's words that look like codes and not like text."""
    return [code for code in told if isinstance(code, str) and _CODE.match(code)]

"""The provider's Batch API: files up, batches, files down.

Here: the calls, and what their failures mean, as sentences. Not here: what is in the files (lines.py), when which call
is made (submitting.py, collecting.py). The text of a server's error is not passed on: it can repeat parts of a key or
of a request.
"""

import contextlib
import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TypeVar
from urllib.parse import parse_qsl

import httpx2
import openai
import openai.types

from pls_pipeline.extraction.batches.lines import ENDPOINT
from pls_pipeline.extraction.faults import choose_codes, judge_status, refuse_certificate, refuse_key
from pls_pipeline.extraction.model_client import ServerOptions
from pls_pipeline.extraction.records import ExtractionStoppedError
from pls_pipeline.extraction.request_headers import read_headers

Answer = TypeVar("Answer")
MARKER = "pls_marker"
# A file of 200 MB takes longer than a word about a batch.
_FILE_TIMEOUT_SECONDS = 600.0
_ENDED = frozenset({"completed", "failed", "expired", "cancelled"})
# Another key, or another time; any other refusal to delete a file is the server's last word.
_DELETED_LATER = frozenset({401, 403, 408, 409, 425, 429})
_NO_SUCH_ENDPOINT = frozenset({404, 405, 501})
# The provider's clock and ours.
_CLOCKS_DIFFER = timedelta(days=1)


class UncertainBatchError(Exception):
    """A batch may have been created or not: no answer came. Its marker will tell."""


class UnknownBatchError(Exception):
    """The provider does not know the batch or the file."""


@dataclass(frozen=True)
class ProvidedBatch:
    """How a batch stands at the provider. `faults` are codes; files are None where there is none.

    `answered`: requests with an answer, as the provider counts them.
    """

    batch_id: str
    status: str
    output_file_id: str | None = None
    error_file_id: str | None = None
    faults: tuple[str, ...] = ()
    answered: int = 0

    @property
    def has_ended(self) -> bool:
        """Whether nothing more will come of it."""
        return self.status in _ENDED

    @property
    def lacks_answers(self) -> bool:
        """Whether there are answers, which were paid, and no file to read them from, or none yet."""
        return self.answered > 0 and self.output_file_id is None


class BatchProvider:
    """One server's Batch API. Requests that change nothing twice are repeated by the client; `create` is not."""

    def __init__(self, client: openai.OpenAI, model: str) -> None:
        self._client = client
        self._model = model
        self.address = str(client.base_url)

    @classmethod
    @contextlib.contextmanager
    def open(
        cls, options: ServerOptions, model: str, *, timeout_seconds: float | None = None
    ) -> "Iterator[BatchProvider]":
        """Open a client, and close its connections at the end.

        Raises ExtractionStoppedError where the environment names a proxy that the client cannot use, or a header that
        cannot be sent.
        """
        with _make_client(options, timeout_seconds) as client:
            read_headers(client)
            yield cls(client, model)

    def upload(self, name: str, content: bytes) -> str:
        """Send a file; return its id. Raises ExtractionStoppedError."""
        with self._sentences():
            client = self._client.with_options(timeout=_FILE_TIMEOUT_SECONDS)
            made = client.files.create(file=(name, content, "application/jsonl"), purpose="batch")
            return self._check(made, openai.types.FileObject).id

    def create(self, file_id: str, marker: str) -> str:
        """Create the batch of a file; return its id.

        Raises UncertainBatchError where nobody can tell whether it was created, ExtractionStoppedError where it was
        not.
        """
        try:
            with self._sentences():
                batch = self._client.with_options(max_retries=0).batches.create(
                    completion_window="24h", endpoint=ENDPOINT, input_file_id=file_id, metadata={MARKER: marker}
                )
                return self._check(batch, openai.types.Batch).id
        except _MaybeDoneError:
            raise UncertainBatchError from None

    def find(self, marker: str, since: datetime) -> str | None:
        """Return the id of the batch with this marker among those created since a time (UTC); None where none has it.

        Raises ExtractionStoppedError.
        """
        oldest = (since - _CLOCKS_DIFFER).replace(tzinfo=UTC).timestamp()
        with self._sentences():
            # The provider lists the latest first.
            for batch in self._client.batches.list(limit=100):
                if (batch.metadata or {}).get(MARKER) == marker:
                    return batch.id
                if batch.created_at < oldest:
                    return None
        return None

    def retrieve(self, batch_id: str) -> ProvidedBatch:
        """Return how a batch stands. Raises UnknownBatchError, ExtractionStoppedError."""
        with self._sentences(known=True):
            return _read(self._check(self._client.batches.retrieve(batch_id), openai.types.Batch))

    def read_lines(self, file_id: str) -> Iterator[str]:
        """Yield the lines of a file. Raises UnknownBatchError where it is gone, ExtractionStoppedError."""
        with self._sentences(known=True):
            content = self._client.with_options(timeout=_FILE_TIMEOUT_SECONDS).files.content(file_id).read()
        for line in content.split(b"\n"):
            if line.strip():
                yield line.decode("utf-8", "replace")

    def cancel(self, batch_id: str) -> None:
        """Ask for the end of a batch; what it had done by then is paid, and read when it has ended.

        Does nothing where it ends by itself. Raises UnknownBatchError, ExtractionStoppedError.
        """
        with self._sentences(known=True):
            try:
                self._client.batches.cancel(batch_id)
            except (openai.BadRequestError, openai.ConflictError):
                # It has ended meanwhile, and is none that can be cancelled.
                return

    def delete(self, file_id: str) -> bool:
        """Delete a file: it holds texts of conversations. False where that may succeed another time."""
        try:
            self._client.files.delete(file_id)
        except openai.APIStatusError as error:
            return error.status_code not in _DELETED_LATER and error.status_code < 500
        except openai.APIConnectionError:
            return False
        return True

    @contextlib.contextmanager
    def _sentences(self, *, known: bool = False) -> Iterator[None]:
        """Turn the client's errors into ours; `known`: the server has shown that it has a Batch API."""
        try:
            yield
        except openai.APIStatusError as error:
            raise self._judge(error, known=known) from None
        except openai.APIConnectionError as error:
            if _names_certificate(error):
                raise refuse_certificate(self._client.base_url.host) from None
            if isinstance(error.__cause__, httpx2.ConnectError | httpx2.ConnectTimeout):
                raise ExtractionStoppedError(self._no_connection()) from None
            raise _MaybeDoneError(self._no_connection()) from None

    def _check(self, answer: object, kind: type[Answer]) -> Answer:
        """Return an answer of this kind; the client hands on a page in HTML as the text that it is."""
        if not isinstance(answer, kind):
            raise _MaybeDoneError(
                f"{self.address} answers with something else than a Batch API: check OPENAI_BASE_URL and whether a "
                "login page of the network stands between, then run the import again"
            )
        return answer

    def _judge(self, error: openai.APIStatusError, *, known: bool) -> Exception:
        status = error.status_code
        if known and status == 404:
            return UnknownBatchError()
        if status in _NO_SUCH_ENDPOINT:
            return ExtractionStoppedError(
                f"{self.address} has no Batch API (HTTP {status}): set PLS_OPENAI_MODE=direct, then run the import "
                "again"
            )
        judged = judge_status(error, self._model)
        if isinstance(judged, ExtractionStoppedError):
            return judged
        if status == 403:
            return refuse_key(status, self._model)
        sentence = f"the model's provider did not take the batch ({judged.reason}): run the import again later"
        return _MaybeDoneError(sentence) if status >= 500 else ExtractionStoppedError(sentence)

    def _no_connection(self) -> str:
        return (
            f"no connection to {self.address} for its Batch API: check the network and OPENAI_BASE_URL, then run the "
            "import again"
        )


def _names_certificate(error: BaseException | None) -> bool:
    while error is not None:
        if isinstance(error, ssl.SSLCertVerificationError):
            return True
        error = error.__cause__ or error.__context__
    return False


class _MaybeDoneError(ExtractionStoppedError):
    """The server may have done what it was asked for."""


def _make_client(options: ServerOptions, timeout_seconds: float | None) -> openai.OpenAI:
    timeout = timeout_seconds or options.timeout_seconds
    # The client would put a path behind a query.
    address, _, query = (options.base_url or "").partition("?")
    try:
        return openai.OpenAI(
            api_key=options.api_key,
            base_url=address or None,
            default_query=dict(parse_qsl(query, keep_blank_values=True)),
            max_retries=options.retries if timeout_seconds is None else 0,
            timeout=openai.Timeout(timeout, connect=min(10.0, timeout)),
        )
    except (ImportError, ValueError, httpx2.InvalidURL):
        # The error names the proxy, which may have a password.
        raise ExtractionStoppedError(
            "a proxy that the environment names (HTTPS_PROXY, HTTP_PROXY or ALL_PROXY) cannot be used: set it to "
            "http://host:port or unset it, then run the import again"
        ) from None


def _read(batch: openai.types.Batch) -> ProvidedBatch:
    faults = (batch.errors.data or []) if batch.errors else []
    codes = choose_codes(*(fault.code for fault in faults))
    return ProvidedBatch(
        batch.id,
        batch.status,
        batch.output_file_id,
        batch.error_file_id,
        tuple(dict.fromkeys(codes)),
        batch.request_counts.completed if batch.request_counts else 0,
    )

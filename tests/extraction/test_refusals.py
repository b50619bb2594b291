"""What a run makes of refusals that concern one message, the key, the server's certificate or a header."""

import contextlib
import ipaddress
import json
import socket
import ssl
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Self

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from pls_pipeline.extraction.batches.provider import BatchProvider
from pls_pipeline.extraction.faults import UnansweredError, judge_refusal
from pls_pipeline.extraction.model_client import ServerOptions
from pls_pipeline.extraction.openai_extractor import AnalysisOptions, OpenAIExtractor
from pls_pipeline.extraction.records import ConversationResult, ExtractionStoppedError
from tests.extraction.answering import CATEGORIES, LINES, answer, pattern
from tests.extraction.conversing import conversation
from tests.extraction.model_server import Completion, Failure, ModelRequest, ModelServer, Reply

GOOD = Completion(answer(pattern()))


def analyse(address: str, count: int = 5) -> list[ConversationResult]:
    """The results of so many conversations, the last of which is about `this`."""
    talks = [conversation(*LINES, f"> about {number}", key=f"talk {number}") for number in range(count - 1)]
    talks.append(conversation(*LINES, "> about this", key="this"))
    options = ServerOptions("sk-secret", address, retries=2, timeout_seconds=5)
    return list(OpenAIExtractor(options, AnalysisOptions("gpt-4o", CATEGORIES)).analyse(talks))


def refuse(failure: Failure, *, all_of_them: bool = False) -> Callable[[ModelRequest], Reply]:
    return lambda request: failure if all_of_them or request.lines[-1]["text"] == "about this" else GOOD


@pytest.mark.parametrize(
    "failure",
    [
        Failure(403, "content_policy_violation", message="The prompt was flagged by moderation."),
        Failure(403, message="Your access to this answer was denied: content filter"),
        Failure(403, message="Sorry."),
    ],
)
def test_a_refused_message_is_one_conversations_failure(failure: Failure) -> None:
    with ModelServer(refuse(failure)) as server:
        results = {result.outcome.conversation_key: result.outcome for result in analyse(server.url)}
        assert len(server.requests) == len(results)
    assert results.pop("this").status == "failed"
    assert {outcome.status for outcome in results.values()} == {"extracted"}


@pytest.mark.parametrize(
    ("status", "message"),
    [
        (400, "Model Not Exist"),
        (400, "shop/assistant-9 is not a valid model ID"),
        (400, "Invalid model: assistant-9"),
        (422, "The model assistant-9 does not exist."),
    ],
)
def test_a_model_that_nobody_knows_stops_the_run_whatever_the_status(status: int, message: str) -> None:
    stop = judge_refusal(status, {}, json.dumps({"error": {"message": message}}).encode(), "assistant-9")
    assert isinstance(stop, ExtractionStoppedError)
    assert f"knows no assistant-9 at this address (HTTP {status}): check PLS_MODEL" in str(stop)


@pytest.mark.parametrize(
    "message",
    [
        "This model's maximum context length is 8192 tokens, the messages have 9000.",
        "The model `assistant-9` does not support max_completion_tokens.",
        "Invalid parameter: 'response_format' of type 'json_schema' is not supported with this model.",
        "Invalid message: " + "." * 300 + " the invalid model was not found",
    ],
)
def test_what_a_model_cannot_do_with_one_request_stops_no_run(message: str) -> None:
    fault = judge_refusal(400, {}, json.dumps({"error": {"message": message}}).encode(), "assistant-9")
    assert isinstance(fault, UnansweredError)
    assert not fault.is_transient


@pytest.mark.parametrize(
    ("status", "headers", "sentence"),
    [
        (407, {}, "the proxy that the environment names wants a name and a password"),
        (429, {"retry-after": "3600"}, "asks to wait 3600 seconds"),
        (503, {"retry-after": "1e308"}, "asks to wait more than a day"),
        (429, {"retry-after": "Fri, 31 Dec 9999 23:59:59 GMT"}, "asks to wait more than a day"),
    ],
)
def test_what_no_repeat_can_help_stops_the_run(status: int, headers: dict[str, str], sentence: str) -> None:
    stop = judge_refusal(status, headers, b"{}", "gpt-4o")
    assert isinstance(stop, ExtractionStoppedError)
    assert sentence in str(stop)


@pytest.mark.parametrize(
    "failure",
    [
        Failure(403, "model_not_found", message="Project proj_1 does not have access to model gpt-4o."),
        Failure(403, "unsupported_country_region_territory", message="Country, region, or territory not supported"),
        Failure(403, message="Sorry."),
    ],
)
def test_a_key_without_access_stops_the_run(failure: Failure) -> None:
    with ModelServer(refuse(failure, all_of_them=True)) as server, pytest.raises(ExtractionStoppedError) as stop:
        analyse(server.url)
    assert "set OPENAI_API_KEY to a key that may use gpt-4o" in str(stop.value)


@pytest.mark.parametrize("variable", ["OPENAI_ORG_ID", "OPENAI_PROJECT_ID"])
def test_a_header_that_cannot_be_sent_is_told_by_its_variable(variable: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(variable, "org-1\nsecret")
    with ModelServer(refuse(Failure(500))) as server:
        with pytest.raises(ExtractionStoppedError, match=variable) as stop:
            analyse(server.url)
        with (
            pytest.raises(ExtractionStoppedError, match=variable),
            BatchProvider.open(ServerOptions("sk-secret", server.url), "gpt-4o"),
        ):
            pass
        assert not server.requests
    assert "secret" not in str(stop.value)


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with ca.pem, and with server.pem: key and certificate that it issued for 127.0.0.1."""
    folder = tmp_path_factory.mktemp("authority")
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "ca")])
    server_key = ec.generate_private_key(ec.SECP256R1())
    server_name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "server")])
    here = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    begin = datetime.now(UTC) - timedelta(hours=1)

    def issue(subject: x509.Name, public: ec.EllipticCurvePublicKey, extension: x509.ExtensionType) -> bytes:
        made = x509.CertificateBuilder().subject_name(subject).issuer_name(name).public_key(public)
        made = made.serial_number(x509.random_serial_number()).add_extension(extension, critical=True)
        made = made.not_valid_before(begin).not_valid_after(begin + timedelta(days=2))
        return made.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)

    (folder / "ca.pem").write_bytes(issue(name, key.public_key(), x509.BasicConstraints(ca=True, path_length=0)))
    private = server_key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (folder / "server.pem").write_bytes(private + issue(server_name, server_key.public_key(), here))
    return folder


class Handshakes:
    """A TLS server that counts those who come, and answers nothing."""

    def __init__(self, certificate: Path) -> None:
        self.count = 0
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._context.load_cert_chain(certificate)
        self._socket = socket.create_server(("127.0.0.1", 0))
        self._thread = threading.Thread(target=self._serve, daemon=True)

    @property
    def url(self) -> str:
        return f"https://127.0.0.1:{self._socket.getsockname()[1]}/v1"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        self._thread.join()

    def _serve(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, _ = self._socket.accept()
                self.count += 1
                with connection, contextlib.suppress(ssl.SSLError, ConnectionError):
                    self._context.wrap_socket(connection, server_side=True).close()


def test_a_certificate_that_nobody_trusts_stops_the_run_at_once(authority: Path) -> None:
    with Handshakes(authority / "server.pem") as server:
        with pytest.raises(ExtractionStoppedError, match="SSL_CERT_FILE") as stop:
            analyse(server.url, count=1)
        assert "127.0.0.1" in str(stop.value)
        assert server.count == 1
        with (
            pytest.raises(ExtractionStoppedError, match="SSL_CERT_FILE"),
            BatchProvider.open(ServerOptions("sk-secret", server.url, retries=0), "gpt-4o") as provider,
        ):
            provider.retrieve("batch_1")


def test_the_authority_that_ssl_cert_file_names_is_trusted(authority: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(authority / "ca.pem"))
    with ModelServer(lambda _: GOOD, authority / "server.pem") as server:
        assert [result.outcome.status for result in analyse(server.url, count=2)] == ["extracted"] * 2

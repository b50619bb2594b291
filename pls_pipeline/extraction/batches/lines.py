"""The files of a batch: one request a line on the way there, one result a line on the way back.

Here: JSON lines, and how many go into one file. Not here: sending files (provider.py), keeping answers (collecting.py).
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import pydantic

from pls_pipeline.extraction.faults import choose_codes, names_format
from pls_pipeline.extraction.model_answer import ModelAnswer, UnreadableCompletionError, read_completion
from pls_pipeline.extraction.model_request import ModelRequest

ENDPOINT: Literal["/v1/chat/completions"] = "/v1/chat/completions"
# Codes of requests that a batch did not come to before it ended.
_NOT_DONE = frozenset({"batch_expired", "batch_cancelled"})


@dataclass(frozen=True)
class FileLimits:
    """The most that one file may hold: 50,000 requests and 200 MB (reference of POST /v1/batches, input_file_id)."""

    requests: int = 50_000
    size_bytes: int = 200_000_000


@dataclass(frozen=True)
class BatchFile:
    """Requests and the content of the file that holds them."""

    requests: tuple[ModelRequest, ...]
    content: bytes


@dataclass(frozen=True)
class LineResult:
    """What became of one request: an answer, a fault (a code), or neither where the batch did not come to it.

    `refuses_format`: the fault is that the model does not take the response format.
    """

    key: str
    answer: ModelAnswer | None = None
    fault: str | None = None
    refuses_format: bool = False


def make_files(requests: Sequence[ModelRequest], limits: FileLimits) -> Iterator[BatchFile]:
    """Write the requests in their order into as few files as the limits allow; a line's custom_id is its key."""
    taken: list[ModelRequest] = []
    lines: list[bytes] = []
    size = 0
    for request in requests:
        line = _write_line(request)
        if taken and (len(taken) >= limits.requests or size + len(line) > limits.size_bytes):
            yield BatchFile(tuple(taken), b"".join(lines))
            taken, lines, size = [], [], 0
        taken.append(request)
        lines.append(line)
        size += len(line)
    if taken:
        yield BatchFile(tuple(taken), b"".join(lines))


def _write_line(request: ModelRequest) -> bytes:
    line = {"custom_id": request.key, "method": "POST", "url": ENDPOINT, "body": request.to_body()}
    return json.dumps(line, ensure_ascii=True, separators=(",", ":")).encode() + b"\n"


class _Error(pydantic.BaseModel):
    code: str | None = None
    type: str | None = None


class _Response(pydantic.BaseModel):
    status_code: int
    body: dict[str, Any] | None = None


class _Line(pydantic.BaseModel):
    """The part of a result that is read; output and error files have the same form."""

    custom_id: str
    response: _Response | None = None
    error: _Error | None = None


def read_line(text: str) -> LineResult | None:
    """Read a line of an output or error file; None where it is no result, so that its request counts as not done."""
    try:
        line = _Line.model_validate_json(text)
    except pydantic.ValidationError:
        return None
    if line.response is None:
        code = line.error.code if line.error else None
        if code is None or code in _NOT_DONE:
            return LineResult(line.custom_id)
        return LineResult(line.custom_id, fault="_".join(["batch", *choose_codes(code)]))
    body = line.response.body or {}
    if line.response.status_code != 200:
        error = body.get("error")
        codes = choose_codes(error.get("code"), error.get("type")) if isinstance(error, dict) else []
        fault = "_".join(["http", str(line.response.status_code), *codes[:1]])
        refuses_format = names_format(line.response.status_code, json.dumps(body).encode())
        return LineResult(line.custom_id, fault=fault, refuses_format=refuses_format)
    try:
        return LineResult(line.custom_id, read_completion(json.dumps(body)))
    except UnreadableCompletionError:
        return LineResult(line.custom_id, fault="unreadable_response")

"""The files of a batch, there and back."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pls_pipeline.extraction.batches.lines import FileLimits, LineResult, make_files, read_line
from pls_pipeline.extraction.model_request import ModelRequest

FORMAT: Any = {"type": "json_schema", "json_schema": {"name": "n", "schema": {}}}


def request(text: str) -> ModelRequest:
    return ModelRequest("gpt-4o", [{"role": "user", "content": text}], FORMAT, answer_tokens=9)


@given(
    texts=st.lists(st.text(max_size=300), max_size=20, unique=True),
    requests=st.integers(1, 6),
    size_bytes=st.integers(1, 2000),
)
def test_files_hold_every_request_once_in_order_within_the_limits(
    texts: list[str], requests: int, size_bytes: int
) -> None:
    made = [request(text) for text in texts]
    files = list(make_files(made, FileLimits(requests, size_bytes)))
    lines = [json.loads(line) for file in files for line in file.content.splitlines()]
    assert [line["custom_id"] for line in lines] == [one.key for one in made]
    assert [line["body"]["messages"][0]["content"] for line in lines] == texts
    assert [one for file in files for one in file.requests] == made
    for file in files:
        assert len(file.requests) <= requests
        assert len(file.content) <= size_bytes or len(file.requests) == 1


def result(**parts: Any) -> str:
    return json.dumps({"id": "b", "custom_id": "k", "response": None, "error": None, **parts})


def failed(status: int, **error: Any) -> str:
    return result(response={"status_code": status, "body": {"error": {"message": "Sarah says", **error}}})


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (result(error={"code": "batch_expired", "message": "m"}), LineResult("k")),
        (result(error={"code": "batch_cancelled", "message": "m"}), LineResult("k")),
        (result(), LineResult("k")),
        (result(error={"code": "server_error"}), LineResult("k", fault="batch_server_error")),
        (failed(400, code="context_length_exceeded"), LineResult("k", fault="http_400_context_length_exceeded")),
        (failed(400, code="Sarah says", type=None), LineResult("k", fault="http_400")),
        (result(response={"status_code": 500, "body": "down"}), None),
        (result(response={"status_code": 500, "body": None}), LineResult("k", fault="http_500")),
        (result(response={"status_code": 200, "body": {"choices": []}}), LineResult("k", fault="unreadable_response")),
        ('{"custom_id": "k", "respo', None),
        ("[]", None),
    ],
)
def test_a_line_without_an_answer_says_whether_it_was_done_and_never_what_was_said(
    line: str, expected: LineResult | None
) -> None:
    assert read_line(line) == expected

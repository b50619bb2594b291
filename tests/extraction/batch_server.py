"""A Batch API beside the chat completions of model_server.py: files and batches on a loopback socket, and their bills.

Here: batches that a test ends as it likes: completed, expired or cancelled with a finished part, failed. Not here:
answers to single requests (model_server.py).
"""

import email
import email.policy
import json
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal

import anyio
import anyio.to_thread
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tests.extraction.model_server import Completion, CutConnection, Failure, ModelRequest, ModelServer, Reply, Text

Ending = Literal["completed", "expired", "cancelled"]
_NOT_DONE = {"expired": "batch_expired", "cancelled": "batch_cancelled", "completed": "batch_lost"}


@dataclass
class MadeBatch:
    """A batch as the server keeps it; `created_at` is in seconds since 1970, `answered` counts the good answers."""

    batch_id: str
    input_file_id: str
    metadata: dict[str, str]
    created_at: int
    status: str = "in_progress"
    output_file_id: str | None = None
    error_file_id: str | None = None
    codes: list[str] = field(default_factory=list)
    answered: int = 0

    def to_json(self) -> dict[str, Any]:
        errors = [{"code": code, "message": "limit of org-secret", "line": None} for code in self.codes]
        return {
            "id": self.batch_id,
            "object": "batch",
            "endpoint": "/v1/chat/completions",
            "completion_window": "24h",
            "created_at": self.created_at,
            "status": self.status,
            "input_file_id": self.input_file_id,
            "metadata": self.metadata,
            "output_file_id": self.output_file_id,
            "error_file_id": self.error_file_id,
            "request_counts": {"total": self.answered, "completed": self.answered, "failed": 0},
            "errors": {"object": "list", "data": errors} if errors else None,
        }


class BatchServer(ModelServer):
    """Carries batches out when a test says so, and counts what each request was billed.

    Of a creation it tells when `may_tell` is set, with `create_reply` in place of the batch where there is one;
    `retrieve_reply` stands in place of any batch that is asked about. With `hides_batches` its list is empty. `refusal`
    answers every upload, `delete_reply` every deletion; `cancelled` are the batches that were to be.
    """

    def __init__(self, answer: Callable[[ModelRequest], Reply]) -> None:
        self.files: dict[str, bytes] = {}
        self.deleted: dict[str, bytes] = {}
        self.batches: list[MadeBatch] = []
        self.billed: Counter[str] = Counter()
        self.created = threading.Event()
        self.may_tell = threading.Event()
        self.may_tell.set()
        self.create_reply: Failure | CutConnection | None = None
        self.retrieve_reply: Text | None = None
        self.hides_batches = False
        self.refusal: Failure | None = None
        self.delete_reply: Failure | None = None
        self.cancelled: list[str] = []
        self._answer_batch = answer
        super().__init__(answer)

    def routes(self) -> list[Route]:
        return [
            *super().routes(),
            Route("/v1/files", self._upload, methods=["POST"]),
            Route("/v1/files/{file_id}/content", self._download, methods=["GET"]),
            Route("/v1/files/{file_id}", self._delete, methods=["DELETE"]),
            Route("/v1/batches", self._create, methods=["POST"]),
            Route("/v1/batches", self._list, methods=["GET"]),
            Route("/v1/batches/{batch_id}/cancel", self._cancel, methods=["POST"]),
            Route("/v1/batches/{batch_id}", self._retrieve, methods=["GET"]),
        ]

    @property
    def billed_twice(self) -> int:
        return sum(count - 1 for count in self.billed.values())

    def lines(self, batch: MadeBatch) -> list[dict[str, Any]]:
        return [json.loads(line) for line in (self.files | self.deleted)[batch.input_file_id].splitlines()]

    def finish(self, status: Ending = "completed", done: int | None = None) -> None:
        """End every batch under way, after so many of its requests (None: all)."""
        for batch in self.batches:
            if batch.status == "in_progress":
                self._finish(batch, status, done)

    def fail(self, *codes: str) -> None:
        """Refuse every batch under way."""
        for batch in self.batches:
            if batch.status == "in_progress":
                batch.status, batch.codes = "failed", list(codes)

    def _finish(self, batch: MadeBatch, status: Ending, done: int | None) -> None:
        lines = self.lines(batch)
        count = len(lines) if done is None else done
        output: list[dict[str, Any]] = []
        errors: list[dict[str, Any]] = []
        # The provider keeps to no order.
        for line in reversed(lines[:count]):
            result = self._carry_out(line)
            (output if result["response"]["status_code"] == 200 else errors).append(result)
        for line in lines[count:]:
            error = {"code": _NOT_DONE[status], "message": "This request could not be executed."}
            errors.append({"id": "batch_req_1", "custom_id": line["custom_id"], "response": None, "error": error})
        batch.answered = len(output)
        batch.output_file_id = self._keep(output) if output else None
        batch.error_file_id = self._keep(errors) if errors else None
        batch.status = status

    def _carry_out(self, line: dict[str, Any]) -> dict[str, Any]:
        text = json.dumps(line["body"], sort_keys=True)
        reply = self._answer_batch(ModelRequest(line["body"], {}, 1))
        assert isinstance(reply, Completion | Failure)
        response = reply.respond()
        if isinstance(reply, Completion):
            self.billed[text] += 1
        body = json.loads(bytes(response.body))
        told = {"status_code": response.status_code, "request_id": "r", "body": body}
        return {"id": "batch_req_1", "custom_id": line["custom_id"], "response": told, "error": None}

    def _keep(self, lines: list[dict[str, Any]]) -> str:
        file_id = f"file-{len(self.files) + len(self.deleted) + 1}"
        self.files[file_id] = b"".join(json.dumps(line).encode() + b"\n" for line in lines)
        return file_id

    async def _upload(self, request: Request) -> Response:
        if self.refusal:
            return self.refusal.respond()
        head = f"content-type: {request.headers['content-type']}\r\n\r\n".encode()
        form = email.message_from_bytes(head + await request.body(), policy=email.policy.HTTP)
        parts = {part.get_param("name", header="content-disposition"): part for part in form.iter_parts()}
        assert parts["purpose"].get_payload(decode=True) == b"batch"
        content = parts["file"].get_payload(decode=True)
        assert isinstance(content, bytes)
        file_id = f"file-{len(self.files) + len(self.deleted) + 1}"
        self.files[file_id] = content
        return JSONResponse(
            {"id": file_id, "object": "file", "bytes": len(content), "created_at": 1, "filename": "f.jsonl",
             "purpose": "batch", "status": "processed"}
        )  # fmt: skip

    async def _download(self, request: Request) -> Response:
        content = self.files.get(request.path_params["file_id"])
        return Failure(404).respond() if content is None else Response(content, media_type="application/octet-stream")

    async def _delete(self, request: Request) -> Response:
        if self.delete_reply:
            return self.delete_reply.respond()
        file_id = request.path_params["file_id"]
        self.deleted[file_id] = self.files.pop(file_id)
        return JSONResponse({"id": file_id, "object": "file", "deleted": True})

    async def _create(self, request: Request) -> Response:
        asked = await request.json()
        assert (asked["endpoint"], asked["completion_window"]) == ("/v1/chat/completions", "24h")
        made = MadeBatch(
            f"batch_{len(self.batches) + 1}", asked["input_file_id"], asked["metadata"] or {}, int(time.time())
        )
        self.batches.append(made)
        self.created.set()
        await anyio.to_thread.run_sync(self.may_tell.wait)
        return self.create_reply.respond() if self.create_reply else JSONResponse(made.to_json())

    async def _list(self, request: Request) -> Response:
        """Pages of one, the latest first, so that a client which reads one page only is found out."""
        listed = [] if self.hides_batches else self.batches[::-1]
        after = request.query_params.get("after")
        if after:
            listed = listed[[batch.batch_id for batch in listed].index(after) + 1 :]
        page = [batch.to_json() for batch in listed[:1]]
        ids = {"first_id": page[0]["id"], "last_id": page[0]["id"]} if page else {}
        return JSONResponse({"object": "list", "data": page, "has_more": len(listed) > 1, **ids})

    async def _cancel(self, request: Request) -> Response:
        """Ask for the end of a batch; a test ends it."""
        [batch] = [batch for batch in self.batches if batch.batch_id == request.path_params["batch_id"]]
        self.cancelled.append(batch.batch_id)
        if batch.status != "in_progress":
            return Failure(409).respond()
        return JSONResponse({**batch.to_json(), "status": "cancelling"})

    async def _retrieve(self, request: Request) -> Response:
        if self.retrieve_reply:
            return self.retrieve_reply.respond()
        found = [batch for batch in self.batches if batch.batch_id == request.path_params["batch_id"]]
        return JSONResponse(found[0].to_json()) if found else Failure(404).respond()

"""Exports imported with the model's extractor against a server on a real socket, and what the server was sent.

Here: the import and the look at requests, for tests and benchmarks/privacy. Not here: what is looked for.
"""

import json
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from pls_pipeline.extraction.openai_extractor import AnalysisOptions, OpenAIExtractor
from pls_pipeline.extraction.openai_settings import read_server
from pls_pipeline.settings import Settings
from tests.extraction.exported import read_conversations
from tests.extraction.metered_server import answer_transcript
from tests.extraction.model_server import Completion, ModelRequest, ModelServer

SETTINGS = {"PLS_EXTRACTOR": "openai", "PLS_MODEL": "gpt-4o", "PLS_REQUESTS_PER_MINUTE": "1000000"}
_TRANSCRIPT = ["<transcript>", "</transcript>"]
_FRAMES = (_TRANSCRIPT, ["<known_patterns>", "</known_patterns>", *_TRANSCRIPT], ["<pair>", "</pair>"])
_TAGS = {tag for frame in _FRAMES for tag in frame}


@dataclass(frozen=True)
class AskedServer:
    """A server that answers each transcript with a pattern of every reply."""

    server: ModelServer

    @property
    def settings(self) -> dict[str, str]:
        """Settings under which `pls import` asks it."""
        return {**SETTINGS, "OPENAI_BASE_URL": self.server.url}

    @property
    def sent(self) -> str:
        """All that the server was sent behind the prefix, escapes of JSON read."""
        return "\n".join(text for request in self.server.requests for text in read_frame(request))


def serve() -> ModelServer:
    """The server, to be entered."""
    return ModelServer(lambda request: Completion(answer_transcript(request.body["messages"][1]["content"])))


def read_frame(request: ModelRequest) -> Iterator[str]:
    """What stands in the frame of a request: the texts of its lines, and the user's messages as they were sent."""
    for message in request.body["messages"][1:]:
        yield message["content"]
    for line in request.body["messages"][1]["content"].split("\n"):
        if line not in _TAGS:
            yield "\n".join(map(str, json.loads(line).values()))


def find_broken_frames(requests: Iterable[ModelRequest]) -> list[str]:
    """What is wrong with the frames of requests: a tag that is not ours, a line that is no JSON, a hidden character."""
    faults = []
    for request in requests:
        lines = request.body["messages"][1]["content"].split("\n")
        tags = [line for line in lines if line in _TAGS]
        if tags not in _FRAMES or lines[0] != tags[0] or lines[-1] != tags[-1]:
            faults.append(f"tags {tags}")
        if len(request.body["messages"]) not in (2, 4):
            faults.append(f"{len(request.body['messages'])} messages")
        faults += [fault for line in lines if line not in _TAGS and (fault := _find_fault(line))]
    return faults


def _find_fault(line: str) -> str | None:
    if "<" in line:
        return "a line that could open a tag"
    hidden = {f"U+{ord(sign):04X}" for sign in line if unicodedata.category(sign) in {"Cc", "Cf", "Cs", "Zl", "Zp"}}
    if hidden:
        return f"hidden characters {sorted(hidden)}"
    return None if isinstance(json.loads(line), dict) else "a line that is no message"


def ask_about(export: Path, scratch: Path) -> list[ModelRequest]:
    """The requests about the conversations of an export, without an import; `scratch` is a folder for a lake."""
    with serve() as server:
        settings = Settings(extractor="openai", openai_base_url=server.url, requests_per_minute=1_000_000)
        conversations = read_conversations(export, "hostile", 1000, settings, scratch)
        options = AnalysisOptions(settings.model, tuple(settings.categories))
        for _ in OpenAIExtractor(read_server(settings), options).analyse(conversations):
            pass
        return server.requests


def search_folder(data: Path, kept: Iterable[str]) -> Iterator[tuple[Path, str]]:
    """Files of a data folder whose path does not begin with one of `kept`, and their texts, unpacked."""
    from tests.privacy.searching import read_all

    for path in sorted(data.rglob("*")):
        if path.is_file() and not str(path.relative_to(data)).startswith(tuple(kept)):
            yield path, "\n".join(read_all(path))

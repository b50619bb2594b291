"""A server that cannot be reached, and a web page in its place."""

import socket

import pytest

from pls_pipeline.extraction.model_client import ServerOptions
from pls_pipeline.extraction.openai_extractor import AnalysisOptions, OpenAIExtractor
from pls_pipeline.extraction.records import ExtractionStoppedError
from pls_pipeline.extraction.runner import run_extraction
from tests.extraction.answering import CATEGORIES, LINES, access_talk
from tests.extraction.conversing import conversation
from tests.extraction.made_results import MemoryStore
from tests.extraction.model_server import ModelRequest, ModelServer, Reply, Text
from tests.extraction.test_openai_extractor import GOOD, extractor


def test_a_run_without_a_server_stops_and_fails_no_conversation() -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        address = f"http://127.0.0.1:{closed.getsockname()[1]}/v1"
    talks = [conversation(*LINES, f"> about {number}", key=f"talk {number}") for number in range(40)]
    store = MemoryStore()
    server = ServerOptions(api_key="sk-secret", base_url=address, retries=4)
    made = OpenAIExtractor(server, AnalysisOptions("gpt-4o", CATEGORIES))
    with pytest.raises(ExtractionStoppedError, match=r"no connection to 127\.0\.0\.1 can be made: check the network"):
        run_extraction(talks, made, store, import_key="one")
    assert {outcome.status for outcome in store.results.outcomes} == {"deferred"}


def test_a_web_page_in_the_place_of_the_server_stops_the_run_and_fails_no_conversation() -> None:
    store = MemoryStore()
    with (
        ModelServer(lambda _: Text("\n<html>Welcome to the hotel's network</html>")) as server,
        pytest.raises(ExtractionStoppedError, match=r"127\.0\.0\.1 answers with a web page: check OPENAI_BASE_URL"),
    ):
        run_extraction([access_talk()], extractor(server), store, import_key="one")
    assert [outcome.status for outcome in store.results.outcomes] == ["deferred"]


def test_a_web_page_after_an_answer_is_one_conversations_fault() -> None:
    talks = [conversation(*LINES, f"> about {number}", key=f"talk {number}") for number in range(3)]

    def say(request: ModelRequest) -> Reply:
        return Text("<html>") if request.lines[-1]["text"] == "about 1" else GOOD

    with ModelServer(say) as server:
        results = list(extractor(server, concurrency=1).analyse(talks))
    assert [(r.outcome.status, r.outcome.reason) for r in results] == [
        ("extracted", None),
        ("failed", "unreadable_response"),
        ("extracted", None),
    ]
